"""The ASGI application: Django for pages and verbs; the live streams beside it."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polyphonie.config.settings")

application = get_asgi_application()
