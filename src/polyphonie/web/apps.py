from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "polyphonie.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import slots  # the registries are filled once applications are ready

        slots.declare("web.banner", "web.footer")
