"""Ways to sign in: accounts are opened for somebody, never by oneself; a link signs in once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.rights import permit

from ..enums import INSTALLATION, Role
from ..models import Account, Mandate, Person, SignInLink
from .mandate import give_mandate
from .person import register_person

INSTALLER = Actor.system("install")
LINK_LIFETIME = timedelta(hours=24)


class EmailInvalid(Refusal):
    def __init__(self, email: str) -> None:
        super().__init__(
            _("« %(email)s » n'est pas une adresse électronique ; il manque peut-être le domaine.")
            % {"email": email},
            field="email",
        )


class EmailTaken(Refusal):
    """Another account signs in by this address."""

    def __init__(self, email: str) -> None:
        super().__init__(
            _(
                "Un compte existe déjà pour %(email)s ; donnez un mandat à cette personne, ou une autre adresse."
            )
            % {"email": email},
            field="email",
        )


class AccountOpenAlready(Refusal):
    def __init__(self, person: str) -> None:
        super().__init__(_("%(person)s a déjà un compte.") % {"person": person})


class PasswordTooWeak(Refusal):
    def __init__(self, sentences: list[str]) -> None:
        super().__init__(
            _("Ce mot de passe ne convient pas : %(why)s") % {"why": " ".join(sentences)}, field="password"
        )


class SignInLinkUnknown(Refusal):
    status_code = 404

    def __init__(self) -> None:
        super().__init__(
            _("Ce lien de connexion n'existe pas ; demandez-en un autre ou connectez-vous par courriel.")
        )


class SignInLinkExpired(Refusal):
    status_code = 410

    def __init__(self) -> None:
        super().__init__(
            _("Ce lien de connexion a expiré ; demandez-en un autre ou connectez-vous par courriel.")
        )


class SignInLinkUsed(Refusal):
    status_code = 410

    def __init__(self) -> None:
        super().__init__(
            _(
                "Ce lien de connexion a déjà servi, et il ne sert qu'une fois ; "
                "demandez-en un autre ou connectez-vous par courriel."
            )
        )


def open_account(
    *, person: Person, email: str, by: Actor, at: datetime, password: str | None = None
) -> Account:
    """Open the way in for somebody. Without a password they sign in by a code sent to their address,
    by a passkey or by a link."""
    with ledger.act("network.open_account", by=by, at=at) as act:
        permit("network.invite_person", by)
        address = email.strip()
        try:
            validate_email(address)
        except ValidationError:
            raise EmailInvalid(address) from None
        if Account.objects.filter(email__iexact=address).exists():
            raise EmailTaken(address)
        if Account.objects.filter(person=person).exists():
            raise AccountOpenAlready(str(person))
        if password is not None:
            _check_password(password)
        account = Account.objects.create_user(address, password, person=person)
        # whoever invites answers for the address: the first mail to it carries the code
        EmailAddress.objects.create(user=account, email=address, verified=True, primary=True)
        act.on(account.urn)
        act.note(person=person.urn, with_password=password is not None)
        return account


def close_account(*, account: Account, by: Actor, at: datetime) -> Account:
    """Shut the way in. The person, their mandates and what they did stay."""
    with ledger.act("network.close_account", by=by, at=at) as act:
        permit("network.invite_person", by)
        account.is_active = False
        account.save(update_fields=["is_active"])
        act.on(account.urn)
        return account


def install_administrator(
    *,
    email: str,
    at: datetime,
    password: str | None = None,
    given_name: str = "Administration",
    family_name: str = "Polyphonie",
    language: str = "fr",
    time_zone: str = "Europe/Paris",
) -> Account:
    """Make sure that somebody administers the installation: person, account and mandate, each only
    where it lacks. Done from the machine itself, so no right is asked but the machine's."""
    by = INSTALLER
    with ledger.act("network.install_administrator", by=by, at=at) as act:
        account = Account.objects.select_related("person").filter(email__iexact=email.strip()).first()
        if account is None:
            person = register_person(
                given_name=given_name,
                family_name=family_name,
                language=language,
                time_zone=time_zone,
                by=by,
                at=at,
            )
            account = open_account(person=person, email=email, password=password, by=by, at=at)
        else:
            if account.person is None:
                account.person = register_person(
                    given_name=given_name, family_name=family_name, language=language, by=by, at=at
                )
            if password is not None:
                _check_password(password)
                account.set_password(password)
            account.is_active = True
            account.save()
        assert account.person is not None
        if not Mandate.objects.filter(
            person=account.person, role=Role.ADMINISTRATOR, scope=INSTALLATION, until_date=None
        ).exists():
            give_mandate(person=account.person, role=Role.ADMINISTRATOR, scope=INSTALLATION, by=by, at=at)
        act.on(account.urn)
        return account


def make_sign_in_link(
    *, account: Account, at: datetime, by: Actor = INSTALLER, lifetime: timedelta = LINK_LIFETIME
) -> str:
    """Make a token that signs the account in once. It is given back here and nowhere else: the
    database keeps its hash. ``at`` is wall time, whatever the clock of a demonstration says."""
    with ledger.act("network.make_sign_in_link", by=by, at=at) as act:
        permit("network.invite_person", by)
        token = secrets.token_urlsafe(32)
        SignInLink.objects.create(
            account=account, token_hash=_hash(token), made_at=at, expires_at=at + lifetime
        )
        act.on(account.urn)
        act.note(expires_at=at + lifetime)
        return token


def check_sign_in_link(token: str, *, at: datetime) -> SignInLink:
    """The link, if it would sign in now; looking at it does not use it up."""
    link = SignInLink.objects.select_related("account").filter(token_hash=_hash(token)).first()
    if link is None or not link.account.is_active:
        raise SignInLinkUnknown()
    if link.used_at is not None:
        raise SignInLinkUsed()
    if link.expires_at <= at:
        raise SignInLinkExpired()
    return link


def use_sign_in_link(*, token: str, at: datetime) -> Account:
    """Use the link up and say whose it is. Of two who try at once, one is refused."""
    with ledger.act("network.use_sign_in_link", by=Actor.visitor(), at=at) as act:
        link = check_sign_in_link(token, at=at)
        if not SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=at):
            raise SignInLinkUsed()
        act.on(link.account.urn)
        return link.account


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _check_password(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise PasswordTooWeak(list(error.messages)) from None
