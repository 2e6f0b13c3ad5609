"""Words of the room that code relies on."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ConferenceKind(TextChoices):
    CONSENSUS = "consensus_conference", _("conférence de consensus")
    COMPARISON = "comparison_conference", _("conférence de comparaisons internationales")
    MEETING = "meeting", _("réunion d'instance")


class ConferenceState(TextChoices):
    DRAFT = "draft", _("en préparation")
    ANNOUNCED = "announced", _("annoncée")
    HELD = "held", _("tenue")
    CANCELLED = "cancelled", _("annulée")


class SessionKind(TextChoices):
    OPENING = "opening", _("ouverture")
    PLENARY = "plenary", _("séance plénière")
    TALK = "talk", _("exposé")
    WORKSHOP = "workshop", _("atelier participatif")
    SYNTHESIS = "synthesis", _("synthèse")
    DELIBERATION = "deliberation", _("délibération")
    CONCLUSION = "conclusion", _("conclusion")
    BREAK = "break", _("pause")
    OTHER = "other", _("autre séance")


class SessionAccess(TextChoices):
    PUBLIC = "public", _("séance publique")
    CLOSED = "closed", _("huis clos")


class ParticipationRole(TextChoices):
    """``discussant`` is the *grand témoin*."""

    SPEAKER = "speaker", _("exposé")
    EXPERT = "expert", _("expertise")
    MODERATOR = "moderator", _("modération")
    DISCUSSANT = "discussant", _("grand témoin")
    CHAIR = "chair", _("présidence")
    JURY_CHAIR = "jury_chair", _("présidence du jury")
    RAPPORTEUR = "rapporteur", _("rapport")
    INTERPRETER = "interpreter", _("interprétation")


class SiteKind(TextChoices):
    PARTNER = "partner", _("site d'une instance partenaire")
    ASSOCIATED_CONFERENCE = "associated_conference", _("conférence associée")
    ASSOCIATED_WORKSHOP = "associated_workshop", _("atelier associé")


class SiteMode(TextChoices):
    LIVE = "live", _("direct")
    DELAYED = "delayed", _("léger différé")
    REPLAY = "replay", _("rediffusion")


class SiteState(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("site", "proposé")
    INVITED = "invited", pgettext_lazy("site", "invité")
    ACCEPTED = "accepted", pgettext_lazy("site", "accepté")
    DECLINED = "declined", pgettext_lazy("site", "décliné")
    WITHDRAWN = "withdrawn", pgettext_lazy("site", "retiré")


class Answers(TextChoices):
    """When the answers to its own questions reach a delayed site."""

    AT_ONCE = "at_once", _("dès leur publication")
    WITH_PROGRAMME = "with_programme", _("à leur heure de programme")


class ReadinessQuestion(TextChoices):
    """After the six design questions of SUPPORT tool 14 (PMC3271825), in words of this house."""

    PRIORITY = "priority", _("La question est-elle une priorité ici, maintenant ?")
    AGENDA = "agenda", _("Le problème, les options et la mise en œuvre sont-ils tous à l'ordre du jour ?")
    BRIEF = "brief", _("Une note est-elle partie avant le jour dit ?")
    VOICES = "voices", _("Les personnes concernées sont-elles équitablement représentées ?")
    FACILITATION = (
        "facilitation",
        _("Y a-t-il une animation, et une règle sur l'attribution de ce qui est dit ?"),
    )
    OUTPUTS = "outputs", _("Les productions et leur suivi sont-ils décidés d'avance ?")


class Remedy(TextChoices):
    INTERPRETER_CHANNEL = "interpreter_channel", _("canal d'interprétation")
    TRANSLATED_PACK = "translated_pack", _("dossier traduit")
    ACCEPTED = "accepted", _("langue de la conférence acceptée")
