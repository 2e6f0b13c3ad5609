"""Bodies change name, merge, end; whoever asks for them by an old name still finds them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.clock import ZoneUnknown
from polyphonie.kernel.errors import ChangedMeanwhile, RightMissing, Unknown
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.domain import organisation as verbs
from polyphonie.network.domain import reference
from polyphonie.network.domain.queries.directory import (
    current_organisation,
    current_territory,
    name_on,
    organisations_matching,
    resolve_organisation,
)
from polyphonie.network.domain.territory import end_territory, register_territory
from polyphonie.network.domain.theme import add_theme
from polyphonie.network.models import Membership, Organisation, Territory
from tests.factories.network import (
    HostFactory,
    OrganisationFactory,
    TerritoryFactory,
    administrator,
    coordinator_of,
    text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

AT = datetime(2024, 1, 10, tzinfo=UTC)
BY = Actor.system("import")


def register(slug: str, fr: str, **more: Any) -> Organisation:
    return verbs.register_organisation(kind="operator", slug=slug, name=text(fr), by=BY, at=AT, **more)


@pytest.fixture
def ciep() -> Organisation:
    """The CIEP, until it became France Éducation international in 2019."""
    old = register(
        "ciep", "Centre international d'études pédagogiques", short_name=LocalisedText(fr="CIEP", en="CIEP")
    )
    new = register("fei", "France Éducation international", valid_from=date(2019, 1, 1))
    return verbs.end_organisation(organisation=old, on=date(2019, 1, 1), successor=new, by=BY, at=AT)


@pytest.mark.parametrize("words", ["CIEP", "ciep", "Centre international d’études pedagogiques", "fei"])
def test_resolve_organisation_by_old_names_gives_the_one_of_the_day(ciep: Organisation, words: str) -> None:
    assert resolve_organisation(words, on=date(2020, 6, 1)).slug == "fei"


def test_resolve_organisation_before_the_end_gives_the_old_one(ciep: Organisation) -> None:
    assert resolve_organisation("CIEP", on=date(2017, 11, 9)) == ciep
    assert resolve_organisation("CIEP", on=date(2018, 12, 31)) == ciep
    assert resolve_organisation("CIEP", on=date(2019, 1, 1)).slug == "fei"


def test_resolve_organisation_refuses_an_unknown_name(ciep: Organisation) -> None:
    with pytest.raises(Unknown):
        resolve_organisation("CIE", on=date(2020, 1, 1))


def test_resolve_organisation_refuses_to_choose_between_two_bodies_of_one_name() -> None:
    register("saint-denis-93", "Saint-Denis")
    register("saint-denis-974", "Saint-Denis")
    with pytest.raises(Unknown):
        resolve_organisation("Saint-Denis", on=date(2020, 1, 1))


def test_merge_organisations_ends_each_with_the_new_one_as_successor() -> None:
    caen, rouen = register("caen", "Académie de Caen"), register("rouen", "Académie de Rouen")
    normandie = register("normandie", "Académie de Normandie", valid_from=date(2020, 1, 1))
    verbs.merge_organisations(organisations=[caen, rouen], into=normandie, on=date(2020, 1, 1), by=BY, at=AT)
    for name in ("Académie de Caen", "academie de rouen"):
        assert resolve_organisation(name, on=date(2024, 1, 1)) == normandie
    merge = LedgerEvent.objects.get(what="network.merge_organisations")
    ended = LedgerEvent.objects.filter(what="network.end_organisation").order_by("book")
    assert [e.caused_by for e in ended] == [merge.event_id] * 2


def test_current_organisation_follows_a_chain_of_successors() -> None:
    third = register("evry-courcouronnes", "Évry-Courcouronnes")
    second = register("courcouronnes", "Courcouronnes")
    first = register("courcouronnes-ancien", "Courcouronnes (village)")
    verbs.end_organisation(organisation=first, on=date(1973, 1, 1), successor=second, by=BY, at=AT)
    verbs.end_organisation(organisation=second, on=date(2019, 1, 1), successor=third, by=BY, at=AT)
    first.refresh_from_db()
    assert current_organisation(first, on=date(2024, 1, 1)) == third
    assert current_organisation(first, on=date(2000, 1, 1)) == second
    assert current_organisation(first, on=date(1970, 1, 1)) == first


def test_rename_organisation_keeps_the_name_before_it_dated() -> None:
    cnesco = register(
        "cnesco", "Conseil national d'évaluation du système scolaire", valid_from=date(2014, 1, 27)
    )
    verbs.rename_organisation(
        organisation=cnesco,
        name=text("Centre national d'étude des systèmes scolaires"),
        from_date=date(2019, 9, 1),
        by=BY,
        at=AT,
    )
    cnesco.refresh_from_db()
    assert str(name_on(cnesco, date(2018, 11, 8))) == "Conseil national d'évaluation du système scolaire"
    assert str(name_on(cnesco, date(2019, 9, 1))) == "Centre national d'étude des systèmes scolaires"
    assert (
        resolve_organisation("conseil national d'evaluation du systeme scolaire", on=date(2024, 1, 1))
        == cnesco
    )
    former = cnesco.former_names.get()
    assert (former.from_date, former.until_date) == (date(2014, 1, 27), date(2019, 9, 1))


def test_rename_organisation_refuses_a_row_changed_meanwhile() -> None:
    body = register("corps", "Corps")
    verbs.describe_organisation(organisation=body, version=1, languages=["fr", "en"], by=BY, at=AT)
    with pytest.raises(ChangedMeanwhile) as refused:
        verbs.rename_organisation(
            organisation=body, name=text("Autre"), from_date=date(2020, 1, 1), version=1, by=BY, at=AT
        )
    assert refused.value.theirs.languages == ["fr", "en"]
    assert str(refused.value.mine) == "Autre"


def test_end_organisation_refuses_a_circle() -> None:
    a, b, c = register("a", "A"), register("b", "B"), register("c", "C")
    verbs.end_organisation(organisation=a, on=date(2019, 1, 1), successor=b, by=BY, at=AT)
    verbs.end_organisation(organisation=b, on=date(2020, 1, 1), successor=c, by=BY, at=AT)
    a.refresh_from_db()
    events = LedgerEvent.objects.count()
    with pytest.raises(reference.SuccessorCycle) as refused:
        verbs.end_organisation(organisation=c, on=date(2021, 1, 1), successor=a, by=BY, at=AT)
    assert (
        str(refused.value)
        == "« A » mène déjà, de successeur en successeur, à « C » ; choisissez un autre successeur."
    )
    c.refresh_from_db()
    assert (c.successor, c.valid_until) == (None, None)
    assert LedgerEvent.objects.count() == events


def test_end_organisation_refuses_an_end_before_the_start_and_a_second_end(ciep: Organisation) -> None:
    body = register("jeune", "Jeune", valid_from=date(2020, 1, 1))
    with pytest.raises(reference.EndBeforeStart):
        verbs.end_organisation(organisation=body, on=date(2019, 1, 1), by=BY, at=AT)
    with pytest.raises(verbs.OrganisationEndedAlready):
        verbs.end_organisation(organisation=ciep, on=date(2020, 1, 1), by=BY, at=AT)


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        ({"slug": "ciep"}, reference.CodeTaken, "slug"),
        ({"name": LocalisedText()}, reference.NameMissing, "name"),
        ({"languages": ["francais"]}, reference.LanguageUnknown, "language"),
        ({"identifiers": {"siret": "197 534 712 00018"}}, verbs.SiretInvalid, "siret"),
    ],
)
def test_register_organisation_refuses(
    ciep: Organisation, given: dict[str, Any], error: type[Any], field: str
) -> None:
    before = (Organisation.objects.count(), LedgerEvent.objects.count())
    with pytest.raises(error) as refused:
        verbs.register_organisation(
            **{"kind": "operator", "slug": "x", "name": text("X"), "by": BY, "at": AT, **given}
        )
    assert refused.value.field == field
    assert (Organisation.objects.count(), LedgerEvent.objects.count()) == before


def test_register_organisation_reads_a_siret_with_its_spaces() -> None:
    cnam = register("cnam", "Cnam", identifiers={"siret": "197 534 712 00017"})
    assert cnam.identifiers == {"siret": "19753471200017"}


def test_siret_refusal_names_the_number() -> None:
    with pytest.raises(verbs.SiretInvalid) as refused:
        register("cnam", "Cnam", identifiers={"siret": "19753471200018"})
    assert str(refused.value) == "Le SIRET 197 534 712 00018 a une clé fausse ; vérifiez le dernier chiffre."


@pytest.mark.parametrize("who", ["coordinator", "visitor"])
def test_reference_data_is_kept_by_the_administration(who: str) -> None:
    by = coordinator_of(HostFactory.create(), "host_coordinator") if who == "coordinator" else Actor.visitor()
    with pytest.raises(RightMissing):
        verbs.register_organisation(kind="ngo", slug="x", name=text("X"), by=by, at=AT)
    assert verbs.register_organisation(kind="ngo", slug="x", name=text("X"), by=administrator(), at=AT).pk


# memberships


def test_record_membership_refuses_a_member_without_source() -> None:
    member, body = register("benin", "Bénin"), register("confemen", "CONFEMEN")
    with pytest.raises(verbs.MembershipWithoutSource):
        verbs.record_membership(organisation=member, body=body, by=BY, at=AT)
    assert not Membership.objects.exists()


def test_record_membership_refuses_an_overlap_and_takes_a_second_period() -> None:
    member, body = register("roumanie", "Roumanie"), register("confemen", "CONFEMEN")
    given: dict[str, Any] = {
        "organisation": member,
        "body": body,
        "source_label": "Statuts",
        "by": BY,
        "at": AT,
    }
    first = verbs.record_membership(**given, from_date=date(1998, 1, 1))
    with pytest.raises(verbs.MemberAlready):
        verbs.record_membership(**given, from_date=date(2010, 1, 1))
    verbs.end_membership(membership=first, on=date(2005, 1, 1), by=BY, at=AT)
    assert verbs.record_membership(**given, from_date=date(2005, 1, 1)).pk
    event = LedgerEvent.objects.filter(what="network.record_membership").order_by("seq").last()
    assert event is not None
    assert event.book == body.urn


# territories and themes


def test_register_territory_refuses_a_zone_without_a_place() -> None:
    given: dict[str, Any] = {"kind": "country", "code": "ma", "name": text("Maroc"), "by": BY, "at": AT}
    with pytest.raises(ZoneUnknown) as refused:
        register_territory(**given, time_zone="GMT+1")
    assert "« GMT+1 »" in str(refused.value)
    assert not Territory.objects.exists()
    assert register_territory(**given, time_zone="Africa/Casablanca", iso_code="MA").pk


def test_register_territory_asks_no_iso_code() -> None:
    quebec = register_territory(kind="government", code="quebec", name=text("Québec"), by=BY, at=AT)
    assert quebec.iso_code == ""


def test_end_territory_leads_to_its_successor_and_refuses_a_circle() -> None:
    caen, normandie = TerritoryFactory.create(), TerritoryFactory.create()
    end_territory(territory=caen, on=date(2020, 1, 1), successor=normandie, by=BY, at=AT)
    caen.refresh_from_db()
    assert current_territory(caen, on=date(2019, 12, 31)) == caen
    assert current_territory(caen, on=date(2020, 1, 1)) == normandie
    with pytest.raises(reference.SuccessorCycle):
        end_territory(territory=normandie, on=date(2021, 1, 1), successor=caen, by=BY, at=AT)


def test_add_theme_refuses_a_taken_slug() -> None:
    given: dict[str, Any] = {"slug": "decrochage", "title": text("Décrochage scolaire"), "by": BY, "at": AT}
    theme = add_theme(**given, synonyms={"fr": ["abandon"], "en": ["early leaving"]})
    assert theme.synonyms["fr"] == ["abandon"]
    with pytest.raises(reference.CodeTaken):
        add_theme(**given)


def test_the_directory_lists_those_that_exist_first() -> None:
    OrganisationFactory.create(slug="a", valid_until=date(2019, 1, 1))
    OrganisationFactory.create(slug="b")
    assert [o.slug for o in organisations_matching("", viewer=Actor.visitor(), at=AT)] == ["b", "a"]
    assert not organisations_matching("%", viewer=Actor.visitor(), at=AT).exists()
