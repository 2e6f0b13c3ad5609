"""Searching: a wide net of terms, then each room says what the viewer may read, then the order.

Whatever is counted, corrected or shown comes from readable rows alone, read at that moment; the index
only proposes. So a stale index can miss something; it cannot show anything.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from rapidfuzz.distance import OSA

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.localised import fold
from polyphonie.network.models import Theme

from ...models import SearchGram, SearchPosting
from ..search_sources import BY_KIND, SOURCES, Shown
from ..words import asked_terms, grams, is_stop_word, tokens

PAGE = 20
LONGEST_QUERY = 200
MOST_WORDS = 12
EXCERPT = 240
SYNONYM, CORRECTED = 0.6, 0.7
CHUNK = 10_000


@dataclass(frozen=True)
class Hit:
    """A found object, with the words of the query marked in its excerpt."""

    kind: str
    label: str
    shown: Shown
    excerpt: SafeString


@dataclass(frozen=True)
class Facet:
    """How many readable objects of one kind are found."""

    kind: str
    label: str
    count: int


@dataclass(frozen=True)
class SearchPage:
    """One page of results. ``corrected`` maps a word of the query to the words that were found instead."""

    query: str
    wanted: str
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    total: int
    number: int
    pages: int
    corrected: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def following(self) -> int:
        return self.number + 1


@dataclass
class _Need:
    """One word of the query: the terms that answer it, and what it may be a slip of."""

    word: str
    terms: frozenset[str]
    slips: dict[str, frozenset[str]]


@dataclass
class _Phrase:
    """Words of the query that stand for another phrase of the theme tree."""

    covers: frozenset[int]
    terms: tuple[frozenset[str], ...]


@dataclass
class _Candidate:
    kind: str
    row: int
    urn: str
    language: str
    weights: dict[str, int]


def search(
    query: str, viewer: Actor, at: datetime, *, language: str = "fr", wanted: str = "", number: int = 1
) -> SearchPage:
    """Find what the viewer may read, the best first. ``wanted`` narrows to one kind."""
    needs = _needs(query, language)
    if not needs:
        return SearchPage(query, wanted, (), (), 0, 1, 1, ())
    phrases = _phrases(needs, viewer, at, language)
    readable = _readable(_candidates(needs, phrases), viewer, at)
    ranked, corrected = _rank(needs, phrases, readable, language)
    found: dict[str, _Candidate] = {}
    for candidate in ranked:
        found.setdefault(candidate.urn, candidate)
    counts: dict[str, int] = {}
    for candidate in found.values():
        counts[candidate.kind] = counts.get(candidate.kind, 0) + 1
    rows = [c for c in found.values() if not wanted or c.kind == wanted]
    pages = max(1, -(-len(rows) // PAGE))
    number = min(max(1, number), pages)
    words = [n.word for n in needs] + [w for _, instead in corrected for w in instead]
    return SearchPage(
        query,
        wanted,
        tuple(_hits(rows[(number - 1) * PAGE : number * PAGE], viewer, at, language, words)),
        tuple(Facet(s.kind, str(s.label), counts[s.kind]) for s in SOURCES if s.kind in counts),
        len(rows),
        number,
        pages,
        corrected,
    )


def _needs(query: str, language: str) -> list[_Need]:
    words = list(dict.fromkeys(tokens(query[:LONGEST_QUERY])))
    telling = [w for w in words if not is_stop_word(w)][:MOST_WORDS]
    slips = _slips([fold(w) for w in telling])
    return [
        _Need(
            w,
            asked_terms(w, language),
            {s: asked_terms(s, language) for s in slips.get(fold(w), ())},
        )
        for w in telling
    ]


def _slips(words: list[str]) -> dict[str, tuple[str, ...]]:
    """For each word the known words that are a slip of the finger away: one letter wrong, missing, added
    or swapped in a short word, two in a longer one."""
    found: dict[str, tuple[str, ...]] = {}
    for word in words:
        if len(word) < 4 or word[0].isdigit():
            continue
        own, limit = grams(word), 1 if len(word) < 6 else 2
        alike = (
            SearchGram.objects.filter(gram__in=sorted(own))
            .values("word__word")
            .annotate(shared=Count("pk"))
            .filter(shared__gte=max(1, len(own) - 4 * limit))
            .order_by("-shared", "word__word")[:200]
        )
        near = [
            (distance, row["word__word"])
            for row in alike
            if 0 < (distance := OSA.distance(word, row["word__word"], score_cutoff=limit)) <= limit
        ]
        nearest = min((d for d, _ in near), default=0)
        found[word] = tuple(sorted(other for d, other in near if d == nearest)[:5])
    return found


def _phrases(needs: list[_Need], viewer: Actor, at: datetime, language: str) -> list[_Phrase]:
    """Other ways to say what the query says, from the titles and synonyms of the theme tree."""
    meant = [need.terms.union(*need.slips.values()) for need in needs]
    found: list[_Phrase] = []
    for theme in Theme.objects.readable_by(viewer, at).order_by("order", "slug"):
        ways = [*theme.title.values(), *(w for words in theme.synonyms.values() for w in words)]
        spoken = [tuple(asked_terms(t, language) for t in tokens(way) if not is_stop_word(t)) for way in ways]
        for here in spoken:
            covers = frozenset(
                place for place, terms in enumerate(meant) if any(terms & word for word in here)
            )
            if here and all(any(terms & word for terms in meant) for word in here):
                found += [_Phrase(covers, other) for other in spoken if other and other != here]
    return found


def _candidates(needs: list[_Need], phrases: list[_Phrase]) -> list[_Candidate]:
    terms = frozenset().union(
        *(need.terms for need in needs),
        *(slip for need in needs for slip in need.slips.values()),
        *(word for phrase in phrases for word in phrase.terms),
    )
    rows = (
        SearchPosting.objects.filter(term__in=sorted(terms))
        .order_by("entry_id", "term")
        .values_list(
            "entry_id", "entry__kind", "entry__row", "entry__urn", "entry__language", "term", "weight"
        )
    )
    found: dict[int, _Candidate] = {}
    for key, kind, row, urn, language, term, weight in rows.iterator(chunk_size=5_000):
        if kind in BY_KIND:
            candidate = found.setdefault(key, _Candidate(kind, row, urn, language, {}))
            candidate.weights[term] = weight
    return list(found.values())


def _readable(candidates: list[_Candidate], viewer: Actor, at: datetime) -> list[_Candidate]:
    """What remains after each room has been asked, kind by kind."""
    kept: list[_Candidate] = []
    for source in SOURCES:
        mine = [c for c in candidates if c.kind == source.kind]
        keys = sorted({c.row for c in mine})
        readable: set[int] = set()
        for start in range(0, len(keys), CHUNK):
            readable |= set(
                source.readable(viewer, at)
                .filter(pk__in=keys[start : start + CHUNK])
                .order_by("pk")
                .values_list("pk", flat=True)
            )
        kept += [c for c in mine if c.row in readable]
    return kept


def _rank(
    needs: list[_Need], phrases: list[_Phrase], readable: list[_Candidate], language: str
) -> tuple[list[_Candidate], tuple[tuple[str, tuple[str, ...]], ...]]:
    """The candidates that answer enough of the query, the best first, and the corrections that led to some.

    A word is corrected only where nothing readable carries it as it was typed. How rare a word is, is
    counted among what is readable, so that the order tells nothing of the rest.
    """
    answers: list[list[dict[int, float]]] = []
    corrected: list[tuple[str, tuple[str, ...]]] = []
    for need in needs:
        exact = [_weight(need.terms, c) for c in readable]
        if any(exact):
            answers.append([{0: w} if w else {} for w in exact])
            continue
        slips = {s: [_weight(terms, c) for c in readable] for s, terms in need.slips.items()}
        used = tuple(s for s, weights in slips.items() if any(weights))
        if used:
            corrected.append((need.word, used))
        best = [max((slips[s][i] for s in used), default=0.0) * CORRECTED for i in range(len(readable))]
        answers.append([{0: w} if w else {} for w in best])
    scores: list[dict[int, float]] = [
        {place: row[i][0] for place, row in enumerate(answers) if row[i]} for i in range(len(readable))
    ]
    for phrase in phrases:
        for i, candidate in enumerate(readable):
            weights = [_weight(word, candidate) for word in phrase.terms]
            if all(weights):
                value = SYNONYM * sum(weights) / len(weights)
                for place in phrase.covers:
                    scores[i][place] = max(scores[i].get(place, 0.0), value)
    known = [sum(1 for s in scores if place in s) for place in range(len(needs))]
    rarity = [math.log(1 + len(readable) / n) if n else 0.0 for n in known]
    enough = len(needs) if len(needs) < 2 else max(1, math.ceil(0.6 * len(needs)) if len(needs) > 2 else 1)
    ranked = []
    for candidate, score in zip(readable, scores, strict=True):
        if len(score) < enough:
            continue
        value = sum(rarity[place] * weight for place, weight in score.items())
        value *= 1.1 if candidate.language.split("-")[0] == language else 1.0
        ranked.append(
            (-len(score), -value, _order(candidate.kind), candidate.urn, candidate.language, candidate)
        )
    ranked.sort(key=lambda r: r[:5])
    return [r[5] for r in ranked], tuple(corrected)


def _weight(terms: Iterable[str], candidate: _Candidate) -> float:
    """Between 0 and 1: how much a text answers one word. The word as typed counts a little more."""
    found = [candidate.weights[t] * (1.2 if t[0] == "=" else 1.0) for t in terms if t in candidate.weights]
    return max(w / (w + 3.0) for w in found) if found else 0.0


def _order(kind: str) -> int:
    return next(i for i, source in enumerate(SOURCES) if source.kind == kind)


def _hits(
    rows: list[_Candidate], viewer: Actor, at: datetime, language: str, words: list[str]
) -> Iterator[Hit]:
    """The results as they stand now, read from their own rows and once more through their room."""
    stems = frozenset().union(*(asked_terms(w, language) for w in words))
    shown: dict[tuple[str, int], Shown] = {}
    for source in SOURCES:
        keys = [c.row for c in rows if c.kind == source.kind]
        if keys:
            standing = source.readable(viewer, at).order_by().values("pk")
            for row in source.shown_rows().filter(pk__in=keys).filter(pk__in=standing).order_by("pk"):
                shown[source.kind, row.pk] = source.show(row, language)
    for candidate in rows:
        one = shown.get((candidate.kind, candidate.row))
        if one is not None:
            label = str(BY_KIND[candidate.kind].label)
            yield Hit(candidate.kind, label, one, marked(one.excerpt, stems, language))


def marked(text: str, stems: frozenset[str], language: str) -> SafeString:
    """A piece of the text around the first word that was looked for, all such words marked, all escaped."""
    words = [(m.start(), m.end()) for m in re.finditer(r"\w+", text)]
    met = [(a, b) for a, b in words if asked_terms(text[a:b].lower(), language) & stems]
    start = max(0, met[0][0] - EXCERPT // 3) if met else 0
    if start:
        start = text.find(" ", start) + 1
    end = min(len(text), start + EXCERPT)
    if end < len(text):
        end = text.rfind(" ", start, end) if text.rfind(" ", start, end) > start else end
    pieces, last = ["… " if start else ""], start
    for a, b in met:
        if a >= start and b <= end:
            pieces += [escape(text[last:a]), "<mark>", escape(text[a:b]), "</mark>"]
            last = b
    pieces += [escape(text[last:end]), " …" if end < len(text) else ""]
    return mark_safe("".join(pieces))  # every piece of the text was escaped above
