"""What came back: reports and follow-up."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from polyphonie.kernel.errors import RightMissing
from polyphonie.kernel.rights import declared, may
from polyphonie.network.models import Organisation
from polyphonie.web.access import public
from polyphonie.web.refusals import refusals_on

from ..domain import actions
from ..domain.queries import reading as queries
from ..domain.queries.standing import bodies_of
from ..interfaces.forms import FeedbackForm, FollowUpForm


def _bodies(request: HttpRequest, right: str) -> list[Organisation]:
    """The bodies for which the viewer may do this; none is a refusal that names the right."""
    found = [o for o in bodies_of(request.viewer) if may(right, request.viewer, o)]
    if not found:
        raise RightMissing(declared()[right])
    return found


def submit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send a report back on a recommendation, in ten minutes."""
    recommendation = queries.find_recommendation(uid, request.viewer, request.at)
    page = queries.recommendation_page(uid, request.viewer, request.at, "fr")
    bodies = _bodies(request, "recommendations.submit_feedback")
    form = FeedbackForm(request.POST or None, organisations=bodies)
    if request.method == "POST" and form.is_valid():
        report_ = None
        with refusals_on(form):
            report_ = actions.submit_feedback(
                organisation=form.organisations[form.cleaned_data["organisation"]],
                recommendation=recommendation,
                modalities=form.cleaned_data["modalities"],
                publics=form.cleaned_data["publics"],
                effects=form.cleaned_data["effects"],
                language=form.cleaned_data["language"],
                by=request.viewer,
                at=request.at,
            )
        if report_ is not None:
            response = redirect("feedback", report_.uid)
            response.status_code = 303
            return response
    return render(
        request,
        "recommendations/feedback_form.html",
        {
            "recommendation": recommendation,
            "page": page,
            "form": form,
            "title": _("Envoyer un retour d'expérience"),
            "submit": _("Envoyer ce retour"),
        },
        status=422 if request.method == "POST" else 200,
    )


def follow_up(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say what became of a recommendation."""
    recommendation = queries.find_recommendation(uid, request.viewer, request.at)
    page = queries.recommendation_page(uid, request.viewer, request.at, "fr")
    bodies = _bodies(request, "recommendations.record_follow_up")
    form = FollowUpForm(request.POST or None, organisations=bodies, initial={"dated": request.at.date()})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            actions.record_follow_up(
                recommendation=recommendation,
                organisation=form.organisations[form.cleaned_data["organisation"]],
                dated=form.cleaned_data["dated"],
                text=form.cleaned_data["text"],
                next_date=form.cleaned_data["next_date"],
                is_fictitious=form.organisations[form.cleaned_data["organisation"]].is_fictitious,
                by=request.viewer,
                at=request.at,
            )
        if form.is_valid():
            response = redirect(recommendation.get_absolute_url() + "#suivi")
            response.status_code = 303
            return response
    return render(
        request,
        "recommendations/feedback_form.html",
        {
            "recommendation": recommendation,
            "page": page,
            "form": form,
            "title": _("Dire ce qu'est devenue cette recommandation"),
            "submit": _("Enregistrer ce suivi"),
        },
        status=422 if request.method == "POST" else 200,
    )


@public
def report(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One report: modalities, publics, effects."""
    found = queries.find_feedback(uid, request.viewer, request.at)
    right, subject = (
        ("recommendations.publish_feedback", found.recommendation)
        if found.recommendation is not None
        else ("recommendations.publish_general_feedback", found.organisation)
    )
    return render(
        request,
        "recommendations/feedback.html",
        {
            "report": found,
            "may_publish": found.published_at is None and may(right, request.viewer, subject),
        },
    )


@require_POST
def publish(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = queries.find_feedback(uid, request.viewer, request.at)
    version = request.POST.get("version", "")
    actions.publish_feedback(
        report=found, version=int(version) if version.isdigit() else 0, by=request.viewer, at=request.at
    )
    response = redirect("feedback", uid)
    response.status_code = 303
    return response
