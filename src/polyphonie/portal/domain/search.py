"""Writing the search index: after a change, the rows that it concerns; on demand, everything.

The index is derived and can be built anew at any time, so it leaves no ledger event.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from polyphonie.kernel.identity import Urn
from polyphonie.kernel.localised import fold

from ..models import SearchEntry, SearchGram, SearchPosting, SearchWord
from .search_sources import SOURCES, Document, SearchSource
from .words import LONGEST, grams, is_stop_word, terms_of, tokens

TITLE, NAME, BODY = 8, 3, 1
HEAVIEST = 200
BODY_LIMIT = 50_000
BATCH = 2_000


@dataclass(frozen=True)
class Reindexed:
    """How much the index holds after it was built anew."""

    entries: int
    words: int

    def __str__(self) -> str:
        return _("%(entries)d textes et %(words)d mots sont dans l'index de recherche.") % {
            "entries": self.entries,
            "words": self.words,
        }


def reindex() -> Reindexed:
    """Build the whole index anew. Until it is done, searches read the old one."""
    with transaction.atomic():
        SearchPosting.objects.all().delete()
        SearchEntry.objects.all().delete()
        SearchGram.objects.all().delete()
        SearchWord.objects.all().delete()
        for source in SOURCES:
            _write(source, source.all_rows().order_by("pk"))
        return Reindexed(SearchEntry.objects.count(), SearchWord.objects.count())


_rebuilding: ContextVar[bool] = ContextVar("polyphonie_search_rebuilding", default=False)


@contextmanager
def rebuilding() -> Iterator[None]:
    """Much is about to change: nothing follows the ledger meanwhile, and the index is built anew at the end."""
    token = _rebuilding.set(True)
    try:
        yield
    finally:
        _rebuilding.reset(token)
    reindex()


def is_rebuilding() -> bool:
    return _rebuilding.get()


def refresh(urns: Iterable[str]) -> int:
    """Read again the rows that a change of these objects concerns. Twice does no harm."""
    changed = sorted({Urn.parse(text) for text in urns}, key=str)
    count = 0
    for source in SOURCES:
        concerned = [source.touched[urn.kind](urn.uid) for urn in changed if urn.kind in source.touched]
        if not concerned:
            continue
        query = Q()
        for one in concerned:
            query |= one
        keys = list(source.all_rows().filter(query).order_by("pk").values_list("pk", flat=True).distinct())
        with transaction.atomic():
            SearchEntry.objects.filter(
                Q(row__in=keys) | Q(urn__in=[str(urn) for urn in changed]), kind=source.kind
            ).delete()
            count += _write(source, source.all_rows().filter(pk__in=keys).order_by("pk"))
    return count


def concerns_search(urn: str) -> bool:
    """Whether a change of this object may change what is found."""
    try:
        kind = Urn.parse(urn).kind
    except ValueError:
        return False
    return any(kind in source.touched for source in SOURCES)


def _write(source: SearchSource, rows: Any) -> int:
    postings: list[SearchPosting] = []
    words: set[str] = set()
    count = 0
    for row in rows:
        for document in source.documents(row):
            entry = SearchEntry.objects.create(
                kind=source.kind,
                row=row.pk,
                urn=source.subject_urn(row),
                language=document.language,
            )
            weights, met = weigh(document)
            postings += [
                SearchPosting(entry=entry, term=term, weight=min(weight, HEAVIEST))
                for term, weight in sorted(weights.items())
            ]
            words |= met
            count += 1
    SearchPosting.objects.bulk_create(postings, batch_size=BATCH)
    _remember(words)
    return count


def weigh(document: Document) -> tuple[dict[str, int], set[str]]:
    """The terms of a document with their weights, and its words without accents."""
    weights: Counter[str] = Counter()
    words: set[str] = set()
    for text, weight in (
        (document.title, TITLE),
        (document.names, NAME),
        (document.body[:BODY_LIMIT], BODY),
    ):
        for word in tokens(text):
            if is_stop_word(word, (document.language.split("-")[0],)):
                continue
            for term in terms_of(word, document.language):
                weights[term] += weight
            plain = fold(word)[:LONGEST]
            if len(plain) > 3 and not plain[0].isdigit():
                words.add(plain)
    return dict(weights), words


def _remember(words: set[str]) -> None:
    """Add the words that are new. A word that no text carries any more does no harm: what it leads to
    is asked for at each search."""
    known = set(SearchWord.objects.filter(word__in=sorted(words)).order_by().values_list("word", flat=True))
    new = sorted(words - known)
    SearchWord.objects.bulk_create([SearchWord(word=w) for w in new], batch_size=BATCH, ignore_conflicts=True)
    rows = SearchWord.objects.filter(word__in=new, grams=None).order_by("word")
    SearchGram.objects.bulk_create(
        [SearchGram(word=row, gram=gram) for row in rows for gram in sorted(grams(row.word))],
        batch_size=BATCH,
    )
