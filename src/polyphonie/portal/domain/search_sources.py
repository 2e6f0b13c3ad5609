"""What can be searched, room by room: which rows, who may read them, which words they carry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from polyphonie.assessments.models import Round
from polyphonie.conferences.models import Conference
from polyphonie.cooperation.models import Project
from polyphonie.evidence.models import EvidenceStatement, Figure, Indicator, Resource
from polyphonie.governance.models import OfficialDocument
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.localised import LocalisedText
from polyphonie.mobility.models import PracticeCard
from polyphonie.network.models import Organisation, Theme
from polyphonie.recommendations.models import Revision

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Document:
    """The words of one row in one language. A word of the title weighs most, a name more than the body."""

    language: str
    title: str
    names: str = ""
    body: str = ""


@dataclass(frozen=True)
class Shown:
    """A found object as the list of results shows it, read from its own row at that moment."""

    urn: str
    title: str
    excerpt: str
    address: str
    note: str
    language: str
    is_fictitious: bool


@dataclass(frozen=True)
class SearchSource:
    """One kind of what can be found.

    ``readable`` is the room's own rule and is asked at each search. ``touched`` says which rows a
    ledger event about an object of some kind concerns. ``all_rows`` fetches what a document needs,
    ``shown_rows`` the little that a line of results needs.
    """

    kind: str
    label: Any
    all_rows: Callable[[], Rows]
    shown_rows: Callable[[], Rows]
    readable: Callable[[Actor, datetime], Rows]
    documents: Callable[[Any], list[Document]]
    show: Callable[[Any, str], Shown]
    subject_urn: Callable[[Any], str]
    touched: Mapping[str, Callable[[UUID], Q]]


def in_each_language(
    title: LocalisedText,
    *,
    names: Iterable[LocalisedText | str] = (),
    body: Iterable[LocalisedText | str] = (),
) -> list[Document]:
    """One document per language in which anything is written; what has one language stands in all."""
    names, body = list(names), list(body)
    written = {tag for text in (title, *names, *body) if isinstance(text, LocalisedText) for tag in text}

    def words(texts: Iterable[LocalisedText | str], tag: str) -> str:
        return " \n".join(t.read(tag) if isinstance(t, LocalisedText) else t for t in texts if t)

    return [Document(tag, title.read(tag), words(names, tag), words(body, tag)) for tag in sorted(written)]


def _names(organisation: Organisation | None) -> list[LocalisedText]:
    return [organisation.name, organisation.short_name] if organisation else []


def _shown(
    subject: Any, title: LocalisedText, excerpt: LocalisedText | str, note: str, language: str
) -> Shown:
    return Shown(
        subject.urn,
        title.read(language),
        excerpt.read(language) if isinstance(excerpt, LocalisedText) else excerpt,
        subject.get_absolute_url(),
        note,
        title.language_for(language) or language,
        bool(getattr(subject, "is_fictitious", False)),
    )


# recommendations: a row is a wording, so that a draft is found by those who write it and nobody else


def _revisions() -> QuerySet[Revision]:
    return Revision.objects.select_related("recommendation__issuer").prefetch_related(
        "texts", "recommendation__themes"
    )


def _readable_revisions(viewer: Actor, at: datetime) -> QuerySet[Revision]:
    standing = Revision.objects.current(at).order_by().values("pk")
    return Revision.objects.readable_by(viewer, at).filter(Q(pk__in=standing) | Q(state="draft"))


def _revision_documents(revision: Revision) -> list[Document]:
    recommendation = revision.recommendation
    about = [
        *_names(recommendation.issuer),
        recommendation.heading,
        *(t.title for t in recommendation.themes.all()),
    ]
    return [
        Document(
            language,
            f"{recommendation.code} {text.title}",
            " \n".join(name.read(language) for name in about),
            f"{text.body} \n{recommendation.recipients.read(language)}",
        )
        for language, text in sorted(revision.texts_by_language().items())
    ]


def _show_revision(revision: Revision, language: str) -> Shown:
    recommendation, text = revision.recommendation, revision.text_for(language)
    note = recommendation.issuer.name.read(language)
    if revision.published_at is None:
        note = " — ".join((note, str(_("en rédaction"))))
    return Shown(
        recommendation.urn,
        f"{recommendation.code} — {text.title}" if text else recommendation.code,
        text.body if text else "",
        recommendation.get_absolute_url(),
        note,
        text.language if text else language,
        recommendation.is_fictitious,
    )


# evidence


def _statements() -> QuerySet[EvidenceStatement]:
    return EvidenceStatement.objects.select_related("resource").prefetch_related("texts", "themes")


def _statement_documents(statement: EvidenceStatement) -> list[Document]:
    names: list[LocalisedText | str] = [t.title for t in statement.themes.all()]
    return in_each_language(statement.wording, names=[*names, statement.source_label], body=[statement.code])


def _figures() -> QuerySet[Figure]:
    return Figure.objects.select_related("territory", "indicator").prefetch_related("themes")


def _figure_documents(figure: Figure) -> list[Document]:
    names: list[LocalisedText | str] = [t.title for t in figure.themes.all()]
    names += [figure.territory.name] if figure.territory else []
    names += [figure.indicator.label] if figure.indicator else []
    value = "" if figure.value is None else f"{figure.value:.{figure.decimals}f}"
    return in_each_language(
        figure.label,
        names=[*names, f"{value} {figure.year or ''}"],
        body=[figure.definition, figure.unit, figure.source_label],
    )


def _show_figure(figure: Figure, language: str) -> Shown:
    place = f"{figure.territory.name.read(language)}, " if figure.territory else ""
    return _shown(figure, figure.label, figure.definition, f"{place}{figure.year or ''}", language)


def _resources() -> QuerySet[Resource]:
    return Resource.objects.select_related("kind", "issuer").prefetch_related("themes")


def _resource_documents(resource: Resource) -> list[Document]:
    return in_each_language(
        resource.title,
        names=[
            resource.authors,
            resource.kind.label,
            *_names(resource.issuer),
            *(t.title for t in resource.themes.all()),
        ],
        body=[resource.summary],
    )


# conferences: the titles of sessions stay out, a closed one would be found by them


def _conferences() -> QuerySet[Conference]:
    return Conference.objects.select_related("host").prefetch_related("themes", "partners")


def _conference_documents(conference: Conference) -> list[Document]:
    bodies = [conference.host, *conference.partners.all()]
    return in_each_language(
        conference.title,
        names=[
            conference.acronym,
            conference.place,
            str(conference.start_date.year),
            *(name for body in bodies for name in _names(body)),
            *(t.title for t in conference.themes.all()),
        ],
        body=[conference.summary],
    )


# projects and bodies: an old name finds the body of today and what was done under that name


def _projects() -> QuerySet[Project]:
    return Project.objects.prefetch_related(
        "themes", "territories", "participations__organisation__successor", "milestones"
    )


def _project_documents(project: Project) -> list[Document]:
    names: list[LocalisedText | str] = [project.scheme]
    for participation in project.participations.all():
        body = participation.organisation
        names += [participation.label, *_names(body), *_names(body.successor if body else None)]
    names += [t.name for t in project.territories.all()] + [t.title for t in project.themes.all()]
    return in_each_language(
        project.title,
        names=names,
        body=[
            project.description,
            project.beneficiaries,
            project.aims,
            *(m.text for m in project.milestones.all()),
        ],
    )


# practice cards: the sheets they rest on stay out, many are closed to all but their team


def _practices() -> QuerySet[PracticeCard]:
    return PracticeCard.objects.select_related(
        "visit__flow__organiser", "visit__flow__territory"
    ).prefetch_related("themes")


def _practice_documents(card: PracticeCard) -> list[Document]:
    flow = card.visit.flow
    return in_each_language(
        card.title,
        names=[
            card.place,
            flow.territory.name,
            *_names(flow.organiser),
            *(t.title for t in card.themes.all()),
        ],
        body=[card.practice, card.preconditions, card.effect, card.how_to_try, card.verdict_reason],
    )


def _organisations() -> QuerySet[Organisation]:
    return Organisation.objects.select_related("territory", "successor").prefetch_related(
        "former_names", "predecessors"
    )


def _organisation_documents(organisation: Organisation) -> list[Document]:
    former: list[LocalisedText | str] = []
    for name in organisation.former_names.all():
        former += [name.name, name.short_name]
    for body in organisation.predecessors.all():
        former += _names(body)
    former += [organisation.territory.name] if organisation.territory else []
    return in_each_language(organisation.name, names=[organisation.short_name, *former])


def _show_organisation(organisation: Organisation, language: str) -> Shown:
    successor = organisation.successor
    note = (
        str(_("aujourd'hui %(name)s") % {"name": successor.name.read(language)})
        if successor
        else ", ".join(n.name.read(language) for n in organisation.former_names.all())
    )
    return _shown(organisation, organisation.name, organisation.short_name, note, language)


# official documents: by their symbol and their title, for those to whom they are distributed


def _official_documents() -> QuerySet[OfficialDocument]:
    return OfficialDocument.objects.select_related("meeting__conference", "meeting__instance", "author")


def _official_document_words(document: OfficialDocument) -> list[Document]:
    conference = document.meeting.conference
    return in_each_language(
        document.title,
        names=[
            document.symbol,
            conference.title,
            *_names(document.meeting.instance),
            *_names(document.author),
        ],
    )


def _show_official_document(document: OfficialDocument, language: str) -> Shown:
    note = f"{document.symbol} — {document.meeting.conference.title.read(language)}"
    return _shown(document, document.title, "", note, language)


def _theme_documents(theme: Theme) -> list[Document]:
    documents = in_each_language(theme.title, body=[theme.summary])
    return [
        Document(d.language, d.title, " \n".join(theme.synonyms.get(d.language, ())), d.body)
        for d in documents
    ]


# assessments and observatory: rounds and indicators are public; what is computed or measured is a figure


def _rounds() -> QuerySet[Round]:
    return Round.objects.select_related("assessment__owner").prefetch_related(
        "themes", "territories__territory"
    )


def _round_documents(row: Round) -> list[Document]:
    return in_each_language(
        row.title,
        names=[
            row.assessment.name,
            row.assessment.short_name,
            *_names(row.assessment.owner),
            *(t.title for t in row.themes.all()),
            *(t.territory.name for t in row.territories.all()),
        ],
        body=[row.summary, row.source_label],
    )


def _show_indicator(indicator: Indicator, language: str) -> Shown:
    return Shown(
        indicator.urn,
        indicator.label.read(language),
        indicator.definition.read(language),
        reverse("indicator", args=[indicator.code]),
        indicator.unit.read(language),
        indicator.label.language_for(language) or language,
        indicator.is_fictitious,
    )


def _by_uid(uid: UUID) -> Q:
    return Q(uid=uid)


SOURCES: tuple[SearchSource, ...] = (
    SearchSource(
        "theme",
        _("Thèmes"),
        Theme.objects.all,
        Theme.objects.all,
        Theme.objects.readable_by,
        _theme_documents,
        lambda t, language: _shown(t, t.title, t.summary, "", language),
        lambda t: str(t.urn),
        {"theme": _by_uid},
    ),
    SearchSource(
        "recommendation",
        _("Recommandations"),
        _revisions,
        lambda: Revision.objects.select_related("recommendation__issuer").prefetch_related("texts"),
        _readable_revisions,
        _revision_documents,
        _show_revision,
        lambda r: str(r.recommendation.urn),
        {
            "revision": _by_uid,
            "recommendation": lambda uid: Q(recommendation__uid=uid),
            "process": lambda uid: Q(recommendation__process__uid=uid),
            "site_process": lambda uid: Q(recommendation__process__site_process__uid=uid),
            "theme": lambda uid: Q(recommendation__themes__uid=uid),
            "organisation": lambda uid: Q(recommendation__issuer__uid=uid),
        },
    ),
    SearchSource(
        "statement",
        _("Constats"),
        _statements,
        lambda: EvidenceStatement.objects.prefetch_related("texts"),
        EvidenceStatement.objects.readable_by,
        _statement_documents,
        lambda s, language: _shown(s, s.wording, "", s.source_label, language),
        lambda s: str(s.urn),
        {"statement": _by_uid, "theme": lambda uid: Q(themes__uid=uid)},
    ),
    SearchSource(
        "figure",
        _("Chiffres"),
        _figures,
        lambda: Figure.objects.select_related("territory"),
        Figure.objects.readable_by,
        _figure_documents,
        _show_figure,
        lambda f: str(f.urn),
        {
            "figure": _by_uid,
            "theme": lambda uid: Q(themes__uid=uid),
            "indicator": lambda uid: Q(indicator__uid=uid),
            "territory": lambda uid: Q(territory__uid=uid),
        },
    ),
    SearchSource(
        "resource",
        _("Ressources"),
        _resources,
        lambda: Resource.objects.select_related("kind"),
        Resource.objects.readable_by,
        _resource_documents,
        lambda r, language: _shown(r, r.title, r.summary, r.kind.label.read(language), language),
        lambda r: str(r.urn),
        {
            "resource": _by_uid,
            "theme": lambda uid: Q(themes__uid=uid),
            "organisation": lambda uid: Q(issuer__uid=uid),
        },
    ),
    SearchSource(
        "conference",
        _("Conférences"),
        _conferences,
        lambda: Conference.objects.select_related("host"),
        Conference.objects.readable_by,
        _conference_documents,
        lambda c, language: _shown(c, c.title, c.summary, c.host.name.read(language), language),
        lambda c: str(c.urn),
        {
            "conference": _by_uid,
            "theme": lambda uid: Q(themes__uid=uid),
            "organisation": lambda uid: Q(host__uid=uid) | Q(partners__uid=uid),
        },
    ),
    SearchSource(
        "official_document",
        _("Documents officiels"),
        _official_documents,
        lambda: OfficialDocument.objects.select_related("meeting__conference"),
        OfficialDocument.objects.readable_by,
        _official_document_words,
        _show_official_document,
        lambda d: str(d.urn),
        {
            "official_document": _by_uid,
            "conference": lambda uid: Q(meeting__conference__uid=uid),
            "organisation": lambda uid: Q(meeting__instance__uid=uid) | Q(author__uid=uid),
        },
    ),
    SearchSource(
        "project",
        _("Projets"),
        _projects,
        Project.objects.all,
        Project.objects.readable_by,
        _project_documents,
        lambda p, language: _shown(p, p.title, p.description, p.scheme.read(language), language),
        lambda p: str(p.urn),
        {
            "project": _by_uid,
            "theme": lambda uid: Q(themes__uid=uid),
            "organisation": lambda uid: (
                Q(participations__organisation__uid=uid) | Q(participations__organisation__successor__uid=uid)
            ),
            "territory": lambda uid: Q(territories__uid=uid),
        },
    ),
    SearchSource(
        "practice",
        _("Fiches pratiques"),
        _practices,
        lambda: PracticeCard.objects.select_related("visit__flow__territory"),
        PracticeCard.objects.readable_by,
        _practice_documents,
        lambda c, language: _shown(
            c, c.title, c.practice, c.visit.flow.territory.name.read(language), language
        ),
        lambda c: str(c.urn),
        {
            "practice": _by_uid,
            "theme": lambda uid: Q(themes__uid=uid),
            "organisation": lambda uid: Q(visit__flow__organiser__uid=uid),
            "territory": lambda uid: Q(visit__flow__territory__uid=uid),
        },
    ),
    SearchSource(
        "round",
        _("Cycles d'évaluation"),
        _rounds,
        lambda: Round.objects.select_related("assessment"),
        Round.objects.readable_by,
        _round_documents,
        lambda r, language: _shown(r, r.title, r.summary, r.assessment.name.read(language), language),
        lambda r: str(r.urn),
        {
            "round": _by_uid,
            "theme": lambda uid: Q(themes__uid=uid),
            "territory": lambda uid: Q(territories__territory__uid=uid),
        },
    ),
    SearchSource(
        "indicator",
        _("Indicateurs"),
        Indicator.objects.all,
        Indicator.objects.all,
        # what is measured is public, whoever measures it
        lambda viewer, at: Indicator.objects.all(),
        lambda i: in_each_language(i.label, names=[i.code], body=[i.definition, i.unit, i.source_label]),
        _show_indicator,
        lambda i: str(i.urn),
        {"indicator": _by_uid},
    ),
    SearchSource(
        "organisation",
        _("Instances et organisations"),
        _organisations,
        lambda: Organisation.objects.select_related("successor").prefetch_related("former_names"),
        Organisation.objects.readable_by,
        _organisation_documents,
        _show_organisation,
        lambda o: str(o.urn),
        {
            "organisation": lambda uid: Q(uid=uid) | Q(predecessors__uid=uid),
            "territory": lambda uid: Q(territory__uid=uid),
        },
    ),
)
BY_KIND = {source.kind: source for source in SOURCES}
