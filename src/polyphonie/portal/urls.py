from django.urls import URLPattern, URLResolver, path

from .views import machines, pages
from .views.search import search

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("themes/", pages.themes, name="themes"),
    path("themes/<slug:slug>/", pages.theme, name="theme"),
    path("themes/<slug:slug>.csv", pages.theme_csv, name="theme_csv"),
    path("recherche/", search, name="search"),
    path("mon-dossier/", pages.dossier, name="dossier"),
    path("sources/", pages.sources, name="sources"),
    path("api/", pages.api_guide, name="api_guide"),
    path("flux/recommandations.atom", machines.feed_recommendations, name="feed_recommendations"),
    path("flux/conferences.atom", machines.feed_conferences, name="feed_conferences"),
    path("agenda/conferences.ics", machines.calendar, name="calendar"),
]
