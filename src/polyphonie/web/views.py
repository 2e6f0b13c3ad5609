from __future__ import annotations

from uuid import UUID

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language_from_request
from django.views.decorators.cache import never_cache

from polyphonie.kernel.domain.files import open_for
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.models import StoredFile

from . import permalinks
from .access import public
from .gallery import specimens


@public
def choose_language(request: HttpRequest) -> HttpResponse:
    """The bare address leads to the reader's language."""
    language = get_language_from_request(request)
    response = redirect(f"/{language if language in {'fr', 'en'} else 'fr'}/")
    response["Vary"] = "Accept-Language, Cookie"
    return response


@public
def permalink(request: HttpRequest, kind: str, uid: UUID) -> HttpResponse:
    """The address that never changes leads to the page, for those who may know of the object."""
    try:
        address = permalinks.resolve(kind, uid, request.viewer, request.at)  # type: ignore[attr-defined]
    except permalinks.Gone:
        return render(request, "web/gone.html", status=410)
    if address is None:
        raise Unknown()
    return redirect(address)


@public
def stored_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The one way to a file: the owning room is asked first."""
    file = StoredFile.objects.filter(uid=uid).first()
    if file is None:
        raise Unknown()
    content = open_for(file, viewer=request.viewer, at=request.at)  # type: ignore[attr-defined]
    response = FileResponse(content, as_attachment=True, filename=file.filename, content_type=file.media_type)
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@public
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component of the interface, with the words to call it by."""
    return render(request, "web/gallery.html", specimens())


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was done so that everybody can use the pages, how it is checked, and what is left."""
    return render(request, "web/accessibility.html")


@never_cache
def totp_picture(request: HttpRequest) -> HttpResponse:
    """The picture that a code application reads, of the secret that waits in the session.

    It has an address of its own because the pages allow no pictures written into themselves.
    """
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Unknown()
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(picture, content_type="image/svg+xml")
