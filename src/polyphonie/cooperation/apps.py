from django.apps import AppConfig


class CooperationConfig(AppConfig):
    name = "polyphonie.cooperation"
    label = "cooperation"
    default_auto_field = "django.db.models.BigAutoField"
