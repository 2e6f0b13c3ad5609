"""Words of the room that code relies on."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProcessKind(TextChoices):
    CONSENSUS = "consensus_conference", _("conférence de consensus")
    COMPARISON = "international_comparison", _("comparaison internationale")
    WORKSHOP = "workshop", _("atelier")
    MEETING = "meeting", _("réunion d'instance")


class RecommendationKind(TextChoices):
    RECOMMENDATION = "recommandation", _("recommandation")
    PROPOSAL = "preconisation", _("préconisation")
    CONTEXTUALISED = "contextualisee", _("préconisation contextualisée")
    DECISION = "decision", pgettext_lazy("recommendation", "décision")


class RevisionState(TextChoices):
    DRAFT = "draft", _("en rédaction")
    PUBLISHED = "published", _("publiée")
    WITHDRAWN = "withdrawn", _("retirée")


class Translation(TextChoices):
    ORIGINAL = "original", _("texte original")
    REVIEWED = "reviewed", _("traduction relue")
    MACHINE = "machine", _("traduction automatique, non relue")


class BlockType(TextChoices):
    PARAGRAPH = "paragraph", _("paragraphe")
    ITEM = "item", _("élément de liste")
    POPULATION = "population", _("public visé")
    CONDITIONS = "conditions", _("conditions")


class Stance(TextChoices):
    SUPPORTS = "supports", _("appuie")
    QUALIFIES = "qualifies", _("nuance")
    CONTRADICTS = "contradicts", _("contredit")


class Relation(TextChoices):
    ADOPTED = "adopted", _("retenue telle quelle")
    ADAPTED = "adapted", _("adaptée")
    NOT_ADOPTED = "not_adopted", _("non retenue")
    DEFERRED = "deferred", _("différée")
    DE_NOVO = "de_novo", _("nouvelle")
    MERGED = "merged", _("fusionnée")
    SPLIT = "split", _("scindée")


WITH_TEXT = frozenset({Relation.ADOPTED, Relation.ADAPTED, Relation.DE_NOVO, Relation.MERGED, Relation.SPLIT})
ONE_ANSWER = frozenset({Relation.ADOPTED, Relation.ADAPTED, Relation.NOT_ADOPTED, Relation.DEFERRED})


class SiteProcessState(TextChoices):
    RECEIVED = "received", _("reçues")
    CONTEXTUALISING = "contextualising", _("en contextualisation")
    DECIDED = "decided", _("décidées par le panel")
    PUBLISHED = "published", _("publiées")
    REVIEW_NEEDED = "review_needed", _("à revoir : la source a changé")


class ActionRelation(TextChoices):
    IMPLEMENTS = "implements", _("met en œuvre")
    ILLUSTRATES = "illustrates", _("illustre")
    PRECEDES = "precedes", _("précède")


class Precision(TextChoices):
    DAY = "day", _("jour")
    MONTH = "month", _("mois")
    YEAR = "year", _("année")


class ActionVisibility(TextChoices):
    PUBLIC = "public", _("tout public")
    PARTNERS = "partners", _("personnes connectées avec un mandat")
    BODY = "body", _("l'instance qui agit")


class SeatRole(TextChoices):
    CHAIR = "chair", _("présidence")
    MEMBER = "member", _("membre")
    RAPPORTEUR = "rapporteur", _("rapport")
