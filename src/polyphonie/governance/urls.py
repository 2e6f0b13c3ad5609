from django.urls import URLPattern, URLResolver, path, register_converter

from .interfaces.record_documents import FINAL_ACT, MINUTES
from .views import deciding, following, reading, secretariat


class OneOf:
    """A word of a short list."""

    regex = ""

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class RecordKind(OneOf):
    regex = f"{MINUTES}|{FINAL_ACT}"


class RecordLanguage(OneOf):
    """The two languages in which the house draws a document."""

    regex = "fr|en"


class RecordFormat(OneOf):
    regex = "pdf|docx"


register_converter(RecordKind, "record_kind")
register_converter(RecordLanguage, "record_language")
register_converter(RecordFormat, "record_format")

urlpatterns: list[URLPattern | URLResolver] = [
    path("instances/<slug:slug>/reunions/nouvelle/", secretariat.call, name="meeting_call"),
    path("instances/<slug:slug>/suivi/", following.board, name="follow_up_board"),
    path("instances/<slug:slug>/suivi.csv", following.board_csv, name="follow_up_board_csv"),
    path("instances/<slug:slug>/regles/", secretariat.rules, name="instance_rules"),
    path("instances/<slug:slug>/membres/", secretariat.members, name="members_import"),
    path(
        "reunions/<slug:slug>/<record_kind:kind>.<record_language:language>.<record_format:fmt>",
        reading.record,
        name="meeting_record",
    ),
    path("reunions/<slug:slug>/", reading.meeting, name="meeting"),
    path("reunions/<slug:slug>.json", reading.meeting_json, name="meeting_json"),
    path("reunions/<slug:slug>/documents.csv", reading.documents_csv, name="meeting_documents_csv"),
    path("reunions/<slug:slug>/salle/", secretariat.seat, name="meeting_seat"),
    path("reunions/<slug:slug>/points/nouveau/", secretariat.new_item, name="meeting_item"),
    path("reunions/<slug:slug>/etape/", secretariat.advance, name="meeting_advance"),
    path("reunions/<slug:slug>/documents/nouveau/", secretariat.new_document, name="meeting_document"),
    path("reunions/<slug:slug>/delegations/", secretariat.invite, name="meeting_invite"),
    path("reunions/<slug:slug>/appel/", secretariat.roll, name="meeting_roll"),
    path("reunions/<slug:slug>/decisions/nouvelle/", deciding.new, name="decision_new"),
    path("points/<uuid:uid>/issue/", secretariat.outcome, name="item_outcome"),
    path("points/<uuid:uid>/ordre/", secretariat.move, name="item_move"),
    path("documents-officiels/<uuid:uid>/", secretariat.document, name="official_document"),
    path("documents-officiels/<uuid:uid>/echeance/", secretariat.deadline, name="document_deadline"),
    path("documents-officiels/<uuid:uid>/<slug:step>/", secretariat.version_step, name="document_step"),
    path("delegations/<uuid:uid>/", secretariat.name, name="delegation_name"),
    path("pouvoirs/<uuid:uid>/", secretariat.credential, name="credential"),
    path("pouvoirs/<uuid:uid>/regler/", secretariat.settle, name="credential_settle"),
    path("decisions/<uuid:uid>/texte/", deciding.reword, name="decision_reword"),
    path("decisions/<uuid:uid>/deposer/", deciding.table, name="decision_table"),
    path("decisions/<uuid:uid>/debat/", deciding.debate, name="decision_debate"),
    path("decisions/<uuid:uid>/objection/", deciding.objection, name="decision_objection"),
    path("decisions/<uuid:uid>/objection/<int:number>/lever/", deciding.lift, name="objection_lift"),
    path("decisions/<uuid:uid>/vote/", deciding.vote, name="decision_vote"),
    path("decisions/<uuid:uid>/adopter/", deciding.adopt, name="decision_adopt"),
    path("decisions/<uuid:uid>/mettre-de-cote/", deciding.set_aside, name="decision_set_aside"),
    path("decisions/<uuid:uid>/relancer/", following.remind, name="follow_up_remind"),
    path("decisions/<uuid:uid>/clore/", following.close, name="follow_up_close"),
    path("decisions/<uuid:uid>/suivi/<slug:member>/", following.report, name="follow_up_report"),
    path("decisions/<uuid:uid>/suivi.csv", following.reports_csv, name="follow_up_csv"),
]
