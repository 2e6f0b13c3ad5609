"""The family tree of a theme."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from polyphonie.web.access import public
from polyphonie.web.exports import csv_response

from ..domain.queries.tree import family_tree, tree_lines
from ..interfaces import exports
from ..interfaces.tree_markup import draw


@public
def tree(request: HttpRequest, slug: str) -> HttpResponse:
    """Site × recommendation: every cell opens the text, the relation, the reason, the evidence."""
    found = family_tree(slug, request.viewer, request.at, get_language() or "fr")
    return render(request, "recommendations/tree.html", {"tree": found, "drawing": draw(found)})


@public
def tree_csv(request: HttpRequest, slug: str) -> HttpResponse:
    rows = tree_lines(slug, request.viewer, request.at, get_language() or "fr")
    return csv_response(f"filiation-{slug}.csv", exports.tree_header(), exports.tree_rows(rows, request))
