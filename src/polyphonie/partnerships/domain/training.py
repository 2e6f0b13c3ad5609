"""Entries of an académie's training programme (PAF), as actions in relation to recommendations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from polyphonie.evidence.models import Resource
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation, Theme
from polyphonie.recommendations.domain.actions import link_action
from polyphonie.recommendations.models import ActionLink, Recommendation

from ..enums import TrainingKind
from ..models import TrainingAction

NO_TEXT = LocalisedText()
LONGEST = 60 * 24 * 30


class TrainingTitleMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Donnez un titre à l'action de formation, dans une langue au moins."), field="title"
        )


class TrainingEndsBeforeStart(Refusal):
    def __init__(self, start: date, last: date) -> None:
        super().__init__(
            _(
                "La formation finirait le %(end)s, avant de commencer le %(start)s ; corrigez l'une des deux dates."
            )
            % {"start": date_format(start, "DATE_FORMAT"), "end": date_format(last, "DATE_FORMAT")},
            field="last_day",
        )


class DurationImpossible(Refusal):
    def __init__(self, minutes: int) -> None:
        super().__init__(
            _("Une durée de %(minutes)d minutes n'est pas possible ; donnez la durée en heures et minutes.")
            % {"minutes": minutes},
            field="hours",
        )


class TrainingNotPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Cette action de formation est un brouillon ; publiez-la avant de la relier à une recommandation."
            )
        )


class TrainingPublishedAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette action de formation est déjà publiée ; modifiez-la au besoin."))


@dataclass(frozen=True, kw_only=True)
class TrainingDetails:
    """What the entry says. ``trainers`` names functions, never persons."""

    title: LocalisedText
    start_date: date
    last_day: date
    duration_minutes: int
    kind: str = TrainingKind.SESSION
    code: str = ""
    aims: LocalisedText = NO_TEXT
    public: LocalisedText = NO_TEXT
    trainers: LocalisedText = NO_TEXT
    place: LocalisedText = NO_TEXT
    is_remote: bool = False
    themes: Sequence[Theme] = ()
    resources: Sequence[Resource] = ()

    def check(self) -> None:
        if not self.title:
            raise TrainingTitleMissing()
        if self.last_day < self.start_date:
            raise TrainingEndsBeforeStart(self.start_date, self.last_day)
        if not 1 <= self.duration_minutes <= LONGEST:
            raise DurationImpossible(self.duration_minutes)


PLAIN = (
    "title",
    "start_date",
    "duration_minutes",
    "kind",
    "code",
    "aims",
    "public",
    "trainers",
    "place",
    "is_remote",
)


def record_training_action(
    *,
    organisation: Organisation,
    details: TrainingDetails,
    by: Actor,
    at: datetime,
    is_fictitious: bool = False,
    source_label: str = "",
    source_url: str = "",
) -> TrainingAction:
    """Write an entry of the programme, as a draft of its body."""
    with ledger.act("partnerships.record_training_action", by=by, at=at) as act:
        permit("partnerships.keep_training", by, organisation)
        details.check()
        action = TrainingAction(
            organisation=organisation,
            recorded_at=at,
            is_fictitious=is_fictitious or organisation.is_fictitious,
            source_label=source_label,
            source_url=source_url,
        )
        _write(action, details)
        act.on(action.urn)
        act.note(organisation=organisation.urn, kind=str(details.kind))
        return action


def change_training_action(
    *, action: TrainingAction, version: int, details: TrainingDetails, by: Actor, at: datetime
) -> TrainingAction:
    """Write the entry anew; if somebody wrote since ``version``, nothing is overwritten."""
    with ledger.act("partnerships.change_training_action", by=by, at=at) as act:
        permit("partnerships.keep_training", by, action.organisation)
        present = TrainingAction.objects.select_for_update(of=("self",)).get(pk=action.pk)
        if present.version != version:
            raise ChangedMeanwhile(
                _(
                    "Cette fiche a été modifiée entre-temps ; comparez les deux versions, puis reprenez la vôtre."
                ),
                theirs=present,
                mine=details,
            )
        details.check()
        present.version += 1
        _write(present, details)
        act.on(present.urn)
        act.note(version=present.version)
        return present


def publish_training_action(*, action: TrainingAction, by: Actor, at: datetime) -> TrainingAction:
    """Open the entry to everybody."""
    with ledger.act("partnerships.publish_training_action", by=by, at=at) as act:
        permit("partnerships.keep_training", by, action.organisation)
        present = TrainingAction.objects.select_for_update(of=("self",)).get(pk=action.pk)
        if present.published_at is not None:
            raise TrainingPublishedAlready()
        present.published_at = at
        present.version += 1
        present.save(update_fields=["published_at", "version"])
        act.on(present.urn)
        return present


def link_training_to_recommendation(
    *, action: TrainingAction, recommendation: Recommendation, relation: str, by: Actor, at: datetime
) -> ActionLink:
    """Say which recommendation the training implements, illustrates or precedes. What began before the
    recommendation was published cannot implement it; the room of recommendations holds that rule."""
    with ledger.act("partnerships.link_training_to_recommendation", by=by, at=at) as act:
        permit("partnerships.keep_training", by, action.organisation)
        present = (
            TrainingAction.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .get(pk=action.pk)
        )
        if not present.is_public(at):
            raise TrainingNotPublished()
        link = link_action(
            recommendation=recommendation,
            relation=relation,
            action_urn=present.urn,
            label=present.title,
            organisation=present.organisation,
            started=present.start_date,
            source_label=present.source_label,
            source_url=present.source_url,
            is_fictitious=present.is_fictitious,
            by=by,
            at=at,
        )
        act.on(present.urn)
        act.note(recommendation=recommendation.urn, relation=relation, link=link.urn)
        return link


def _write(action: TrainingAction, details: TrainingDetails) -> None:
    for name in PLAIN:
        setattr(action, name, getattr(details, name))
    action.until_date = details.last_day + timedelta(days=1)
    action.save()
    action.themes.set(details.themes)
    action.resources.set(details.resources)
