from django.urls import URLPattern, URLResolver, path

from .views import keeping, reading

urlpatterns: list[URLPattern | URLResolver] = [
    path("projets/", reading.projects, name="projects"),
    path("projets/nouveau/", keeping.new_project, name="project_new"),
    path("projets/<slug:slug>/", reading.project, name="project"),
    path("projets/<slug:slug>.json", reading.project_json, name="project_json"),
    path("projets/<slug:slug>.csv", reading.project_csv, name="project_csv"),
    path("projets/<slug:slug>/modifier/", keeping.edit_project, name="project_edit"),
    path("projets/<slug:slug>/participants/", keeping.new_participation, name="project_participation"),
    path("projets/<slug:slug>/financements/", keeping.new_funding_line, name="project_funding"),
    path("projets/<slug:slug>/jalons/", keeping.new_milestone, name="project_milestone"),
    path("projets/<slug:slug>/publier/", keeping.publish, name="project_publish"),
    path("projets/<slug:slug>/recommandations/", keeping.link, name="project_link"),
]
