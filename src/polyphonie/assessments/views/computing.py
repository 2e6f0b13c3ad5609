"""Pages of those who deposit, describe and compute: one verb each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from polyphonie.kernel.rights import permit
from polyphonie.network.interfaces.request import Asked
from polyphonie.web.access import public
from polyphonie.web.refusals import refusals_on

from ..domain.datasets import describe_dataset, open_dataset, receive_dataset, withdraw_dataset
from ..domain.designs import name_threshold
from ..domain.pupil_files import source_of
from ..domain.queries.computing import (
    designs_offered,
    downloadable_dataset,
    known_dataset,
    owners_offered,
    readable_run,
    rounds_offered,
    run_page,
    thresholds_offered,
)
from ..domain.runs import ask_run, cancel_run
from ..domain.tables import NoTable, publish_figure, publish_table, review_table
from ..interfaces.charts import chart_of
from ..interfaces.forms import DescribeForm, FigureForm, ReceiveForm, RunForm, ThresholdForm
from ..models import EstimateRun, EstimateTable
from ..states import RUN


def _seen(address: Any) -> HttpResponse:
    response = redirect(address)
    response.status_code = 303
    return response


def _form_page(request: Asked, form: forms.Form, *, task: str, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "assessments/form.html", {"form": form, "task": task, **context}, status=status)


def new_dataset(request: Asked) -> HttpResponse:
    """Deposit a file of pupils."""
    permit("assessments.open_form", request.viewer)
    form = ReceiveForm(
        request.POST or None,
        request.FILES or None,
        designs=designs_offered(),
        rounds=rounds_offered(),
        owners=owners_offered(request.viewer),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            return _seen(receive_dataset(**form.values(), by=request.viewer, at=request.at))
    return _form_page(request, form, task="receive")


def describe(request: Asked, uid: UUID) -> HttpResponse:
    """Say what the file holds."""
    dataset = known_dataset(uid, request.viewer, request.at)
    permit("assessments.keep_dataset", request.viewer, dataset)
    form = DescribeForm(request.POST or None, initial=DescribeForm.starting_from(dataset), dataset=dataset)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            values = form.values()
            return _seen(describe_dataset(dataset=dataset, **values, by=request.viewer, at=request.at))
    return _form_page(request, form, task="describe", dataset=dataset)


@require_POST
def open_(request: Asked, uid: UUID) -> HttpResponse:
    """Open a data set to computation."""
    dataset = known_dataset(uid, request.viewer, request.at)
    return _seen(open_dataset(dataset=dataset, by=request.viewer, at=request.at))


@require_POST
def withdraw(request: Asked, uid: UUID) -> HttpResponse:
    """Take a data set back."""
    dataset = known_dataset(uid, request.viewer, request.at)
    withdraw_dataset(dataset=dataset, by=request.viewer, at=request.at)
    return _seen("rounds")


@public
def dataset_file(request: Asked, uid: UUID) -> HttpResponseBase:
    """The file itself: open sets alone; any other answers as an address that does not exist."""
    dataset = downloadable_dataset(uid, request.viewer, request.at)
    response = FileResponse(
        source_of(dataset.sha256).open("rb"),
        as_attachment=True,
        filename=f"{dataset.short_hash}.csv",
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def new_run(request: Asked, uid: UUID) -> HttpResponse:
    """Ask for a computation, in words."""
    dataset = known_dataset(uid, request.viewer, request.at)
    permit("assessments.compute", request.viewer, dataset)
    form = RunForm(request.POST or None, dataset=dataset, thresholds=thresholds_offered(dataset))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            return _seen(ask_run(dataset=dataset, **form.values(), by=request.viewer, at=request.at))
    return _form_page(request, form, task="run", dataset=dataset)


def new_threshold(request: Asked, uid: UUID) -> HttpResponse:
    """Name a threshold on a scale of a data set."""
    dataset = known_dataset(uid, request.viewer, request.at)
    permit("assessments.compute", request.viewer, dataset)
    form = ThresholdForm(request.POST or None, dataset=dataset)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            name_threshold(**form.values(), by=request.viewer, at=request.at)
            response = redirect("run_new", uid=dataset.uid)
            response.status_code = 303
            return response
    return _form_page(request, form, task="threshold", dataset=dataset)


@require_POST
def cancel(request: Asked, uid: UUID) -> HttpResponse:
    """Stop a run."""
    return _seen(
        cancel_run(run=readable_run(uid, request.viewer, request.at), by=request.viewer, at=request.at)
    )


def _table_of(run: EstimateRun) -> EstimateTable:
    table = EstimateTable.objects.filter(run=run).first()
    if table is None:
        raise NoTable(RUN.label(run.state))
    return table


@require_POST
def review(request: Asked, uid: UUID) -> HttpResponse:
    """Say that a table gives nothing away."""
    run = readable_run(uid, request.viewer, request.at)
    review_table(table=_table_of(run), by=request.viewer, at=request.at)
    return _seen(run)


@require_POST
def publish(request: Asked, uid: UUID) -> HttpResponse:
    """Open a table to everybody."""
    run = readable_run(uid, request.viewer, request.at)
    publish_table(run=run, by=request.viewer, at=request.at)
    return _seen(run)


@require_POST
def new_figure(request: Asked, uid: UUID) -> HttpResponse:
    """Make a figure of one cell."""
    page = run_page(uid, request.viewer, request.at)
    form = FigureForm(request.POST, cells=page.cells)
    if form.is_valid():
        with refusals_on(form):
            table = _table_of(page.run)
            return _seen(publish_figure(table=table, **form.values(), by=request.viewer, at=request.at))
    context = {
        "page": page,
        "run": page.run,
        "dataset": page.run.dataset,
        "chart": chart_of(page),
        "figure_form": form,
    }
    return render(request, "assessments/run.html", context, status=422)
