"""The recommendations of a theme as families: what is recommended, and what others made of it.

A theme may hold some thousand answers, of which a page shows a few. So the ties are read first, as plain
keys; rows and texts are loaded for what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from polyphonie.conferences.models import Conference
from polyphonie.kernel.actor import Actor
from polyphonie.network.models import Organisation, Theme
from polyphonie.recommendations.models import Derivation, Recommendation, Revision, RevisionText

from .themes import keys

SHOWN_AT_ONCE = 6


@dataclass
class Node:
    """A recommendation in its family: the wording that stands, and what others made of it.

    ``offspring`` holds the answers that are shown; ``offspring_more`` says how many there are besides.
    """

    recommendation: Recommendation
    revision: Revision
    offspring: list[Offspring] = field(default_factory=list)
    offspring_more: int = 0
    statements: int = 0

    def text(self, language: str) -> RevisionText | None:
        return self.revision.text_for(language)


@dataclass(frozen=True)
class Offspring:
    """What a body made of a recommendation: the relation, and its own text where there is one."""

    derivation: Derivation
    node: Node | None


@dataclass(frozen=True)
class Trunk:
    """The recommendations of one process that nothing precedes, in their own order."""

    issuer: Organisation
    conference: Conference | None
    is_fictitious: bool
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class _Tie:
    """An answer by its keys: which recommendation it is about, which one it made (None: none)."""

    derivation: int
    about: int
    target: int | None


def families(
    themes: tuple[Theme, ...], viewer: Actor, at: datetime, *, answers_shown: int | None = SHOWN_AT_ONCE
) -> tuple[tuple[Trunk, ...], list[int]]:
    """The families under some themes, and the keys of all their published recommendations.

    Drafts have no place here, even for those who write them.
    """
    standing = dict(
        Revision.objects.readable_by(viewer, at)
        .current(at)
        .filter(recommendation__themes__in=keys(themes))
        .order_by("recommendation__process", "recommendation__order", "recommendation__pk")
        .distinct()
        .values_list("recommendation", "pk")
    )
    answers: dict[int, list[_Tie]] = {}
    derived: set[int] = set()
    for tie in _ties(list(standing), viewer, at):
        answers.setdefault(tie.about, []).append(tie)
        if tie.target in standing:
            derived.add(tie.target)
    roots = [key for key in standing if key not in derived]
    shown: dict[int, list[_Tie]] = {}
    waiting = list(roots)
    while waiting:
        key = waiting.pop()
        if key not in shown:
            shown[key] = answers.get(key, [])[:answers_shown]
            waiting += [tie.target for tie in shown[key] if tie.target in standing]
    nodes = _nodes([standing[key] for key in shown])
    derivations = Derivation.objects.select_related("process__issuer").in_bulk(
        [tie.derivation for ties in shown.values() for tie in ties]
    )
    for key, ties in shown.items():
        nodes[key].offspring = [Offspring(derivations[t.derivation], nodes.get(t.target or 0)) for t in ties]
        nodes[key].offspring_more = len(answers.get(key, ())) - len(ties)
    return _trunks(nodes[key] for key in roots), list(standing)


def _ties(recommendations: list[int], viewer: Actor, at: datetime) -> list[_Tie]:
    """The answers in force about some recommendations, by the name of who gives them."""
    rows = (
        Derivation.objects.readable_by(viewer, at)
        .in_force(at)
        .filter(about__in=recommendations)
        .order_by("process__issuer__slug", "pk")
        .values_list("pk", "about_id", "target__recommendation_id")
    )
    return [_Tie(*row) for row in rows]


def _nodes(revisions: list[int]) -> dict[int, Node]:
    rows = (
        Revision.objects.filter(pk__in=revisions)
        .select_related("recommendation__issuer", "recommendation__process__conference")
        .prefetch_related("texts", "evidence_links")
        .order_by("pk")
    )
    return {
        r.recommendation_id: Node(r.recommendation, r, statements=len(r.evidence_links.all())) for r in rows
    }


def _trunks(roots: Iterable[Node]) -> tuple[Trunk, ...]:
    by_process: dict[int, list[Node]] = {}
    for node in roots:
        by_process.setdefault(node.recommendation.process_id, []).append(node)
    return tuple(
        Trunk(
            row[0].recommendation.issuer,
            row[0].recommendation.process.conference,
            all(node.recommendation.is_fictitious for node in row),
            tuple(row),
        )
        for row in by_process.values()
    )
