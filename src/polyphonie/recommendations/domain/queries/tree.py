"""The family tree of a theme: the host's recommendations and what every site made of each.

Plain values, read in a constant number of queries: 44 sites and 40 recommendations are 1,760 cells,
and a row of the database becomes one small tuple, never a model with its relations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from django.db.models import CharField, IntegerField
from django.db.models.functions import Cast

from polyphonie.evidence.models import EvidenceStatement
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.models import Theme

from ...enums import Relation, Translation
from ...models import ActionLink, Derivation, Process, Recommendation, RevisionText, SiteProcess
from ...models.recommendation import BEST_FIRST


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer: which relation, since when, whether its source has changed, and where it opens."""

    uid: str
    relation: str
    published_at: datetime
    source_changed: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A recommendation of the host."""

    pk: int
    process_pk: int
    uid: UUID
    code: str
    heading: LocalisedText
    title: str
    language: str
    issuer: LocalisedText
    published_at: datetime
    is_fictitious: bool


@dataclass(frozen=True, slots=True)
class Own:
    """A recommendation that a site wrote anew."""

    uid: str
    code: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A site, or a body that decided in a process of its own, with its cells by column."""

    process_pk: int
    site_uid: UUID | None
    name: LocalisedText
    is_fictitious: bool
    cells: dict[int, Cell] = field(default_factory=dict)
    own: list[Own] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Acting:
    """An action beside a recommendation."""

    relation: str
    label: LocalisedText
    organisation: LocalisedText | None
    started: date | None
    precision: str
    is_fictitious: bool
    source_label: str
    source_url: str


@dataclass(frozen=True, slots=True)
class Tree:
    theme: Theme
    columns: list[Column]
    rows: list[Row]
    actions: dict[int, list[Acting]]

    @property
    def count(self) -> int:
        return sum(len(row.cells) for row in self.rows)


def theme_with_children(slug: str) -> tuple[Theme, list[int]]:
    """The theme and the keys of all below it."""
    theme = Theme.objects.filter(slug=slug).first()
    if theme is None:
        raise Unknown()
    below: dict[int | None, list[int]] = {}
    for pk, parent in Theme.objects.order_by("pk").values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(pk)
    found, waiting = [], [theme.pk]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.append(pk)
            waiting += below.get(pk, [])
    return theme, found


def family_tree(slug: str, viewer: Actor, at: datetime, language: str) -> Tree:
    """The matrix of a theme as it stood before the public at an instant: eight queries, whatever the
    number of sites and recommendations."""
    theme, themes = theme_with_children(slug)
    columns = _columns(themes, viewer, at, language)
    keys = [c.pk for c in columns]
    rows = _rows(columns, viewer, at)
    actions: dict[int, list[Acting]] = {}
    for link in (
        ActionLink.objects.readable_by(viewer, at)
        .filter(recommendation__in=keys)
        .select_related("organisation")
        .order_by("started", "pk")
    ):
        actions.setdefault(link.recommendation_id, []).append(
            Acting(
                link.relation,
                link.label,
                link.organisation.name if link.organisation else None,
                link.started,
                link.started_precision,
                link.is_fictitious,
                link.source_label,
                link.source_url,
            )
        )
    return Tree(theme, columns, rows, actions)


def _columns(themes: list[int], viewer: Actor, at: datetime, language: str) -> list[Column]:
    recommendations = list(
        Recommendation.objects.readable_by(viewer, at)
        .published(at)
        .filter(themes__in=themes, site=None)
        .distinct()
        .select_related("issuer")
        .order_by("process", "order", "pk")
    )
    titles: dict[int, tuple[int, int, int, str, str, datetime]] = {}
    texts = (
        RevisionText.objects.filter(
            revision__recommendation__in=[r.pk for r in recommendations],
            revision__state="published",
            revision__published_at__lte=at,
        )
        .order_by("pk")
        .values_list(
            "revision__recommendation_id",
            "revision__number",
            "language",
            "translation",
            "title",
            "revision__published_at",
        )
    )
    for pk, number, tag, translation, title, published_at in texts:
        nearness = 2 if tag == language else 1 if translation == "original" else 0
        key = (number, nearness, -BEST_FIRST[Translation(translation)])
        assert published_at is not None  # filtered above
        if pk not in titles or key > titles[pk][:3]:
            titles[pk] = (*key, title, tag, published_at)
    return [
        Column(
            pk=r.pk,
            process_pk=r.process_id,
            uid=r.uid,
            code=r.code,
            heading=r.heading,
            title=titles[r.pk][3],
            language=titles[r.pk][4],
            issuer=r.issuer.name,
            published_at=titles[r.pk][5],
            is_fictitious=r.is_fictitious,
        )
        for r in recommendations
    ]


class _Reader:
    """Ids and instants read as text and understood once each: a tree has thousands of ids and a
    handful of instants, and the framework's conversion of each is most of the time there is."""

    def __init__(self) -> None:
        self._instants: dict[str, datetime] = {}

    @staticmethod
    def uid(text: str) -> str:
        if len(text) == 32:  # SQLite keeps ids without their dashes
            return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
        return text

    def instant(self, text: str) -> datetime:
        found = self._instants.get(text)
        if found is None:
            found = datetime.fromisoformat(text)
            found = self._instants[text] = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found


def _rows(columns: list[Column], viewer: Actor, at: datetime) -> list[Row]:
    read = _Reader()
    standing = (
        Derivation.objects.readable_by(viewer, at)
        .in_force(at)
        .annotate(
            uid_text=Cast("uid", CharField()),
            instant_text=Cast("published_at", CharField()),
            changed=Cast("source_changed", IntegerField()),
        )
    )
    answers = list(
        standing.filter(about__in=[c.pk for c in columns])
        .order_by("pk")
        .values_list("process_id", "about_id", "uid_text", "relation", "instant_text", "changed")
    )
    anew = list(
        standing.filter(
            relation=Relation.DE_NOVO,
            process__in=SiteProcess.objects.filter(source_process__in={c.process_pk for c in columns})
            .order_by()
            .values("process"),
        )
        .order_by("pk")
        .values_list("process_id", "uid_text", "target__recommendation__code", "instant_text")
    )
    processes = {a[0] for a in answers} | {a[0] for a in anew}
    rows = {
        process: Row(process, site_uid, name, fictitious)
        for process, site_uid, name, fictitious in Process.objects.filter(pk__in=processes)
        .order_by("pk")
        .values_list("pk", "site_process__site__uid", "issuer__name", "is_fictitious")
    }
    for process, about, uid, relation, instant, changed in answers:
        if process in rows and about is not None:
            rows[process].cells[about] = Cell(read.uid(uid), relation, read.instant(instant), bool(changed))
    for process, uid, code, instant in anew:
        if process in rows:
            rows[process].own.append(Own(read.uid(uid), str(code), read.instant(instant)))
    return sorted(rows.values(), key=lambda row: (str(row.name).casefold(), row.process_pk))


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One answer in full, for the table that people take away."""

    site: LocalisedText
    code: str
    source_number: int | None
    relation: str
    own_code: str
    own_number: int | None
    own_title: str
    own_language: str
    reason: str
    reason_language: str
    published_at: datetime
    source_changed: bool
    evidence: list[str]
    permalink: str
    is_fictitious: bool


def tree_lines(slug: str, viewer: Actor, at: datetime, language: str) -> list[TreeLine]:
    """Every answer of the tree with its text, reason and evidence."""
    _theme, themes = theme_with_children(slug)
    columns = _columns(themes, viewer, at, language)
    standing = Derivation.objects.readable_by(viewer, at).in_force(at)
    new = standing.filter(
        relation=Relation.DE_NOVO,
        process__site_process__source_process__in={c.process_pk for c in columns},
    )
    rows = (
        (standing.filter(about__in=[c.pk for c in columns]) | standing.filter(pk__in=new.values("pk")))
        .select_related(
            "about",
            "source",
            "target__recommendation",
            "process__issuer",
        )
        .prefetch_related("target__texts", "evidence__statement")
        .order_by("process", "about__order", "pk")
    )
    found = []
    readable = set(EvidenceStatement.objects.readable_by(viewer, at).order_by().values_list("pk", flat=True))
    for row in rows:
        text = row.target.text_for(language) if row.target else None
        assert row.published_at is not None  # in_force(): published
        found.append(
            TreeLine(
                site=row.process.issuer.name,
                code=row.about.code if row.about else "",
                source_number=row.source.number if row.source else None,
                relation=row.relation,
                own_code=row.target.recommendation.code if row.target else "",
                own_number=row.target.number if row.target else None,
                own_title=text.title if text else "",
                own_language=text.language if text else "",
                reason=row.reason,
                reason_language=row.reason_language,
                published_at=row.published_at,
                source_changed=row.source_changed,
                evidence=[e.statement.permalink for e in row.evidence.all() if e.statement_id in readable],
                permalink=row.permalink,
                is_fictitious=row.process.is_fictitious,
            )
        )
    return found
