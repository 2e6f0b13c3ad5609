"""A practice card: what was seen that may travel, on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Theme

from ..enums import EffectEvidence, ObservationState, Verdict
from ..models import Observation, PracticeCard, Visit
from .refusals import WordingMissing, WrittenMeanwhile, check_choice
from .visits import open_visit

NO_TEXT = LocalisedText()


class PracticeCitesNothing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Une fiche pratique repose sur une fiche d'observation au moins ; choisissez laquelle."),
            field="cites",
        )


class SheetNotCitable(Refusal):
    """A sheet of another visit, a draft, or one that was withdrawn."""

    def __init__(self) -> None:
        super().__init__(
            _("On ne cite que les fiches partagées de cette visite ; partagez la vôtre, puis choisissez-la."),
            field="cites",
        )


class PracticeAlreadyPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette fiche pratique est déjà publiée ; rien n'est à refaire."))


class VisitNotPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("La visite n'est pas publiée ; publiez-la d'abord, pour que chacun lise d'où vient la fiche.")
        )


@dataclass(frozen=True, kw_only=True)
class Practice:
    """What a card says."""

    title: LocalisedText
    practice: LocalisedText
    preconditions: LocalisedText
    effect_evidence: str
    verdict: str
    verdict_reason: LocalisedText
    place: LocalisedText = NO_TEXT
    effect: LocalisedText = NO_TEXT
    how_to_try: LocalisedText = NO_TEXT
    themes: Sequence[Theme] = ()
    cites: Sequence[Observation] = ()

    @classmethod
    def of(cls, card: PracticeCard) -> Practice:
        """The card as it stands now: what a change starts from."""
        values: dict[str, Any] = {name: getattr(card, name) for name in COLUMNS}
        return cls(
            **values,
            themes=tuple(card.themes.order_by("pk")),
            cites=tuple(card.cites.order_by("pk")),
        )

    def check(self, visit: Visit) -> None:
        """Pass, or refuse what a card cannot leave out."""
        for name, label in (
            ("title", _("titre")),
            ("practice", _("ce qui se fait")),
            ("preconditions", _("conditions")),
            ("verdict_reason", _("pourquoi ce jugement")),
        ):
            if not getattr(self, name):
                raise WordingMissing(name, label)
        check_choice(self.effect_evidence, EffectEvidence, "effect_evidence")
        check_choice(self.verdict, Verdict, "verdict")
        if not self.cites:
            raise PracticeCitesNothing()
        for sheet in self.cites:
            if sheet.visit_id != visit.pk or sheet.state != ObservationState.SHARED:
                raise SheetNotCitable()


COLUMNS = tuple(f.name for f in fields(Practice) if f.name not in {"themes", "cites"})


def draft_practice(
    *,
    visit: Visit,
    practice: Practice,
    by: Actor,
    at: datetime,
    is_fictitious: bool = False,
) -> PracticeCard:
    """Begin a card from shared sheets of a visit; the team and its organiser read it until it is out."""
    with ledger.act("mobility.draft_practice", by=by, at=at) as act:
        permit("mobility.draft_practice", by, visit)
        held = open_visit(visit)
        practice.check(held)
        card = PracticeCard(visit=held, created_at=at, is_fictitious=is_fictitious or held.is_fictitious)
        _write(card, practice)
        act.on(card.urn)
        act.note(visit=held.urn, cites=[sheet.urn for sheet in practice.cites])
        return card


def change_practice(
    *, card: PracticeCard, version: int, practice: Practice, by: Actor, at: datetime
) -> PracticeCard:
    """Write a card anew. If it was written since ``version``, both are shown and nothing is overwritten."""
    with ledger.act("mobility.change_practice", by=by, at=at) as act:
        permit("mobility.keep_practice", by, card)
        held = _lock(card)
        practice.check(held.visit)
        if held.version != version:
            raise WrittenMeanwhile(theirs=Practice.of(held), mine=practice)
        held.version += 1
        _write(held, practice)
        act.on(held.urn)
        act.note(version=held.version)
        return held


def publish_practice(*, card: PracticeCard, by: Actor, at: datetime) -> PracticeCard:
    """Open the card to everybody. The sheets it rests on stay as open or as closed as they are."""
    with ledger.act("mobility.publish_practice", by=by, at=at) as act:
        permit("mobility.run_visit", by, card.visit)
        held = _lock(card)
        if held.published_at is not None:
            raise PracticeAlreadyPublished()
        if not held.visit.is_public(at):
            raise VisitNotPublished()
        held.published_at = at
        held.version += 1
        held.save(update_fields=["published_at", "version"])
        act.on(held.urn)
        return held


def _lock(card: PracticeCard) -> PracticeCard:
    return (
        PracticeCard.objects.select_for_update(of=("self",))
        .select_related("visit__flow__organiser", "visit__team")
        .get(pk=card.pk)
    )


def _write(card: PracticeCard, practice: Practice) -> None:
    for name in COLUMNS:
        setattr(card, name, getattr(practice, name))
    card.save()
    card.themes.set(practice.themes)
    card.cites.set(practice.cites)
