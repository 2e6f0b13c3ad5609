from django.urls import URLPattern, URLResolver, path

from .views import keeping, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("ressources/<uuid:uid>/", pages.resource, name="resource"),
    path("ressources/<uuid:uid>.json", pages.resource_json, name="resource_json"),
    path("ressources/<uuid:uid>/ouverture/", keeping.resource_opening, name="resource_opening"),
    path("ressources/<uuid:uid>/versions/", keeping.resource_version, name="resource_version"),
    path("ressources/<uuid:uid>/retrait/", keeping.resource_withdrawal, name="resource_withdrawal"),
    path("constats/<uuid:uid>/", pages.statement, name="statement"),
    path("constats/<uuid:uid>.json", pages.statement_json, name="statement_json"),
    path("chiffres/<uuid:uid>/", pages.figure, name="figure"),
    path("chiffres/<uuid:uid>.json", pages.figure_json, name="figure_json"),
    path("chiffres/<uuid:uid>.csv", pages.figure_csv, name="figure_csv"),
]
