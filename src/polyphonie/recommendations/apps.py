from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "polyphonie.recommendations"
    label = "recommendations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import rules  # noqa: F401  # declaring the rights needs the registry of models
