"""From a text to the terms by which it is found: the same on every database.

A word is indexed by its stem without accents and by the stem of the word without accents. A query
gives both too. The first finds relatives however the reader types accents, the second finds what
was typed without any; with one of them alone a fifth of the words would be missed.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

from polyphonie.kernel.localised import fold

TOKEN = re.compile(r"\d+(?:[.,]\d+)+|\w+")
LONGEST = 60
STEMMERS = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "pt": "portuguese",
}
ASKED_IN = ("fr", "en", "es", "pt")
"""A query does not say its language; it is tried in these and in the one of the interface."""

STOP_WORDS = {
    "fr": frozenset(
        [
            "a",
            "afin",
            "ai",
            "ainsi",
            "au",
            "aux",
            "avec",
            "c",
            "ce",
            "ceci",
            "cela",
            "ces",
            "cet",
            "cette",
            "ceux",
            "chez",
            "comme",
            "d",
            "dans",
            "de",
            "des",
            "donc",
            "du",
            "elle",
            "elles",
            "en",
            "entre",
            "est",
            "et",
            "etait",
            "etre",
            "eu",
            "eux",
            "il",
            "ils",
            "j",
            "je",
            "l",
            "la",
            "le",
            "les",
            "leur",
            "leurs",
            "lui",
            "m",
            "ma",
            "mais",
            "me",
            "meme",
            "mes",
            "moi",
            "mon",
            "n",
            "ne",
            "ni",
            "nos",
            "notre",
            "nous",
            "on",
            "ont",
            "ou",
            "par",
            "pas",
            "plus",
            "pour",
            "qu",
            "quand",
            "que",
            "qui",
            "quoi",
            "s",
            "sa",
            "sans",
            "se",
            "ses",
            "si",
            "son",
            "sont",
            "sous",
            "sur",
            "t",
            "ta",
            "te",
            "tes",
            "toi",
            "ton",
            "tout",
            "tous",
            "toute",
            "toutes",
            "tu",
            "un",
            "une",
            "vers",
            "vos",
            "votre",
            "vous",
            "y",
        ]
    ),
    "en": frozenset(
        [
            "a",
            "about",
            "an",
            "and",
            "are",
            "as",
            "at",
            "be",
            "been",
            "but",
            "by",
            "can",
            "do",
            "does",
            "for",
            "from",
            "had",
            "has",
            "have",
            "he",
            "her",
            "his",
            "how",
            "i",
            "if",
            "in",
            "into",
            "is",
            "it",
            "its",
            "me",
            "my",
            "no",
            "not",
            "of",
            "on",
            "or",
            "our",
            "s",
            "she",
            "so",
            "t",
            "than",
            "that",
            "the",
            "their",
            "them",
            "then",
            "there",
            "these",
            "they",
            "this",
            "to",
            "was",
            "we",
            "were",
            "what",
            "when",
            "where",
            "which",
            "who",
            "why",
            "will",
            "with",
            "you",
            "your",
        ]
    ),
}
_here = threading.local()


def tokens(text: str) -> list[str]:
    """The words and numbers of a text, in small letters; a number keeps its decimals."""
    return [t.replace(",", ".") if t[0].isdigit() else t for t in TOKEN.findall(text.lower())]


def is_stop_word(word: str, languages: Iterable[str] = STOP_WORDS) -> bool:
    """Whether a word says too little to be searched by, in any of the languages."""
    plain = fold(word)
    return any(plain in STOP_WORDS.get(language, ()) for language in languages)


def _stem(word: str, language: str) -> str:
    algorithm = STEMMERS.get(language.split("-")[0])
    if algorithm is None:
        return word
    # a stemmer keeps a state of its own and is not to be shared between threads
    stemmers = _here.__dict__.setdefault("stemmers", {})
    if algorithm not in stemmers:
        stemmers[algorithm] = Stemmer.Stemmer(algorithm)
    return str(stemmers[algorithm].stemWord(word))


@lru_cache(maxsize=20_000)
def terms_of(word: str, language: str) -> frozenset[str]:
    """The terms of one word in one language; the word itself, marked, comes last in value."""
    plain = fold(word)
    found = {fold(_stem(word, language)), _stem(plain, language)}
    return frozenset({t[:LONGEST] for t in found if t} | {("=" + plain)[:LONGEST]})


def asked_terms(word: str, language: str) -> frozenset[str]:
    """The terms by which a word of a query is looked for, whatever the language of the text."""
    return frozenset().union(*(terms_of(word, tag) for tag in dict.fromkeys((*ASKED_IN, language))))


def grams(word: str) -> frozenset[str]:
    """Three letters in a row, ends included: ``_ex exc xcl …``."""
    framed = f"_{word}_"
    return frozenset(framed[i : i + 3] for i in range(len(framed) - 2))
