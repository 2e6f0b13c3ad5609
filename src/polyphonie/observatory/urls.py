from django.urls import URLPattern, URLResolver, path

from .views import collecting, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("observatoire/", pages.indicators, name="indicators"),
    path("observatoire/i/<slug:code>/", pages.indicator, name="indicator"),
    path("observatoire/i/<slug:code>.csv", pages.indicator_csv, name="indicator_csv"),
    path("observatoire/i/<slug:code>.json", pages.indicator_json, name="indicator_json"),
    path("observatoire/i/<slug:code>/mesures/", pages.new_measure, name="measure_new"),
    path("observatoire/mesures/<uuid:uid>/publier/", pages.publish, name="measure_publish"),
    path("observatoire/collectes/", collecting.collections, name="collections"),
    path("observatoire/collectes/nouvelle/", collecting.new_collection, name="collection_new"),
    path("observatoire/collectes/<uuid:uid>/", collecting.collection, name="collection_round"),
    path("observatoire/reponses/<uuid:uid>/", collecting.submission, name="submission"),
    path("observatoire/reponses/<uuid:uid>.xlsx", collecting.workbook, name="submission_workbook"),
    path("observatoire/reponses/<uuid:uid>/classeur/", collecting.filled_workbook, name="submission_upload"),
    path("observatoire/reponses/<uuid:uid>/envoyer/", collecting.submit, name="submission_submit"),
    path("observatoire/reponses/<uuid:uid>/questionner/", collecting.query, name="submission_query"),
    path("observatoire/reponses/<uuid:uid>/signer/", collecting.sign, name="submission_sign"),
    path("observatoire/reponses/<uuid:uid>/publier/", collecting.publish, name="submission_publish"),
    path("observatoire/t/<slug:code>/", pages.profile, name="profile"),
    path("observatoire/t/<slug:code>.csv", pages.profile_csv, name="profile_csv"),
    path("observatoire/t/<slug:code>.json", pages.profile_as_json, name="profile_json"),
]
