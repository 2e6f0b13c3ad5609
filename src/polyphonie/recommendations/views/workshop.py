"""The workshop of a site."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Person
from polyphonie.web.refusals import refusals_on

from ..domain import contextualising, panels, processes
from ..domain.drafting import wordings
from ..domain.queries import workshop as queries
from ..domain.site_publication import publish_site_recommendations
from ..enums import Relation, SeatRole
from ..interfaces.forms import AnswerForm, NewPointForm, PanelForm, PresenceForm, languages_of
from ..models import Derivation, Panel, SiteProcess

SEE_OTHER = 303


def _language() -> str:
    return get_language() or "fr"


def back(site_uid: UUID, anchor: str = "") -> HttpResponse:
    response = redirect("workshop", uid=site_uid)
    response.status_code = SEE_OTHER
    if anchor:
        response["Location"] += f"#{anchor}"
    return response


def _page(request: HttpRequest, uid: UUID, *, status: int = 200, **extra: Any) -> HttpResponse:
    site = queries.find_site(uid, request.viewer, request.at)
    if queries.site_process_of(site) is None:
        permit("recommendations.open_site_process", request.viewer, site)
        return render(request, "recommendations/workshop_closed.html", {"site": site, **extra}, status=status)
    found = queries.workshop(uid, request.viewer, request.at, _language())
    presence = None
    if found.panel is not None:
        presence = extra.pop("presence", None) or PresenceForm(
            panel=found.panel.panel,
            labels=seat_labels(found),
            initial={"present": sorted(found.panel.present)},
        )
    context = {
        "workshop": found,
        "site": found.site,
        "groups": queries.headings(found.places),
        "presence": presence,
        "refused": None,
        **extra,
    }
    return render(request, "recommendations/workshop.html", context, status=status)


def seat_labels(found: queries.Workshop) -> list[tuple[str, str]]:
    """Seats by pseudonym, role and voice; a name only where the coordinator keeps the list."""
    assert found.panel is not None
    labels = []
    for member in found.panel.members:
        parts = [member.pseudonym, member.get_role_display()]
        if member.stakeholder_group is not None:
            parts.append(str(member.stakeholder_group.name))
        labels.append((member.pseudonym, " · ".join(parts)))
    return labels


def whole(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The host's points on one side, ours on the other, the evidence between; then the panel."""
    return _page(request, uid)


@require_POST
def open_workshop(request: HttpRequest, uid: UUID) -> HttpResponse:
    site = queries.find_site(uid, request.viewer, request.at)
    try:
        processes.open_site_process(site=site, by=request.viewer, at=request.at)
    except Refusal as refusal:
        if refusal.status_code != 422:
            raise
        return _page(request, uid, status=422, refused=refusal)
    return back(uid)


def _answer_form(
    request: HttpRequest, found: queries.Workshop, place: queries.Place, data: Any = None
) -> AnswerForm:
    site_process = found.site_process
    standing = place.answer
    mine = (
        standing.target.texts_by_language()
        if standing is not None and standing.target is not None
        else place.source.texts_by_language()
    )
    before = wordings(standing.target if standing is not None and standing.target else place.source)
    initial: dict[str, Any] = {"version": site_process.version}
    if standing is not None:
        initial |= {
            "relation": standing.relation,
            "reason": standing.reason,
            "review_on": standing.review_on,
            "previous": standing.uid,
            "evidence": [str(e.statement.uid) for e in standing.evidence.select_related("statement")],
        }
    form = AnswerForm(data, initial=initial)
    form.order_fields(["relation", "reason", "reason_language", "evidence", "review_on"])
    languages = languages_of([found.site.language], site_process.process.languages)
    form.offer_languages(languages, standing=standing.reason_language if standing else "")
    form.add_text_fields(languages, initial=mine, before=before)
    form.offer(queries.statements_for(place.recommendation, site_process, request.viewer, request.at))
    return form


def _write_answer(
    request: HttpRequest, site_process: SiteProcess, place: queries.Place, form: AnswerForm
) -> Derivation:
    relation = form.cleaned_data["relation"]
    common: dict[str, Any] = {
        "source": place.source,
        "reason": form.cleaned_data["reason"],
        "evidence": form.statements(),
        "reason_language": form.cleaned_data["reason_language"],
        "by": request.viewer,
        "at": request.at,
    }
    previous = form.cleaned_data.get("previous")
    if previous is not None:
        standing = get_object_or_404(Derivation, uid=previous, process=site_process.process)
        return contextualising.change_answer(
            previous=standing,
            relation=relation,
            texts=form.texts(),
            review_on=form.cleaned_data["review_on"],
            **common,
        )
    common |= {"site_process": site_process, "version": form.cleaned_data["version"]}
    if relation == Relation.ADOPTED:
        return contextualising.adopt_recommendation(**common)
    if relation == Relation.ADAPTED:
        return contextualising.adapt_recommendation(texts=form.texts(), **common)
    if relation == Relation.NOT_ADOPTED:
        return contextualising.refuse_recommendation(**common)
    return contextualising.defer_recommendation(review_on=form.cleaned_data["review_on"], **common)


def answer(request: HttpRequest, uid: UUID, recommendation_uid: UUID) -> HttpResponse:
    """Answer one point: relation, reason, evidence, our text in our languages. Where somebody else
    answered meanwhile, both answers are shown and nothing is overwritten."""
    found, place = queries.place_of(uid, recommendation_uid, request.viewer, request.at, _language())
    permit("recommendations.contextualise", request.viewer, found.site_process.process)
    clash: ChangedMeanwhile | None = None
    status = 200
    form = _answer_form(request, found, place, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid():
            try:
                with refusals_on(form):
                    written = _write_answer(request, found.site_process, place, form)
            except ChangedMeanwhile as meanwhile:
                clash, status = meanwhile, 409
                found, place = queries.place_of(
                    uid, recommendation_uid, request.viewer, request.at, _language()
                )
                kept = request.POST.copy()
                kept["previous"] = str(place.answer.uid) if place.answer else ""
                kept["version"] = str(found.site_process.version)
                form = _answer_form(request, found, place, kept)
            else:
                if form.is_valid():
                    return back(uid, f"p-{written.about.code}" if written.about else "")
        status = status if status != 200 else 422
    return render(
        request,
        "recommendations/workshop_answer.html",
        {
            "workshop": found,
            "place": place,
            "site": found.site,
            "form": form,
            "clash": clash,
            "proposal": _proposal(place),
        },
        status=status,
    )


def _proposal(place: queries.Place) -> Any:
    """What our text would be called beside the source as it now stands."""
    if place.answer is None or place.answer.target is None:
        return None
    return contextualising.proposal_for(place.source, wordings(place.answer.target))


def new_point(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write a point that no source covers."""
    site, site_process = queries.find_workshop(uid, request.viewer, request.at)
    permit("recommendations.contextualise", request.viewer, site_process.process)
    form = NewPointForm(request.POST or None)
    languages = languages_of([site.language], site_process.process.languages)
    form.offer_languages(languages)
    form.add_text_fields(languages)
    form.offer(queries.statements_for(None, site_process, request.viewer, request.at))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            contextualising.write_de_novo(
                site_process=site_process,
                code=form.cleaned_data["code"],
                texts=form.texts(),
                reason=form.cleaned_data["reason"],
                evidence=form.statements(),
                reason_language=form.cleaned_data["reason_language"],
                by=request.viewer,
                at=request.at,
            )
        if form.is_valid():
            return back(uid, "nouvelles")
    return render(
        request,
        "recommendations/workshop_new.html",
        {"site": site, "form": form},
        status=422 if request.method == "POST" else 200,
    )


def panel(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Seat the panel of the site."""
    site, site_process = queries.find_workshop(uid, request.viewer, request.at)
    permit("recommendations.seat_panel", request.viewer, site_process.process)
    form = PanelForm(request.POST or None)
    people = queries.people_of(site)
    form.offer(people)
    if request.method == "POST" and form.is_valid():
        chair = form.cleaned_data["chair"]
        wanted = list(dict.fromkeys([*form.cleaned_data["members"], *([chair] if chair else [])]))
        seats = [
            panels.Seat(_person(form, key), role=SeatRole.CHAIR if key == chair else SeatRole.MEMBER)
            for key in wanted
        ]
        with refusals_on(form):
            panels.seat_panel(
                process=site_process.process,
                name=form.cleaned_data["name"],
                quorum=form.cleaned_data["quorum"],
                members=seats,
                by=request.viewer,
                at=request.at,
            )
        if form.is_valid():
            return back(uid, "panel")
    return render(
        request,
        "recommendations/workshop_panel.html",
        {"site": site, "form": form, "people": people},
        status=422 if request.method == "POST" else 200,
    )


def _person(form: PanelForm, key: str) -> Person:
    return form.people[key]


def _panel_of(site_process: SiteProcess) -> Panel:
    return get_object_or_404(Panel.objects.order_by("pk"), process=site_process.process, kind="panel")


@require_POST
def presence(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say who is in the room today."""
    found = queries.workshop(uid, request.viewer, request.at, _language())
    seated = _panel_of(found.site_process)
    form = PresenceForm(request.POST, panel=seated, labels=seat_labels(found))
    if form.is_valid():
        with refusals_on(form):
            panels.record_presence(
                panel=seated, present=form.cleaned_data["present"], by=request.viewer, at=request.at
            )
        if form.is_valid():
            return back(uid, "panel")
    return _page(request, uid, status=422, presence=form)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None


@require_POST
def decide(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The panel decides on all that waits."""
    _site, site_process = queries.find_workshop(uid, request.viewer, request.at)
    try:
        panels.decide_by_panel(
            panel=_panel_of(site_process), version=_version(request), by=request.viewer, at=request.at
        )
    except Refusal as refusal:
        if refusal.status_code not in (409, 422):
            raise
        return _page(request, uid, status=refusal.status_code, refused=refusal)
    return back(uid, "panel")


@require_POST
def publish(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Publish the site's set."""
    _site, site_process = queries.find_workshop(uid, request.viewer, request.at)
    try:
        publish_site_recommendations(
            site_process=site_process, version=_version(request), by=request.viewer, at=request.at
        )
    except Refusal as refusal:
        if refusal.status_code not in (409, 422):
            raise
        return _page(request, uid, status=refusal.status_code, refused=refusal)
    return back(uid, "publication")
