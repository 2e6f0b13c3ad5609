from django.urls import URLPattern, URLResolver, path

from .views import comparing, computing, reading

urlpatterns: list[URLPattern | URLResolver] = [
    path("evaluations/", reading.rounds, name="rounds"),
    path("evaluations/jeux/deposer/", computing.new_dataset, name="dataset_new"),
    path("evaluations/jeux/<uuid:uid>/", reading.dataset, name="dataset"),
    path("evaluations/jeux/<uuid:uid>/decrire/", computing.describe, name="dataset_describe"),
    path("evaluations/jeux/<uuid:uid>/ouvrir/", computing.open_, name="dataset_open"),
    path("evaluations/jeux/<uuid:uid>/retirer/", computing.withdraw, name="dataset_withdraw"),
    path("evaluations/jeux/<uuid:uid>/fichier.csv", computing.dataset_file, name="dataset_file"),
    path("evaluations/jeux/<uuid:uid>/calculer/", computing.new_run, name="run_new"),
    path("evaluations/jeux/<uuid:uid>/seuils/", computing.new_threshold, name="threshold_new"),
    path("evaluations/calculs/<uuid:uid>/", reading.run, name="run"),
    path("evaluations/calculs/<uuid:uid>.csv", reading.run_csv, name="run_csv"),
    path("evaluations/calculs/<uuid:uid>.json", reading.run_json, name="run_json"),
    path("evaluations/calculs/<uuid:uid>/annuler/", computing.cancel, name="run_cancel"),
    path("evaluations/calculs/<uuid:uid>/relire/", computing.review, name="run_review"),
    path("evaluations/calculs/<uuid:uid>/publier/", computing.publish, name="run_publish"),
    path("evaluations/calculs/<uuid:uid>/chiffre/", computing.new_figure, name="run_figure"),
    path("evaluations/comparer/", comparing.compare, name="figures_compare"),
    path("evaluations/<slug:slug>/chiffres/", comparing.report, name="figure_report"),
    path("evaluations/<slug:slug>/tendances/", comparing.trends, name="trends"),
    path("evaluations/<slug:slug>/<int:year>/", reading.round_, name="round"),
    path("evaluations/<slug:slug>/<int:year>.json", reading.round_json, name="round_json"),
]
