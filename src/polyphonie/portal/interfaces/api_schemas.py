"""The shapes of the public API. Every object that may be invented says whether it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

Texts = dict[str, str]


class Source(Schema):
    """Where a fact was read."""

    label: str
    url: str
    read_on: date | None = Field(None, description="Day on which the source was read.")


class Problem(Schema):
    """An error, as a sentence: what is wrong, which value, what to do."""

    title: str
    status: int
    detail: str
    field: str | None = None


class OrganisationOut(Schema):
    id: str
    slug: str
    name: Texts
    kind: str
    is_fictitious: bool


class ThemeOut(Schema):
    id: str
    slug: str
    title: Texts
    summary: Texts
    parent: str | None = Field(None, description="Slug of the theme above.")
    permalink: str


class SiteOut(Schema):
    """The public part of a site: which body follows, how, in which language."""

    id: str
    organisation: OrganisationOut
    conference: str
    kind: str
    mode: str
    delay_minutes: int
    time_zone: str
    language: str
    permalink: str
    is_fictitious: bool


class SessionOut(Schema):
    id: str
    conference: str
    kind: str
    title: Texts
    abstract: Texts
    language: str
    start_at: datetime
    end_at: datetime
    hour_is_invented: bool
    permalink: str
    is_fictitious: bool


class ConferenceOut(Schema):
    id: str
    slug: str
    acronym: str
    kind: str
    title: Texts
    summary: Texts
    host: OrganisationOut
    partners: list[OrganisationOut]
    themes: list[str]
    place: Texts
    start_date: date
    end_date: date
    time_zone: str
    languages: list[str]
    state: str
    link: str
    permalink: str
    is_fictitious: bool
    source: Source | None


class WordingOut(Schema):
    language: str
    title: str
    text: str
    translation: str = Field(description="original, reviewed or machine")


class RecommendationOut(Schema):
    id: str
    code: str
    kind: str
    heading: Texts
    issuer: OrganisationOut
    conference: str | None
    themes: list[str]
    recipients: Texts
    revision: int
    published_at: datetime | None
    wordings: list[WordingOut]
    permalink: str
    is_fictitious: bool
    source: Source | None


class DerivationOut(Schema):
    """What a body made of the recommendation, with its reason."""

    id: str
    relation: str
    issuer: OrganisationOut
    reason: str
    reason_language: str
    review_on: date | None
    target: str | None = Field(
        None, description="Permalink of the text that was derived, where there is one."
    )
    is_fictitious: bool


class ActionLinkOut(Schema):
    id: str
    relation: str
    label: Texts
    action: str = Field(description="Permanent name of the action.")
    organisation: OrganisationOut | None
    started: date | None
    started_precision: str
    is_fictitious: bool
    source: Source | None


class RecommendationDetail(RecommendationOut):
    derived_from: list[str] = Field(description="Permalinks of the recommendations this one comes from.")
    derivations: list[DerivationOut]
    actions: list[ActionLinkOut]


class StatementOut(Schema):
    id: str
    code: str
    wording: Texts
    strength: str
    resource: str | None
    figures: list[str]
    page: str
    themes: list[str]
    permalink: str
    is_fictitious: bool
    source: Source | None


class FigureOut(Schema):
    """A number, or why there is none. ``value`` is a text, so that no reader rounds it."""

    id: str
    label: Texts
    definition: Texts
    value: str | None
    why_unavailable: Texts
    standard_error: str | None
    unit: Texts
    year: int | None
    territory: str | None
    themes: list[str]
    permalink: str
    is_fictitious: bool
    source: Source | None


class ProjectOut(Schema):
    id: str
    urn: str
    slug: str
    permalink: str
    title: Texts
    first_mission_year: int | None
    first_signed_year: int | None
    start_year: int | None
    end_on: date | None
    declared_status: str
    standing: str
    themes: list[str]
    places: list[dict[str, Any]]
    is_fictitious: bool
    source: dict[str, str] | None


class ProjectDetail(ProjectOut):
    scheme: Texts
    form: str
    description: Texts
    beneficiaries: Texts
    aims: Texts
    is_triennial: bool | None
    participants: list[dict[str, Any]]
    funding: list[dict[str, Any]]
    milestones: list[dict[str, Any]]
    recommendations: list[dict[str, Any]]


class Page(Schema):
    """One page of a list."""

    count: int = Field(description="How many objects you may read, on all pages.")
    limit: int
    offset: int


class ThemePage(Page):
    items: list[ThemeOut]


class ConferencePage(Page):
    items: list[ConferenceOut]


class SessionPage(Page):
    items: list[SessionOut]


class SitePage(Page):
    items: list[SiteOut]


class RecommendationPage(Page):
    items: list[RecommendationOut]


class StatementPage(Page):
    items: list[StatementOut]


class FigurePage(Page):
    items: list[FigureOut]


class ProjectPageOut(Page):
    items: list[ProjectOut]
