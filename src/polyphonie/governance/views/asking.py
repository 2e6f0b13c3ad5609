"""What the pages that change something share: the form's page, and the way back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

TITLES = {
    "call": _("Convoquer une réunion"),
    "seat": _("Installer la salle"),
    "item": _("Ajouter un point à l'ordre du jour"),
    "outcome": _("Écrire l'issue du point"),
    "document": _("Inscrire un document"),
    "version": _("Déposer une langue"),
    "deadline": _("Changer l'échéance"),
    "invite": _("Inviter un membre"),
    "name": _("Nommer la délégation"),
    "credential": _("Recevoir les pouvoirs"),
    "decision": _("Rédiger une décision"),
    "reword": _("Reprendre le texte"),
    "debate": _("Ouvrir le débat"),
    "objection": _("Inscrire une objection"),
    "vote": _("Répondre à l'appel"),
    "rules": _("Fixer les règles d'une instance"),
    "report": _("Dire où nous en sommes"),
}


def seen(address: Any) -> HttpResponse:
    """Done: the browser reads the page that shows it."""
    response = redirect(address)
    response.status_code = 303
    return response


def form_page(
    request: HttpRequest, form: forms.Form, task: str, *, lead: Any = "", back: str = "", **context: Any
) -> HttpResponse:
    """The page of one form; with errors it keeps the input."""
    return render(
        request,
        "governance/form.html",
        {
            "form": form,
            "title": TITLES[task],
            "lead": lead,
            "back": back,
            "texts": hasattr(form, "text_groups"),
            "clash": None,
            "facts": (),
            **context,
        },
        status=context.pop("status", 422 if form.errors else 200),
    )


def number_in(request: HttpRequest, name: str) -> int:
    """A whole number that a button carried; what is none reads as 0."""
    value = request.POST.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 10 else 0
