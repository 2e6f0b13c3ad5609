"""The host's desk: write, revise, publish, withdraw, link to evidence."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from polyphonie.evidence.models import EvidenceStatement
from polyphonie.kernel.errors import ChangedMeanwhile, RightMissing, Unknown
from polyphonie.kernel.rights import declared, may, permit
from polyphonie.network.models import Theme
from polyphonie.web.refusals import refusals_on

from ..domain import drafting as verbs
from ..domain.evidence_links import link_evidence
from ..domain.queries import reading as queries
from ..interfaces.forms import EvidenceForm, RecommendationForm, RevisionForm, languages_of
from ..models import Recommendation
from .reading import find_conference

RIGHT = "recommendations.draft"


def _to(recommendation: Recommendation, number: int | None = None) -> HttpResponse:
    response = (
        redirect("recommendation_revision", recommendation.uid, number)
        if number is not None
        else redirect(recommendation)
    )
    response.status_code = 303
    return response


def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a recommendation of a conference, as a draft."""
    conference = find_conference(request, slug)
    processes = [p for p in queries.processes_of(conference) if may(RIGHT, request.viewer, p)]
    if not processes:
        raise RightMissing(declared()[RIGHT])
    process = processes[0]
    form = RecommendationForm(request.POST or None)
    form.add_text_fields(languages_of(process.languages))
    form.offer_themes(list(Theme.objects.order_by("order", "slug")))
    if request.method == "POST" and form.is_valid():
        made = None
        with refusals_on(form):
            made = verbs.draft_recommendation(
                process=process,
                code=form.cleaned_data["code"],
                texts=form.texts(),
                heading=form.cleaned_data["heading"],
                recipients=form.cleaned_data["recipients"],
                themes=form.chosen_themes(),
                by=request.viewer,
                at=request.at,
            )
        if made is not None:
            return _to(made)
    return render(
        request,
        "recommendations/draft.html",
        {"conference": conference, "form": form, "clash": None, "recommendation": None},
        status=422 if request.method == "POST" else 200,
    )


def revise(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Add a revision. Where somebody else revised meanwhile, both texts are shown."""
    recommendation = queries.find_recommendation(uid, request.viewer, request.at)
    permit(RIGHT, request.viewer, recommendation.process)
    latest = recommendation.revisions.prefetch_related("texts").latest("number")
    data = request.POST or None
    form = RevisionForm(data, initial={"version": recommendation.version})
    languages = languages_of(recommendation.process.languages, latest.texts_by_language())
    before = verbs.wordings(latest)
    form.add_text_fields(languages, initial=latest.texts_by_language(), before=before)
    clash: ChangedMeanwhile | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            revision = None
            try:
                with refusals_on(form):
                    revision = verbs.revise_recommendation(
                        recommendation=recommendation,
                        texts=form.texts(),
                        version=form.cleaned_data["version"],
                        by=request.viewer,
                        at=request.at,
                    )
            except ChangedMeanwhile as meanwhile:
                clash, status = meanwhile, 409
                kept = request.POST.copy()
                kept["version"] = str(recommendation.version)
                form = RevisionForm(kept)
                form.add_text_fields(languages, before=before)
            if revision is not None:
                return _to(recommendation, revision.number)
    return render(
        request,
        "recommendations/draft.html",
        {
            "recommendation": recommendation,
            "conference": recommendation.process.conference,
            "form": form,
            "clash": clash,
        },
        status=status,
    )


@require_POST
def publish(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Publish the draft whose number was shown."""
    recommendation = queries.find_recommendation(uid, request.viewer, request.at)
    permit("recommendations.publish", request.viewer, recommendation.process)
    number = request.POST.get("number", "")
    revision = recommendation.revisions.filter(number=int(number) if number.isdigit() else 0).first()
    if revision is None:
        raise Unknown()
    verbs.publish_revision(revision=revision, by=request.viewer, at=request.at)
    return _to(recommendation)


@require_POST
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    recommendation = queries.find_recommendation(uid, request.viewer, request.at)
    permit("recommendations.publish", request.viewer, recommendation.process)
    version = request.POST.get("version", "")
    verbs.withdraw_recommendation(
        recommendation=recommendation,
        version=int(version) if version.isdigit() else 0,
        by=request.viewer,
        at=request.at,
    )
    conference = recommendation.process.conference
    response = redirect("conference_recommendations", conference.slug) if conference else redirect("home")
    response.status_code = 303
    return response


def evidence(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Link the newest revision to a statement."""
    recommendation = queries.find_recommendation(uid, request.viewer, request.at)
    permit(RIGHT, request.viewer, recommendation.process)
    latest = recommendation.revisions.prefetch_related("texts").latest("number")
    form = EvidenceForm(request.POST or None)
    form.offer(
        list(
            EvidenceStatement.objects.readable_by(request.viewer, request.at)
            .filter(published_at__lte=request.at)
            .prefetch_related("texts")
            .order_by("code", "pk")
        )
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            link_evidence(
                revision=latest,
                statement=form.known[form.cleaned_data["statement"]],
                stance=form.cleaned_data["stance"],
                by=request.viewer,
                at=request.at,
            )
        if form.is_valid():
            return _to(recommendation, latest.number)
    return render(
        request,
        "recommendations/evidence_form.html",
        {
            "recommendation": recommendation,
            "text": latest.text_for(get_language() or "fr"),
            "form": form,
        },
        status=422 if request.method == "POST" else 200,
    )
