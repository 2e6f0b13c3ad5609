from django.apps import AppConfig
from django.conf import settings


class DemoConfig(AppConfig):
    name = "polyphonie.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        if settings.DEMO:
            from polyphonie.web import slots  # only where the demonstration runs

            from .banner import demo_banner

            slots.register("web.banner", demo_banner)
