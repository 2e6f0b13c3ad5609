"""Which relation a text has to its source, proposed from the texts alone; a person confirms it.

Pure: knows neither the database nor a request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .wording import Wording, clean, is_blank

SAME_WORDING = frozenset({"original", "reviewed"})


@dataclass(frozen=True, slots=True)
class Position:
    """What is compared: the question answered, the wording per language, direction, strength, and
    the judgement per criterion. ``evidence`` names the statements it rests on."""

    question: str
    texts: Mapping[str, Wording]
    direction: str = ""
    strength: str = ""
    judgements: Mapping[str, str] = field(default_factory=dict)
    evidence: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Proposal:
    """The relation proposed, and what differs. An empty relation is never given."""

    relation: str
    changed_fields: tuple[str, ...] = ()
    changed_criteria: tuple[str, ...] = ()


def _text(wording: Wording, types: Iterable[str]) -> str:
    return "\n".join(clean(b.text) for b in wording.blocks if b.type in types and not is_blank(b.text))


def _differs(source: Position, target: Position, types: tuple[str, ...], with_title: bool) -> bool:
    """Whether the wording differs in a language that both have, by an original or reviewed text.
    Without such a language nobody can say that it is the same."""
    shared = [
        language
        for language in source.texts
        if language in target.texts
        and source.texts[language].translation in SAME_WORDING
        and target.texts[language].translation in SAME_WORDING
    ]
    if not shared:
        return with_title
    return any(
        (with_title and clean(source.texts[tag].title) != clean(target.texts[tag].title))
        or _text(source.texts[tag], types) != _text(target.texts[tag], types)
        for tag in shared
    )


def propose_relation(source: Position | None, target: Position) -> Proposal:
    """The first that matches: new (another question, or another evidence base), adopted (nothing that
    decides differs), adapted (something does). A reviewed translation counts as the same wording;
    a machine's does not. Declining, postponing, merging and splitting are never proposed.

    Source: the derivation rule is ours; the three terms are those of GRADE-ADOLOPMENT
    (doi 10.1016/j.jclinepi.2016.09.009).
    """
    if source is None or source.question != target.question:
        return Proposal("de_novo")
    if source.evidence and target.evidence and not source.evidence & target.evidence:
        return Proposal("de_novo", changed_fields=("evidence",))
    changed = []
    if _differs(source, target, ("paragraph", "item"), with_title=True):
        changed.append("wording")
    if _differs(source, target, ("conditions",), with_title=False):
        changed.append("conditions")
    if _differs(source, target, ("population",), with_title=False):
        changed.append("population")
    if source.direction != target.direction:
        changed.append("direction")
    if source.strength != target.strength:
        changed.append("strength")
    criteria = tuple(
        sorted(
            criterion
            for criterion in source.judgements.keys() | target.judgements.keys()
            if source.judgements.get(criterion) != target.judgements.get(criterion)
        )
    )
    if not changed and not criteria:
        return Proposal("adopted")
    return Proposal("adapted", tuple(changed), criteria)


def closes_a_circle(edges: Iterable[tuple[int, int]], source: int, target: int) -> bool:
    """Whether ``target`` already stands among the ancestors of ``source`` (or is it), the edges
    going from source to target: one more edge would make a text its own forebear."""
    parents: dict[int, list[int]] = {}
    for above, below in edges:
        parents.setdefault(below, []).append(above)
    waiting, seen = [source], set()
    while waiting:
        node = waiting.pop()
        if node == target:
            return True
        if node not in seen:
            seen.add(node)
            waiting += parents.get(node, [])
    return False
