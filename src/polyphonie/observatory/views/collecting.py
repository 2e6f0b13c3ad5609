"""Pages of a collection: those who ask, and those who answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import may, permit
from polyphonie.network.interfaces.request import Asked
from polyphonie.web.refusals import refusals_on

from ..domain.collecting import (
    CellsRefused,
    fill_cells,
    open_collection,
    publish_submission,
    query_cell,
    sign_submission,
    submit_cells,
)
from ..domain.queries.collecting import (
    SubmissionPage,
    collection_page,
    collections_shown,
    members_that_can_be_asked,
    readable_submission,
    submission_page,
)
from ..interfaces.forms import CollectionForm, QueryForm, SubmissionForm, WorkbookForm
from ..interfaces.workbook import is_available, read_workbook, workbook_of

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _seen(address: Any) -> HttpResponse:
    response = redirect(address)
    response.status_code = 303
    return response


def collections(request: Asked) -> HttpResponse:
    """The collections that somebody keeps or answers."""
    permit("observatory.read_collections", request.viewer)
    found = collections_shown(request.viewer, request.at)
    may_open = may("observatory.keep_measures", request.viewer)
    return render(request, "observatory/collections.html", {"rounds": found, "may_open": may_open})


def new_collection(request: Asked) -> HttpResponse:
    """Ask members for data."""
    permit("observatory.keep_measures", request.viewer)
    form = CollectionForm(request.POST or None, members=members_that_can_be_asked(request.at))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            return _seen(open_collection(**form.values(), by=request.viewer, at=request.at))
    status = 422 if form.errors else 200
    return render(request, "observatory/collection_new.html", {"form": form}, status=status)


def collection(request: Asked, uid: UUID) -> HttpResponse:
    """One collection: who has answered how far."""
    return render(
        request, "observatory/collection.html", {"page": collection_page(uid, request.viewer, request.at)}
    )


def _shown(request: Asked, page: SubmissionPage, *, status: int = 200, **forms: Any) -> HttpResponse:
    context: dict[str, Any] = {
        "page": page,
        "submission": page.submission,
        "form": None,
        "upload": WorkbookForm(),
        "question": QueryForm(cells=page.cells),
        "has_workbook": is_available(),
        **forms,
    }
    if page.may_fill and context["form"] is None:
        context["form"] = SubmissionForm(cells=page.cells, initial={"version": page.submission.version})
    response = render(request, "observatory/submission.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def submission(request: Asked, uid: UUID) -> HttpResponse:
    """A member's answer: read it, or fill it."""
    page = submission_page(uid, request.viewer, request.at)
    if request.method != "POST":
        return _shown(request, page)
    permit("observatory.answer", request.viewer, page.submission)
    form = SubmissionForm(request.POST, cells=page.cells)
    if form.is_valid():
        with refusals_on(form):
            try:
                return _seen(
                    fill_cells(
                        submission=page.submission,
                        version=form.cleaned_data["version"],
                        answers=form.answers(),
                        by=request.viewer,
                        at=request.at,
                    )
                )
            except CellsRefused as refused:
                form.show(refused.errors)
    return _shown(request, page, status=422, form=form)


def workbook(request: Asked, uid: UUID) -> HttpResponse:
    """The same answer as a workbook, to fill in without a network."""
    page = submission_page(uid, request.viewer, request.at)
    if not is_available():
        raise Unknown()
    response = HttpResponse(workbook_of(page), content_type=WORKBOOK)
    name = f"collecte-{page.submission.round.year}-{page.submission.territory.code}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def filled_workbook(request: Asked, uid: UUID) -> HttpResponse:
    """A workbook comes back: the same checks as on the page, each error with its cell."""
    page = submission_page(uid, request.viewer, request.at)
    permit("observatory.answer", request.viewer, page.submission)
    if not is_available():
        raise Unknown()
    form = WorkbookForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_on(form):
            filled = read_workbook(form.cleaned_data["file"].read(), page)
            try:
                if filled.errors:
                    raise CellsRefused(filled.errors)
                return _seen(
                    fill_cells(
                        submission=page.submission,
                        version=filled.version,
                        answers=filled.answers,
                        by=request.viewer,
                        at=request.at,
                    )
                )
            except CellsRefused as refused:
                form.add_error(None, str(refused.sentence))
                for code, why in refused.errors.items():
                    form.add_error(None, f"{filled.places.get(code, '')} {code} : {why}")
    return _shown(request, page, status=422, upload=form)


@require_POST
def submit(request: Asked, uid: UUID) -> HttpResponse:
    """Send the answers."""
    row = readable_submission(uid, request.viewer, request.at)
    return _seen(submit_cells(submission=row, by=request.viewer, at=request.at))


@require_POST
def query(request: Asked, uid: UUID) -> HttpResponse:
    """Ask about an answer."""
    page = submission_page(uid, request.viewer, request.at)
    permit("observatory.keep_measures", request.viewer)
    form = QueryForm(request.POST, cells=page.cells)
    if form.is_valid():
        with refusals_on(form):
            return _seen(
                query_cell(submission=page.submission, **form.cleaned_data, by=request.viewer, at=request.at)
            )
    return _shown(request, page, status=422, question=form)


@require_POST
def sign(request: Asked, uid: UUID) -> HttpResponse:
    """The correspondent answers for it."""
    row = readable_submission(uid, request.viewer, request.at)
    return _seen(sign_submission(submission=row, by=request.viewer, at=request.at))


@require_POST
def publish(request: Asked, uid: UUID) -> HttpResponse:
    """Make measures of it."""
    row = readable_submission(uid, request.viewer, request.at)
    return _seen(publish_submission(submission=row, by=request.viewer, at=request.at))
