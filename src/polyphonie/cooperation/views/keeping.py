"""Pages of those who keep a record: one verb each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from polyphonie.kernel.errors import ChangedMeanwhile
from polyphonie.kernel.rights import permit
from polyphonie.web.refusals import refusals_on

from ..domain.links import link_project_to_recommendation
from ..domain.parts import add_funding_line, add_milestone, add_participation
from ..domain.projects import ProjectDetails, change_project, publish_project, record_project
from ..domain.queries.choices import linkable_recommendations, owners_open_to
from ..domain.queries.projects import project_named
from ..interfaces.forms import (
    FundingForm,
    LinkForm,
    MilestoneForm,
    NewProjectForm,
    ParticipationForm,
    RecordForm,
)
from ..models import Project


def _seen(address: Any) -> HttpResponse:
    response = redirect(address)
    response.status_code = 303
    return response


def _form_page(request: HttpRequest, form: forms.Form, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, "cooperation/form.html", {"form": form, **context}, status=status)


def new_project(request: HttpRequest) -> HttpResponse:
    """Record a project."""
    permit("cooperation.open_form", request.viewer)  # type: ignore[attr-defined]
    form = NewProjectForm(
        request.POST or None,
        owners=owners_open_to(request.viewer),  # type: ignore[attr-defined]
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            project = record_project(
                details=form.details(),
                owner=form.cleaned_data["owner"],
                by=request.viewer,  # type: ignore[attr-defined]
                at=request.at,  # type: ignore[attr-defined]
            )
            return _seen(project)
    return _form_page(request, form, status=422 if form.errors else 200, task="new")


def edit_project(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the record; if somebody else wrote first, both versions are shown and the input is kept."""
    project = project_named(slug, request.viewer, request.at)  # type: ignore[attr-defined]
    permit("cooperation.keep_project", request.viewer, project)  # type: ignore[attr-defined]
    before = ProjectDetails.of(project)
    initial = RecordForm.starting_from(before, project.version)
    form = RecordForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with refusals_on(form):
                changed = change_project(
                    project=project,
                    version=form.cleaned_data["version"] or 0,
                    details=form.details(before),
                    by=request.viewer,  # type: ignore[attr-defined]
                    at=request.at,  # type: ignore[attr-defined]
                )
                return _seen(changed)
        except ChangedMeanwhile as meanwhile:
            return _both_versions(request, form, project, meanwhile)
    return _form_page(request, form, status=422 if form.errors else 200, task="edit", project=project)


def _both_versions(
    request: HttpRequest, form: RecordForm, project: Project, meanwhile: ChangedMeanwhile
) -> HttpResponse:
    theirs = RecordForm.starting_from(meanwhile.theirs, project.version)
    data = form.data.copy()
    data["version"] = str(project.version)
    again = RecordForm(data, initial=theirs)
    differences = [
        {
            "label": again.fields[name].label,
            "theirs": _shown(theirs.get(name)),
            "mine": _shown(form.cleaned_data[name]),
        }
        for name in again.fields
        if name != "version" and _shown(theirs.get(name)) != _shown(form.cleaned_data.get(name))
    ]
    return _form_page(
        request,
        again,
        status=409,
        task="edit",
        project=project,
        meanwhile=meanwhile,
        differences=differences,
    )


def _shown(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return {"yes": "True", "no": "False"}.get(value, value)
    if hasattr(value, "__iter__"):
        return ", ".join(sorted(str(v) for v in value))
    return str(value)


def _add_part(
    request: HttpRequest, slug: str, form: forms.Form, task: str, verb: Any, **fields: Any
) -> HttpResponse:
    project = project_named(slug, request.viewer, request.at)  # type: ignore[attr-defined]
    permit("cooperation.keep_project", request.viewer, project)  # type: ignore[attr-defined]
    if form.is_valid():
        with refusals_on(form):
            values = {name: read(form) for name, read in fields.items()}
            verb(project=project, by=request.viewer, at=request.at, **values)  # type: ignore[attr-defined]
            return _seen(project)
    return _form_page(request, form, status=422, task=task, project=project)


def _field(name: str) -> Any:
    return lambda form: form.cleaned_data[name]


@require_POST
def new_participation(request: HttpRequest, slug: str) -> HttpResponse:
    """Name who takes part."""
    names = ("role", "organisation", "label")
    form = ParticipationForm(request.POST, prefix="participation")
    return _add_part(request, slug, form, "participation", add_participation, **{n: _field(n) for n in names})


@require_POST
def new_funding_line(request: HttpRequest, slug: str) -> HttpResponse:
    """Write who pays."""
    names = ("organisation", "label", "year", "amount", "currency", "nature")
    form = FundingForm(request.POST, prefix="funding")
    return _add_part(request, slug, form, "funding", add_funding_line, **{n: _field(n) for n in names})


@require_POST
def new_milestone(request: HttpRequest, slug: str) -> HttpResponse:
    """Write what happened."""
    form = MilestoneForm(request.POST, prefix="milestone")
    return _add_part(
        request,
        slug,
        form,
        "milestone",
        add_milestone,
        year=_field("year"),
        kind=_field("kind"),
        source_label=_field("source_label"),
        text=lambda form: form.localised(),
    )


@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the record to everybody."""
    project = project_named(slug, request.viewer, request.at)  # type: ignore[attr-defined]
    publish_project(project=project, by=request.viewer, at=request.at)  # type: ignore[attr-defined]
    return _seen(project)


def link(request: HttpRequest, slug: str) -> HttpResponse:
    """Say which recommendation the project implements, illustrates or precedes."""
    project = project_named(slug, request.viewer, request.at)  # type: ignore[attr-defined]
    permit("cooperation.keep_project", request.viewer, project)  # type: ignore[attr-defined]
    form = LinkForm(
        request.POST or None,
        recommendations=linkable_recommendations(request.viewer, request.at),  # type: ignore[attr-defined]
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            link_project_to_recommendation(
                project=project,
                recommendation=form.cleaned_data["recommendation"],
                relation=form.cleaned_data["relation"],
                by=request.viewer,  # type: ignore[attr-defined]
                at=request.at,  # type: ignore[attr-defined]
            )
            return _seen(project)
    return _form_page(request, form, status=422 if form.errors else 200, task="link", project=project)
