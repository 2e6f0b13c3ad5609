"""One column for all languages, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.models import StakeholderGroup

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def rows() -> None:
    for slug, texts in {
        "eleves": {"fr": "Élèves décrocheurs", "en": "Early leavers", "ar": "التلاميذ المنقطعون"},
        "parents": {"fr": "Parents d'élèves"},
        "regions": {"en": "Regions", "pt-BR": "Regiões"},
    }.items():
        StakeholderGroup.objects.create(slug=slug, name=LocalisedText(texts))


def found(**where: Any) -> list[str]:
    return list(StakeholderGroup.objects.filter(**where).order_by("slug").values_list("slug", flat=True))


@pytest.mark.usefixtures("rows")
def test_it_comes_back_as_it_went_in() -> None:
    row = StakeholderGroup.objects.get(slug="eleves")
    assert isinstance(row.name, LocalisedText)
    assert row.name == LocalisedText(fr="Élèves décrocheurs", en="Early leavers", ar="التلاميذ المنقطعون")
    assert StakeholderGroup.objects.values_list("name", flat=True).get(slug="parents") == LocalisedText(
        fr="Parents d'élèves"
    )
    row.refresh_from_db()
    row.name = row.name.with_text("en", "Dropouts")
    row.save()
    assert StakeholderGroup.objects.get(slug="eleves").name["en"] == "Dropouts"


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("where", "slugs"),
    [
        ({"name__fr__icontains": "élèves"}, ["eleves", "parents"]),
        ({"name__fr__icontains": "DÉCROCHEURS".lower()}, ["eleves"]),
        ({"name__en__icontains": "LEAVERS"}, ["eleves"]),
        ({"name__en__icontains": "100%"}, []),
        ({"name__ar__icontains": "المنقطعون"}, ["eleves"]),
        ({"name__has_key": "pt-BR"}, ["regions"]),
        ({"name": LocalisedText(fr="Parents d'élèves")}, ["parents"]),
        ({"name__fr": "Parents d'élèves"}, ["parents"]),
    ],
)
def test_it_is_searched_by_language(where: dict[str, Any], slugs: list[str]) -> None:
    assert found(**where) == slugs


@pytest.mark.usefixtures("rows")
def test_it_is_ordered_by_the_readers_language_and_then_the_others() -> None:
    ordered = StakeholderGroup.objects.annotate(shown=Coalesce(KT("name__en"), KT("name__fr"))).order_by(
        "shown"
    )
    assert [g.slug for g in ordered] == ["eleves", "parents", "regions"]


def test_an_empty_text_is_kept_as_one() -> None:
    row = StakeholderGroup.objects.create(slug="vide", name=LocalisedText())
    row.refresh_from_db()
    assert row.name == LocalisedText()
    assert not row.name


def test_copies_do_not_share_their_default() -> None:
    assert StakeholderGroup().name == StakeholderGroup().name == LocalisedText()
