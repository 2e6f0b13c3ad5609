"""Addresses. Pages stand under ``/fr/`` and ``/en/``; what machines read stands beside them."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from .settings import DEMO

handler400 = "polyphonie.web.errors.bad_request"
handler403 = "polyphonie.web.errors.forbidden"
handler404 = "polyphonie.web.errors.not_found"
handler500 = "polyphonie.web.errors.failed"

urlpatterns = [
    path("", include("polyphonie.web.machine_urls")),
    path("", include("polyphonie.conferences.machine_urls")),
    path("", include("polyphonie.portal.machine_urls")),
]

urlpatterns += i18n_patterns(
    path("", include("polyphonie.network.urls")),
    path("", include("polyphonie.evidence.urls")),
    path("", include("polyphonie.conferences.urls")),
    path("", include("polyphonie.assessments.urls")),
    path("", include("polyphonie.recommendations.urls")),
    path("", include("polyphonie.partnerships.urls")),
    path("", include("polyphonie.cooperation.urls")),
    path("", include("polyphonie.mobility.urls")),
    path("", include("polyphonie.governance.urls")),
    path("", include("polyphonie.observatory.urls")),
    path("", include("polyphonie.web.urls")),
    path("account/", include("allauth.urls")),
    *([path("", include("polyphonie.demo.urls"))] if DEMO else []),
    path("", include("polyphonie.portal.urls")),
)
