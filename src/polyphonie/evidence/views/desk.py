"""The desk of those who write evidence."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from polyphonie.network.interfaces.request import Asked

from ..domain.queries.desk import evidence_desk


@require_GET
def desk(request: Asked) -> HttpResponse:
    """Drafts and published resources, claims, figures and disagreements of one's bodies."""
    return render(request, "evidence/desk.html", {"desk": evidence_desk(request.viewer, request.at)})
