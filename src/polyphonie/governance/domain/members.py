"""What is written of a body and of its members: each fact, each membership with its source."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LANGUAGE_TAG, LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.organisation import MembershipWithoutSource, record_membership
from polyphonie.network.models import Membership, Organisation

from ..enums import FactKind
from ..models import Attestation, InstanceRules, StatedFact
from .quorum import Share


class FactWithoutSource(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Dites d'où vient ce fait : un document ou un lien ; sans source, il n'est pas inscrit."),
            field="source_label",
        )


class FactEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Écrivez le fait dans une langue au moins."), field="text")


class SeatsMissing(Refusal):
    def __init__(self, seats: int) -> None:
        super().__init__(
            _("Une instance a au moins un siège ; vous avez saisi %(seats)d.") % {"seats": seats},
            field="seats",
        )


class ShareImpossible(Refusal):
    def __init__(self, numerator: int, denominator: int, *, field: str) -> None:
        super().__init__(
            _("%(numerator)d/%(denominator)d n'est pas une part : donnez par exemple 1/2 ou 2/3.")
            % {"numerator": numerator, "denominator": denominator},
            field=field,
        )


class QuorumOutOfReach(Refusal):
    """More would have to be present than there are seats."""

    def __init__(self, required: int, seats: int) -> None:
        super().__init__(
            _(
                "Cette règle demande %(required)d présents pour %(seats)d sièges ; choisissez une part moindre."
            )
            % {"required": required, "seats": seats},
            field="quorum_numerator",
        )


class RuleLanguageUnknown(Refusal):
    def __init__(self, tag: str) -> None:
        super().__init__(
            _("« %(tag)s » n'est pas un code de langue ; écrivez par exemple fr, en ou ar.") % {"tag": tag},
            field="languages",
        )


class PrefixMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Donnez le début des cotes de cette instance, par exemple CONFEMEN/SM."), field="symbol_prefix"
        )


def state_fact(
    *,
    body: Organisation,
    kind: str,
    text: LocalisedText,
    by: Actor,
    at: datetime,
    number: int | None = None,
    year: int | None = None,
    order: int = 0,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> StatedFact:
    """Write what a source says of a body, beside what other sources say of the same."""
    with ledger.act("governance.state_fact", by=by, at=at) as act:
        permit("governance.keep_members", by, body)
        if not text:
            raise FactEmpty()
        if not (source_label.strip() or is_fictitious):
            raise FactWithoutSource()
        fact = StatedFact.objects.create(
            body=body,
            kind=FactKind(kind),
            text=text,
            number=number,
            year=year,
            order=order,
            source_label=source_label.strip(),
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        act.on(body.urn)
        act.note(kind=str(fact.kind), number=number, year=year)
        return fact


def record_member(
    *,
    body: Organisation,
    member: Organisation,
    attested: LocalisedText,
    by: Actor,
    at: datetime,
    year: int | None = None,
    status: str = "member",
    from_date: date | None = None,
    until_date: date | None = None,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Membership:
    """Write a member with what attests it: the words, the year, the source. A State or a government;
    no country code is asked for. A second source for the same member is one more attestation."""
    with ledger.act("governance.record_member", by=by, at=at) as act:
        permit("governance.keep_members", by, body)
        source: dict[str, Any] = {
            "source_label": source_label.strip(),
            "source_url": source_url,
            "source_read_date": source_read_date,
            "is_fictitious": is_fictitious,
        }
        if not (source["source_label"] or is_fictitious):
            raise MembershipWithoutSource(str(member), str(body))
        membership = (
            Membership.objects.filter(organisation=member, body=body, status=status)
            .filter(from_date=from_date, until_date=until_date)
            .order_by("pk")
            .first()
        )
        if membership is None:
            membership = record_membership(
                organisation=member,
                body=body,
                status=status,
                from_date=from_date,
                until_date=until_date,
                by=by,
                at=at,
                **source,
            )
        Attestation.objects.create(membership=membership, text=attested, year=year, **source)
        act.on(membership.urn, book=body.urn)
        act.note(member=member.urn, status=status, year=year)
        return membership


def set_rules(
    *,
    instance: Organisation,
    seats: int,
    quorum: Share,
    symbol_prefix: str,
    languages: list[str],
    by: Actor,
    at: datetime,
    vote: Share | None = None,
    version: int | None = None,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> InstanceRules:
    """Set how an instance decides. There is no default: an administrator writes it, with its source.

    What was decided before keeps the numbers it was decided with.
    """
    with ledger.act("governance.set_rules", by=by, at=at) as act:
        permit("governance.set_rules", by, instance)
        vote = vote or Share(1, 2, strict=True)
        if seats < 1:
            raise SeatsMissing(seats)
        for share, field in ((quorum, "quorum_numerator"), (vote, "vote_numerator")):
            if not 1 <= share.numerator <= share.denominator:
                raise ShareImpossible(share.numerator, share.denominator, field=field)
        if quorum.least_of(seats) > seats:
            raise QuorumOutOfReach(quorum.least_of(seats), seats)
        if not symbol_prefix.strip():
            raise PrefixMissing()
        for tag in languages:
            if not LANGUAGE_TAG.match(tag):
                raise RuleLanguageUnknown(tag)
        if not (source_label.strip() or is_fictitious):
            raise FactWithoutSource()
        Organisation.objects.select_for_update().get(pk=instance.pk)
        rules = InstanceRules.objects.select_for_update().filter(instance=instance).first()
        if rules is not None and version is not None and rules.version != version:
            raise ChangedMeanwhile(
                _("Ces règles ont changé entre-temps ; lisez les deux versions."), theirs=rules
            )
        rules = rules or InstanceRules(instance=instance, version=0)
        rules.seats = seats
        rules.quorum_numerator, rules.quorum_denominator = quorum.numerator, quorum.denominator
        rules.quorum_is_strict = quorum.strict
        rules.vote_numerator, rules.vote_denominator = vote.numerator, vote.denominator
        rules.vote_is_strict = vote.strict
        rules.languages = list(dict.fromkeys(languages))
        rules.symbol_prefix = symbol_prefix.strip()
        rules.source_label, rules.source_url = source_label.strip(), source_url
        rules.source_read_date, rules.is_fictitious = source_read_date, is_fictitious
        rules.set_at = at
        rules.version += 1
        rules.save()
        act.on(rules.urn, book=instance.urn)
        act.note(seats=seats, quorum=[quorum.numerator, quorum.denominator, quorum.strict])
        return rules
