"""A collection round: members are asked, answer cell by cell, are queried, sign; then it is published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from polyphonie.evidence.models import Indicator
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.notice import send_notice, settle_notices_about
from polyphonie.network.domain.queries.standing import mandates_in_force
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation, Person, Territory

from ..enums import MissingReason
from ..models import CollectionRound, Measure, Submission, SubmissionCell
from ..states import SUBMISSION
from .measures import publish_measure, record_measure

SHARES = frozenset({"%"})


class RoundEndsBeforeStart(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("La collecte finit avant de commencer ; corrigez l'une des deux dates."), field="closes_at"
        )


class RoundAsksNothing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Choisissez au moins un indicateur et un membre : sans eux, personne n'a rien à répondre."),
            field="indicators",
        )


class CollectionClosed(Refusal):
    """Before the opening or after the end."""

    def __init__(self, found: CollectionRound) -> None:
        super().__init__(
            _("Cette collecte va du %(opens)s au %(closes)s ; demandez à l'observatoire de la prolonger.")
            % {"opens": found.opens_at.date().isoformat(), "closes": found.closes_at.date().isoformat()}
        )


class SubmissionChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, *, theirs: Submission, mine: object) -> None:
        super().__init__(
            _("Quelqu'un a rempli cette réponse entre-temps ; relisez-la, puis recommencez."),
            theirs=theirs,
            mine=mine,
        )


class CellsRefused(Refusal):
    """Some answers cannot stand. ``errors`` says, per indicator code, which and why; nothing was written."""

    def __init__(self, errors: dict[str, Any]) -> None:
        super().__init__(
            _("%(count)d réponses ne peuvent pas être gardées ; chacune dit pourquoi. Rien n'a été écrit.")
            % {"count": len(errors)}
            if len(errors) > 1
            else _("Une réponse ne peut pas être gardée ; elle dit pourquoi. Rien n'a été écrit.")
        )
        self.errors = errors


class CellsUnanswered(Refusal):
    """Zero is an answer, and so is a reason; nothing is none."""

    def __init__(self, labels: Sequence[str]) -> None:
        super().__init__(
            _("Il reste sans réponse : %(labels)s. Donnez une valeur, ou dites pourquoi elle manque.")
            % {"labels": ", ".join(labels)}
        )


class QueryEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Écrivez votre question : une phrase suffit."), field="query")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody gives for one indicator. All empty: nothing is said of it, and what stood is kept."""

    value: Decimal | None = None
    missing_reason: str = ""
    standard_error: Decimal | None = None
    source_label: str = ""
    note: str = ""

    @property
    def is_given(self) -> bool:
        return self.value is not None or bool(self.missing_reason)


def open_collection(
    *,
    title: LocalisedText,
    year: int,
    indicators: Iterable[Indicator],
    members: Iterable[tuple[Organisation, Territory]],
    opens_at: datetime,
    closes_at: datetime,
    by: Actor,
    at: datetime,
    is_fictitious: bool = False,
) -> CollectionRound:
    """Ask members for some indicators of a year. Beside each cell stands the last measure known, as a
    proposal; it counts as nothing until somebody accepts it. Each correspondent is told, with the date."""
    with ledger.act("observatory.open_collection", by=by, at=at) as act:
        permit("observatory.keep_measures", by)
        if closes_at <= opens_at:
            raise RoundEndsBeforeStart()
        asked, invited = list(indicators), list(members)
        if not asked or not invited:
            raise RoundAsksNothing()
        found = CollectionRound.objects.create(
            title=title, year=year, opens_at=opens_at, closes_at=closes_at, is_fictitious=is_fictitious
        )
        found.indicators.set(asked)
        for organisation, territory in invited:
            submission = Submission.objects.create(
                round=found, organisation=organisation, territory=territory
            )
            known = _last_known(territory, asked, by, at)
            SubmissionCell.objects.bulk_create(
                SubmissionCell(submission=submission, indicator=indicator, proposed=known.get(indicator.pk))
                for indicator in asked
            )
            _tell(
                submission,
                _("Une collecte attend vos réponses : « %(title)s »."),
                by=by,
                at=at,
                due_at=closes_at if closes_at > at else None,
            )
        act.on(found.urn)
        act.note(year=year, indicators=len(asked), members=len(invited))
        return found


def fill_cells(
    *, submission: Submission, version: int, answers: dict[str, Answer], by: Actor, at: datetime
) -> Submission:
    """Write answers, by indicator code. One that cannot stand refuses all of them, each with its reason;
    a code that is not asked is one of those."""
    with ledger.act("observatory.fill_cells", by=by, at=at) as act:
        permit("observatory.answer", by, submission)
        row = _locked(submission)
        if row.version != version:
            raise SubmissionChangedMeanwhile(theirs=row, mine=answers)
        if not row.round.is_open(at):
            raise CollectionClosed(row.round)
        SUBMISSION.check(row.state, "partly_filled", row)
        cells = {
            c.indicator.code: c
            for c in row.cells.select_related("indicator", "proposed").order_by("indicator__code")
        }
        errors = {
            code: why
            for code, answer in answers.items()
            if (why := _why_not(cells.get(code), answer)) is not None
        }
        if errors:
            raise CellsRefused(errors)
        changed = 0
        for code, answer in answers.items():
            if answer.is_given and _write(cells[code], answer, by, at):
                changed += 1
        row.state = "partly_filled"
        row.version += 1
        row.save(update_fields=["state", "version"])
        act.on(row.urn, book=row.round.urn)
        act.note(changed=changed)
        return row


def submit_cells(*, submission: Submission, by: Actor, at: datetime) -> Submission:
    """Send the answers to the observatory, once every cell has a value or a reason."""
    with ledger.act("observatory.submit_cells", by=by, at=at) as act:
        permit("observatory.answer", by, submission)
        row = _locked(submission)
        if not row.round.is_open(at):
            raise CollectionClosed(row.round)
        SUBMISSION.check(row.state, "submitted", row)
        empty = [
            str(c.indicator.label)
            for c in row.cells.select_related("indicator").order_by("indicator__code")
            if not c.is_answered
        ]
        if empty:
            raise CellsUnanswered(empty)
        _move(row, "submitted")
        act.on(row.urn, book=row.round.urn)
        settle_notices_about(subject_urn=row.urn, by=by, at=at)
        return row


def query_cell(
    *, submission: Submission, indicator: Indicator, query: str, by: Actor, at: datetime
) -> Submission:
    """Ask the member about one answer; its correspondent may then change it and send again."""
    with ledger.act("observatory.query_cell", by=by, at=at) as act:
        permit("observatory.keep_measures", by)
        row = _locked(submission)
        if not query.strip():
            raise QueryEmpty()
        SUBMISSION.check(row.state, "queried", row)
        cell = row.cells.get(indicator=indicator)
        cell.query = query.strip()
        cell.save(update_fields=["query"])
        _move(row, "queried")
        act.on(row.urn, book=row.round.urn)
        act.note(indicator=indicator.urn)
        _tell(row, _("L'observatoire a une question sur vos réponses : « %(title)s »."), by=by, at=at)
        return row


def sign_submission(*, submission: Submission, by: Actor, at: datetime) -> Submission:
    """The correspondent answers for what was sent. From then on nothing of it changes."""
    with ledger.act("observatory.sign_submission", by=by, at=at) as act:
        permit("observatory.answer", by, submission)
        row = _locked(submission)
        SUBMISSION.check(row.state, "signed", row)
        row.state, row.signed_by, row.signed_at = "signed", by.id, at
        row.version += 1
        row.save(update_fields=["state", "signed_by", "signed_at", "version"])
        act.on(row.urn, book=row.round.urn)
        return row


def publish_submission(*, submission: Submission, by: Actor, at: datetime) -> Submission:
    """Make a measure and a figure of every answer, a reason for a gap included."""
    with ledger.act("observatory.publish_submission", by=by, at=at) as act:
        permit("observatory.keep_measures", by)
        row = _locked(submission)
        SUBMISSION.check(row.state, "published", row)
        for cell in row.cells.select_related("indicator").order_by("indicator__code"):
            measure = record_measure(
                indicator=cell.indicator,
                territory=row.territory,
                year=row.round.year,
                value=cell.value,
                missing_reason=cell.missing_reason,
                decimals=cell.decimals,
                standard_error=cell.standard_error,
                note=LocalisedText({"fr": cell.note}) if cell.note else None,
                source_label=cell.source_label or _collected(row),
                is_fictitious=row.round.is_fictitious,
                by=by,
                at=at,
            )
            publish_measure(measure=measure, by=by, at=at)
        row.state, row.published_at = "published", at
        row.version += 1
        row.save(update_fields=["state", "published_at", "version"])
        act.on(row.urn, book=row.round.urn)
        return row


def _collected(submission: Submission) -> str:
    return f"{submission.organisation.name.read('fr')}, {submission.round.title.read('fr')}"[:300]


def _why_not(cell: SubmissionCell | None, answer: Answer) -> Any:
    if cell is None:
        return _("cet indicateur n'est pas demandé ; retirez la ligne.")
    if answer.value is not None and answer.missing_reason:
        return _("une valeur et une raison de son absence ; gardez l'une des deux.")
    if answer.missing_reason and answer.missing_reason not in MissingReason.values:
        return _("« %(reason)s » n'est pas une raison de la liste : %(known)s.") % {
            "reason": answer.missing_reason,
            "known": ", ".join(MissingReason.values),
        }
    if answer.value is None:
        return None
    if cell.indicator.unit.read("en") in SHARES and not 0 <= answer.value <= 100:
        return _("%(value)s n'est pas une part : donnez un nombre entre 0 et 100.") % {
            "value": _plain(answer.value)
        }
    if answer.standard_error is not None and answer.standard_error < 0:
        return _("une erreur type n'est jamais négative (%(value)s).") % {
            "value": _plain(answer.standard_error)
        }
    before = cell.proposed.value if cell.proposed else None
    if before and abs(answer.value - before) > abs(before) / 2 and not answer.note.strip():
        return _(
            "%(value)s s'écarte de plus de moitié de la dernière mesure (%(before)s) ; dites pourquoi en note."
        ) % {
            "value": _plain(answer.value),
            "before": _plain(before),
        }
    return None


def _write(cell: SubmissionCell, answer: Answer, by: Actor, at: datetime) -> bool:
    exponent = answer.value.as_tuple().exponent if answer.value is not None else 0
    decimals = min(6, max(0, -exponent)) if isinstance(exponent, int) else 0
    wanted = {
        "value": answer.value,
        "missing_reason": answer.missing_reason,
        "decimals": decimals,
        "standard_error": answer.standard_error if answer.value is not None else None,
        "source_label": answer.source_label.strip()[:300],
        "note": answer.note.strip()[:500],
    }
    if all(getattr(cell, name) == value for name, value in wanted.items() if name != "decimals"):
        return False
    for name, value in wanted.items():
        setattr(cell, name, value)
    cell.entered_by, cell.entered_at, cell.query = by.id, at, ""
    cell.save()
    return True


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _last_known(
    territory: Territory, indicators: Sequence[Indicator], viewer: Actor, at: datetime
) -> dict[int, Measure]:
    latest: dict[int, Measure] = {}
    rows = Measure.objects.standing(viewer, at).filter(
        territory=territory, indicator__in=[i.pk for i in indicators], published_at__lte=at
    )
    for measure in rows.order_by("year", "pk"):
        latest[measure.indicator_id] = measure
    return latest


def _tell(
    submission: Submission, sentence: Any, *, by: Actor, at: datetime, due_at: datetime | None = None
) -> None:
    mandates = mandates_in_force(at).filter(
        role=Role.NATIONAL_CORRESPONDENT, scope=submission.organisation.urn
    )
    texts = {}
    for tag, _name in settings.LANGUAGES:
        with translation.override(tag):
            texts[tag] = str(sentence) % {"title": submission.round.title.read(tag)}
    for person in Person.objects.filter(pk__in=mandates.order_by().values("person")).order_by("pk"):
        send_notice(
            person=person,
            subject_urn=submission.urn,
            expectation=LocalisedText(texts),
            link=submission.permalink,
            due_at=due_at,
            by=by,
            at=at,
        )


def _move(row: Submission, state: str) -> None:
    row.state = state
    row.version += 1
    row.save(update_fields=["state", "version"])


def _locked(submission: Submission) -> Submission:
    return (
        Submission.objects.select_for_update(of=("self",))
        .select_related("round", "organisation", "territory")
        .get(pk=submission.pk)
    )
