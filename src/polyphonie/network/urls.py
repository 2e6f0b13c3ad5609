from django.urls import URLPattern, URLResolver, path

from .views import account, directory

urlpatterns: list[URLPattern | URLResolver] = [
    path("organisations/", directory.organisations, name="organisations"),
    path("organisations/<slug:slug>/", directory.organisation, name="organisation"),
    path("territoires/<slug:code>/", directory.territory, name="territory"),
    path("mon-compte/", account.my_account, name="my_account"),
    path("mon-compte/reglages/", account.set_my_preferences, name="set_my_preferences"),
    path("mon-compte/accord/", account.set_my_consent, name="set_my_consent"),
    path("mon-compte/calendrier/", account.renew_my_calendar, name="renew_my_calendar"),
    path("mon-compte/avis/<uuid:uid>/", account.settle_my_notice, name="settle_my_notice"),
    path("calendrier/<str:token>.ics", account.my_calendar, name="my_calendar"),
    path("connexion/<str:token>/", account.sign_in_by_link, name="sign_in_by_link"),
]
