from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "polyphonie.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from polyphonie.network.models import Theme
        from polyphonie.web import navigation, permalinks, slots

        from . import receivers  # noqa: F401  the search follows the ledger from here on
        from .interfaces.parts import resolve_theme

        slots.declare("portal.home", "portal.theme")
        permalinks.register(Theme.urn_kind, resolve_theme)
        navigation.register(_("Thèmes"), "themes", order=10)
