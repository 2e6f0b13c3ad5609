from django.urls import path

from . import views

urlpatterns = [
    path("demo/", views.welcome, name="welcome"),
    path("demo/entree/<str:token>", views.enter, name="demo_enter"),
    path("demo/identite/<slug:key>", views.become, name="demo_become"),
    path("demo/horloge/", views.move_clock, name="demo_clock"),
]
