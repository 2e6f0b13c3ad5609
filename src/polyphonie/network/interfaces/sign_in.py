"""How allauth meets the house: accounts are opened by invitation, mail leaves through the outbox."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest

from polyphonie.kernel import clock
from polyphonie.kernel.domain.outbox import queue_mail

from ..models import Account


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no type hints
    """Nobody opens an account alone; a person is invited with a mandate."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context_: dict[str, Any]) -> None:
        """Queue what allauth wants sent. Codes and links are of use once: their text is not kept."""
        request = context.request
        given = {"request": request, "email": email, "current_site": get_current_site(request), **context_}
        mail = self.render_mail(template_prefix, email, given)
        account = Account.objects.filter(email__iexact=email).first()
        queue_mail(
            to=email,
            subject=mail.subject[:200],
            body=mail.body,
            cause_urn=account.urn if account else "network:account:unknown",
            at=clock.wall(),
            forget_body=True,
        )
