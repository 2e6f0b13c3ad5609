from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "polyphonie.recommendations"
    label = "recommendations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # these need the registry of models, which is complete only now
        from polyphonie.web import slots

        from . import receivers, rules  # noqa: F401  # listens; declares the rights
        from .interfaces import addresses
        from .interfaces import slots as parts

        slots.declare("recommendations.recommendation", "recommendations.actions")
        slots.register("conferences.conference", parts.conference, order=200)
        slots.register("conferences.site", parts.site, order=200)
        slots.register("evidence.statement", parts.statement)
        slots.register("evidence.figure", parts.figure)
        addresses.register()
