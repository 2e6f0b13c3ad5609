"""The pages of what went wrong, in the look of the house: what happened, what was kept, what to do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from .access import public


def _page(request: HttpRequest, status: int, sentence: str, advice: str) -> HttpResponse:
    return render(
        request, "web/refusal.html", {"status": status, "sentence": sentence, "advice": advice}, status=status
    )


@public
@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        400,
        _("Cette demande n’a pas pu être lue."),
        _(
            "Rien n’a été écrit. Revenez à la page précédente et recommencez ; si vous envoyiez un fichier, il est peut-être trop lourd."
        ),
    )


@public
@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        403,
        _("Votre mandat n’ouvre pas cette page."),
        _("Rien n’a été écrit. La coordination de votre organisation peut demander le mandat qui manque."),
    )


@public
@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, _("Cette adresse ne mène à rien que vous puissiez lire."), "")


@public
def failed(request: HttpRequest) -> HttpResponse:
    """Something broke on our side. The page needs nothing that may be broken: no database, no context."""
    language = get_language() or "fr"
    return HttpResponseServerError(get_template("web/failed.html").render({"page_language": language[:2]}))


@public
@requires_csrf_token
def unproven(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without the proof that this site had handed it out."""
    return _page(
        request,
        403,
        _("Ce formulaire n’a pas pu être rattaché à votre visite."),
        _(
            "Rien n’a été écrit. Cela arrive quand une page est restée ouverte longtemps ou quand le navigateur "
            "refuse les témoins (cookies). Revenez en arrière, rechargez la page et recommencez : "
            "votre texte y est souvent encore."
        ),
    )


def both_versions(refusal: Any) -> list[tuple[str, Any]]:
    """What stands now and what the person had prepared, for the page of a conflict."""
    versions = [
        (_("Ce qui est enregistré"), getattr(refusal, "theirs", None)),
        (_("Ce que vous aviez préparé"), getattr(refusal, "mine", None)),
    ]
    return [(title, content) for title, content in versions if content is not None]
