"""Words of the room that code relies on."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class FactKind(TextChoices):
    """What is written of a body, each reading with its own source; readings that disagree stand together."""

    CREATION = "creation", pgettext_lazy("body", "Création")
    SEAT = "seat", pgettext_lazy("body", "Siège")
    MEMBER_COUNT = "member_count", pgettext_lazy("body", "Nombre de membres")
    MISSION = "mission", pgettext_lazy("body", "Missions")
    PROGRAMME = "programme", pgettext_lazy("body", "Programmes")
    PRESIDENCY = "presidency", pgettext_lazy("body", "Présidence")
    MEETING = "meeting", pgettext_lazy("body", "Réunions dont les jours ne sont pas connus")
    OTHER = "other", pgettext_lazy("body", "Autres faits")


class MeetingState(TextChoices):
    CALLED = "called", pgettext_lazy("meeting", "convoquée")
    DOCUMENTS_OPEN = "documents_open", pgettext_lazy("meeting", "documents ouverts")
    EXPERTS = "experts", pgettext_lazy("meeting", "étape des experts")
    MINISTERS = "ministers", pgettext_lazy("meeting", "étape des ministres")
    ADOPTED = "adopted", pgettext_lazy("meeting", "travaux adoptés")
    ACTS_PUBLISHED = "acts_published", pgettext_lazy("meeting", "actes publiés")
    FOLLOWED = "followed", pgettext_lazy("meeting", "en suivi")
    ARCHIVED = "archived", pgettext_lazy("meeting", "archivée")


AFTER_THE_SITTING = frozenset({MeetingState.ACTS_PUBLISHED, MeetingState.FOLLOWED, MeetingState.ARCHIVED})


class Stage(TextChoices):
    EXPERTS = "experts", pgettext_lazy("stage", "experts")
    MINISTERS = "ministers", pgettext_lazy("stage", "ministres")


class Distribution(TextChoices):
    """Who reads an item of the agenda or a document."""

    GENERAL = "general", pgettext_lazy("distribution", "générale")
    LIMITED = "limited", pgettext_lazy("distribution", "limitée aux membres invités")
    RESTRICTED = "restricted", pgettext_lazy("distribution", "restreinte à la salle")


class Purpose(TextChoices):
    INFORM = "inform", pgettext_lazy("purpose", "information")
    DISCUSS = "discuss", pgettext_lazy("purpose", "échange")
    DECIDE = "decide", pgettext_lazy("purpose", "décision")


class Capacity(TextChoices):
    """In which capacity somebody is part of a delegation. It is always said."""

    HEAD = "head", pgettext_lazy("capacity", "chef de délégation")
    MINISTER = "minister", pgettext_lazy("capacity", "ministre")
    ALTERNATE = "alternate", pgettext_lazy("capacity", "suppléant")
    CORRESPONDENT = "correspondent", pgettext_lazy("capacity", "correspondant national")
    EXPERT = "expert", pgettext_lazy("capacity", "expert")
    ADVISER = "adviser", pgettext_lazy("capacity", "conseiller")
    INTERPRETER = "interpreter", pgettext_lazy("capacity", "interprète")


SPEAKING = frozenset({Capacity.HEAD, Capacity.MINISTER, Capacity.ALTERNATE})


class CredentialState(TextChoices):
    EXPECTED = "expected", pgettext_lazy("credential", "attendus")
    RECEIVED = "received", pgettext_lazy("credential", "reçus")
    CHECKED = "checked", pgettext_lazy("credential", "vérifiés")
    ACCEPTED = "accepted", pgettext_lazy("credential", "acceptés")
    QUERIED = "queried", pgettext_lazy("credential", "à préciser")
    PROVISIONAL = "provisional", pgettext_lazy("credential", "provisoires")
    REFUSED = "refused", pgettext_lazy("credential", "refusés")


class DocumentKind(TextChoices):
    AGENDA = "agenda", pgettext_lazy("document", "ordre du jour")
    PARTICIPANTS = "participants", pgettext_lazy("document", "liste des participants")
    REFLECTION = "reflection", pgettext_lazy("document", "document de réflexion et d'orientation")
    REPORT = "report", pgettext_lazy("document", "rapport")
    SESSION_REPORT = "session_report", pgettext_lazy("document", "rapport de session")
    INTERSESSION_REPORT = "intersession_report", pgettext_lazy("document", "rapport général d'intersession")
    COMMUNIQUE = "communique", pgettext_lazy("document", "communiqué")
    DECISION = "decision", pgettext_lazy("document", "décision")
    ACTS = "acts", pgettext_lazy("document", "actes")
    SPEECH = "speech", pgettext_lazy("document", "discours")


class SymbolSuffix(TextChoices):
    """``Rev`` replaces the document before it, ``Add`` adds to it, ``Corr`` corrects it."""

    NONE = "", pgettext_lazy("suffix", "document nouveau")
    REV = "Rev", pgettext_lazy("suffix", "révision (remplace)")
    ADD = "Add", pgettext_lazy("suffix", "additif (complète)")
    CORR = "Corr", pgettext_lazy("suffix", "rectificatif (corrige)")


class VersionState(TextChoices):
    AWAITED = "awaited", pgettext_lazy("version", "attendue")
    DRAFT = "draft", pgettext_lazy("version", "en préparation")
    PROOFREAD = "proofread", pgettext_lazy("version", "relue")
    ISSUED = "issued", pgettext_lazy("version", "parue")


class DecisionState(TextChoices):
    DRAFT = "draft", pgettext_lazy("decision", "en rédaction")
    TABLED = "tabled", pgettext_lazy("decision", "déposée")
    IN_DEBATE = "in_debate", pgettext_lazy("decision", "en débat")
    ADOPTED = "adopted", pgettext_lazy("decision", "adoptée")
    WITH_RESERVATIONS = "adopted_with_reservations", pgettext_lazy("decision", "adoptée avec réserves")
    NOT_ADOPTED = "not_adopted", pgettext_lazy("decision", "non adoptée")
    DEFERRED = "deferred", pgettext_lazy("decision", "renvoyée à plus tard")
    WITHDRAWN = "withdrawn", pgettext_lazy("decision", "retirée")
    IN_FOLLOW_UP = "in_follow_up", pgettext_lazy("decision", "en suivi")
    CLOSED = "closed", pgettext_lazy("decision", "suivi clos")


STANDING = frozenset(
    {
        DecisionState.ADOPTED,
        DecisionState.WITH_RESERVATIONS,
        DecisionState.IN_FOLLOW_UP,
        DecisionState.CLOSED,
    }
)


class Mode(TextChoices):
    CONSENSUS = "consensus", pgettext_lazy("mode", "par consensus")
    VOTE = "vote", pgettext_lazy("mode", "par vote à l'appel des membres")


class ObjectionKind(TextChoices):
    RESERVATION = "reservation", pgettext_lazy("objection", "réserve")
    STAND_ASIDE = "stand_aside", pgettext_lazy("objection", "ne s'associe pas")
    BLOCK = "block", pgettext_lazy("objection", "opposition")


class Choice(TextChoices):
    YES = "yes", pgettext_lazy("ballot", "pour")
    NO = "no", pgettext_lazy("ballot", "contre")
    ABSTAIN = "abstain", pgettext_lazy("ballot", "abstention")


class Progress(TextChoices):
    """What became of a decision at home. No report is none of these: it is said as such."""

    NOT_STARTED = "not_started", pgettext_lazy("progress", "pas commencé")
    UNDER_WAY = "under_way", pgettext_lazy("progress", "en cours")
    DONE = "done", pgettext_lazy("progress", "fait")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("progress", "sans objet")
    DECLINED = "declined", pgettext_lazy("progress", "décliné")
