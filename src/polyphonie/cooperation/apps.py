from django.apps import AppConfig


class CooperationConfig(AppConfig):
    name = "polyphonie.cooperation"
    label = "cooperation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from polyphonie.web import navigation, permalinks, slots

        from . import rules  # noqa: F401  the rights are declared by being read
        from .interfaces import parts
        from .models import Project

        slots.declare("cooperation.project")
        slots.register("recommendations.actions", parts.actions_on_recommendation)
        slots.register("network.organisation", parts.projects_of_body)
        permalinks.register(Project.urn_kind, parts.resolve_project)
        navigation.register(_("Projets de coopération"), "projects", order=60)
