"""The verbs of the room: what they write, what they refuse, the one event that each leaves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from polyphonie.cooperation.domain.parts import (
    AmountImpossible,
    CurrencyUnknown,
    FunderMissing,
    MilestoneTextMissing,
    ParticipantMissing,
    ParticipantTwice,
    ValueOutsideList,
    add_funding_line,
    add_milestone,
    add_participation,
)
from polyphonie.cooperation.domain.projects import (
    DeclaredStatusUnknown,
    ProjectAlreadyPublished,
    ProjectDetails,
    ProjectEndsBeforeStart,
    ProjectSlugTaken,
    ProjectSourceMissing,
    ProjectTitleMissing,
    change_project,
    publish_project,
    record_project,
)
from polyphonie.cooperation.domain.refusals import ProjectChanged, YearImpossible
from polyphonie.cooperation.models import FundingLine, Milestone, Participation, Project
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import RightMissing
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.enums import Role
from tests.factories.cooperation import ProjectFactory, ProjectParticipationFactory
from tests.factories.network import OrganisationFactory, ThemeFactory, coordinator_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def details(**changes: Any) -> ProjectDetails:
    values: dict[str, Any] = {
        "title": LocalisedText(fr="Éducation France /Québec", en="Education France /Québec"),
        "first_signed_year": 2010,
        "start_year": 2019,
        "source_label": "Atlas",
    }
    return ProjectDetails(**{**values, **changes})


def officer(organisation: Any) -> Actor:
    return coordinator_of(organisation, Role.COOPERATION_OFFICER)


def kept_project(**fields: Any) -> tuple[Project, Actor]:
    project = ProjectFactory.create(**fields)
    owner = ProjectParticipationFactory.create(project=project).organisation
    return project, officer(owner)


def events() -> list[str]:
    return [e.what for e in LedgerEvent.objects.order_by("pk")]


def test_record_project_writes_a_draft_kept_by_its_owner() -> None:
    owner, theme = OrganisationFactory.create(), ThemeFactory.create()
    project = record_project(details=details(themes=(theme,)), owner=owner, by=officer(owner), at=AT)
    assert project.slug == "education-france-quebec"
    assert project.published_at is None
    assert list(project.themes.all()) == [theme]
    assert [(p.role, p.organisation) for p in project.participations.all()] == [("project_owner", owner)]
    assert events() == ["cooperation.record_project"]


def test_record_project_gives_a_second_one_another_address() -> None:
    owner = OrganisationFactory.create()
    slugs = [record_project(details=details(), owner=owner, by=officer(owner), at=AT).slug for _ in range(2)]
    assert slugs == ["education-france-quebec", "education-france-quebec-2"]


def test_record_project_is_open_to_the_officer_of_the_successor() -> None:
    today = OrganisationFactory.create()
    old = OrganisationFactory.create(successor=today, valid_until=date(2019, 1, 1))
    assert record_project(details=details(), owner=old, by=officer(today), at=AT).pk


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"title": LocalisedText()}, ProjectTitleMissing, "title"),
        ({"start_year": 19}, YearImpossible, "start_year"),
        ({"first_mission_year": 20190}, YearImpossible, "first_mission_year"),
        ({"end_on": date(2018, 12, 31)}, ProjectEndsBeforeStart, "end_on"),
        ({"declared_status": "En cours"}, DeclaredStatusUnknown, "declared_status"),
    ],
)
def test_record_project_refuses_what_cannot_be_true(changes: Any, refusal: Any, field: str) -> None:
    owner = OrganisationFactory.create()
    with pytest.raises(refusal) as refused:
        record_project(details=details(**changes), owner=owner, by=officer(owner), at=AT)
    assert refused.value.field == field
    assert not Project.objects.exists()
    assert events() == []


def test_record_project_refuses_a_taken_address() -> None:
    taken = ProjectFactory.create()
    owner = OrganisationFactory.create()
    with pytest.raises(ProjectSlugTaken):
        record_project(details=details(), owner=owner, slug=taken.slug, by=officer(owner), at=AT)
    assert events() == []


def test_record_project_needs_the_role_for_the_owner() -> None:
    owner, other = OrganisationFactory.create(), OrganisationFactory.create()
    for somebody in (officer(other), coordinator_of(owner), Actor.visitor()):
        with pytest.raises(RightMissing):
            record_project(details=details(), owner=owner, by=somebody, at=AT)
    assert not Project.objects.exists()
    assert events() == []


def test_change_project_writes_and_counts() -> None:
    project, keeper = kept_project()
    changed = change_project(project=project, version=1, details=details(start_year=2018), by=keeper, at=AT)
    assert (changed.version, changed.start_year) == (2, 2018)
    event = LedgerEvent.objects.get()
    assert event.what == "cooperation.change_project"
    assert event.data["version"] == 2
    assert "start_year" in event.data["changed"]
    assert "Atlas" not in str(event.data)


def test_change_project_refuses_to_overwrite_somebody_else() -> None:
    project, keeper = kept_project()
    change_project(project=project, version=1, details=details(start_year=2018), by=keeper, at=AT)
    with pytest.raises(ProjectChanged) as refused:
        change_project(project=project, version=1, details=details(start_year=2015), by=keeper, at=AT)
    assert refused.value.theirs.start_year == 2018
    assert refused.value.mine.start_year == 2015
    assert Project.objects.get().start_year == 2018
    assert len(events()) == 1


def test_change_project_keeps_the_source_of_a_published_record() -> None:
    project, keeper = kept_project()
    with pytest.raises(ProjectSourceMissing):
        change_project(project=project, version=1, details=details(source_label=""), by=keeper, at=AT)
    assert events() == []


def test_change_project_needs_the_role() -> None:
    project, _keeper = kept_project()
    partner = ProjectParticipationFactory.create(project=project, role="foreign_partner").organisation
    with pytest.raises(RightMissing):
        change_project(project=project, version=1, details=details(), by=officer(partner), at=AT)
    assert events() == []


def test_publish_project_opens_it_once() -> None:
    project, keeper = kept_project(published_at=None)
    published = publish_project(project=project, by=keeper, at=AT)
    assert published.published_at == AT
    with pytest.raises(ProjectAlreadyPublished):
        publish_project(project=project, by=keeper, at=AT)
    assert events() == ["cooperation.publish_project"]


def test_publish_project_needs_a_source() -> None:
    project, keeper = kept_project(published_at=None, source_label="", source_url="")
    with pytest.raises(ProjectSourceMissing):
        publish_project(project=project, by=keeper, at=AT)
    assert Project.objects.get().published_at is None
    assert events() == []


def test_publish_project_takes_an_invented_example_without_source() -> None:
    project, keeper = kept_project(published_at=None, source_label="", source_url="", is_fictitious=True)
    assert publish_project(project=project, by=keeper, at=AT).published_at == AT


def test_add_participation_keeps_the_words_of_the_source() -> None:
    project, keeper = kept_project()
    row = add_participation(project=project, role="implementing_lead", label=" MRIF ", by=keeper, at=AT)
    assert (row.label, row.organisation) == ("MRIF", None)
    assert events() == ["cooperation.add_participation"]
    assert "MRIF" not in str(LedgerEvent.objects.get().data)
    assert Project.objects.get().version == 2


def test_add_participation_refuses_nobody_twice_and_unknown_roles() -> None:
    project, keeper = kept_project()
    body = OrganisationFactory.create()
    add_participation(project=project, role="foreign_partner", organisation=body, by=keeper, at=AT)
    add_participation(project=project, role="foreign_partner", label="YMCA", by=keeper, at=AT)
    count = Participation.objects.count()
    with pytest.raises(ParticipantMissing):
        add_participation(project=project, role="foreign_partner", label="  ", by=keeper, at=AT)
    with pytest.raises(ParticipantTwice):
        add_participation(project=project, role="foreign_partner", organisation=body, by=keeper, at=AT)
    with pytest.raises(ParticipantTwice):
        add_participation(project=project, role="foreign_partner", label="ymca", by=keeper, at=AT)
    with pytest.raises(ValueOutsideList):
        add_participation(project=project, role="friend", label="x", by=keeper, at=AT)
    assert Participation.objects.count() == count
    assert len(events()) == 2


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"label": ""}, FunderMissing),
        ({"amount": Decimal("-1")}, AmountImpossible),
        ({"amount": Decimal("0")}, AmountImpossible),
        ({"amount": Decimal("1.005")}, AmountImpossible),
        ({"amount": Decimal("NaN")}, AmountImpossible),
        ({"currency": "¤"}, CurrencyUnknown),
        ({"year": 20}, YearImpossible),
        ({"nature": "promised"}, ValueOutsideList),
    ],
)
def test_add_funding_line_refuses(changes: Any, refusal: Any) -> None:
    project, keeper = kept_project()
    values = {"year": 2019, "amount": Decimal("6500"), "label": "Ministère", **changes}
    with pytest.raises(refusal):
        add_funding_line(project=project, by=keeper, at=AT, **values)
    assert not FundingLine.objects.exists()
    assert events() == []


def test_add_funding_line_leaves_the_nature_unknown() -> None:
    project, keeper = kept_project()
    line = add_funding_line(
        project=project, year=2019, amount=Decimal("6500"), label="Ministère", by=keeper, at=AT
    )
    assert line.nature == "unknown"
    assert LedgerEvent.objects.get().data == {
        "year": 2019,
        "amount": "6500",
        "currency": "EUR",
        "nature": "unknown",
        "funder": None,
    }


def test_add_milestone_needs_words() -> None:
    project, keeper = kept_project()
    with pytest.raises(MilestoneTextMissing):
        add_milestone(project=project, year=2009, text=LocalisedText(fr=" "), by=keeper, at=AT)
    assert not Milestone.objects.exists()
    add_milestone(project=project, year=2009, text=LocalisedText(fr="Première mission"), by=keeper, at=AT)
    assert events() == ["cooperation.add_milestone"]
