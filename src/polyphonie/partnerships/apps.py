from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "polyphonie.partnerships"
    label = "partnerships"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from polyphonie.evidence import explanations
        from polyphonie.kernel.domain.files import register_gate
        from polyphonie.web import permalinks, slots

        from . import rules  # noqa: F401  the rights are declared by being read
        from .domain.queries.agreements import file_is_readable, why_not_open
        from .interfaces import parts
        from .models import Agreement, Amendment, Commitment, Proof, TrainingAction

        slots.register("network.organisation", parts.agreements_of_body)
        slots.register("recommendations.actions", parts.training_on_recommendation)
        explanations.register(why_not_open)
        register_gate("partnerships", file_is_readable)
        permalinks.register(Agreement.urn_kind, parts.resolve_agreement)
        permalinks.register(Amendment.urn_kind, parts.resolve_amendment)
        permalinks.register(Commitment.urn_kind, parts.resolve_commitment)
        permalinks.register(Proof.urn_kind, parts.resolve_proof)
        permalinks.register(TrainingAction.urn_kind, parts.resolve_training)
