"""What a site's answers to the host's recommendations are refused for, each with the way out."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.errors import Refusal

from ..enums import Relation
from ..models import Derivation

REASON_LIMIT = 5_000

REASON_SENTENCES = {
    Relation.ADOPTED: _("Dites pourquoi le point %(code)s est retenu tel quel : une phrase suffit."),
    Relation.ADAPTED: _("Dites pourquoi le point %(code)s est adapté : une phrase suffit."),
    Relation.NOT_ADOPTED: _("Dites pourquoi le point %(code)s n'est pas retenu : une phrase suffit."),
    Relation.DEFERRED: _("Dites pourquoi le point %(code)s est différé : une phrase suffit."),
    Relation.DE_NOVO: _("Dites pourquoi le point %(code)s est nouveau : une phrase suffit."),
    Relation.MERGED: _("Dites pourquoi le point %(code)s est fusionné : une phrase suffit."),
    Relation.SPLIT: _("Dites pourquoi le point %(code)s est scindé : une phrase suffit."),
}


class DerivationReasonMissing(Refusal):
    """An answer without a reason, or with one that nobody can read."""

    def __init__(self, relation: str, code: str) -> None:
        super().__init__(REASON_SENTENCES[Relation(relation)] % {"code": code}, field="reason")


class ReasonTooLong(Refusal):
    def __init__(self, length: int) -> None:
        super().__init__(
            _("La raison compte %(length)d signes ; la limite est %(limit)d. Gardez l'essentiel.")
            % {"length": length, "limit": REASON_LIMIT},
            field="reason",
        )


class EvidenceMissing(Refusal):
    """The process fixed beforehand that each answer shows what it rests on."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("Ce processus demande un constat par réponse : liez-en un au point %(code)s.") % {"code": code},
            field="evidence",
        )


class SourceNotOffered(Refusal):
    """A text that the site's process does not work on."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("Le point %(code)s n'est pas de ceux que ce site reprend ; choisissez-le dans son atelier.")
            % {"code": code},
            field="source",
        )


class SourceNotPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Cette révision n'est pas publiée ; on ne reprend qu'un texte publié."), field="source"
        )


class SourceNotCurrent(Refusal):
    """The host has published a newer text."""

    def __init__(self, code: str, number: int) -> None:
        super().__init__(
            _("Le point %(code)s a une révision %(number)d, plus récente ; lisez-la et répondez-lui.")
            % {"code": code, "number": number},
            field="source",
        )


class AlreadyAnswered(Refusal):
    """A site answers a recommendation once. The standing answer can be changed."""

    def __init__(self, standing: Derivation) -> None:
        super().__init__(
            _(
                "Votre site a déjà répondu au point %(code)s (%(relation)s) ; "
                "changez cette réponse, l'ancienne reste dans l'historique."
            )
            % {"code": standing.code, "relation": standing.get_relation_display()}
        )
        self.standing = standing


class NothingAdapted(Refusal):
    """An adaptation that says the same."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _(
                "Votre texte dit la même chose que le point %(code)s : retenez-le tel quel, ou changez le texte."
            )
            % {"code": code},
            field="relation",
        )


class NotTheSameWording(Refusal):
    """Kept as it is, said the form; the text says otherwise."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("Votre texte n'est plus celui du point %(code)s : dites-le adapté, ou reprenez le texte.")
            % {"code": code},
            field="relation",
        )


class RelationWithoutText(Refusal):
    def __init__(self, relation: str) -> None:
        super().__init__(
            _(
                "« %(relation)s » ne va pas avec un texte ; choisissez « adaptée » ou « retenue telle quelle »."
            )
            % {"relation": relation},
            field="relation",
        )


class ReviewDateMissing(Refusal):
    def __init__(self, code: str) -> None:
        super().__init__(
            _("Dites à quelle date le point %(code)s sera repris.") % {"code": code}, field="review_on"
        )


class ReviewDatePast(Refusal):
    def __init__(self, code: str, day: date) -> None:
        super().__init__(
            _("Le %(day)s est passé ; donnez au point %(code)s une date à venir.")
            % {"code": code, "day": day.strftime("%d/%m/%Y")},
            field="review_on",
        )


class LineageCircle(Refusal):
    """A text may not descend from itself."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("Le point %(code)s descend déjà de ce texte ; une filiation ne revient pas à son origine.")
            % {"code": code},
            field="source",
        )
