"""The list of à-la-carte services, and the rates that a host enters for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation

from ..models import Service, ServicePhase, Tariff
from .base_tier import LineTaken
from .services_pack import SERVICES


class RateImpossible(Refusal):
    def __init__(self, rate: Decimal) -> None:
        super().__init__(
            _(
                "Un tarif de %(rate)s n'est pas possible ; donnez un montant positif, avec deux décimales au plus."
            )
            % {"rate": str(rate)},
            field="hourly_rate",
        )


class TariffOverlaps(Refusal):
    def __init__(self, other: Tariff) -> None:
        until = (
            _("jusqu'au %(day)s") % {"day": date_format(other.valid_until - timedelta(days=1), "DATE_FORMAT")}
            if other.valid_until
            else _("sans fin")
        )
        super().__init__(
            _(
                "Un tarif vaut déjà pour cette prestation à partir du %(start)s, %(until)s ; choisissez une autre période."
            )
            % {"start": date_format(other.valid_from, "DATE_FORMAT"), "until": until},
            field="valid_from",
        )


class TariffEndsBeforeStart(Refusal):
    def __init__(self, start: date, last: date) -> None:
        super().__init__(
            _(
                "Le tarif finirait le %(end)s, avant de commencer le %(start)s ; corrigez l'une des deux dates."
            )
            % {"start": date_format(start, "DATE_FORMAT"), "end": date_format(last, "DATE_FORMAT")},
            field="last_day",
        )


def add_service(
    *,
    slug: str,
    label: LocalisedText,
    phases: Sequence[tuple[str, LocalisedText]],
    by: Actor,
    at: datetime,
    output: LocalisedText | None = None,
    limit: LocalisedText | None = None,
    order: int = 0,
) -> Service:
    """Add a service with its phases to the list."""
    with ledger.act("partnerships.add_service", by=by, at=at) as act:
        permit("partnerships.open_form", by)
        if Service.objects.filter(slug=slug).exists():
            raise LineTaken(slug)
        service = Service.objects.create(
            slug=slug,
            label=label,
            output=output or LocalisedText(),
            limit=limit or LocalisedText(),
            order=order,
        )
        for position, (phase, words) in enumerate(phases):
            ServicePhase.objects.create(service=service, slug=phase, label=words, order=position)
        act.on("partnerships:services")
        act.note(service=slug, phases=len(phases))
        return service


def adopt_services(*, by: Actor, at: datetime) -> int:
    """Take over the six services of the partnership brochure; those that are there stay as they are."""
    with ledger.act("partnerships.adopt_services", by=by, at=at) as act:
        permit("partnerships.open_form", by)
        held = set(Service.objects.order_by("pk").values_list("slug", flat=True))
        wanted = [(order, line) for order, line in enumerate(SERVICES) if line.slug not in held]
        for order, line in wanted:
            add_service(
                slug=line.slug,
                label=line.label,
                phases=line.phases,
                output=line.output,
                limit=line.limit,
                order=order,
                by=by,
                at=at,
            )
        act.on("partnerships:services")
        act.note(added=len(wanted))
        return len(wanted)


def set_tariff(
    *,
    host: Organisation,
    service: Service,
    hourly_rate: Decimal,
    valid_from: date,
    by: Actor,
    at: datetime,
    last_day: date | None = None,
    currency: str = "EUR",
) -> Tariff:
    """Enter what an hour of a service costs with a host, from a day on. Two rates of one service never
    hold on the same day; amendments keep the one under which they were costed."""
    with ledger.act("partnerships.set_tariff", by=by, at=at) as act:
        permit("partnerships.draft_agreement", by, host)
        if not hourly_rate.is_finite() or hourly_rate <= 0 or hourly_rate != round(hourly_rate, 2):
            raise RateImpossible(hourly_rate)
        if last_day is not None and last_day < valid_from:
            raise TariffEndsBeforeStart(valid_from, last_day)
        # the service is held, so that two rates of it are never entered at once
        Service.objects.select_for_update().get(pk=service.pk)
        until = last_day + timedelta(days=1) if last_day else None
        same = Tariff.objects.filter(host=host, service=service).filter(
            Q(valid_until=None) | Q(valid_until__gt=valid_from)
        )
        if until is not None:
            same = same.filter(valid_from__lt=until)
        other = same.order_by("valid_from", "pk").first()
        if other is not None:
            raise TariffOverlaps(other)
        tariff = Tariff.objects.create(
            host=host,
            service=service,
            hourly_rate=hourly_rate,
            currency=currency,
            valid_from=valid_from,
            valid_until=until,
        )
        act.on(tariff.urn, book=host.urn)
        act.note(service=service.slug, hourly_rate=str(hourly_rate), valid_from=valid_from)
        return tariff


def tariff_on(host: Organisation, service: Service, day: date) -> Tariff | None:
    """The rate that holds on a day."""
    return (
        Tariff.objects.filter(host=host, service=service, valid_from__lte=day)
        .filter(Q(valid_until=None) | Q(valid_until__gt=day))
        .order_by("-valid_from", "pk")
        .first()
    )
