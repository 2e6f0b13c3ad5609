from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "polyphonie.assessments"
    label = "assessments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from polyphonie.web import navigation, permalinks, slots

        from . import receivers, rules  # noqa: F401  the rights are declared by being read
        from .interfaces import parts
        from .models import Dataset, EstimateRun, Round

        slots.declare("assessments.round", "assessments.run")
        slots.register("evidence.figure", parts.run_behind_figure, order=10)
        permalinks.register(Round.urn_kind, parts.resolve_round)
        permalinks.register(Dataset.urn_kind, parts.resolve_dataset)
        permalinks.register(EstimateRun.urn_kind, parts.resolve_run)
        navigation.register(_("Évaluations"), "rounds", order=65)
