from django.urls import URLPattern, URLResolver, path

from .views import desk, keeping, pages, writing

urlpatterns: list[URLPattern | URLResolver] = [
    path("preuves/", desk.desk, name="evidence_desk"),
    path("ressources/nouvelle/", keeping.new_resource, name="resource_new"),
    path("ressources/cadres/<uuid:uid>/deplacement/", keeping.move_context, name="openings_move"),
    path("ressources/<uuid:uid>/", pages.resource, name="resource"),
    path("ressources/<uuid:uid>.json", pages.resource_json, name="resource_json"),
    path("ressources/<uuid:uid>/modifier/", keeping.edit_resource, name="resource_edit"),
    path("ressources/<uuid:uid>/ouverture/", keeping.resource_opening, name="resource_opening"),
    path("ressources/<uuid:uid>/deplacement/", keeping.move_resource, name="resource_move"),
    path("ressources/<uuid:uid>/versions/", keeping.resource_version, name="resource_version"),
    path("ressources/<uuid:uid>/retrait/", keeping.resource_withdrawal, name="resource_withdrawal"),
    path("constats/nouveau/", writing.new_statement, name="statement_new"),
    path("constats/<uuid:uid>/", pages.statement, name="statement"),
    path("constats/<uuid:uid>.json", pages.statement_json, name="statement_json"),
    path("constats/<uuid:uid>/modifier/", writing.edit_statement, name="statement_edit"),
    path("constats/<uuid:uid>/langues/", writing.add_language, name="statement_language"),
    path("constats/<uuid:uid>/retrait/", writing.statement_withdrawal, name="statement_withdrawal"),
    path("chiffres/nouveau/", writing.new_figure, name="figure_new"),
    path("chiffres/<uuid:uid>/", pages.figure, name="figure"),
    path("chiffres/<uuid:uid>.json", pages.figure_json, name="figure_json"),
    path("chiffres/<uuid:uid>.csv", pages.figure_csv, name="figure_csv"),
    path("chiffres/<uuid:uid>/modifier/", writing.edit_figure, name="figure_edit"),
    path("chiffres/<uuid:uid>/remplacement/", writing.replace_figure, name="figure_replace"),
    path("desaccords/nouveau/", writing.new_conflict, name="conflict_new"),
    path("desaccords/<uuid:uid>/retrait/", writing.conflict_withdrawal, name="conflict_withdrawal"),
]
