from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "polyphonie.recommendations"
    label = "recommendations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # these need the registry of models, which is complete only now
        from polyphonie.evidence import citations
        from polyphonie.web import slots

        from . import rules  # noqa: F401  # declares the rights
        from .domain.queries.citing import who_recommends_on
        from .interfaces import addresses
        from .interfaces import slots as parts

        slots.declare("recommendations.recommendation", "recommendations.actions")
        slots.register("conferences.conference", parts.conference, order=200)
        slots.register("conferences.site", parts.site, order=200)
        slots.register("evidence.statement", parts.statement)
        slots.register("evidence.figure", parts.figure)
        citations.register(who_recommends_on)
        addresses.register()
