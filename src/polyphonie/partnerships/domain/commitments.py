"""Commitments and what shows that they were kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.domain.files import store_file
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.notice import send_notice, settle_notices_about
from polyphonie.network.domain.queries.standing import mandates_in_force
from polyphonie.network.enums import Role
from polyphonie.network.models import Person, Theme
from polyphonie.recommendations.domain.actions import submit_feedback
from polyphonie.recommendations.models import FeedbackReport, Recommendation

from ..enums import PARTNER_ROLES, ProofKind, ProofState
from ..models import Agreement, Commitment, CommitmentType, Proof, TrainingAction
from ..rules import body_urns
from ..states import PROOF
from .access import write_grants
from .clauses import write_clauses
from .entitlement import duty_of, required_of
from .refusals import ReasonMissing, lock


class DueOutsideAgreement(Refusal):
    def __init__(self, due: date, agreement: Agreement, *, field: str) -> None:
        super().__init__(
            _(
                "L'échéance du %(due)s est hors de la convention, qui va du %(start)s au %(end)s ; choisissez un "
                "jour de cette période."
            )
            % {
                "due": _words(due),
                "start": _words(agreement.start_date),
                "end": _words(agreement.last_day),
            },
            field=field,
        )


class CommitmentPlanned(Refusal):
    def __init__(self, commitment_type: CommitmentType, due: date) -> None:
        super().__init__(
            _("« %(commitment)s » a déjà une échéance le %(due)s ; choisissez un autre jour.")
            % {"commitment": commitment_type.label, "due": _words(due)},
            field="due_date",
        )


class TermsFrozen(Refusal):
    def __init__(self, agreement: Agreement) -> None:
        super().__init__(
            _(
                "La convention %(reference)s est envoyée ou signée, ses engagements ne changent plus ; "
                "préparez un avenant."
            )
            % {"reference": agreement.reference}
        )


class AgreementNotRunning(Refusal):
    def __init__(self, agreement: Agreement) -> None:
        super().__init__(
            _(
                "La convention %(reference)s n'est pas active ; un justificatif se remet une fois qu'elle l'est."
            )
            % {"reference": agreement.reference}
        )


class ProofMissing(Refusal):
    """A commitment is not kept because somebody says so."""

    def __init__(self, commitment: Commitment) -> None:
        slug = commitment.type.slug
        sentence: Any
        if slug == "paf_entry":
            sentence = _("Joignez la fiche PAF ou son lien pour déclarer l'engagement tenu.")
        elif slug == "feedback":
            sentence = _("Joignez le retour d'expérience pour déclarer l'engagement tenu.")
        else:
            sentence = _(
                "Joignez une action, un fichier ou un lien pour déclarer « %(commitment)s » tenu."
            ) % {"commitment": commitment.type.label}
        super().__init__(sentence, field="file")


class ProofTwofold(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Un justificatif est une seule chose : une action, un retour, un fichier ou un lien ; gardez-en un."
            ),
            field="file",
        )


class ProofOfAnotherBody(Refusal):
    def __init__(self, body: object, partner: object) -> None:
        super().__init__(
            _("Ce justificatif est de %(body)s ; la convention lie %(partner)s, remettez l'un des siens.")
            % {"body": body, "partner": partner},
        )


class ProofOutsidePeriod(Refusal):
    def __init__(self, day: date, agreement: Agreement) -> None:
        super().__init__(
            _(
                "Ce justificatif date du %(day)s, avant le début de la convention (%(start)s) ; remettez-en un de la période."
            )
            % {"day": _words(day), "start": _words(agreement.start_date)},
        )


class ProofUsedTwice(Refusal):
    def __init__(self, commitment: Commitment) -> None:
        super().__init__(
            _("Ce justificatif est déjà remis pour « %(commitment)s » ; il ne compte qu'une fois.")
            % {"commitment": commitment.type.label},
        )


class CommitmentSettled(Refusal):
    def __init__(self, commitment: Commitment) -> None:
        super().__init__(
            _("« %(commitment)s » est déjà tenu ou dispensé ; rien n'est à remettre.")
            % {"commitment": commitment.type.label}
        )


def plan_commitment(
    *, agreement: Agreement, commitment_type: CommitmentType, due_date: date, by: Actor, at: datetime
) -> Commitment:
    """Add a due date of a commitment while the agreement is being prepared: yearly feedback has one a year."""
    with ledger.act("partnerships.plan_commitment", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, agreement)
        present = lock(agreement)
        if not present.is_open:
            raise TermsFrozen(present)
        check_due(present, due_date, field="due_date")
        if present.commitments.filter(type=commitment_type, due_date=due_date).exists():
            raise CommitmentPlanned(commitment_type, due_date)
        commitment = Commitment.objects.create(
            agreement=present,
            type=commitment_type,
            due_date=due_date,
            threshold=commitment_type.threshold,
        )
        write_clauses(agreement=present, by=by, at=at)
        present.version += 1
        present.save(update_fields=["version"])
        act.on(commitment.urn, book=present.urn)
        act.note(type=commitment_type.slug, due=due_date)
        return commitment


def drop_commitment(*, commitment: Commitment, by: Actor, at: datetime) -> None:
    """Take a due date out while the agreement is being prepared."""
    with ledger.act("partnerships.drop_commitment", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, commitment.agreement)
        present = lock(commitment.agreement)
        if not present.is_open:
            raise TermsFrozen(present)
        act.on(commitment.urn, book=present.urn)
        act.note(type=commitment.type.slug, due=commitment.due_date)
        Commitment.objects.filter(pk=commitment.pk).delete()
        write_clauses(agreement=present, by=by, at=at)
        present.version += 1
        present.save(update_fields=["version"])


def waive_commitment(*, commitment: Commitment, reason: str, by: Actor, at: datetime) -> Commitment:
    """Free the partner of a commitment from now on: the only override there is, dated, with its author and
    its reason, which both sides read."""
    with ledger.act("partnerships.waive_commitment", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, commitment.agreement)
        present = lock(commitment.agreement)
        if not reason.strip():
            raise ReasonMissing(
                _("Dites pourquoi vous dispensez de « %(commitment)s » : les deux parties le liront.")
                % {"commitment": commitment.type.label},
                field="reason",
            )
        row = _locked(commitment)
        if duty_of(row, present).settled_at is not None:
            raise CommitmentSettled(row)
        row.waived_at, row.waived_by, row.waiver_reason = at, by.id, reason.strip()
        row.save(update_fields=["waived_at", "waived_by", "waiver_reason"])
        write_grants(agreement=present, by=by, at=at)
        settle_expectations(commitment=row, by=by, at=at)
        act.on(row.urn, book=present.urn)
        act.note(type=row.type.slug)
        return row


def record_proof(
    *,
    commitment: Commitment,
    by: Actor,
    at: datetime,
    training_action: TrainingAction | None = None,
    feedback: FeedbackReport | None = None,
    file: BinaryIO | None = None,
    filename: str = "",
    link: str = "",
    note: str = "",
) -> Proof:
    """Hand over what shows that a commitment was kept: one thing, of the partner, of the period.

    It counts once the host accepts it. The host's partnership managers are told that it waits.
    """
    with ledger.act("partnerships.record_proof", by=by, at=at) as act:
        permit("partnerships.record_proof", by, commitment.agreement)
        present = lock(commitment.agreement)
        row = _locked(commitment)
        if present.activated_at is None or present.activated_at > at or present.terminated_at is not None:
            raise AgreementNotRunning(present)
        duty = duty_of(row, present)
        if duty.settled_at is not None:
            raise CommitmentSettled(row)
        given = [
            kind
            for kind, value in (
                (ProofKind.TRAINING_ACTION, training_action),
                (ProofKind.FEEDBACK, feedback),
                (ProofKind.FILE, file),
                (ProofKind.LINK, link.strip()),
            )
            if value
        ]
        if not given:
            raise ProofMissing(row)
        if len(given) > 1:
            raise ProofTwofold()
        _check_pointed(present, training_action, feedback)
        same = row.proofs.exclude(state=ProofState.REFUSED)
        if (training_action and same.filter(training_action=training_action).exists()) or (
            feedback and same.filter(feedback=feedback).exists()
        ):
            raise ProofUsedTwice(row)
        proof = Proof(
            commitment=row,
            kind=given[0],
            training_action=training_action,
            feedback=feedback,
            link=link.strip(),
            note=note.strip(),
            submitted_at=at,
            submitted_by=by.id,
        )
        if file is not None:
            proof.file = store_file(
                content=file, filename=filename, owner_urn=proof.urn, at=at, limit=settings.UPLOAD_LIMIT
            )
        proof.save()
        settle_expectations(commitment=row, by=by, at=at)
        _tell_managers(present, row, by=by, at=at)
        act.on(proof.urn, book=present.urn)
        act.note(commitment=row.urn, kind=str(given[0]), sha256=proof.file.sha256 if proof.file else None)
        return proof


def report_feedback(
    *,
    commitment: Commitment,
    modalities: str,
    publics: str,
    effects: str,
    by: Actor,
    at: datetime,
    recommendation: Recommendation | None = None,
    themes: list[Theme] | None = None,
    language: str = "fr",
) -> Proof:
    """Write the feedback report and hand it over as the proof, in one go."""
    with ledger.act("partnerships.report_feedback", by=by, at=at) as act:
        permit("partnerships.record_proof", by, commitment.agreement)
        report = submit_feedback(
            organisation=commitment.agreement.partner,
            modalities=modalities,
            publics=publics,
            effects=effects,
            recommendation=recommendation,
            themes=themes or [],
            language=language,
            by=by,
            at=at,
        )
        proof = record_proof(commitment=commitment, feedback=report, by=by, at=at)
        act.on(proof.urn, book=commitment.agreement.urn)
        act.note(feedback=report.urn)
        return proof


def accept_proof(*, proof: Proof, by: Actor, at: datetime) -> Proof:
    """Accept a proof: once there are as many as the commitment asks for, it is kept and what was suspended
    opens again, at once."""
    with ledger.act("partnerships.accept_proof", by=by, at=at) as act:
        agreement = proof.commitment.agreement
        permit("partnerships.keep_agreement", by, agreement)
        present = lock(agreement)
        row = _locked_proof(proof)
        PROOF.check(row.state, "accepted", row)
        row.state, row.reviewed_at, row.reviewed_by = ProofState.ACCEPTED, at, by.id
        row.save(update_fields=["state", "reviewed_at", "reviewed_by"])
        write_grants(agreement=present, by=by, at=at)
        _settle_review(row.commitment, by=by, at=at)
        kept = duty_of(_locked(row.commitment), present).settled_at is not None
        if not kept:
            tell_partner(agreement=present, commitment=row.commitment, by=by, at=at)
        act.on(row.urn, book=present.urn)
        act.note(commitment=row.commitment.urn, kept=kept)
        return row


def refuse_proof(*, proof: Proof, reason: str, by: Actor, at: datetime) -> Proof:
    """Refuse a proof with a reason that the partner reads; the commitment is open again."""
    with ledger.act("partnerships.refuse_proof", by=by, at=at) as act:
        agreement = proof.commitment.agreement
        permit("partnerships.keep_agreement", by, agreement)
        present = lock(agreement)
        row = _locked_proof(proof)
        PROOF.check(row.state, "refused", row)
        if not reason.strip():
            raise ReasonMissing(
                _("Dites pourquoi ce justificatif ne suffit pas : une phrase aide à en remettre un autre."),
                field="reason",
            )
        row.state, row.reviewed_at, row.reviewed_by = ProofState.REFUSED, at, by.id
        row.refusal_reason = reason.strip()
        row.save(update_fields=["state", "reviewed_at", "reviewed_by", "refusal_reason"])
        _settle_review(row.commitment, by=by, at=at)
        tell_partner(agreement=present, commitment=row.commitment, by=by, at=at)
        act.on(row.urn, book=present.urn)
        act.note(commitment=row.commitment.urn)
        return row


def check_due(agreement: Agreement, due: date, *, field: str) -> None:
    if not agreement.start_date <= due < agreement.until_date:
        raise DueOutsideAgreement(due, agreement, field=field)


def tell_partner(*, agreement: Agreement, commitment: Commitment, by: Actor, at: datetime) -> None:
    """Tell the partner's people what is expected, by when, and what closes without it."""
    if duty_of(commitment, agreement).settled_at is not None:
        return
    closing = commitment.due_date + timedelta(days=agreement.grace_days)
    closes = any(
        commitment.type.slug in required_of(rule)
        for rule in agreement.rules.filter(benefit__opens_resources=True).prefetch_related("required")
    )
    due_at = agreement.midnight(commitment.due_date + timedelta(days=1)) - timedelta(seconds=1)
    texts = {}
    for language in ("fr", "en"):
        with translation.override(language):
            values = {
                "commitment": commitment.type.label.read(language),
                "reference": agreement.reference,
                "closing": _words(closing),
            }
            texts[language] = (
                gettext(
                    "Remettez le justificatif « %(commitment)s » (convention %(reference)s) ; sans justificatif "
                    "accepté, l'accès anticipé se ferme après le %(closing)s."
                )
                if closes
                else gettext("Remettez le justificatif « %(commitment)s » (convention %(reference)s).")
            ) % values
    for person in _people(PARTNER_ROLES, body_urns(agreement.partner), at):
        send_notice(
            person=person,
            subject_urn=commitment.urn,
            expectation=LocalisedText(texts),
            link=agreement.permalink,
            due_at=due_at if due_at >= at else None,
            by=by,
            at=at,
        )


def settle_expectations(*, commitment: Commitment, by: Actor, at: datetime) -> None:
    """What the partner was asked for is handed over, or asked for no more."""
    settle_notices_about(subject_urn=commitment.urn, by=by, at=at)


def _tell_managers(agreement: Agreement, commitment: Commitment, *, by: Actor, at: datetime) -> None:
    texts = {}
    for language in ("fr", "en"):
        with translation.override(language):
            texts[language] = gettext(
                "Examinez le justificatif « %(commitment)s » de %(partner)s (convention %(reference)s)."
            ) % {
                "commitment": commitment.type.label.read(language),
                "partner": agreement.partner.name.read(language),
                "reference": agreement.reference,
            }
    for person in _people((Role.PARTNERSHIP_MANAGER,), body_urns(agreement.host), at):
        send_notice(
            person=person,
            subject_urn=commitment.urn,
            expectation=LocalisedText(texts),
            link=agreement.permalink,
            by=by,
            at=at,
        )


def _settle_review(commitment: Commitment, *, by: Actor, at: datetime) -> None:
    """The managers' notices are settled unless another proof of the commitment still waits."""
    if not commitment.proofs.filter(state=ProofState.SUBMITTED).exists():
        settle_notices_about(subject_urn=commitment.urn, by=by, at=at)


def _people(roles: tuple[str, ...], scopes: list[str], at: datetime) -> Iterator[Person]:
    mandates = (
        mandates_in_force(at)
        .filter(role__in=roles, scope__in=scopes)
        .select_related("person")
        .order_by("person", "pk")
    )
    seen: set[int] = set()
    for mandate in mandates:
        if mandate.person_id not in seen:
            seen.add(mandate.person_id)
            yield mandate.person


def _check_pointed(
    agreement: Agreement, training_action: TrainingAction | None, feedback: FeedbackReport | None
) -> None:
    for thing, day in (
        (training_action, training_action.last_day if training_action else None),
        (feedback, agreement.day_of(feedback.submitted_at) if feedback else None),
    ):
        if thing is None or day is None:
            continue
        if thing.organisation.urn not in body_urns(agreement.partner) and (
            agreement.partner.urn not in body_urns(thing.organisation)
        ):
            raise ProofOfAnotherBody(thing.organisation, agreement.partner)
        if day < agreement.start_date:
            raise ProofOutsidePeriod(day, agreement)


def _locked(commitment: Commitment) -> Commitment:
    return Commitment.objects.select_for_update(of=("self",)).select_related("type").get(pk=commitment.pk)


def _locked_proof(proof: Proof) -> Proof:
    return (
        Proof.objects.select_for_update(of=("self",))
        .select_related("commitment__type", "commitment__agreement")
        .get(pk=proof.pk)
    )


def _words(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
