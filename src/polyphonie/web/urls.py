from django.urls import path

from . import views

urlpatterns = [
    path("composants/", views.gallery, name="gallery"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("compte/image-du-secret.svg", views.totp_picture, name="totp_picture"),
]
