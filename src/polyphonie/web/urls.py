from django.urls import path

from . import views

urlpatterns = [
    path("composants/", views.gallery, name="gallery"),
    path("accessibilite/", views.accessibility, name="accessibility"),
]
