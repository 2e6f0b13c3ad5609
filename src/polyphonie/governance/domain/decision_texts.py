"""The text of a decision before it is decided: drafted with a rapporteur, reworded, tabled.

The text and its lineage are a recommendation's; the verbs of that room draft it and say where it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation, Theme
from polyphonie.recommendations.domain.contextualising import proposal_for
from polyphonie.recommendations.domain.drafting import draft_recommendation, revise_recommendation
from polyphonie.recommendations.domain.origins import declare_origin, withdraw_origin
from polyphonie.recommendations.domain.wording import Wording
from polyphonie.recommendations.enums import RecommendationKind, Relation
from polyphonie.recommendations.models import Derivation, Revision

from ..enums import DecisionState, Mode
from ..models import AgendaItem, Decision, Meeting
from ..states import DECISION
from .delegations import NotAMember
from .documents import RulesMissing
from .entitlement import entitled_members, rules_of
from .meetings import locked


class RapporteurMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Nommez le membre rapporteur : une décision sans rapporteur n'est pas inscrite."),
            field="rapporteur",
        )


class RewordedTooLate(Refusal):
    def __init__(self, symbol: str, state: str) -> None:
        super().__init__(
            _("%(symbol)s est « %(state)s » : son texte ne change plus. Rédigez une nouvelle décision.")
            % {"symbol": symbol, "state": state}
        )


class VoteBegun(Refusal):
    def __init__(self, symbol: str) -> None:
        super().__init__(
            _("Des membres ont voté sur ce texte de %(symbol)s ; mettez-le de côté et rédigez-en un autre.")
            % {"symbol": symbol}
        )


class DecisionChanged(ChangedMeanwhile):
    """Somebody else took the decision further first."""


def held_with_meeting(decision: Decision) -> Decision:
    """The decision under the lock of its meeting, so that roll, votes and adoption see one room."""
    locked(decision.meeting)
    return (
        Decision.objects.select_for_update(of=("self",))
        .select_related("meeting__conference", "meeting__instance__parent", "meeting__group", "revision")
        .get(pk=decision.pk)
    )


def check_version(row: Decision, version: int) -> None:
    if row.version != version:
        raise DecisionChanged(
            _("%(symbol)s a avancé entre-temps : elle est « %(state)s ». Relisez-la.")
            % {"symbol": row.symbol, "state": row.get_state_display()},
            theirs=row.get_state_display(),
        )


def move_to(row: Decision, to: str) -> None:
    DECISION.check(row.state, to, row)
    row.state = DecisionState(to)
    row.version += 1


def draft_decision(
    *,
    meeting: Meeting,
    texts: Mapping[str, Wording],
    rapporteur: Organisation | None,
    by: Actor,
    at: datetime,
    item: AgendaItem | None = None,
    mode: str = Mode.CONSENSUS,
    themes: Iterable[Theme] = (),
    heading: LocalisedText | None = None,
    recipients: LocalisedText | None = None,
    source: Revision | None = None,
    reason: str = "",
    reason_language: str = "fr",
    report_due: date | None = None,
    is_fictitious: bool = False,
) -> Decision:
    """Draft a decision with its rapporteur member. Its text is a recommendation of the instance, seen
    by the room alone; where it takes up another body's text, the relation is computed and the reason
    said; otherwise it is new."""
    with ledger.act("governance.draft_decision", by=by, at=at) as act:
        permit("governance.draft_decision", by, meeting)
        if rapporteur is None:
            raise RapporteurMissing()
        held = locked(meeting)
        rules = rules_of(held.instance)
        if rules is None:
            raise RulesMissing(str(held.instance))
        if rapporteur.pk not in entitled_members(held.instance, held.conference.start_date):
            raise NotAMember(str(rapporteur), str(held.instance))
        number = held.decisions.count() + 1
        recommendation = draft_recommendation(
            process=held.process,
            code=f"D{number}",
            kind=RecommendationKind.DECISION,
            texts=texts,
            heading=heading,
            recipients=recipients,
            themes=list(themes) or list(held.conference.themes.order_by("pk")),
            is_fictitious=is_fictitious,
            source_label=held.conference.source_label,
            source_url=held.conference.source_url,
            source_read_date=held.conference.source_read_date,
            checked_above=True,
            by=by,
            at=at,
        )
        revision = recommendation.revisions.get()
        if source is not None or reason:
            declare_origin(
                target=revision,
                source=source,
                relation=_relation(source, texts),
                reason=reason,
                reason_language=reason_language,
                checked_above=True,
                by=by,
                at=at,
            )
        decision = Decision.objects.create(
            meeting=held,
            item=item,
            revision=revision,
            symbol=f"{rules.symbol_prefix}/{held.series}/DEC.{number}",
            mode=Mode(mode),
            rapporteur=rapporteur,
            presiding=held.presiding,
            report_due=report_due,
            is_fictitious=is_fictitious,
        )
        act.on(decision.urn, book=held.urn)
        act.note(symbol=decision.symbol, rapporteur=rapporteur.urn, revision=revision.urn)
        return decision


def _relation(source: Revision | None, texts: Mapping[str, Wording]) -> str:
    """Computed, never chosen: the same words are kept, other words are an adaptation."""
    if source is None:
        return Relation.DE_NOVO
    same = proposal_for(source, texts, direction="", strength="").relation == Relation.ADOPTED
    return Relation.ADOPTED if same else Relation.ADAPTED


def reword_decision(
    *, decision: Decision, texts: Mapping[str, Wording], version: int, by: Actor, at: datetime
) -> Decision:
    """Give a text that is not decided yet other words. A debate that was open begins anew: what members
    said of the old words stays, and an objection to a passage that is gone is theirs to make again."""
    with ledger.act("governance.reword_decision", by=by, at=at) as act:
        permit("governance.draft_decision", by, decision.meeting)
        row = held_with_meeting(decision)
        check_version(row, version)
        open_states = {
            DecisionState.DRAFT,
            DecisionState.TABLED,
            DecisionState.IN_DEBATE,
            DecisionState.DEFERRED,
        }
        if row.state not in open_states:
            raise RewordedTooLate(row.symbol, row.get_state_display())
        if row.ballots.exists():
            raise VoteBegun(row.symbol)
        before = row.revision
        recommendation = before.recommendation
        origin = (
            Derivation.objects.working()
            .filter(target=before, published_at=None)
            .select_related("source")
            .first()
        )
        revision = revise_recommendation(
            recommendation=recommendation,
            texts=texts,
            version=recommendation.version,
            checked_above=True,
            by=by,
            at=at,
        )
        if revision.pk != before.pk:
            if origin is not None:
                withdraw_origin(target=before, checked_above=True, by=by, at=at)
                declare_origin(
                    target=revision,
                    source=origin.source,
                    relation=_relation(origin.source, texts),
                    reason=origin.reason,
                    reason_language=origin.reason_language,
                    checked_above=True,
                    by=by,
                    at=at,
                )
            row.revision = revision
            if row.state == DecisionState.IN_DEBATE:
                row.state = DecisionState.TABLED
                row.window_closes_at = None
            row.version += 1
            row.save()
        act.on(row.urn, book=row.meeting.urn)
        act.note(symbol=row.symbol, revision=revision.urn)
        return row


def table_decision(*, decision: Decision, version: int, by: Actor, at: datetime) -> Decision:
    """Table the draft: it is before the room as it stands."""
    with ledger.act("governance.table_decision", by=by, at=at) as act:
        permit("governance.draft_decision", by, decision.meeting)
        row = held_with_meeting(decision)
        check_version(row, version)
        move_to(row, DecisionState.TABLED)
        row.save(update_fields=["state", "version"])
        act.on(row.urn, book=row.meeting.urn)
        act.note(symbol=row.symbol)
        return row
