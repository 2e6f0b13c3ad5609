"""One page for every form of the room: its heading, its buttons, and both versions where somebody wrote first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from polyphonie.kernel.errors import ChangedMeanwhile
from polyphonie.network.interfaces.request import Asked


def seen(address: Any) -> HttpResponse:
    """After a form: look at what became of it."""
    response = redirect(address)
    response.status_code = 303
    return response


def form_page(
    request: Asked,
    form: forms.BaseForm,
    *,
    heading: Any,
    submit: Any,
    lead: Any = "",
    publish: Any = "",
    about: Any = None,
    parts: Any = None,
    status: int | None = None,
    meanwhile: ChangedMeanwhile | None = None,
    differences: Iterable[Mapping[str, str]] = (),
) -> HttpResponse:
    """The form on its page. ``publish`` names a second button; ``about`` is the row that it is about;
    ``parts`` a set of smaller forms below it."""
    wrong = bool(form.errors) or (parts is not None and parts.is_bound and not parts.is_valid())
    return render(
        request,
        "evidence/form.html",
        {
            "form": form,
            "heading": heading,
            "lead": lead,
            "submit": submit,
            "publish": publish,
            "about": about,
            "parts": parts,
            "meanwhile": meanwhile,
            "differences": list(differences),
        },
        status=status or (422 if wrong else 200),
    )


def wants_to_publish(request: Asked) -> bool:
    return request.POST.get("act") == "publish"


def both_versions(
    form: forms.BaseForm, theirs: Mapping[str, Any], meanwhile: ChangedMeanwhile
) -> dict[str, Any]:
    """What ``form_page`` shows when somebody wrote first: each field that differs, twice. The form keeps
    the input, on top of the version that stands now."""
    given: Any = form
    mine = given.cleaned_data
    data = form.data.copy()
    data[form.add_prefix("version")] = str(theirs["version"])
    form.data = data
    pairs = [
        (field, shown(theirs.get(name), field), shown(mine.get(name), field))
        for name, field in form.fields.items()
        if name != "version"
    ]
    rows = [{"label": str(f.label), "theirs": their, "mine": my} for f, their, my in pairs if their != my]
    return {"meanwhile": meanwhile, "differences": rows, "status": 409}


def shown(value: Any, field: forms.Field | None = None) -> str:
    """A value of a form as a person reads it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(_("oui") if value else _("non"))
    if isinstance(value, str):
        words = dict(field.choices) if isinstance(field, forms.ChoiceField) else {}
        return str(words.get(value, value))
    if isinstance(value, Mapping):
        return " / ".join(f"{tag} : {text}" for tag, text in sorted(value.items()))
    if isinstance(value, Model):
        return str(getattr(value, "name", None) or value)
    if isinstance(value, Iterable):
        return ", ".join(sorted(shown(v) for v in value))
    return str(value)
