from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "polyphonie.governance"
    label = "governance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from polyphonie.kernel.domain.files import register_gate
        from polyphonie.web import slots

        from . import rules  # noqa: F401  the rights are declared by being read
        from .domain.queries.files import file_is_readable
        from .interfaces import parts

        slots.register("network.organisation", parts.body, order=10)
        slots.register("network.organisation", parts.member, order=20)
        slots.register("network.members", parts.members, order=10)
        slots.register("conferences.conference", parts.conference, order=10)
        slots.register("recommendations.recommendation", parts.decision, order=10)
        register_gate("governance", file_is_readable)
        parts.register_addresses()
