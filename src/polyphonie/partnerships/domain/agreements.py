"""The life of an agreement: drafted, read over, sent, signed, active, ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.domain.files import store_file
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation
from polyphonie.network.validators import is_siret, siret_digits

from ..enums import SAME_TERMS, AgreementState, OpeningRule
from ..models import Agreement, Benefit, Commitment, CommitmentType, EntitlementRule
from ..states import AGREEMENT
from .access import write_grants
from .base_tier_pack import TEMPLATE_VERSION
from .clauses import wording_digest, write_clauses
from .commitments import check_due, tell_partner
from .refusals import ReasonMissing, check_version, lock


class AgreementEndsBeforeStart(Refusal):
    def __init__(self, start: date, last: date) -> None:
        super().__init__(
            _("La fin (%(end)s) précède le début (%(start)s) ; corrigez l'une des deux dates.")
            % {"start": _words(start), "end": _words(last)},
            field="last_day",
        )


class AgreementOverlaps(Refusal):
    def __init__(self, other: Agreement) -> None:
        super().__init__(
            _(
                "La convention %(reference)s lie déjà ces deux parties du %(start)s au %(end)s ; "
                "choisissez d'autres dates, ou résiliez-la d'abord."
            )
            % {
                "reference": other.reference,
                "start": _words(other.start_date),
                "end": _words(other.last_day),
            },
            field="start_date",
        )


class SiretInvalid(Refusal):
    def __init__(self, siret: str) -> None:
        digits = siret_digits(siret)
        if digits.isdigit() and len(digits) == 14:
            spaced = " ".join((digits[:3], digits[3:6], digits[6:9], digits[9:]))
            sentence = _("Le SIRET %(siret)s a une clé fausse ; vérifiez le dernier chiffre.") % {
                "siret": spaced
            }
        else:
            sentence = _("Un SIRET compte quatorze chiffres ; « %(siret)s » en compte %(count)d.") % {
                "siret": siret,
                "count": sum(c.isdigit() for c in siret),
            }
        super().__init__(sentence, field="legal_siret")


class ReferenceTaken(Refusal):
    def __init__(self, reference: str) -> None:
        super().__init__(
            _(
                "La référence « %(reference)s » est déjà celle d'une autre convention ; choisissez-en une autre."
            )
            % {"reference": reference},
            field="reference",
        )


class ReferenceMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Donnez à la convention une référence que les deux parties citeront."), field="reference"
        )


class PurposeMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Dites l'objet de la convention, dans une langue au moins."), field="purpose")


class PartnerIsHost(Refusal):
    def __init__(self, partner: Organisation) -> None:
        super().__init__(
            _("%(partner)s ne signe pas avec soi-même ; choisissez une académie ou un autre partenaire.")
            % {"partner": partner},
            field="partner",
        )


class GraceOutOfRange(Refusal):
    def __init__(self, days: int) -> None:
        super().__init__(
            _("Le sursis va de 0 à 365 jours ; vous avez saisi %(days)d.") % {"days": days},
            field="grace_days",
        )


class BaseTierMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Le socle partenarial n'a encore aucune ligne ; reprenez d'abord la liste de la plaquette.")
        )


class AgreementFrozen(Refusal):
    def __init__(self, agreement: Agreement) -> None:
        super().__init__(
            _(
                "La convention %(reference)s est envoyée ou signée, ses termes ne changent plus ; "
                "reprenez-la en brouillon, ou préparez un avenant."
            )
            % {"reference": agreement.reference}
        )


class SignedFileMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Joignez la convention signée (PDF) : sans ce fichier, rien n'est signé."), field="file"
        )


class ActivatedWithoutSignedFile(Refusal):
    def __init__(self, agreement: Agreement) -> None:
        super().__init__(
            _("La convention %(reference)s n'a pas de fichier signé ; déposez-le avant de l'activer.")
            % {"reference": agreement.reference}
        )


class SignedFileNotPdf(Refusal):
    def __init__(self, filename: str) -> None:
        super().__init__(
            _("« %(name)s » n'est pas un PDF ; déposez la convention signée au format PDF.")
            % {"name": filename},
            field="file",
        )


class SignedInFuture(Refusal):
    def __init__(self, day: date) -> None:
        super().__init__(
            _("La signature du %(day)s est à venir ; donnez le jour où la dernière partie a signé.")
            % {"day": _words(day)},
            field="signed_on",
        )


class WordingChanged(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Le texte n'est plus celui qui a été envoyé ; reprenez la convention en brouillon et envoyez-la de nouveau."
            )
        )


def draft_agreement(
    *,
    reference: str,
    host: Organisation,
    legal_body: Organisation,
    legal_siret: str,
    partner: Organisation,
    purpose: LocalisedText,
    start_date: date,
    last_day: date,
    by: Actor,
    at: datetime,
    due_dates: Mapping[str, date] | None = None,
    third_parties: Iterable[Organisation] = (),
    opening_rule: str = "",
    grace_days: int | None = None,
    zone: str = "Europe/Paris",
    renews: Agreement | None = None,
    is_fictitious: bool = False,
) -> Agreement:
    """Prepare an agreement: parties, dates, the rule by which the base tier opens, the four commitments.

    Its clauses are written from these terms. A commitment without a date in ``due_dates`` is due on the
    last day. Two agreements of the same parties never overlap.
    """
    with ledger.act("partnerships.draft_agreement", by=by, at=at) as act:
        permit("partnerships.draft_agreement", by, host)
        reference = reference.strip()
        if not reference:
            raise ReferenceMissing()
        if Agreement.objects.filter(reference=reference).exists():
            raise ReferenceTaken(reference)
        if partner.pk in {host.pk, legal_body.pk}:
            raise PartnerIsHost(partner)
        if not purpose:
            raise PurposeMissing()
        if not is_siret(legal_siret):
            raise SiretInvalid(legal_siret)
        rule = OpeningRule(opening_rule or settings.BASE_TIER_OPENS)
        grace = settings.GRACE_DAYS if grace_days is None else grace_days
        if not 0 <= grace <= 365:
            raise GraceOutOfRange(grace)
        clock.zone(zone)
        benefits = list(Benefit.objects.prefetch_related("required").order_by("order", "pk"))
        types = {t.slug: t for t in CommitmentType.objects.order_by("order", "pk")}
        if not benefits or not types:
            raise BaseTierMissing()
        _hold_parties(host, partner)
        _check_dates(start_date, last_day, host, partner)
        agreement = Agreement.objects.create(
            reference=reference,
            host=host,
            legal_body=legal_body,
            legal_siret=siret_digits(legal_siret),
            partner=partner,
            purpose=purpose,
            start_date=start_date,
            until_date=last_day + timedelta(days=1),
            zone=zone,
            opening_rule=rule,
            grace_days=grace,
            template_version=TEMPLATE_VERSION,
            renews=renews,
            drafted_at=at,
            is_fictitious=is_fictitious or partner.is_fictitious,
        )
        agreement.third_parties.set(third_parties)
        for benefit in benefits:
            row = EntitlementRule.objects.create(agreement=agreement, benefit=benefit)
            row.required.set(list(benefit.required.all()) or list(types.values()))
        for slug in SAME_TERMS:
            if slug in types:
                due = (due_dates or {}).get(slug, last_day)
                check_due(agreement, due, field=f"due_{slug}")
                Commitment.objects.create(
                    agreement=agreement, type=types[slug], due_date=due, threshold=types[slug].threshold
                )
        write_clauses(agreement=agreement, by=by, at=at)
        act.on(agreement.urn)
        act.note(host=host.urn, partner=partner.urn, rule=str(rule), grace_days=grace)
        return agreement


def change_terms(
    *,
    agreement: Agreement,
    version: int,
    start_date: date,
    last_day: date,
    purpose: LocalisedText,
    opening_rule: str,
    grace_days: int,
    third_parties: Iterable[Organisation],
    by: Actor,
    at: datetime,
) -> Agreement:
    """Change what is still being prepared; its clauses follow, those that were negotiated stay."""
    with ledger.act("partnerships.change_terms", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, agreement)
        _hold_parties(agreement.host, agreement.partner)
        present = lock(agreement)
        if not present.is_open:
            raise AgreementFrozen(present)
        check_version(
            present,
            version,
            theirs=_terms(
                present.purpose,
                present.start_date,
                present.last_day,
                present.opening_rule,
                present.grace_days,
            ),
            mine=_terms(purpose, start_date, last_day, opening_rule, grace_days),
        )
        if not purpose:
            raise PurposeMissing()
        if not 0 <= grace_days <= 365:
            raise GraceOutOfRange(grace_days)
        _check_dates(start_date, last_day, present.host, present.partner, but=present)
        present.start_date, present.until_date = start_date, last_day + timedelta(days=1)
        for commitment in present.commitments.order_by("pk"):
            check_due(present, commitment.due_date, field="last_day")
        present.purpose, present.opening_rule = purpose, OpeningRule(opening_rule)
        present.grace_days = grace_days
        present.version += 1
        present.save(
            update_fields=["start_date", "until_date", "purpose", "opening_rule", "grace_days", "version"]
        )
        present.third_parties.set(third_parties)
        write_clauses(agreement=present, by=by, at=at)
        act.on(present.urn)
        act.note(version=present.version)
        return present


def submit_for_review(*, agreement: Agreement, by: Actor, at: datetime) -> Agreement:
    """Have the draft read over before it is sent."""
    with ledger.act("partnerships.submit_for_review", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, agreement)
        present = lock(agreement)
        AGREEMENT.check(present.state, "in_review", present)
        present.reviewed_at = at
        _move(present, "in_review", "reviewed_at")
        act.on(present.urn)
        return present


def return_to_draft(*, agreement: Agreement, by: Actor, at: datetime) -> Agreement:
    """Take the text back to change it; what had been sent to be signed is void."""
    with ledger.act("partnerships.return_to_draft", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, agreement)
        present = lock(agreement)
        AGREEMENT.check(present.state, "draft", present)
        present.reviewed_at = present.sent_at = None
        present.wording_sha256 = ""
        _move(present, "draft", "reviewed_at", "sent_at", "wording_sha256")
        act.on(present.urn)
        return present


def send_agreement(*, agreement: Agreement, by: Actor, at: datetime) -> Agreement:
    """Send the text to be signed. From now on the partner's people read it, and its wording is frozen
    under its hash. Refused while a commitment has neither a date nor a waiver."""
    with ledger.act("partnerships.send_agreement", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, agreement)
        _hold_parties(agreement.host, agreement.partner)
        present = lock(agreement)
        AGREEMENT.check(present.state, "sent", present)
        _check_overlap(present.start_date, present.until_date, present.host, present.partner, but=present)
        present.sent_at = at
        present.wording_sha256 = wording_digest(present)
        _move(present, "sent", "sent_at", "wording_sha256")
        act.on(present.urn)
        act.note(wording_sha256=present.wording_sha256)
        return present


def sign_agreement(
    *,
    agreement: Agreement,
    file: BinaryIO | None,
    filename: str,
    signed_on: date,
    by: Actor,
    at: datetime,
) -> Agreement:
    """Deposit the signed file: without it nothing is signed. The signature itself is not checked here, and
    the page says so; the file is kept under its hash and never replaced."""
    with ledger.act("partnerships.sign_agreement", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, agreement)
        present = lock(agreement)
        if file is None:
            raise SignedFileMissing()
        AGREEMENT.check(present.state, "signed", present)
        if signed_on > present.day_of(at):
            raise SignedInFuture(signed_on)
        if wording_digest(present) != present.wording_sha256:
            raise WordingChanged()
        stored = store_file(
            content=file, filename=filename, owner_urn=present.urn, at=at, limit=settings.UPLOAD_LIMIT
        )
        if stored.media_type != "application/pdf":
            raise SignedFileNotPdf(filename)
        present.signed_file, present.signed_at, present.signed_on = stored, at, signed_on
        _move(present, "signed", "signed_file", "signed_at", "signed_on")
        act.on(present.urn)
        act.note(sha256=stored.sha256, signed_on=signed_on)
        return present


def activate_agreement(*, agreement: Agreement, by: Actor, at: datetime) -> Agreement:
    """Record, on the day, that the partner accepts its commitments: the agreement is active from its first
    day on. The base tier opens by the rule of the agreement, and the partner's people are told what is
    expected of them, by when, and what closes without it."""
    with ledger.act("partnerships.activate_agreement", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, agreement)
        present = lock(agreement)
        if present.signed_file_id is None:
            raise ActivatedWithoutSignedFile(present)
        AGREEMENT.check(present.state, "active", present)
        present.activated_at = at
        _move(present, "active", "activated_at")
        write_grants(agreement=present, by=by, at=at)
        for commitment in present.commitments.select_related("type").order_by("due_date", "pk"):
            tell_partner(agreement=present, commitment=commitment, by=by, at=at)
        act.on(present.urn)
        act.note(rule=present.opening_rule)
        return present


def terminate_agreement(*, agreement: Agreement, reason: str, by: Actor, at: datetime) -> Agreement:
    """End the agreement before its time, for a reason that both sides read; its benefits close now."""
    from .commitments import settle_expectations  # the two modules know each other

    with ledger.act("partnerships.terminate_agreement", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, agreement)
        present = lock(agreement)
        AGREEMENT.check(present.state, "terminated", present)
        if not reason.strip():
            raise ReasonMissing(
                _("Dites pourquoi la convention est résiliée : les deux parties le liront."), field="reason"
            )
        present.terminated_at, present.termination_reason = at, reason.strip()
        _move(present, "terminated", "terminated_at", "termination_reason")
        write_grants(agreement=present, by=by, at=at)
        for commitment in present.commitments.order_by("pk"):
            settle_expectations(commitment=commitment, by=by, at=at)
        act.on(present.urn)
        return present


def _move(agreement: Agreement, state: str, *fields: str) -> None:
    agreement.state = AgreementState(state)
    agreement.version += 1
    agreement.save(update_fields=["state", "version", *fields])


def _hold_parties(host: Organisation, partner: Organisation) -> None:
    """Hold both bodies, so that two agreements of theirs are never written at once."""
    list(Organisation.objects.select_for_update().filter(pk__in=[host.pk, partner.pk]).order_by("pk"))


def _check_dates(
    start: date, last: date, host: Organisation, partner: Organisation, but: Agreement | None = None
) -> None:
    if last < start:
        raise AgreementEndsBeforeStart(start, last)
    _check_overlap(start, last + timedelta(days=1), host, partner, but=but)


def _check_overlap(
    start: date, until: date, host: Organisation, partner: Organisation, but: Agreement | None
) -> None:
    others = Agreement.objects.filter(
        host=host, partner=partner, start_date__lt=until, until_date__gt=start
    ).order_by("start_date", "pk")
    for other in others:
        if but is not None and other.pk == but.pk:
            continue
        if other.terminated_at is not None and other.day_of(other.terminated_at) <= start:
            continue
        raise AgreementOverlaps(other)


def _words(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _terms(purpose: LocalisedText, start: date, last: date, rule: str, grace_days: int) -> str:
    """The terms in a few lines, for two versions side by side."""
    return f"{purpose}\n{_words(start)} – {_words(last)}\n{OpeningRule(rule).label}\n{grace_days}"
