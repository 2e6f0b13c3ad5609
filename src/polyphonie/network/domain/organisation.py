"""Bodies: how they come, change their name, merge, end, and belong to other bodies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit

from ..models import Membership, Organisation, OrganisationName, Territory
from ..validators import is_siret, siret_digits
from .reference import (
    CodeTaken,
    NameMissing,
    RowChangedMeanwhile,
    check_languages,
    check_period,
    end_on,
)


class SiretInvalid(Refusal):
    """The check digit of a SIRET does not hold."""

    def __init__(self, siret: str) -> None:
        digits = siret_digits(siret)
        shown = f"{digits[:3]} {digits[3:6]} {digits[6:9]} {digits[9:]}" if len(digits) == 14 else siret
        super().__init__(
            _("Le SIRET %(siret)s a une clé fausse ; vérifiez le dernier chiffre.") % {"siret": shown},
            field="siret",
        )


class MembershipWithoutSource(Refusal):
    """A membership is a fact: it says where it was read."""

    def __init__(self, organisation: str, body: str) -> None:
        super().__init__(
            _(
                "Dites d'où vient que « %(organisation)s » est membre de « %(body)s » : un document ou un lien."
            )
            % {"organisation": organisation, "body": body},
            field="source_label",
        )


class MemberAlready(Refusal):
    """The body is a member already over part of this period."""

    def __init__(self, organisation: str, body: str) -> None:
        super().__init__(
            _(
                "« %(organisation)s » est déjà membre de « %(body)s » sur cette période ; "
                "mettez fin à la première adhésion ou changez les dates."
            )
            % {"organisation": organisation, "body": body},
            field="from_date",
        )


class OrganisationEndedAlready(Refusal):
    """The body has ended; its end is not written twice."""

    def __init__(self, name: str, on: date) -> None:
        super().__init__(
            _("« %(name)s » a pris fin le %(on)s ; son successeur est déjà dit.")
            % {"name": name, "on": on.isoformat()},
            field="on",
        )


def _checked_identifiers(identifiers: dict[str, str] | None) -> dict[str, str]:
    kept = dict(identifiers or {})
    if "siret" in kept:
        if not is_siret(kept["siret"]):
            raise SiretInvalid(kept["siret"])
        kept["siret"] = siret_digits(kept["siret"])
    return kept


def register_organisation(
    *,
    kind: str,
    slug: str,
    name: LocalisedText,
    by: Actor,
    at: datetime,
    short_name: LocalisedText | None = None,
    territory: Territory | None = None,
    parent: Organisation | None = None,
    identifiers: dict[str, str] | None = None,
    languages: list[str] | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Organisation:
    """Enter a body with its validity, its identifiers (a SIRET is checked) and where it was read."""
    with ledger.act("network.register_organisation", by=by, at=at) as act:
        permit("network.keep_reference_data", by)
        if not name:
            raise NameMissing()
        if Organisation.objects.filter(slug=slug).exists():
            raise CodeTaken(slug, field="slug")
        check_languages(languages or [])
        check_period(valid_from, valid_until, field="valid_until")
        organisation = Organisation.objects.create(
            kind=kind,
            slug=slug,
            name=name,
            short_name=short_name or LocalisedText(),
            territory=territory,
            parent=parent,
            identifiers=_checked_identifiers(identifiers),
            languages=languages or [],
            valid_from=valid_from,
            valid_until=valid_until,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        act.on(organisation.urn)
        act.note(kind=kind, slug=slug)
        return organisation


def rename_organisation(
    *,
    organisation: Organisation,
    name: LocalisedText,
    from_date: date,
    by: Actor,
    at: datetime,
    short_name: LocalisedText | None = None,
    version: int | None = None,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
) -> Organisation:
    """Give a body another name from a day on. The name before it stays, dated, and still finds it."""
    with ledger.act("network.rename_organisation", by=by, at=at) as act:
        permit("network.keep_reference_data", by)
        if not name:
            raise NameMissing()
        row = _locked(organisation, version, mine=name)
        before = row.former_names.order_by("-until_date").first()
        since = before.until_date if before else row.valid_from
        check_period(since, from_date, field="from_date")
        OrganisationName.objects.create(
            organisation=row,
            name=row.name,
            short_name=row.short_name,
            from_date=since,
            until_date=from_date,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
        )
        row.name = name
        row.short_name = row.short_name if short_name is None else short_name
        row.version += 1
        row.save(update_fields=["name", "short_name", "version"])
        act.on(row.urn)
        act.note(since=from_date)
        return row


def describe_organisation(
    *, organisation: Organisation, version: int, by: Actor, at: datetime, **changes: Any
) -> Organisation:
    """Correct what is written of a body: kind, territory, parent, identifiers, languages, source."""
    allowed = {
        "kind",
        "territory",
        "parent",
        "identifiers",
        "languages",
        "source_label",
        "source_url",
        "source_read_date",
    }
    if set(changes) - allowed:
        raise TypeError(f"Not a field of the description: {sorted(set(changes) - allowed)}.")
    with ledger.act("network.describe_organisation", by=by, at=at) as act:
        permit("network.keep_reference_data", by)
        row = _locked(organisation, version, mine=changes)
        if "identifiers" in changes:
            changes["identifiers"] = _checked_identifiers(changes["identifiers"])
        check_languages(changes.get("languages", []))
        for field, value in changes.items():
            setattr(row, field, value)
        row.version += 1
        row.save()
        act.on(row.urn)
        act.note(changed=sorted(changes))
        return row


def end_organisation(
    *,
    organisation: Organisation,
    on: date,
    by: Actor,
    at: datetime,
    successor: Organisation | None = None,
    version: int | None = None,
) -> Organisation:
    """Say from which day a body is no more (that day excluded) and which one took over.

    Its row, its page and its name stay: what was signed under that name is still read under it.
    """
    with ledger.act("network.end_organisation", by=by, at=at) as act:
        permit("network.keep_reference_data", by)
        row = _locked(organisation, version, mine=on)
        if row.successor_id and row.valid_until:
            raise OrganisationEndedAlready(str(row), row.valid_until)
        end_on(act, row, on=on, successor=successor)
        row.version += 1
        row.save(update_fields=["valid_until", "successor", "version"])
        return row


def merge_organisations(
    *, organisations: Iterable[Organisation], into: Organisation, on: date, by: Actor, at: datetime
) -> Organisation:
    """Several bodies become one on a day: each of them ends with the new one as successor."""
    with ledger.act("network.merge_organisations", by=by, at=at) as act:
        permit("network.keep_reference_data", by)
        ended = [end_organisation(organisation=o, on=on, successor=into, by=by, at=at) for o in organisations]
        act.on(into.urn)
        act.note(on=on, merged=[o.urn for o in ended])
        return into


def record_membership(
    *,
    organisation: Organisation,
    body: Organisation,
    by: Actor,
    at: datetime,
    status: str = "member",
    from_date: date | None = None,
    until_date: date | None = None,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Membership:
    """Write that a body belongs to another, over a period, as a source says. No source, no member."""
    with ledger.act("network.record_membership", by=by, at=at) as act:
        permit("network.keep_reference_data", by)
        if not (source_label.strip() or is_fictitious):
            raise MembershipWithoutSource(str(organisation), str(body))
        check_period(from_date, until_date, field="until_date")
        for other in Membership.objects.filter(organisation=organisation, body=body, status=status):
            if _overlap(from_date, until_date, other.from_date, other.until_date):
                raise MemberAlready(str(organisation), str(body))
        membership = Membership.objects.create(
            organisation=organisation,
            body=body,
            status=status,
            from_date=from_date,
            until_date=until_date,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        act.on(membership.urn, book=body.urn)
        act.note(organisation=organisation.urn, status=status)
        return membership


def end_membership(*, membership: Membership, on: date, by: Actor, at: datetime) -> Membership:
    """Say from which day a body is no longer a member."""
    with ledger.act("network.end_membership", by=by, at=at) as act:
        permit("network.keep_reference_data", by)
        row = Membership.objects.select_for_update(of=("self",)).select_related("body").get(pk=membership.pk)
        check_period(row.from_date, on, field="on")
        row.until_date = on
        row.save(update_fields=["until_date"])
        act.on(row.urn, book=row.body.urn)
        act.note(on=on)
        return row


def _overlap(a: date | None, b: date | None, c: date | None, d: date | None) -> bool:
    """Whether ``[a, b)`` and ``[c, d)`` share a day; None is open."""
    return (a is None or d is None or a < d) and (c is None or b is None or c < b)


def _locked(organisation: Organisation, version: int | None, *, mine: Any) -> Organisation:
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if version is not None and row.version != version:
        raise RowChangedMeanwhile(theirs=row, mine=mine)
    return row
