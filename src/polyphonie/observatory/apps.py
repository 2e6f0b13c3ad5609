from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    name = "polyphonie.observatory"
    label = "observatory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from polyphonie.web import navigation, permalinks, slots

        from . import rules  # noqa: F401  the rights are declared by being read
        from .interfaces import parts
        from .models import CollectionRound, Submission

        slots.declare("observatory.indicator", "observatory.profile")
        slots.register("evidence.figure", parts.measure_behind_figure, order=20)
        slots.register("network.territory", parts.profile_of_territory)
        permalinks.register("indicator", parts.resolve_indicator)
        permalinks.register(CollectionRound.urn_kind, parts.resolve_collection)
        permalinks.register(Submission.urn_kind, parts.resolve_submission)
        navigation.register(_("Observatoire"), "indicators", order=66)
