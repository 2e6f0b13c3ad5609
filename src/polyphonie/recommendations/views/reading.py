"""Pages that everybody reads, as far as their content is published."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from polyphonie.conferences.models import Conference
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import may
from polyphonie.web.access import public
from polyphonie.web.exports import csv_response

from ..domain.queries import reading as queries
from ..domain.queries.standing import acts_for_a_body
from ..enums import RecommendationKind, Relation
from ..interfaces import exports

DECISION = RecommendationKind.DECISION


def _language() -> str:
    return get_language() or "fr"


@public
def recommendation(request: HttpRequest, uid: UUID, number: int | None = None) -> HttpResponse:
    """A recommendation: its text, what it rests on, who took it up, who acts, what came back. Another
    of its languages is asked for by ``?langue=``."""
    language = request.GET.get("langue") or _language()
    page = queries.recommendation_page(uid, request.viewer, request.at, language, number)
    process = page.recommendation.process
    # a site's texts change in its workshop, a decision in its meeting
    here = getattr(process, "site_process", None) is None and page.recommendation.kind != DECISION
    return render(
        request,
        "recommendations/recommendation.html",
        {
            "page": page,
            "recommendation": page.recommendation,
            "text": page.text,
            "asked_language": language,
            "citation": citation(page, request),
            "may_draft": here and may("recommendations.draft", request.viewer, process),
            "may_publish": here and may("recommendations.publish", request.viewer, process),
            "speaks_for_a_body": acts_for_a_body(request.viewer),
        },
    )


def citation(page: queries.Reading, request: HttpRequest) -> str:
    """How to quote the text: issuer, code, title, date, revision, permanent address."""
    recommendation, revision = page.recommendation, page.revision
    issuer = recommendation.issuer.name.read(page.text.language)
    year = revision.published_at.year if revision.published_at else "–"
    address = request.build_absolute_uri(recommendation.permalink)
    return f"{issuer} ({year}). {recommendation.code}. {page.text.title}. Rév. {revision.number}. {address}"


@public
def recommendation_json(request: HttpRequest, uid: UUID) -> HttpResponse:
    page = queries.recommendation_page(uid, request.viewer, request.at, _language())
    return JsonResponse(
        exports.recommendation_record(page, request), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )


@public
def recommendation_csv(request: HttpRequest, uid: UUID) -> HttpResponse:
    page = queries.recommendation_page(uid, request.viewer, request.at, _language())
    return csv_response(
        f"recommandation-{page.recommendation.code}.csv",
        exports.recommendation_header(),
        exports.recommendation_rows(page, request),
    )


@public
def answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What a site made of a source: both texts side by side, the reason, the evidence."""
    page = queries.answer_page(uid, request.viewer, request.at, _language())
    return render(
        request,
        "recommendations/answer.html",
        {"page": page, "derivation": page.derivation, "has_text": page.derivation.relation in _TEXTED},
    )


_TEXTED = {Relation.ADOPTED, Relation.ADAPTED, Relation.DE_NOVO, Relation.MERGED, Relation.SPLIT}


def find_conference(request: HttpRequest, slug: str) -> Conference:
    conference = (
        Conference.objects.readable_by(request.viewer, request.at)
        .filter(slug=slug)
        .select_related("host")
        .first()
    )
    if conference is None:
        raise Unknown()
    return conference


@public
def of_conference(request: HttpRequest, slug: str) -> HttpResponse:
    """The host's recommendations of a conference, grouped as the host groups them."""
    conference = find_conference(request, slug)
    lines = queries.of_conference(conference, request.viewer, request.at, _language())
    groups: list[tuple[object, list[queries.Line]]] = []
    for line in lines:
        if not groups or groups[-1][0] != line.recommendation.heading:
            groups.append((line.recommendation.heading, []))
        groups[-1][1].append(line)
    processes = queries.processes_of(conference) if request.viewer.is_person else []
    return render(
        request,
        "recommendations/of_conference.html",
        {
            "conference": conference,
            "groups": groups,
            "count": len(lines),
            "may_write": any(may("recommendations.draft", request.viewer, p) for p in processes),
        },
    )
