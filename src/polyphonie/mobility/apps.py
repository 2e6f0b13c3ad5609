from django.apps import AppConfig


class MobilityConfig(AppConfig):
    name = "polyphonie.mobility"
    label = "mobility"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from polyphonie.kernel.domain.files import register_gate
        from polyphonie.web import navigation, permalinks, slots

        from . import rules  # noqa: F401  the rights are declared by being read
        from .domain.queries.notebook import file_is_readable
        from .interfaces import parts
        from .models import ActionPlan, GridVersion, Observation, PracticeCard, Programme, Synthesis, Visit

        slots.register("recommendations.actions", parts.plans_on_recommendation)
        slots.register("network.organisation", parts.visits_of_body)
        slots.register("network.territory", parts.visits_to)
        for model in (ActionPlan, GridVersion, Observation, PracticeCard, Programme, Synthesis, Visit):
            permalinks.register(model.urn_kind, parts.page_of(model))
        register_gate("mobility", file_is_readable)
        navigation.register(_("Mobilités"), "programmes", order=70)
