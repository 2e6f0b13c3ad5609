from django.urls import path

from . import views

urlpatterns = [
    path("", views.choose_language, name="root"),
    path("id/<slug:kind>/<uuid:uid>", views.permalink, name="permalink"),
    path("files/<uuid:uid>", views.stored_file, name="stored_file"),
]
