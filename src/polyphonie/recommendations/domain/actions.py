"""What became of a recommendation: actions, follow-up, feedback."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Min
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.identity import Urn
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation, Theme

from ..enums import ActionRelation, ActionVisibility, Precision, RevisionState
from ..models import ActionLink, FeedbackReport, FollowUp, Recommendation
from .wording import is_blank

TEXT_LIMIT = 20_000


class RecommendationNotPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Cette recommandation n'est pas publiée ; on ne relie une action qu'à un texte publié."),
            field="recommendation",
        )


class ActionPrecedesRecommendation(Refusal):
    """It cannot put into practice what was not yet written. It may precede or illustrate it."""

    offers = (ActionRelation.PRECEDES, ActionRelation.ILLUSTRATES)

    def __init__(self, *, kind: str, started: date, published: date) -> None:
        by_year = started.year != published.year
        values = {
            "started": str(started.year) if by_year else date_format(started, "DATE_FORMAT"),
            "published": str(published.year) if by_year else date_format(published, "DATE_FORMAT"),
        }
        if kind == "project":
            sentence = (
                _(
                    "Ce projet débute en %(started)s, la recommandation date de %(published)s : "
                    "choisissez « précède » ou « illustre »."
                )
                if by_year
                else _(
                    "Ce projet débute le %(started)s, la recommandation date du %(published)s : "
                    "choisissez « précède » ou « illustre »."
                )
            )
        else:
            sentence = (
                _(
                    "Cette action débute en %(started)s, la recommandation date de %(published)s : "
                    "choisissez « précède » ou « illustre »."
                )
                if by_year
                else _(
                    "Cette action débute le %(started)s, la recommandation date du %(published)s : "
                    "choisissez « précède » ou « illustre »."
                )
            )
        super().__init__(sentence % values, field="relation")


class StartMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Dites quand cette action a débuté : sans date, on ne peut dire qu'elle met en œuvre."),
            field="started",
        )


class ActionAlreadyLinked(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Cette action est déjà reliée à cette recommandation ; changez le lien existant."),
            field="relation",
        )


class LabelMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Nommez l'action dans une langue au moins."), field="label")


class FeedbackEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Dites comment vous avez fait : les modalités manquent, quelques phrases suffisent."),
            field="modalities",
        )


class FeedbackTooLong(Refusal):
    def __init__(self, field: str, length: int) -> None:
        super().__init__(
            _("Ce texte compte %(length)d signes ; la limite est %(limit)d. Gardez l'essentiel.")
            % {"length": length, "limit": TEXT_LIMIT},
            field=field,
        )


class FeedbackAboutNothing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Reliez ce retour à une recommandation ou à un thème, pour qu'on le retrouve."), field="themes"
        )


class FeedbackAlreadyPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce retour est déjà publié ; rien n'est à refaire."))


class FollowUpEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Dites ce qu'est devenue la recommandation : une phrase suffit."), field="text")


class NextDateBeforeDate(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("La prochaine échéance vient après la date du suivi ; corrigez-la."), field="next_date"
        )


def first_published_at(recommendation: Recommendation, at: datetime) -> datetime:
    """The instant of the first publication, or a refusal where there is none yet."""
    found: datetime | None = recommendation.revisions.filter(
        state=RevisionState.PUBLISHED, published_at__lte=at
    ).aggregate(first=Min("published_at"))["first"]
    if found is None or recommendation.removed_at is not None:
        raise RecommendationNotPublished()
    return found


def starts_before(started: date, precision: str, published: date) -> bool:
    """Whether an action surely began before a publication, as far as its date is known."""
    if precision == Precision.YEAR:
        return started.year < published.year
    if precision == Precision.MONTH:
        return (started.year, started.month) < (published.year, published.month)
    return started < published


def link_action(
    *,
    recommendation: Recommendation,
    relation: str,
    action_urn: str,
    label: LocalisedText,
    organisation: Organisation | None,
    started: date | None,
    started_precision: str = Precision.DAY,
    visibility: str = ActionVisibility.PUBLIC,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
    by: Actor,
    at: datetime,
) -> ActionLink:
    """Link an action of a room above to a published recommendation. ``started`` is its earliest
    signature or start. What began before the recommendation was published cannot implement it: it
    precedes or illustrates it."""
    with ledger.act("recommendations.link_action", by=by, at=at) as act:
        if organisation is not None:
            permit("recommendations.link_action", by, organisation)
        else:
            permit("recommendations.publish_feedback", by, recommendation)
        held = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
        published = first_published_at(held, at).date()
        relation = ActionRelation(relation)
        if not label:
            raise LabelMissing()
        if relation == ActionRelation.IMPLEMENTS:
            if started is None:
                raise StartMissing()
            if starts_before(started, started_precision, published):
                raise ActionPrecedesRecommendation(
                    kind=Urn.parse(action_urn).kind, started=started, published=published
                )
        if ActionLink.objects.filter(recommendation=held, action_urn=action_urn).exists():
            raise ActionAlreadyLinked()
        link = ActionLink.objects.create(
            recommendation=held,
            relation=relation,
            action_urn=action_urn,
            label=label,
            organisation=organisation,
            started=started,
            started_precision=Precision(started_precision),
            visibility=ActionVisibility(visibility),
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
            linked_at=at,
        )
        act.on(link.urn, book=held.process.urn)
        act.note(recommendation=held.urn, relation=str(relation), action=action_urn)
        return link


def unlink_action(*, link: ActionLink, by: Actor, at: datetime) -> None:
    """Take an action's link away, for instance to set another relation."""
    with ledger.act("recommendations.unlink_action", by=by, at=at) as act:
        if link.organisation is not None:
            permit("recommendations.link_action", by, link.organisation)
        else:
            permit("recommendations.publish_feedback", by, link.recommendation)
        act.on(link.urn, book=link.recommendation.process.urn)
        act.note(recommendation=link.recommendation.urn, relation=link.relation, action=link.action_urn)
        link.delete()


def submit_feedback(
    *,
    organisation: Organisation,
    modalities: str,
    recommendation: Recommendation | None = None,
    themes: Iterable[Theme] = (),
    publics: str = "",
    effects: str = "",
    language: str = "fr",
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
    by: Actor,
    at: datetime,
) -> FeedbackReport:
    """Send back what happened: modalities, publics reached, effects observed. The body that issued
    the recommendation reads it at once; the public when it is published."""
    with ledger.act("recommendations.submit_feedback", by=by, at=at) as act:
        permit("recommendations.submit_feedback", by, organisation)
        if recommendation is not None:
            first_published_at(recommendation, at)
        if is_blank(modalities):
            raise FeedbackEmpty()
        for field, value in (("modalities", modalities), ("publics", publics), ("effects", effects)):
            if len(value) > TEXT_LIMIT:
                raise FeedbackTooLong(field, len(value))
        about = list(themes) or (
            list(recommendation.themes.order_by("pk")) if recommendation is not None else []
        )
        if recommendation is None and not about:
            raise FeedbackAboutNothing()
        report = FeedbackReport.objects.create(
            recommendation=recommendation,
            organisation=organisation,
            language=language,
            modalities=modalities.strip(),
            publics=publics.strip(),
            effects=effects.strip(),
            submitted_at=at,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious or organisation.is_fictitious,
        )
        report.themes.set(about)
        act.on(report.urn)
        act.note(recommendation=recommendation.urn if recommendation else None, organisation=organisation.urn)
        return report


def publish_feedback(*, report: FeedbackReport, version: int, by: Actor, at: datetime) -> FeedbackReport:
    """Publish a report: it stands on the page of the recommendation and of the themes."""
    with ledger.act("recommendations.publish_feedback", by=by, at=at) as act:
        if report.recommendation is not None:
            permit("recommendations.publish_feedback", by, report.recommendation)
        else:
            permit("recommendations.publish_general_feedback", by, report.organisation)
        held = FeedbackReport.objects.select_for_update().get(pk=report.pk)
        if held.published_at is not None:
            raise FeedbackAlreadyPublished()
        if held.version != version:
            raise ChangedMeanwhile(
                _("Ce retour a changé entre-temps ; relisez-le avant de le publier."), theirs=held
            )
        held.published_at = at
        held.version += 1
        held.save(update_fields=["published_at", "version"])
        act.on(held.urn)
        act.note(version=held.version)
        return held


def record_follow_up(
    *,
    recommendation: Recommendation,
    organisation: Organisation,
    dated: date,
    text: LocalisedText,
    next_date: date | None = None,
    by: Actor,
    at: datetime,
    **sourced: Any,
) -> FollowUp:
    """Say what became of a published recommendation on a day, and when one will look again."""
    with ledger.act("recommendations.record_follow_up", by=by, at=at) as act:
        permit("recommendations.record_follow_up", by, organisation)
        first_published_at(recommendation, at)
        if not text or all(is_blank(t) for t in text.values()):
            raise FollowUpEmpty()
        if next_date is not None and next_date <= dated:
            raise NextDateBeforeDate()
        follow_up = FollowUp.objects.create(
            recommendation=recommendation,
            organisation=organisation,
            dated=dated,
            text=text,
            next_date=next_date,
            recorded_at=at,
            **sourced,
        )
        act.on(follow_up.urn, book=recommendation.process.urn)
        act.note(recommendation=recommendation.urn, organisation=organisation.urn, dated=dated.isoformat())
        return follow_up
