"""Writing a recommendation: draft, revise, translate, publish, withdraw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LANGUAGE_TAG, LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Theme

from ..enums import ProcessKind, RecommendationKind, RevisionState, SiteProcessState, Translation
from ..models import Derivation, Process, Recommendation, Revision, RevisionText, SiteProcess
from ..states import REVISION, SITE_PROCESS
from .answer_notices import answer_replaced, tell_source_changed
from .wording import Wording, clean, hash_of, hash_of_originals, is_blank, read_stored

TITLE_LIMIT = 400
BODY_LIMIT = 20_000


class WordingMissing(Refusal):
    """A text without a title, or none at all."""

    def __init__(self, language: str = "") -> None:
        super().__init__(
            _("Donnez l'énoncé en « %(language)s » : une phrase suffit.") % {"language": language}
            if language
            else _("Donnez l'énoncé dans une langue au moins, comme texte original."),
            field=f"title_{language}" if language else "title",
        )


class WordingTooLong(Refusal):
    """More than a reader, or a column, can take."""

    def __init__(self, language: str, length: int, limit: int, *, field: str) -> None:
        super().__init__(
            _("Le texte en « %(language)s » compte %(length)d signes ; la limite est %(limit)d. Coupez-le.")
            % {"language": language, "length": length, "limit": limit},
            field=field,
        )


class LanguageUnknown(Refusal):
    """Not a language tag."""

    def __init__(self, language: str, *, field: str = "language") -> None:
        super().__init__(
            _("« %(language)s » n'est pas une langue (BCP 47) ; écrivez par exemple « es » ou « pt-BR ».")
            % {"language": language},
            field=field,
        )


class CodeTaken(Refusal):
    """Two recommendations of one process with the same code."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("Le code %(code)s est déjà pris dans ce processus ; choisissez-en un autre.") % {"code": code},
            field="code",
        )


class CodeMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Donnez un code à cette recommandation, par exemple 1b."), field="code")


class TranslationExists(Refusal):
    """The language already has a text at least as good."""

    def __init__(self, language: str) -> None:
        super().__init__(
            _("Cette révision a déjà un texte en « %(language)s » ; révisez-la pour le changer.")
            % {"language": language},
            field="language",
        )


class AlreadyPublished(Refusal):
    def __init__(self, revision: Revision) -> None:
        super().__init__(
            _("La révision %(number)d de %(code)s est déjà publiée ; rien n'est à refaire.")
            % {"number": revision.number, "code": revision.recommendation.code}
        )


class NewerRevisionPublished(Refusal):
    """An older draft cannot come after a newer text."""

    def __init__(self, revision: Revision, newer: int) -> None:
        super().__init__(
            _("La révision %(newer)d de %(code)s est déjà publiée ; publiez une révision faite après elle.")
            % {"newer": newer, "code": revision.recommendation.code}
        )


class PublishedByItsSite(Refusal):
    """A site's texts come out with its whole set, once its panel has decided."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("Le point %(code)s se publie avec l'ensemble de son site, après la décision du panel.")
            % {"code": code}
        )


class RevisedByItsAnswer(Refusal):
    """A site's text is half of an answer: text and reason change together."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("Le point %(code)s est une réponse de son site : changez la réponse, avec sa raison.")
            % {"code": code}
        )


class DecidedByItsMeeting(Refusal):
    """A decision is reworded, adopted and published where its members sit, with their quorum."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("%(code)s est une décision : elle change et se publie dans sa réunion, par son adoption.")
            % {"code": code}
        )


class AlreadyWithdrawn(Refusal):
    def __init__(self, code: str) -> None:
        super().__init__(_("La recommandation %(code)s est déjà retirée.") % {"code": code})


def check_texts(texts: Mapping[str, Wording]) -> None:
    """Refuse what nobody could read: no original, a blank title, a text too long, no language."""
    for language, wording in texts.items():
        if not LANGUAGE_TAG.match(language):
            raise LanguageUnknown(language)
        if is_blank(wording.title):
            raise WordingMissing(language)
        if len(clean(wording.title)) > TITLE_LIMIT:
            raise WordingTooLong(language, len(clean(wording.title)), TITLE_LIMIT, field=f"title_{language}")
        length = sum(len(b.text) for b in wording.blocks)
        if length > BODY_LIMIT:
            raise WordingTooLong(language, length, BODY_LIMIT, field=f"body_{language}")
    if not any(w.translation == Translation.ORIGINAL for w in texts.values()):
        raise WordingMissing()


def wordings(revision: Revision) -> dict[str, Wording]:
    """The best text of each language of a revision, as values."""
    return {
        language: read_stored(text.title, text.blocks, text.translation)
        for language, text in revision.texts_by_language().items()
    }


def write_text(revision: Revision, language: str, wording: Wording) -> RevisionText:
    return RevisionText.objects.create(
        revision=revision,
        language=language,
        title=clean(wording.title),
        blocks=[b.as_dict() for b in wording.blocks],
        translation=Translation(wording.translation),
        sha256=hash_of(language, wording),
    )


def write_revision(
    recommendation: Recommendation,
    texts: Mapping[str, Wording],
    *,
    parent: Revision | None,
    direction: str,
    strength: str,
    at: datetime,
) -> Revision:
    """The rows of a new revision; the verb around it has checked the right and holds the lock."""
    last = recommendation.revisions.aggregate(last=Max("number"))["last"] or 0
    revision = Revision.objects.create(
        recommendation=recommendation,
        number=last + 1,
        parent=parent,
        sha256=hash_of_originals(texts),
        direction=direction,
        strength=strength,
        created_at=at,
    )
    for language in sorted(texts):
        write_text(revision, language, texts[language])
    return revision


def make_recommendation(
    process: Process,
    *,
    code: str,
    texts: Mapping[str, Wording],
    kind: str,
    heading: LocalisedText | None,
    recipients: LocalisedText | None,
    themes: Iterable[Theme],
    order: int | None,
    direction: str,
    strength: str,
    sourced: Mapping[str, Any],
    is_fictitious: bool,
    at: datetime,
) -> Recommendation:
    """The rows of a new recommendation with its first draft; called inside a verb."""
    code = clean(code)[:20]
    if is_blank(code):
        raise CodeMissing()
    check_texts(texts)
    Process.objects.select_for_update().get(pk=process.pk)
    taken = process.recommendations.filter(removed_at=None)
    if taken.filter(code=code).exists():
        raise CodeTaken(code)
    if order is None:
        order = (process.recommendations.aggregate(last=Max("order"))["last"] or 0) + 1
    own = getattr(process, "site_process", None)
    recommendation = Recommendation.objects.create(
        process=process,
        kind=RecommendationKind(kind),
        code=code,
        order=order,
        heading=heading or LocalisedText(),
        issuer=process.issuer,
        site=own.site if own else None,
        recipients=recipients or LocalisedText(),
        created_at=at,
        is_fictitious=is_fictitious or process.is_fictitious,
        **sourced,
    )
    recommendation.themes.set(themes)
    write_revision(recommendation, texts, parent=None, direction=direction, strength=strength, at=at)
    return recommendation


def draft_recommendation(
    *,
    process: Process,
    code: str,
    texts: Mapping[str, Wording],
    kind: str = RecommendationKind.RECOMMENDATION,
    heading: LocalisedText | None = None,
    recipients: LocalisedText | None = None,
    themes: Iterable[Theme] = (),
    order: int | None = None,
    direction: str = "",
    strength: str = "",
    source_label: str = "",
    source_url: str = "",
    source_read_date: Any = None,
    is_fictitious: bool = False,
    by: Actor,
    at: datetime,
    checked_above: bool = False,
) -> Recommendation:
    """Write a recommendation with its first revision, a draft that only the process's people see.

    A verb of a room above that has checked its own right says so by ``checked_above``."""
    with ledger.act("recommendations.draft_recommendation", by=by, at=at) as act:
        if not checked_above:
            permit("recommendations.draft", by, process)
            if process.kind == ProcessKind.MEETING:
                raise DecidedByItsMeeting(clean(code))
        recommendation = make_recommendation(
            process,
            code=code,
            texts=texts,
            kind=kind,
            heading=heading,
            recipients=recipients,
            themes=themes,
            order=order,
            direction=direction,
            strength=strength,
            sourced={
                "source_label": source_label,
                "source_url": source_url,
                "source_read_date": source_read_date,
            },
            is_fictitious=is_fictitious,
            at=at,
        )
        first = recommendation.revisions.get()
        act.on(recommendation.urn, book=process.urn)
        act.note(revision=first.urn, sha256=first.sha256, languages=sorted(texts))
        return recommendation


def lock(recommendation: Recommendation) -> Recommendation:
    """The row as it stands now, held until the verb ends."""
    held = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
    if held.removed_at is not None:
        raise AlreadyWithdrawn(held.code)
    return held


def revise_recommendation(
    *,
    recommendation: Recommendation,
    texts: Mapping[str, Wording],
    version: int,
    direction: str | None = None,
    strength: str | None = None,
    by: Actor,
    at: datetime,
    checked_above: bool = False,
) -> Revision:
    """Add a revision to a recommendation. The same original words are the same revision: nothing is
    added then, and the one that stands is given back. Earlier revisions are never touched."""
    with ledger.act("recommendations.revise_recommendation", by=by, at=at) as act:
        if not checked_above:
            permit("recommendations.draft", by, recommendation.process)
            _refuse_decision(recommendation)
        if getattr(recommendation.process, "site_process", None) is not None:
            raise RevisedByItsAnswer(recommendation.code)
        check_texts(texts)
        held = lock(recommendation)
        latest = held.revisions.prefetch_related("texts").latest("number")
        if held.version != version:
            raise ChangedMeanwhile(
                _("%(code)s a été révisée entre-temps ; lisez les deux versions, puis choisissez.")
                % {"code": held.code},
                theirs=wordings(latest),
                mine=dict(texts),
            )
        act.on(held.urn, book=held.process.urn)
        direction = latest.direction if direction is None else direction
        strength = latest.strength if strength is None else strength
        same_terms = (latest.direction, latest.strength) == (direction, strength)
        if same_terms and latest.sha256 == hash_of_originals(texts):
            act.note(revision=latest.urn, changed=False)
            return latest
        revision = write_revision(held, texts, parent=latest, direction=direction, strength=strength, at=at)
        held.version += 1
        held.save(update_fields=["version"])
        act.note(revision=revision.urn, parent=latest.urn, sha256=revision.sha256, changed=True)
        return revision


def add_translation(
    *, revision: Revision, language: str, wording: Wording, origin: str, by: Actor, at: datetime
) -> RevisionText:
    """Add the text of a revision in one more language and say how it came about. A reviewed text may
    join a machine's, which is then read no more; nothing is rewritten."""
    with ledger.act("recommendations.add_translation", by=by, at=at) as act:
        permit("recommendations.draft", by, revision.recommendation.process)
        wording = Wording(wording.title, wording.blocks, Translation(origin))
        check_texts({language: Wording(wording.title, wording.blocks)})
        lock(revision.recommendation)
        standing = set(revision.texts.filter(language=language).values_list("translation", flat=True))
        if standing and not (standing == {Translation.MACHINE} and origin != Translation.MACHINE):
            raise TranslationExists(language)
        text = write_text(revision, language, wording)
        act.on(revision.urn, book=revision.recommendation.process.urn)
        act.note(language=language, origin=str(text.translation), sha256=text.sha256)
        return text


def mark_source_changed(recommendation: Recommendation, revision: Revision, *, at: datetime) -> int:
    """Say on every standing answer to an older revision that its source has changed, send the sites
    that hold one back to review, and tell them. Returns how many answers were marked."""
    standing = Derivation.objects.filter(
        about=recommendation, superseded_at=None, source__number__lt=revision.number
    )
    stale = standing.filter(source_changed=False)
    processes = sorted(set(stale.values_list("process_id", flat=True)))
    marked = stale.update(source_changed=True)
    for site_process in (
        SiteProcess.objects.select_for_update().filter(process_id__in=processes).order_by("pk")
    ):
        if site_process.state != SiteProcessState.REVIEW_NEEDED:
            SITE_PROCESS.check(site_process.state, SiteProcessState.REVIEW_NEEDED, site_process)
            site_process.state = SiteProcessState.REVIEW_NEEDED
            site_process.version += 1
            site_process.save(update_fields=["state", "version"])
    tell_source_changed(
        standing.select_related(
            "about", "target__recommendation", "process__site_process__site__organisation"
        ).order_by("pk"),
        at=at,
    )
    return marked


def _refuse_decision(recommendation: Recommendation) -> None:
    if recommendation.kind == RecommendationKind.DECISION:
        raise DecidedByItsMeeting(recommendation.code)


def put_out(revision: Revision, *, at: datetime) -> int:
    """The rows of a publication, inside a verb that has checked the right. Returns the number of
    answers whose source has changed by it."""
    REVISION.check(revision.state, RevisionState.PUBLISHED, revision)
    revision.state = RevisionState.PUBLISHED
    revision.published_at = at
    revision.save(update_fields=["state", "published_at"])
    return mark_source_changed(revision.recommendation, revision, at=at)


def publish_revision(*, revision: Revision, by: Actor, at: datetime, checked_above: bool = False) -> Revision:
    """Publish a draft: from now on it is what everybody reads, cites and derives from. Answers that
    sites gave to an older revision are marked as standing on a source that has changed, and their
    coordination finds that among what waits for it. Where the text said from which one it comes, that
    comes out with it.

    A site's own texts are not published one by one: see ``publish_site_recommendations``. A verb of a
    room above that has checked its own right says so by ``checked_above``.
    """
    with ledger.act("recommendations.publish_revision", by=by, at=at) as act:
        recommendation = revision.recommendation
        if not checked_above:
            permit("recommendations.publish", by, recommendation.process)
            _refuse_decision(recommendation)
        if getattr(recommendation.process, "site_process", None) is not None:
            raise PublishedByItsSite(recommendation.code)
        held = lock(recommendation)
        revision = Revision.objects.select_for_update().get(pk=revision.pk)
        if revision.state == RevisionState.PUBLISHED:
            raise AlreadyPublished(revision)
        newest = held.revisions.filter(state=RevisionState.PUBLISHED).aggregate(n=Max("number"))["n"] or 0
        if newest > revision.number:
            raise NewerRevisionPublished(revision, newest)
        marked = put_out(revision, at=at)
        Derivation.objects.working().filter(target=revision, published_at=None).update(
            confirmed_at=at, confirmed_by=by.id, published_at=at
        )
        act.on(revision.urn, book=held.process.urn)
        act.note(number=revision.number, sha256=revision.sha256, answers_to_review=marked)
        return revision


def take_out(recommendation: Recommendation, *, at: datetime) -> None:
    """The rows of a withdrawal, inside a verb that has checked the right and holds the lock."""
    for revision in recommendation.revisions.order_by("number"):
        REVISION.check(revision.state, RevisionState.WITHDRAWN, revision)
        revision.state = RevisionState.WITHDRAWN
        revision.save(update_fields=["state"])
    recommendation.removed_at = at
    recommendation.version += 1
    recommendation.save(update_fields=["removed_at", "version"])


def withdraw_recommendation(*, recommendation: Recommendation, version: int, by: Actor, at: datetime) -> None:
    """Withdraw a recommendation: its address says that it is gone, and nothing of what it was."""
    with ledger.act("recommendations.withdraw_recommendation", by=by, at=at) as act:
        permit("recommendations.publish", by, recommendation.process)
        _refuse_decision(recommendation)
        held = lock(recommendation)
        if held.version != version:
            raise ChangedMeanwhile(
                _("%(code)s a été révisée entre-temps ; relisez-la avant de la retirer.")
                % {"code": held.code},
                theirs=wordings(held.revisions.prefetch_related("texts").latest("number")),
            )
        take_out(held, at=at)
        answers = Derivation.objects.filter(target__recommendation=held)
        for answer in answers.filter(superseded_at=None).order_by("pk"):
            answer_replaced(answer, at=at)
        answers.filter(superseded_at=None).update(superseded_at=at)
        answers.filter(replaced_at=None, published_at__isnull=False).update(replaced_at=at)
        act.on(held.urn, book=held.process.urn)
        act.note(version=held.version)
