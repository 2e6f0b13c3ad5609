from django.urls import URLPattern, URLResolver, path

from .views import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("themes/", pages.themes, name="themes"),
    path("themes/<slug:slug>/", pages.theme, name="theme"),
    path("themes/<slug:slug>.csv", pages.theme_csv, name="theme_csv"),
    path("sources/", pages.sources, name="sources"),
]
