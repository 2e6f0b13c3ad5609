from django.urls import URLPattern, URLResolver, path, register_converter

from .views import brief, drafting, feedback, reading, tree, workshop


class BriefLanguage:
    """The two languages in which the house draws a brief."""

    regex = "fr|en"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class BriefFormat(BriefLanguage):
    regex = "html|pdf|docx"


register_converter(BriefLanguage, "brief_language")
register_converter(BriefFormat, "brief_format")

urlpatterns: list[URLPattern | URLResolver] = [
    path("recommandations/<uuid:uid>/", reading.recommendation, name="recommendation"),
    path("recommandations/<uuid:uid>.json", reading.recommendation_json, name="recommendation_json"),
    path("recommandations/<uuid:uid>.csv", reading.recommendation_csv, name="recommendation_csv"),
    path(
        "recommandations/<uuid:uid>/revisions/<int:number>/",
        reading.recommendation,
        name="recommendation_revision",
    ),
    path("recommandations/<uuid:uid>/reviser/", drafting.revise, name="recommendation_revise"),
    path("recommandations/<uuid:uid>/publier/", drafting.publish, name="recommendation_publish"),
    path("recommandations/<uuid:uid>/retirer/", drafting.withdraw, name="recommendation_withdraw"),
    path("recommandations/<uuid:uid>/constats/", drafting.evidence, name="recommendation_evidence"),
    path("recommandations/<uuid:uid>/retour/", feedback.submit, name="submit_feedback"),
    path("recommandations/<uuid:uid>/suivi/", feedback.follow_up, name="record_follow_up"),
    path("retours/<uuid:uid>/", feedback.report, name="feedback"),
    path("retours/<uuid:uid>/publier/", feedback.publish, name="publish_feedback"),
    path("filiations/<uuid:uid>/", reading.answer, name="derivation"),
    path(
        "conferences/<slug:slug>/recommandations/", reading.of_conference, name="conference_recommendations"
    ),
    path("conferences/<slug:slug>/recommandations/nouvelle/", drafting.new, name="new_recommendation"),
    path("sites/<uuid:uid>/atelier/", workshop.whole, name="workshop"),
    path("sites/<uuid:uid>/atelier/ouvrir/", workshop.open_workshop, name="open_workshop"),
    path("sites/<uuid:uid>/atelier/nouvelle/", workshop.new_point, name="workshop_new"),
    path("sites/<uuid:uid>/atelier/panel/", workshop.panel, name="workshop_panel"),
    path("sites/<uuid:uid>/atelier/presence/", workshop.presence, name="workshop_presence"),
    path("sites/<uuid:uid>/atelier/decision/", workshop.decide, name="workshop_decide"),
    path("sites/<uuid:uid>/atelier/publication/", workshop.publish, name="workshop_publish"),
    path("sites/<uuid:uid>/atelier/<uuid:recommendation_uid>/", workshop.answer, name="workshop_answer"),
    path("sites/<uuid:uid>/note/", brief.edit, name="brief_edit"),
    path("sites/<uuid:uid>/note/<brief_language:language>.<brief_format:fmt>", brief.brief, name="brief"),
    path("themes/<slug:slug>/filiation/", tree.tree, name="theme_tree"),
    path("themes/<slug:slug>/filiation.csv", tree.tree_csv, name="theme_tree_csv"),
]
