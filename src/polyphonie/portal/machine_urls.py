from django.urls import URLPattern, URLResolver, path

from .interfaces import api
from .views import machines

urlpatterns: list[URLPattern | URLResolver] = [
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
    path("api/v1/", api.urls),
    path("api/v1/<path:rest>", machines.api_unknown, name="api_unknown"),
]
