from django.urls import URLPattern, URLResolver, path

from .views import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("observatoire/", pages.indicators, name="indicators"),
    path("observatoire/i/<slug:code>/", pages.indicator, name="indicator"),
    path("observatoire/i/<slug:code>.csv", pages.indicator_csv, name="indicator_csv"),
    path("observatoire/i/<slug:code>.json", pages.indicator_json, name="indicator_json"),
    path("observatoire/i/<slug:code>/mesures/", pages.new_measure, name="measure_new"),
    path("observatoire/mesures/<uuid:uid>/publier/", pages.publish, name="measure_publish"),
    path("observatoire/t/<slug:code>/", pages.profile, name="profile"),
    path("observatoire/t/<slug:code>.csv", pages.profile_csv, name="profile_csv"),
    path("observatoire/t/<slug:code>.json", pages.profile_as_json, name="profile_json"),
]
