from django.urls import URLPattern, URLResolver, path

from .views import machines

urlpatterns: list[URLPattern | URLResolver] = [
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
]
