"""A sheet: written by one member of a team, shared as far as the team says, withdrawn without trace."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Exists
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal, Unknown
from polyphonie.kernel.localised import LANGUAGE_TAG, LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.queries.standing import person_of

from ..enums import Audience, EffectEvidence, ObservationState, Verdict
from ..models import CellNote, Criterion, Host, Observation, Photo, SentEdit, Visit
from ..models.observation import still_blind
from ..states import OBSERVATION
from .ratings import RatingOutsideScale
from .refusals import NotOnTheList, WrittenMeanwhile, check_choice, check_text, spoken
from .visits import HostOfAnotherVisit, check_cell, open_visit


class FactMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Notez au moins un fait : ce qui a été vu, dit ou lu, sans jugement. Une phrase suffit."),
            field="fact",
        )


class VerdictWithoutReason(Refusal):
    def __init__(self, verdict: Any) -> None:
        super().__init__(
            _("Vous jugez cela « %(verdict)s » : dites pourquoi, une phrase suffit.") % {"verdict": verdict},
            field="verdict_reason",
        )


class ObservedOutsideVisit(Refusal):
    def __init__(self, local: datetime, visit: Visit) -> None:
        super().__init__(
            _("La fiche porte le %(day)s ; la visite va du %(first)s au %(last)s. Corrigez le jour.")
            % {
                "day": spoken(local.date()),
                "first": spoken(visit.start_date),
                "last": spoken(visit.end_date),
            },
            field="day",
        )


class NotYourSheet(Refusal):
    """Known to the reader, written by somebody else."""

    status_code = 403

    def __init__(self) -> None:
        super().__init__(
            _(
                "Chacun change ses propres fiches ; demandez à la personne qui a écrit celle-ci, ou écrivez la vôtre."
            )
        )


class SheetIsShared(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Cette fiche est partagée et ne change plus ; retirez-la, ou écrivez-en une autre pour la case."
            )
        )


class UuidOfAnotherSheet(Refusal):
    """The number that a device gave belongs to a sheet of somebody else."""

    def __init__(self) -> None:
        super().__init__(
            _("Cet envoi porte le numéro d'une autre fiche ; rechargez la page et envoyez de nouveau.")
        )


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What a sheet says. Fact and interpretation stand apart; transferability is optional, whole or not."""

    fact: str
    observed_at: datetime
    interpretation: str = ""
    evidence: str = ""
    language: str = "fr"
    host: Host | None = None
    source_role: str = ""
    preconditions: str = ""
    change_needed: str = ""
    effect_evidence: str = ""
    decided_by: str = ""
    verdict: str = ""
    verdict_reason: str = ""
    rating: int | None = None

    @classmethod
    def of(cls, observation: Observation) -> Sheet:
        """The sheet as it stands now: what a change starts from."""
        return cls(**{f.name: getattr(observation, f.name) for f in fields(cls)})

    def checked(self, visit: Visit, criterion: Criterion) -> dict[str, Any]:
        """The columns to be written, or a refusal of what a sheet cannot say. The words of the chosen
        degree are frozen with it."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        for name in TEXTS:
            values[name] = check_text(values[name], name)
        if not values["fact"]:
            raise FactMissing()
        if not LANGUAGE_TAG.match(self.language):
            raise NotOnTheList(self.language, ("fr", "en", "de"), "language")
        if self.effect_evidence:
            check_choice(self.effect_evidence, EffectEvidence, "effect_evidence")
        if self.verdict:
            check_choice(self.verdict, Verdict, "verdict")
            if not values["verdict_reason"]:
                raise VerdictWithoutReason(Verdict(self.verdict).label)
        if self.host is not None and self.host.visit_id != visit.pk:
            raise HostOfAnotherVisit()
        local = clock.local(self.observed_at, visit.time_zone)
        if not visit.start_date <= local.date() <= visit.end_date:
            raise ObservedOutsideVisit(local, visit)
        anchors = dict(criterion.scale)
        if self.rating is not None and self.rating not in anchors:
            raise RatingOutsideScale(self.rating, anchors)
        values["rating_anchor"] = anchors[self.rating] if self.rating is not None else LocalisedText()
        return values


TEXTS = (
    "fact",
    "interpretation",
    "evidence",
    "preconditions",
    "change_needed",
    "verdict_reason",
)


def write_observation(
    *,
    visit: Visit,
    criterion: Criterion,
    sheet: Sheet,
    by: Actor,
    at: datetime,
    client_uuid: UUID | None = None,
    is_fictitious: bool = False,
) -> Observation:
    """Write a sheet in one cell, as a draft that only its author reads.

    ``client_uuid`` was made where the sheet was written: sent twice, the sheet is there once and the
    one that stands is given back, whatever the second sending says.
    """
    with ledger.act("mobility.write_observation", by=by, at=at) as act:
        permit("mobility.observe", by, visit)
        held = open_visit(visit)
        author = person_of(by)
        if client_uuid is not None:
            sent = Observation.objects.filter(visit=held, client_uuid=client_uuid).first()
            if sent is not None:
                if sent.author_id != (author.pk if author else None):
                    raise UuidOfAnotherSheet()
                act.on(sent.urn, book=held.urn)
                act.note(sent_again=True)
                return sent
        check_cell(held, criterion)
        values = sheet.checked(held, criterion)
        observation = Observation.objects.create(
            visit=held,
            criterion=criterion,
            author=author,
            client_uuid=client_uuid or uuid4(),
            recorded_at=at,
            is_fictitious=is_fictitious or held.is_fictitious,
            **values,
        )
        # what was to be looked at has been
        CellNote.objects.filter(visit=held, criterion=criterion).delete()
        act.on(observation.urn, book=held.urn)
        act.note(cell=criterion.code)
        return observation


def change_observation(
    *, observation: Observation, version: int, sheet: Sheet, by: Actor, at: datetime
) -> Observation:
    """Write a draft anew. If it was written since ``version``, both are shown and nothing is overwritten."""
    with ledger.act("mobility.change_observation", by=by, at=at) as act:
        held = lock_own(observation, by)
        if held.state != ObservationState.DRAFT:
            raise SheetIsShared()
        values = sheet.checked(held.visit, held.criterion)
        if held.version != version:
            raise WrittenMeanwhile(theirs=Sheet.of(held), mine=sheet)
        for name, value in values.items():
            setattr(held, name, value)
        held.version += 1
        held.save()
        act.on(held.urn, book=held.visit.urn)
        act.note(version=held.version)
        return held


def share_observation(
    *, observation: Observation, by: Actor, at: datetime, audience: str = Audience.TEAM
) -> Observation:
    """Open the sheet to its team, to the programme's teams, or to everybody.

    Beyond the team, sharing is for whoever coordinates it: a shared sheet may be opened further, never
    closed again but by withdrawing it.
    """
    with ledger.act("mobility.share_observation", by=by, at=at) as act:
        held = _lock(observation, by)
        check_choice(audience, Audience, "audience")
        if held.state == ObservationState.DRAFT:
            _own(held, by)
        if audience != Audience.TEAM:
            permit("mobility.run_visit", by, held.visit)
        OBSERVATION.check(held.state, ObservationState.SHARED, held)
        order = list(Audience.values)
        if audience != Audience.TEAM and _waits_for_the_other(held):
            raise CellStillBlind()
        if held.state == ObservationState.SHARED and order.index(audience) < order.index(held.audience):
            raise AlreadyWiderShared(Audience(held.audience).label)
        held.state, held.audience = ObservationState.SHARED, audience
        held.version += 1
        held.save(update_fields=["state", "audience", "version"])
        act.on(held.urn, book=held.visit.urn)
        act.note(audience=audience)
        return held


def withdraw_observation(*, observation: Observation, by: Actor, at: datetime) -> Observation:
    """Take a sheet away everywhere: its words are erased; that there was one stays in the ledger."""
    with ledger.act("mobility.withdraw_observation", by=by, at=at) as act:
        held = _lock(observation, by)
        if held.state == ObservationState.DRAFT:
            _own(held, by)
        elif not _is_own(held, by):
            permit("mobility.run_visit", by, held.visit)
        OBSERVATION.check(held.state, ObservationState.WITHDRAWN, held)
        held.state = ObservationState.WITHDRAWN
        for name in (*TEXTS, "source_role", "decided_by", "verdict", "effect_evidence"):
            setattr(held, name, "")
        held.rating, held.rating_anchor = None, LocalisedText()
        held.version += 1
        held.save()
        Photo.objects.filter(observation=held).delete()
        SentEdit.objects.filter(observation=held).update(said={})
        act.on(held.urn, book=held.visit.urn)
        act.note(state=held.state)
        return held


class CellStillBlind(Refusal):
    """Opening the sheet would show it to an observer who has not shared theirs yet."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Cette case est cotée à l'aveugle : l'autre personne n'a pas encore partagé sa fiche. Attendez-la."
            ),
            field="audience",
        )


class AlreadyWiderShared(Refusal):
    def __init__(self, audience: Any) -> None:
        super().__init__(
            _("Cette fiche est déjà ouverte à : %(audience)s. Pour la fermer, retirez-la.")
            % {"audience": audience},
            field="audience",
        )


def _waits_for_the_other(observation: Observation) -> bool:
    return Observation.objects.filter(Exists(still_blind()), pk=observation.pk).exists()


def lock_own(observation: Observation, by: Actor) -> Observation:
    """The sheet, held, if the actor wrote it; unknown to those who may not read it."""
    held = _lock(observation, by)
    _own(held, by)
    return held


def _lock(observation: Observation, by: Actor) -> Observation:
    held = (
        Observation.objects.select_for_update(of=("self",))
        .select_related(
            "visit__flow__organiser", "visit__flow__programme", "visit__team", "visit__grid", "criterion"
        )
        .get(pk=observation.pk)
    )
    permit("mobility.observe", by, held.visit)
    open_visit(held.visit)
    if held.state == ObservationState.DRAFT and not _is_own(held, by):
        raise Unknown()
    return held


def _is_own(observation: Observation, by: Actor) -> bool:
    if by.is_system:
        return True
    author = person_of(by)
    return author is not None and observation.author_id == author.pk


def _own(observation: Observation, by: Actor) -> None:
    if not _is_own(observation, by):
        raise NotYourSheet()
