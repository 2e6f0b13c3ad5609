from django.apps import AppConfig


class MobilityConfig(AppConfig):
    name = "polyphonie.mobility"
    label = "mobility"
    default_auto_field = "django.db.models.BigAutoField"
