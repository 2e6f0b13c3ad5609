"""Writing evidence: figures, claims and disagreements, each as a draft first or published at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from polyphonie.kernel.errors import ChangedMeanwhile, Unknown
from polyphonie.kernel.rights import permit
from polyphonie.network.interfaces.request import Asked
from polyphonie.web.refusals import refusals_on

from ..domain.conflict import record_conflict, withdraw_conflict
from ..domain.figure import add_figure, revise_draft_figure, supersede_figure
from ..domain.keepers import bodies_written_for
from ..domain.queries.choices import figures_to_cite, resources_to_cite, statements_to_cite
from ..domain.queries.claims import readable_figure, readable_statement
from ..domain.statement import (
    revise_draft_statement,
    state_evidence,
    translate_statement,
    withdraw_statement,
)
from ..interfaces.evidence_forms import (
    ConflictForm,
    FigureForm,
    ReadingFormSet,
    StatementForm,
    TranslationForm,
)
from ..models import Conflict, EvidenceStatement, Figure
from .editing import both_versions, form_page, seen, wants_to_publish


def _kept_figure(request: Asked, uid: UUID) -> Figure:
    figure = readable_figure(uid, viewer=request.viewer, at=request.at)
    permit("evidence.keep_evidence", request.viewer, figure)
    return figure


def _kept_statement(request: Asked, uid: UUID) -> EvidenceStatement:
    statement = readable_statement(uid, viewer=request.viewer, at=request.at)
    permit("evidence.keep_evidence", request.viewer, statement)
    return statement


@require_http_methods(["GET", "POST"])
def new_figure(request: Asked) -> HttpResponse:
    """Write a figure as a draft, or publish it at once."""
    permit("evidence.write_evidence", request.viewer)
    form = FigureForm(request.POST or None, keepers=bodies_written_for(request.viewer))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            figure = add_figure(
                **form.figure(),
                **form.keeper_chosen,
                publish=wants_to_publish(request),
                by=request.viewer,
                at=request.at,
            )
            return seen(figure)
    return form_page(
        request,
        form,
        heading=_("Ajouter un chiffre"),
        lead=_("Un chiffre publié ne change plus : il a sa définition, son unité, son année et sa source."),
        submit=_("Garder en brouillon"),
        publish=_("Publier"),
    )


@require_http_methods(["GET", "POST"])
def edit_figure(request: Asked, uid: UUID) -> HttpResponse:
    """Correct a figure that is a draft, and publish it."""
    figure = _kept_figure(request, uid)
    form = FigureForm(request.POST or None, initial=FigureForm.starting_from(figure))
    page: dict[str, Any] = {
        "heading": _("Compléter le chiffre"),
        "submit": _("Garder en brouillon"),
        "publish": _("Publier"),
        "about": figure,
    }
    if request.method == "POST" and form.is_valid():
        try:
            with refusals_on(form):
                revised = revise_draft_figure(
                    figure=figure,
                    version=form.cleaned_data["version"] or 0,
                    **form.figure(),
                    publish=wants_to_publish(request),
                    by=request.viewer,
                    at=request.at,
                )
                return seen(revised)
        except ChangedMeanwhile as meanwhile:
            theirs = FigureForm.starting_from(meanwhile.theirs)
            return form_page(request, form, **page, **both_versions(form, theirs, meanwhile))
    return form_page(request, form, **page)


@require_http_methods(["GET", "POST"])
def replace_figure(request: Asked, uid: UUID) -> HttpResponse:
    """Publish another figure in the place of a published one."""
    figure = _kept_figure(request, uid)
    form = FigureForm(request.POST or None, initial=FigureForm.starting_from(figure, with_value=False))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            newer = supersede_figure(figure=figure, **form.figure(), by=request.viewer, at=request.at)
            return seen(newer)
    return form_page(
        request,
        form,
        heading=_("Remplacer le chiffre"),
        lead=_("L'ancien reste lisible et mène au nouveau ; celles et ceux qui le citent en sont avisés."),
        submit=_("Publier le nouveau chiffre"),
        about=figure,
    )


def _statement_form(request: Asked, **given: Any) -> StatementForm:
    return StatementForm(
        request.POST or None,
        resources=resources_to_cite(request.viewer, request.at),
        figures=figures_to_cite(request.viewer, request.at),
        **given,
    )


@require_http_methods(["GET", "POST"])
def new_statement(request: Asked) -> HttpResponse:
    """State a claim as a draft, or publish it at once."""
    permit("evidence.write_evidence", request.viewer)
    form = _statement_form(request, keepers=bodies_written_for(request.viewer))
    if request.method == "POST" and form.is_valid():
        claimed = form.claimed()
        with refusals_on(form):
            statement = state_evidence(
                **claimed.as_fields(),
                **form.keeper_chosen,
                publish=wants_to_publish(request),
                by=request.viewer,
                at=request.at,
            )
            return seen(statement)
    return form_page(
        request,
        form,
        heading=_("Écrire un constat"),
        lead=_(
            "Une affirmation, sa source et la place où elle s'y trouve. Publié, son texte ne change plus."
        ),
        submit=_("Garder en brouillon"),
        publish=_("Publier"),
    )


@require_http_methods(["GET", "POST"])
def edit_statement(request: Asked, uid: UUID) -> HttpResponse:
    """Write a draft anew, and publish it."""
    statement = _kept_statement(request, uid)
    initial = StatementForm.starting_from(statement)
    form = _statement_form(request, initial=initial, cited=len(statement.citations.all()))
    page: dict[str, Any] = {
        "heading": _("Reprendre le constat"),
        "submit": _("Garder en brouillon"),
        "publish": _("Publier"),
        "about": statement,
    }
    if request.method == "POST" and form.is_valid():
        try:
            with refusals_on(form):
                revised = revise_draft_statement(
                    statement=statement,
                    version=form.cleaned_data["version"] or 0,
                    claimed=form.claimed(),
                    publish=wants_to_publish(request),
                    by=request.viewer,
                    at=request.at,
                )
                return seen(revised)
        except ChangedMeanwhile as meanwhile:
            theirs = StatementForm.starting_from(meanwhile.theirs)
            return form_page(request, form, **page, **both_versions(form, theirs, meanwhile))
    return form_page(request, form, **page)


@require_http_methods(["GET", "POST"])
def add_language(request: Asked, uid: UUID) -> HttpResponse:
    """Give a claim in one more language."""
    statement = _kept_statement(request, uid)
    form = TranslationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            translate_statement(statement=statement, **form.cleaned_data, by=request.viewer, at=request.at)
            return seen(statement)
    return form_page(
        request, form, heading=_("Ajouter une langue"), submit=_("Ajouter cette langue"), about=statement
    )


@require_POST
def statement_withdrawal(request: Asked, uid: UUID) -> HttpResponse:
    """Take a claim back; its page then says that it is gone."""
    statement = _kept_statement(request, uid)
    withdraw_statement(statement=statement, by=request.viewer, at=request.at)
    return seen("evidence_desk")


@require_http_methods(["GET", "POST"])
def new_conflict(request: Asked) -> HttpResponse:
    """Write that sources disagree."""
    permit("evidence.write_evidence", request.viewer)
    form = ConflictForm(request.POST or None, keepers=bodies_written_for(request.viewer))
    readings = ReadingFormSet(
        request.POST or None,
        form_kwargs={
            "figures": figures_to_cite(request.viewer, request.at),
            "statements": statements_to_cite(request.viewer, request.at),
        },
    )
    if request.method == "POST" and form.is_valid() and readings.is_valid():
        with refusals_on(form):
            record_conflict(
                subject=form.cleaned_data["subject"],
                themes=form.cleaned_data["themes"],
                **form.keeper_chosen,
                readings=readings.readings(),
                by=request.viewer,
                at=request.at,
            )
            return seen("evidence_desk")
    return form_page(
        request,
        form,
        heading=_("Relever un désaccord entre sources"),
        lead=_("Deux lectures au moins, chacune avec sa source. Personne ne choisit pour qui lit."),
        submit=_("Relever"),
        parts=readings,
    )


@require_POST
def conflict_withdrawal(request: Asked, uid: UUID) -> HttpResponse:
    """Take a disagreement back."""
    conflict = (
        Conflict.objects.readable_by(request.viewer, request.at)
        .select_related("keeper__successor__successor")
        .filter(uid=uid)
        .first()
    )
    if conflict is None:
        raise Unknown()
    withdraw_conflict(conflict=conflict, by=request.viewer, at=request.at)
    return seen("evidence_desk")
