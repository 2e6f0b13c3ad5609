from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "polyphonie.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import receivers  # noqa: F401  # models exist only now
