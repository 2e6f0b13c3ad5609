"""A refusal that no form has caught becomes a page with its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from polyphonie.kernel.errors import Refusal

from .errors import both_versions


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """Run a verb; its refusal stands beside the field it names, and the form keeps the input.

    403, 404 and 409 are pages of their own and pass through.
    """
    try:
        yield
    except Refusal as refusal:
        if refusal.status_code != 422:
            raise
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.sentence))


class RefusalMiddleware:
    """Turns an uncaught :class:`Refusal` into the page of its status."""

    def __init__(self, get_response):  # type: ignore[no-untyped-def]  # Django's middleware protocol
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        return render(
            request,
            "web/refusal.html",
            {
                "refusal": exception,
                "sentence": str(exception.sentence),
                "status": exception.status_code,
                "versions": both_versions(exception),
            },
            status=exception.status_code,
        )
