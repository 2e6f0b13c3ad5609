"""Wordings: canonical, hashed, compared; without a database."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyphonie.recommendations.domain.summary import FIRST_PAGE, SECOND_PAGE, cut
from polyphonie.recommendations.domain.wording import (
    Wording,
    canonical,
    compose,
    differences,
    hash_of_originals,
    is_blank,
)

pytestmark = pytest.mark.unit


def test_compose_reads_paragraphs_and_items() -> None:
    wording = compose("Titre", "Un\ndeux.\n\n- trois\n- quatre\n\nCinq", population="Élèves", conditions="Si")
    assert [(b.block_id, b.type, b.text) for b in wording.blocks] == [
        ("b1", "paragraph", "Un deux."),
        ("b2", "item", "trois"),
        ("b3", "item", "quatre"),
        ("b4", "paragraph", "Cinq"),
        ("b5", "population", "Élèves"),
        ("b6", "conditions", "Si"),
    ]


def test_compose_keeps_the_ids_of_unchanged_blocks() -> None:
    before = compose("T", "Un\n\nDeux\n\nTrois")
    after = compose("T", "Zéro\n\nUn\n\nTrois", before=before)
    assert [(b.block_id, b.text) for b in after.blocks] == [("b4", "Zéro"), ("b1", "Un"), ("b3", "Trois")]


def test_hash_ignores_white_space_and_normal_form() -> None:
    plain = {"fr": compose("Élèves décrocheurs", "Un  deux")}
    other = {"fr": compose(unicodedata.normalize("NFD", " Élèves  décrocheurs "), "Un deux\n")}
    assert hash_of_originals(plain) == hash_of_originals(other)


def test_hash_ignores_translations() -> None:
    original = {"fr": compose("Un")}
    both = {**original, "en": compose("One", translation="reviewed")}
    assert hash_of_originals(original) == hash_of_originals(both)
    assert hash_of_originals(original) != hash_of_originals({**original, "en": compose("One")})


@given(st.text(), st.text())
def test_composing_twice_is_the_same_bytes(title: str, body: str) -> None:
    first = compose(title, body)
    again = compose(title, body, before=first)
    assert canonical("fr", first) == canonical("fr", again)


@pytest.mark.parametrize("text", ["", " ", "\u00a0\n\t", "\u200b\u200b", "\u2003", "\x00"])
def test_what_nobody_can_read_is_blank(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(text + ".")


def test_differences_pair_blocks_by_id_not_by_place() -> None:
    before = compose("T", "Un\n\nDeux")
    after = Wording("T2", (before.blocks[1], *compose("", "Trois").blocks))
    found = [(d.change, d.before, d.after) for d in differences(before, after)]
    assert found == [("changed", "T", "T2"), ("kept", "Deux", "Deux"), ("changed", "Un", "Trois")]


@given(st.text(max_size=400), st.integers(min_value=0, max_value=120))
def test_cut_never_exceeds_its_limit_and_says_when_it_cut(text: str, limit: int) -> None:
    found = cut(text, limit)
    flat = " ".join(text.split())
    assert len(found.text) <= limit or not found.is_cut
    assert found.is_cut or found.text == flat


def test_levels_only_shrink() -> None:
    for levels in (FIRST_PAGE, SECOND_PAGE):
        for fuller, shorter in itertools.pairwise(levels):
            for name in fuller.__slots__:
                assert getattr(shorter, name) <= getattr(fuller, name)
