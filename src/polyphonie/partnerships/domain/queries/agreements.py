"""Reading agreements: the list, one page, those of a body, why a resource does not open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from polyphonie.evidence.explanations import Explanation
from polyphonie.evidence.models import Resource
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.identity import Urn
from polyphonie.kernel.models import StoredFile
from polyphonie.network.domain.queries.people import name_for
from polyphonie.network.enums import OrganisationKind
from polyphonie.network.models import Organisation, Person
from polyphonie.recommendations.models import FeedbackReport

from ...enums import EntitlementState, OpeningRule, Standing
from ...models import (
    Agreement,
    AgreementQuerySet,
    Amendment,
    Clause,
    Commitment,
    CommitteeMeeting,
    Deliverable,
    EntitlementRule,
    Proof,
    TrainingAction,
)
from ...models.agreement import of_body
from ..entitlement import Entitlement, Facts, best
from .amendments import AmendmentCard, amendments_of
from .committee import CommitteePrompt, committee_prompt, meetings_of
from .standing import (
    STANDING_TONES,
    CommitmentRow,
    Heading,
    commitment_rows,
    headings,
    shared_reasons,
)


@dataclass(frozen=True)
class AgreementCard:
    """An agreement as a list shows it. ``readable`` is false where the viewer may only know of it."""

    agreement: Agreement
    standing: Standing
    rows: tuple[CommitmentRow, ...]
    reasons: tuple[str, ...]
    readable: bool = True
    committee: CommitteePrompt | None = None

    @property
    def label(self) -> str:
        return str(self.standing.label)

    @property
    def tone(self) -> str:
        return STANDING_TONES[self.standing][0]

    @property
    def icon(self) -> str:
        return STANDING_TONES[self.standing][1]

    @property
    def late(self) -> tuple[CommitmentRow, ...]:
        return tuple(r for r in self.rows if r.is_late and self.standing is Standing.ACTIVE)

    @property
    def to_review(self) -> int:
        return sum(
            1 for row in self.rows for proof in row.proofs if proof.state == "submitted" and row.is_open
        )

    @property
    def is_over(self) -> bool:
        """Ended or terminated: nothing more is expected."""
        return self.standing in _OVER

    @property
    def next_due(self) -> CommitmentRow | None:
        """What falls due next, or is late already."""
        if self.standing not in {Standing.ACTIVE, Standing.UPCOMING}:
            return None
        return next((r for r in self.rows if r.is_open), None)


@dataclass(frozen=True)
class ProofView:
    """A proof with what it points to, as those who read the agreement see it."""

    proof: Proof
    state: str
    state_label: str
    report: FeedbackReport | None
    report_is_readable: bool
    training: TrainingAction | None
    author: str


@dataclass(frozen=True)
class CommitmentView:
    """A commitment on the page of its agreement."""

    row: CommitmentRow
    proofs: tuple[ProofView, ...]
    waived_by: str


@dataclass(frozen=True)
class AgreementPage:
    """Everything that the page of an agreement shows."""

    agreement: Agreement
    card: AgreementCard
    headings: tuple[Heading, ...]
    reasons: tuple[str, ...]
    commitments: tuple[CommitmentView, ...]
    clauses: tuple[Clause, ...]
    opening_rules: tuple[tuple[str, str, bool], ...]
    renewals: tuple[Agreement, ...]
    third_parties: tuple[Organisation, ...]
    meetings: tuple[CommitteeMeeting, ...]
    amendments: tuple[AmendmentCard, ...]

    @property
    def siret(self) -> str:
        """The SIRET as people write it."""
        digits = self.agreement.legal_siret
        return " ".join((digits[:3], digits[3:6], digits[6:9], digits[9:]))

    @property
    def lines(self) -> int:
        return sum(len(h.rows) for h in self.headings)


def with_parts(agreements: AgreementQuerySet) -> AgreementQuerySet:
    """The agreements with all that their entitlement is computed from, in a constant number of queries."""
    proofs = Proof.objects.select_related(
        "file", "feedback__organisation", "feedback__recommendation", "training_action__organisation"
    ).order_by("submitted_at", "pk")
    commitments = (
        Commitment.objects.select_related("type")
        .prefetch_related(Prefetch("proofs", queryset=proofs))
        .order_by("due_date", "type__order", "pk")
    )
    rules = (
        EntitlementRule.objects.select_related("benefit")
        .prefetch_related("required")
        .order_by("benefit__order", "pk")
    )
    return agreements.select_related("host", "partner", "legal_body").prefetch_related(
        Prefetch("commitments", queryset=commitments),
        Prefetch("rules", queryset=rules),
        Prefetch("meetings", queryset=CommitteeMeeting.objects.order_by("-held_on", "pk")),
    )


def card_of(agreement: Agreement, at: datetime, *, readable: bool = True) -> AgreementCard:
    facts = Facts(agreement)
    standing = agreement.standing(at)
    answers = [facts.answer(rule, at) for rule in agreement.rules.all()]
    reasons = shared_reasons(answers) if standing is Standing.ACTIVE else ()
    rows = commitment_rows(facts, at)
    return AgreementCard(agreement, standing, rows, reasons, readable, committee_prompt(agreement, at))


def list_agreements(viewer: Actor, at: datetime) -> list[AgreementCard]:
    """The agreements that the viewer may read: what is late first, then by the end of the agreement."""
    found = with_parts(Agreement.objects.readable_by(viewer, at)).order_by("-start_date", "reference")
    cards = [card_of(agreement, at) for agreement in found]
    return sorted(cards, key=lambda c: (not c.late, not c.to_review, c.is_over))


_OVER = frozenset({Standing.ENDED, Standing.TERMINATED})


def agreement_named(uid: UUID, viewer: Actor, at: datetime) -> Agreement:
    """The agreement at this address. Unknown and unreadable are the same."""
    found = (
        Agreement.objects.readable_by(viewer, at)
        .select_related("host__successor__successor", "partner__successor__successor", "legal_body")
        .filter(uid=uid)
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def commitment_named(uid: UUID, viewer: Actor, at: datetime) -> Commitment:
    """A commitment of an agreement that the viewer reads."""
    readable = Agreement.objects.readable_by(viewer, at).order_by().values("pk")
    found = (
        Commitment.objects.select_related(
            "type",
            "agreement__host__successor__successor",
            "agreement__partner__successor__successor",
        )
        .filter(uid=uid, agreement__in=readable)
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def proof_named(uid: UUID, viewer: Actor, at: datetime) -> Proof:
    """A proof of an agreement that the viewer reads."""
    found = (
        Proof.objects.readable_by(viewer, at)
        .select_related(
            "commitment__type",
            "commitment__agreement__host__successor__successor",
            "commitment__agreement__partner__successor__successor",
        )
        .filter(uid=uid)
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def agreement_page(uid: UUID, viewer: Actor, at: datetime) -> AgreementPage:
    """The page of one agreement: the same text for both sides."""
    agreement = (
        with_parts(Agreement.objects.readable_by(viewer, at))
        .select_related("signed_file", "renews")
        .filter(uid=uid)
        .first()
    )
    if agreement is None:
        raise Unknown()
    facts = Facts(agreement)
    answers: list[Entitlement] = [facts.answer(rule, at) for rule in agreement.rules.all()]
    card = card_of(agreement, at)
    names = _names(card.rows, viewer)
    reports = {p.feedback_id for row in card.rows for p in row.proofs if p.feedback_id}
    readable = set(
        FeedbackReport.objects.readable_by(viewer, at)
        .filter(pk__in=reports)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return AgreementPage(
        agreement,
        card,
        headings(answers),
        shared_reasons(answers),
        tuple(
            CommitmentView(
                row,
                tuple(_proof_view(p, at, names, readable) for p in row.proofs),
                names.get(row.commitment.waived_by, "") if row.commitment.waived_by else "",
            )
            for row in card.rows
        ),
        tuple(agreement.clauses.order_by("order", "pk")),
        tuple((rule.value, str(rule.label), rule == agreement.opening_rule) for rule in OpeningRule),
        tuple(
            Agreement.objects.readable_by(viewer, at).filter(renews=agreement).order_by("start_date", "pk")
        ),
        tuple(agreement.third_parties.order_by("slug")),
        tuple(meetings_of(agreement, at)),
        amendments_of(agreement, viewer, at),
    )


def _proof_view(proof: Proof, at: datetime, names: dict[UUID, str], readable: set[int]) -> ProofView:
    state = proof.state_at(at)
    return ProofView(
        proof,
        state.value,
        str(state.label),
        proof.feedback,
        proof.feedback_id in readable,
        proof.training_action,
        names.get(proof.submitted_by, ""),
    )


def _names(rows: Iterable[CommitmentRow], viewer: Actor) -> dict[UUID, str]:
    """The names behind pseudonymous ids, where the viewer may see them and the bridge is not erased."""
    wanted = {p.submitted_by for row in rows for p in row.proofs}
    wanted |= {row.commitment.waived_by for row in rows if row.commitment.waived_by}
    people = (
        Person.objects.filter(actor_identity__actor_id__in=wanted)
        .select_related("actor_identity")
        .order_by("pk")
    )
    return {p.actor_identity.actor_id: name_for(p, viewer=viewer) for p in people}


def agreements_of(organisation: Organisation, viewer: Actor, at: datetime) -> list[AgreementCard]:
    """The agreements of a body that the viewer may know of, the latest first."""
    uids = [organisation.uid]
    mine = of_body("host", uids) | of_body("partner", uids) | of_body("legal_body", uids)
    third = Agreement.third_parties.through.objects.filter(organisation=organisation).values("agreement_id")
    announced = Agreement.objects.announced_to(viewer, at)
    readable = set(Agreement.objects.readable_by(viewer, at).order_by("pk").values_list("pk", flat=True))
    found = with_parts(announced.filter(mine | Q(pk__in=third))).order_by("-start_date", "reference")
    return [card_of(a, at, readable=a.pk in readable) for a in found]


def file_is_readable(file: StoredFile, viewer: Actor, at: datetime) -> bool:
    """Whoever reads the agreement reads its files: the signed text, and the proofs handed over."""
    urn = Urn.parse(file.owner_urn)
    if urn.kind == Agreement.urn_kind:
        return Agreement.objects.readable_by(viewer, at).filter(uid=urn.uid).exists()
    amendments = Amendment.objects.readable_by(viewer, at)
    if urn.kind == Amendment.urn_kind:
        return amendments.filter(uid=urn.uid).exists()
    if urn.kind == Deliverable.urn_kind:
        return amendments.filter(deliverables__uid=urn.uid).exists()
    if urn.kind == Proof.urn_kind:
        return Proof.objects.readable_by(viewer, at).filter(uid=urn.uid).exists()
    return False


def why_not_open(resource: Resource, viewer: Actor, at: datetime) -> Explanation | None:
    """Why a resource under embargo does not open early for the viewer's bodies: the same sentences as on
    the page of the agreement. Silent where nobody has opened it early, and to the public."""
    if resource.early_at is None or resource.issuer is None or not viewer.is_person:
        return None
    if resource.public_at is not None and resource.public_at <= at:
        return None
    bodies = [Urn.parse(u).uid for u in sorted(viewer.organisations())]
    if not bodies:
        return None
    agreements = with_parts(
        Agreement.objects.filter(host=resource.issuer, partner__uid__in=bodies, sent_at__lte=at)
    ).order_by("-start_date", "pk")
    answers: list[tuple[Agreement, Entitlement]] = []
    for agreement in agreements:
        facts = Facts(agreement)
        for rule in agreement.rules.all():
            if rule.benefit.opens_resources:
                answers.append((agreement, facts.answer(rule, at)))
    if not answers:
        return _without_agreement(resource.issuer, bodies)
    answer = best(a for _agreement, a in answers)
    if answer is None or answer.state is EntitlementState.ACTIVE or not answer.reasons:
        return None
    agreement = next(a for a, found in answers if found is answer)
    readable = Agreement.objects.readable_by(viewer, at).filter(pk=agreement.pk).exists()
    return Explanation(
        " ".join(str(r) for r in answer.reasons),
        link=agreement.get_absolute_url() if readable else "",
    )


def _without_agreement(host: Organisation, bodies: list[UUID]) -> Explanation | None:
    """An académie may have an agreement and has none; others are not told of what is not offered to them."""
    academies = Organisation.objects.filter(
        uid__in=bodies, kind__in=(OrganisationKind.ACADEMIE, OrganisationKind.ACADEMIE_REGION)
    ).order_by("slug")
    body = academies.first()
    if body is None:
        return None
    return Explanation(
        _(
            "%(partner)s n'a pas de convention avec %(host)s ; une convention signée ouvre l'accès anticipé, "
            "demandez-la à ses partenariats."
        )
        % {"partner": body.name, "host": host.name}
    )


@dataclass(frozen=True)
class Task:
    """One thing that somebody waits for, under its agreement; ``row`` where it is about a commitment."""

    card: AgreementCard
    row: CommitmentRow | None = None


@dataclass(frozen=True)
class Desk:
    """What waits, by académie: late, due soon, to sign, to answer."""

    late: tuple[Task, ...]
    due: tuple[Task, ...]
    to_sign: tuple[Task, ...]
    to_answer: tuple[Task, ...]

    def __bool__(self) -> bool:
        return bool(self.late or self.due or self.to_sign or self.to_answer)


DUE_SOON = 60


def desk_of(cards: list[AgreementCard], at: datetime) -> Desk:
    """Sort what waits under the agreements: a committee that is late or near stands among the commitments."""
    running = [c for c in cards if c.standing is Standing.ACTIVE]
    late = [Task(c, r) for c in running for r in c.late]
    late += [Task(c) for c in running if c.committee and c.committee.is_late]
    due = [
        Task(c, r)
        for c in running
        for r in c.rows
        if r.is_open and not r.is_late and (r.commitment.due_date - c.agreement.day_of(at)).days <= DUE_SOON
    ]
    due += [Task(c) for c in running if c.committee and not c.committee.is_late]
    return Desk(
        tuple(
            sorted(
                late,
                key=lambda t: (
                    -(t.row.days_late if t.row else t.card.committee.days_late if t.card.committee else 0)
                ),
            )
        ),
        tuple(due),
        tuple(Task(c) for c in cards if c.standing in {Standing.SENT, Standing.SIGNED}),
        tuple(
            Task(c, r)
            for c in running
            for r in c.rows
            if r.is_open and any(p.state_at(at) == "submitted" for p in r.proofs)
        ),
    )
