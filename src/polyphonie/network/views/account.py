"""My account, my notices, and the link that signs in once."""

from __future__ import annotations

from uuid import UUID

from allauth.account.utils import perform_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from polyphonie.kernel import clock
from polyphonie.kernel.errors import Unknown
from polyphonie.web.access import public
from polyphonie.web.refusals import refusals_on

from ..domain.account import check_sign_in_link, use_sign_in_link
from ..domain.notice import settle_notice
from ..domain.person import renew_calendar, set_consent, set_preferences
from ..domain.queries.notices import calendar_token, notices_for, person_of_calendar, waiting
from ..domain.queries.people import mandates_of
from ..interfaces.calendar import calendar_of
from ..interfaces.forms import ConsentForm, PreferencesForm
from ..interfaces.request import Asked
from ..models import Notice, Person


def _me(request: Asked) -> Person:
    person: Person | None = request.user.person  # type: ignore[union-attr]  # signed in, by the middleware
    if person is None:
        raise Unknown()
    return person


def _page(request: Asked, preferences: PreferencesForm | None = None, status: int = 200) -> HttpResponse:
    person = _me(request)
    return render(
        request,
        "network/my_account.html",
        {
            "person": person,
            "preferences": preferences or PreferencesForm.of(person),
            "consent": ConsentForm(initial={"contact_consent": person.contact_consent}),
            "mandates": mandates_of(person, at=request.at),
            "notices": notices_for(request.viewer, request.at),
            "calendar_address": request.build_absolute_uri(
                reverse("my_calendar", args=[calendar_token(person)])
            ),
        },
        status=status,
    )


def my_account(request: Asked) -> HttpResponse:
    """Who I am here, what I may do, what waits for me."""
    return _page(request)


@require_POST
def set_my_preferences(request: Asked) -> HttpResponse:
    """Name, language, zone."""
    form = PreferencesForm.of(_me(request), request.POST)
    if form.is_valid():
        with refusals_on(form):
            person = set_preferences(
                person=_me(request), **form.cleaned_data, by=request.viewer, at=clock.wall()
            )
            with translation.override(person.language):
                return redirect("my_account")
    return _page(request, form, status=422)


@require_POST
def set_my_consent(request: Asked) -> HttpResponse:
    """Give or take back the consent to be named and contacted."""
    form = ConsentForm(request.POST)
    form.is_valid()
    set_consent(
        person=_me(request),
        contact_consent=form.cleaned_data["contact_consent"],
        by=request.viewer,
        at=clock.wall(),
    )
    return redirect("my_account")


@require_POST
def renew_my_calendar(request: Asked) -> HttpResponse:
    """Make a new calendar address; the one before it no longer answers."""
    renew_calendar(person=_me(request), by=request.viewer, at=clock.wall())
    return redirect("my_account")


@require_POST
def settle_my_notice(request: Asked, uid: UUID) -> HttpResponse:
    """What was expected is done."""
    notice = Notice.objects.select_related("person").filter(uid=uid, person=_me(request)).first()
    if notice is None:
        raise Unknown()
    settle_notice(notice=notice, by=request.viewer, at=request.at)
    return redirect(_next(request) or "my_account")


@public
@never_cache
def my_calendar(request: Asked, token: str) -> HttpResponse:
    """My notices as a calendar. Its address is the key: whoever has it reads what waits for me."""
    person = person_of_calendar(token)
    with translation.override(person.language):
        content = calendar_of(waiting(Notice.objects.filter(person=person), request.at))
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


@public
@never_cache
def sign_in_by_link(request: Asked, token: str) -> HttpResponse:
    """The link that signs in once. Looking at it (a preview of a mail, a scanner) does not use it up:
    the person confirms by a button. It lives by wall time, whatever the clock of a demonstration says."""
    if request.method == "POST":
        account = use_sign_in_link(token=token, at=clock.wall())
        response: HttpResponse = perform_login(
            request, account, email_verification="none", redirect_url=_next(request)
        )
        return response
    check_sign_in_link(token, at=clock.wall())
    return render(request, "network/sign_in_by_link.html", {"next": _next(request) or ""})


def _next(request: Asked) -> str | None:
    """Where the person was, if it is a page of ours."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return address
    return None
