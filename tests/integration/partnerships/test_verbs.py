"""The verbs of an agreement: what they write, what they refuse, whom they tell."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest

from polyphonie.kernel.domain.ledger import verify_chains
from polyphonie.kernel.errors import Refusal, RightMissing
from polyphonie.kernel.models import LedgerEvent, StoredFile
from polyphonie.kernel.states import TransitionRefused
from polyphonie.network.models import Notice
from polyphonie.partnerships.domain import agreements as verbs
from polyphonie.partnerships.domain import commitments as duties
from polyphonie.partnerships.domain.clauses import ClauseEmpty, ClauseFrozen, change_clause, wording_digest
from polyphonie.partnerships.domain.refusals import AgreementChanged
from polyphonie.partnerships.enums import AgreementState, OpeningRule, Standing
from polyphonie.partnerships.models import Agreement, Clause, Commitment
from polyphonie.recommendations.domain.actions import FeedbackEmpty, submit_feedback
from tests.factories.network import HostFactory, ThemeFactory, text
from tests.factories.partnerships import (
    DUE,
    LAST,
    PDF,
    SIRET,
    START,
    SYSTEM,
    academie,
    active,
    commitment,
    drafted,
    keep,
    manager_of,
    on,
    proved,
    sent,
    signed,
    trainer_of,
    training,
)

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = on(2024, 12, 1, 10)


def events(what: str) -> int:
    return LedgerEvent.objects.filter(what=f"partnerships.{what}").count()


def test_draft_agreement_carries_the_base_tier_of_the_brochure() -> None:
    agreement = drafted()
    benefits = [rule.benefit for rule in agreement.rules.select_related("benefit")]
    assert len(benefits) == 8
    assert len({str(b.heading) for b in benefits}) == 4
    assert "Sans intervention de l'instance hôte comme experte" in str(benefits[0].limit)
    assert [
        (c.type.slug, c.due_date) for c in agreement.commitments.order_by("due_date", "type__order")
    ] == list(DUE.items())
    clauses = {c.key: c for c in agreement.clauses.all()}
    assert set(clauses["base_tier"].text) == {"fr", "en"}
    assert clauses["parties"].text["fr"].startswith("Instance")
    assert "197 534 712 00017" in clauses["parties"].text["en"]
    assert clauses["duration"].text["fr"] == "Du 1 septembre 2024 au 31 août 2026, sans reconduction tacite."
    assert (events("draft_agreement"), agreement.state) == (1, AgreementState.DRAFT)


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        (
            {"legal_siret": "197 534 712 00018"},
            verbs.SiretInvalid,
            "Le SIRET 197 534 712 00018 a une clé fausse ; vérifiez le dernier chiffre.",
        ),
        (
            {"legal_siret": "1975"},
            verbs.SiretInvalid,
            "Un SIRET compte quatorze chiffres ; « 1975 » en compte 4.",
        ),
        (
            {"last_day": START - timedelta(days=1)},
            verbs.AgreementEndsBeforeStart,
            "La fin (31 août 2024) précède le début (1 septembre 2024) ; corrigez l'une des deux dates.",
        ),
        (
            {"due_dates": {"feedback": date(2027, 1, 1)}},
            duties.DueOutsideAgreement,
            "L'échéance du 1 janvier 2027 est hors de la convention, qui va du 1 septembre 2024 au 31 août 2026 ; "
            "choisissez un jour de cette période.",
        ),
        ({"grace_days": 400}, verbs.GraceOutOfRange, "Le sursis va de 0 à 365 jours ; vous avez saisi 400."),
        (
            {"reference": " "},
            verbs.ReferenceMissing,
            "Donnez à la convention une référence que les deux parties citeront.",
        ),
        (
            {"purpose": text("")},
            verbs.PurposeMissing,
            "Dites l'objet de la convention, dans une langue au moins.",
        ),
    ],
)
def test_draft_agreement_refuses_and_writes_nothing(
    given: dict[str, Any], error: type[Refusal], sentence: str
) -> None:
    if "purpose" in given:
        given = {"purpose": type(text("x"))()}
    with pytest.raises(error) as refused:
        drafted(**given)
    assert str(refused.value) == sentence
    assert (Agreement.objects.count(), events("draft_agreement")) == (0, 0)


def test_two_agreements_of_the_same_parties_never_overlap() -> None:
    first = drafted()
    again = {"host": first.host, "partner": first.partner, "reference": "autre", "due_dates": {}}
    with pytest.raises(verbs.AgreementOverlaps) as refused:
        drafted(**again, start_date=LAST, last_day=LAST + timedelta(days=30))
    assert str(refused.value) == (
        f"La convention {first.reference} lie déjà ces deux parties du 1 septembre 2024 au 31 août 2026 ; "
        "choisissez d'autres dates, ou résiliez-la d'abord."
    )
    following = drafted(**again, start_date=LAST + timedelta(days=1), last_day=LAST + timedelta(days=365))
    assert following.start_date == first.until_date
    other_partner = drafted(**{**again, "partner": academie("academie-reims"), "reference": "r"})
    assert other_partner.start_date == START
    with pytest.raises(verbs.ReferenceTaken):
        drafted(**{**again, "partner": academie("academie-lille"), "reference": "r"})


def test_an_agreement_that_was_terminated_makes_room() -> None:
    first = active()
    verbs.terminate_agreement(agreement=first, reason="accord", by=SYSTEM, at=AT)
    second = drafted(
        host=first.host,
        partner=first.partner,
        reference="b",
        start_date=date(2025, 1, 1),
        due_dates={},
        at=AT,
    )
    assert second.state == AgreementState.DRAFT


def test_only_the_partnership_manager_of_the_host_keeps_an_agreement() -> None:
    agreement = drafted()
    for by in (trainer_of(agreement.partner), manager_of(HostFactory.create())):
        with pytest.raises(RightMissing) as refused:
            verbs.submit_for_review(agreement=agreement, by=by, at=AT)
        assert str(refused.value) == (
            "Il faut le rôle « partenariats » de l'instance hôte ; demandez-le à sa coordination."
        )
    assert (
        verbs.submit_for_review(agreement=agreement, by=manager_of(agreement.host), at=AT).state
        == "in_review"
    )


# sending, signing, activating


def test_send_agreement_asks_for_the_four_commitments() -> None:
    agreement = drafted()
    duties.drop_commitment(commitment=commitment(agreement, "feedback"), by=SYSTEM, at=AT)
    agreement.refresh_from_db()
    verbs.submit_for_review(agreement=agreement, by=SYSTEM, at=AT)
    with pytest.raises(Refusal) as refused:
        verbs.send_agreement(agreement=agreement, by=SYSTEM, at=AT)
    assert str(refused.value) == (
        "Il manque une échéance pour « Retour d'expérience » : datez cet engagement, ou dispensez-en le partenaire."
    )
    assert events("send_agreement") == 0


def test_sign_agreement_without_a_file_signs_nothing() -> None:
    agreement = sent()
    with pytest.raises(verbs.SignedFileMissing) as refused:
        verbs.sign_agreement(
            agreement=agreement, file=None, filename="", signed_on=date(2024, 6, 10), by=SYSTEM, at=AT
        )
    assert str(refused.value) == "Joignez la convention signée (PDF) : sans ce fichier, rien n'est signé."
    agreement.refresh_from_db()
    assert (agreement.state, StoredFile.objects.count()) == ("sent", 0)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"file": io.BytesIO(b"\x89PNG\r\n\x1a\n"), "filename": "scan.png"}, verbs.SignedFileNotPdf),
        ({"signed_on": date(2024, 12, 2)}, verbs.SignedInFuture),
    ],
)
def test_sign_agreement_refuses(given: dict[str, Any], error: type[Refusal]) -> None:
    agreement = sent()
    usual = {"file": io.BytesIO(PDF), "filename": "c.pdf", "signed_on": date(2024, 6, 10)}
    with pytest.raises(error):
        verbs.sign_agreement(agreement=agreement, **{**usual, **given}, by=SYSTEM, at=AT)
    agreement.refresh_from_db()
    assert (agreement.state, StoredFile.objects.count()) == ("sent", 0)


def test_sign_agreement_refuses_another_wording_than_the_one_sent() -> None:
    agreement = sent()
    assert agreement.wording_sha256 == wording_digest(agreement)
    Clause.objects.filter(agreement=agreement, key="duration").update(text=text("Pour toujours."))
    with pytest.raises(verbs.WordingChanged):
        verbs.sign_agreement(
            agreement=agreement, file=io.BytesIO(PDF), filename="c.pdf", signed_on=START, by=SYSTEM, at=AT
        )


def test_activate_agreement_without_a_signed_file_is_refused() -> None:
    for agreement in (drafted(), sent(partner=academie("academie-reims"), at=on(2024, 6, 2))):
        with pytest.raises(verbs.ActivatedWithoutSignedFile) as refused:
            verbs.activate_agreement(agreement=agreement, by=SYSTEM, at=AT)
        assert str(refused.value) == (
            f"La convention {agreement.reference} n'a pas de fichier signé ; déposez-le avant de l'activer."
        )
    assert events("activate_agreement") == 0


def test_the_database_itself_refuses_signed_without_a_file() -> None:
    from django.db import IntegrityError, transaction

    agreement = sent()
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(state="signed")


def test_states_follow_the_table() -> None:
    agreement = signed()
    with pytest.raises(TransitionRefused) as refused:
        verbs.send_agreement(agreement=agreement, by=SYSTEM, at=AT)
    assert str(refused.value) == (
        "On ne passe pas de « signée » à « envoyée à la signature » ; rechargez la page pour voir l'état actuel."
    )


def test_standing_is_computed_from_the_instants() -> None:
    agreement = active()
    assert [
        agreement.standing(at)
        for at in (
            on(2024, 6, 1),
            on(2024, 6, 2),
            on(2024, 6, 3),
            on(2024, 6, 8),
            on(2024, 6, 9),
            START_AT,
            END_AT,
        )
    ] == [
        Standing.DRAFT,
        Standing.IN_REVIEW,
        Standing.SENT,
        Standing.SIGNED,
        Standing.UPCOMING,
        Standing.ACTIVE,
        Standing.ENDED,
    ]


START_AT, END_AT = on(2024, 9, 1), on(2026, 9, 1)


def test_return_to_draft_voids_what_was_sent() -> None:
    agreement = verbs.return_to_draft(agreement=sent(), by=SYSTEM, at=AT)
    assert (agreement.state, agreement.sent_at, agreement.wording_sha256) == ("draft", None, "")
    reader = trainer_of(agreement.partner)
    assert not Agreement.objects.readable_by(reader, AT).exists()


def test_terminate_agreement_needs_a_reason_and_closes_now() -> None:
    agreement = active()
    with pytest.raises(Refusal) as refused:
        verbs.terminate_agreement(agreement=agreement, reason=" ", by=SYSTEM, at=AT)
    assert str(refused.value) == "Dites pourquoi la convention est résiliée : les deux parties le liront."
    verbs.terminate_agreement(agreement=agreement, reason="Accord des parties", by=SYSTEM, at=AT)
    grant = agreement.accesses.get().grant
    assert (grant.from_at, grant.until_at) == (START_AT, AT)


# clauses


def test_change_clause_keeps_the_negotiated_words_when_terms_change() -> None:
    agreement = drafted()
    change_clause(
        agreement=agreement,
        key="follow_up",
        text=text("Le comité se réunit deux fois par an."),
        version=agreement.version,
        by=SYSTEM,
        at=AT,
    )
    agreement.refresh_from_db()
    changed = verbs.change_terms(
        agreement=agreement,
        version=agreement.version,
        start_date=START,
        last_day=date(2026, 7, 31),
        purpose=agreement.purpose,
        opening_rule=OpeningRule.ON_EVIDENCE,
        grace_days=30,
        third_parties=[],
        by=SYSTEM,
        at=AT,
    )
    clauses = {c.key: c.text["fr"] for c in changed.clauses.all()}
    assert clauses["follow_up"] == "Le comité se réunit deux fois par an."
    assert clauses["duration"].startswith("Du 1 septembre 2024 au 31 juillet 2026")
    assert clauses["opening"].startswith("Le socle s'ouvre quand un premier justificatif")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (signed, "La clause « Suivi » est signée ; préparez un avenant pour la changer."),
        (
            sent,
            "La clause « Suivi » est envoyée à la signature ; reprenez la convention en brouillon pour la changer.",
        ),
    ],
)
def test_change_clause_is_refused_once_sent_or_signed(make: Any, sentence: str) -> None:
    agreement = make()
    with pytest.raises(ClauseFrozen) as refused:
        change_clause(
            agreement=agreement, key="follow_up", text=text("x"), version=agreement.version, by=SYSTEM, at=AT
        )
    assert str(refused.value) == sentence


def test_change_clause_refuses_an_empty_one_and_a_version_that_somebody_changed() -> None:
    agreement = drafted()
    with pytest.raises(ClauseEmpty):
        change_clause(
            agreement=agreement, key="follow_up", text=type(text("x"))(en="only"), version=1, by=SYSTEM, at=AT
        )
    with pytest.raises(AgreementChanged) as refused:
        change_clause(agreement=agreement, key="follow_up", text=text("x"), version=99, by=SYSTEM, at=AT)
    assert "comité de coordination" in str(refused.value.theirs)
    assert str(refused.value.mine) == "x"


def test_terms_and_commitments_are_frozen_once_sent() -> None:
    agreement = sent()
    with pytest.raises(verbs.AgreementFrozen):
        verbs.change_terms(
            agreement=agreement,
            version=agreement.version,
            start_date=START,
            last_day=LAST,
            purpose=agreement.purpose,
            opening_rule="on_evidence",
            grace_days=1,
            third_parties=[],
            by=SYSTEM,
            at=AT,
        )
    row = commitment(agreement, "feedback")
    for call in (
        lambda: duties.plan_commitment(
            agreement=agreement, commitment_type=row.type, due_date=date(2025, 3, 1), by=SYSTEM, at=AT
        ),
        lambda: duties.drop_commitment(commitment=row, by=SYSTEM, at=AT),
    ):
        with pytest.raises(duties.TermsFrozen):
            call()
    assert Commitment.objects.count() == 4


# proofs


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("paf_entry", "Joignez la fiche PAF ou son lien pour déclarer l'engagement tenu."),
        ("feedback", "Joignez le retour d'expérience pour déclarer l'engagement tenu."),
        (
            "use_resources",
            "Joignez une action, un fichier ou un lien pour déclarer « Usage des ressources » tenu.",
        ),
    ],
)
def test_a_commitment_is_not_kept_without_a_proof(slug: str, sentence: str) -> None:
    agreement = active()
    with pytest.raises(duties.ProofMissing) as refused:
        duties.record_proof(commitment=commitment(agreement, slug), by=SYSTEM, at=AT)
    assert str(refused.value) == sentence
    assert events("record_proof") == 0


def test_record_proof_refuses_two_things_at_once_another_body_and_before_the_period() -> None:
    agreement = active()
    row = commitment(agreement, "paf_entry")
    own, stranger = training(agreement.partner), training(academie("academie-reims"))
    with pytest.raises(duties.ProofTwofold):
        duties.record_proof(
            commitment=row, training_action=own, link="https://www.example.org/", by=SYSTEM, at=AT
        )
    with pytest.raises(duties.ProofOfAnotherBody) as refused:
        duties.record_proof(commitment=row, training_action=stranger, by=SYSTEM, at=AT)
    assert str(refused.value) == (
        f"Ce justificatif est de {stranger.organisation} ; la convention lie {agreement.partner}, "
        "remettez l'un des siens."
    )
    old = submit_feedback(
        organisation=agreement.partner,
        modalities="Autrefois",
        themes=[ThemeFactory.create()],
        by=SYSTEM,
        at=on(2018, 6, 15, 9),
    )
    with pytest.raises(duties.ProofOutsidePeriod) as early:
        duties.record_proof(commitment=commitment(agreement, "feedback"), feedback=old, by=SYSTEM, at=AT)
    assert str(early.value) == (
        "Ce justificatif date du 15 juin 2018, avant le début de la convention (1 septembre 2024) ; "
        "remettez-en un de la période."
    )
    duties.record_proof(commitment=row, training_action=own, by=SYSTEM, at=AT)
    with pytest.raises(duties.ProofUsedTwice):
        duties.record_proof(commitment=row, training_action=own, by=SYSTEM, at=AT)


def test_record_proof_before_the_agreement_is_active_is_refused() -> None:
    agreement = signed()
    with pytest.raises(duties.AgreementNotRunning) as refused:
        proved(agreement, "paf_entry", AT)
    assert str(refused.value) == (
        f"La convention {agreement.reference} n'est pas active ; un justificatif se remet une fois qu'elle l'est."
    )


def test_a_commitment_that_is_kept_takes_no_more_proofs_nor_a_waiver() -> None:
    agreement = active()
    keep(agreement, "paf_entry", AT)
    with pytest.raises(duties.CommitmentSettled):
        proved(agreement, "paf_entry", AT)
    with pytest.raises(duties.CommitmentSettled):
        duties.waive_commitment(commitment=commitment(agreement, "paf_entry"), reason="x", by=SYSTEM, at=AT)


def test_a_proof_is_answered_once_and_a_refusal_says_why() -> None:
    agreement = active()
    proof = proved(agreement, "paf_entry", AT)
    with pytest.raises(Refusal) as refused:
        duties.refuse_proof(proof=proof, reason="", by=SYSTEM, at=AT)
    assert str(refused.value) == (
        "Dites pourquoi ce justificatif ne suffit pas : une phrase aide à en remettre un autre."
    )
    duties.refuse_proof(proof=proof, reason="Illisible", by=SYSTEM, at=AT)
    with pytest.raises(TransitionRefused):
        duties.accept_proof(proof=proof, by=SYSTEM, at=AT)


def test_the_partner_hands_over_and_only_the_host_accepts() -> None:
    agreement = active()
    partner = trainer_of(agreement.partner)
    proof = duties.record_proof(
        commitment=commitment(agreement, "paf_entry"),
        file=io.BytesIO(b"%PDF-1.7 fiche"),
        filename="fiche.pdf",
        by=partner,
        at=AT,
    )
    assert proof.file is not None
    with pytest.raises(RightMissing):
        duties.accept_proof(proof=proof, by=partner, at=AT)
    with pytest.raises(RightMissing):
        duties.record_proof(
            commitment=commitment(agreement, "feedback"),
            link="https://www.example.org",
            by=trainer_of(academie("academie-reims")),
            at=AT,
        )
    assert duties.accept_proof(proof=proof, by=manager_of(agreement.host), at=AT).state == "accepted"


def test_report_feedback_writes_the_report_and_hands_it_over() -> None:
    agreement = active()
    partner = trainer_of(agreement.partner)
    row = commitment(agreement, "feedback")
    with pytest.raises(FeedbackEmpty):
        duties.report_feedback(commitment=row, modalities=" ", publics="", effects="", by=partner, at=AT)
    assert events("report_feedback") == 0
    proof = duties.report_feedback(
        commitment=row,
        modalities="Deux jours",
        publics="Vingt",
        effects="Un fait",
        themes=[ThemeFactory.create()],
        by=partner,
        at=AT,
    )
    assert proof.feedback is not None
    assert (proof.feedback.organisation, proof.feedback.modalities) == (agreement.partner, "Deux jours")
    caused = LedgerEvent.objects.get(what="partnerships.report_feedback")
    assert LedgerEvent.objects.get(what="partnerships.record_proof").caused_by == caused.event_id
    assert verify_chains()[1] == []


# notices


def expectations(actor: Any) -> list[str]:
    return [
        str(n.expectation)
        for n in Notice.objects.filter(person__actor_identity__actor_id=actor.id, done_at=None).order_by(
            "due_at", "pk"
        )
    ]


def test_each_side_is_told_what_waits_for_it() -> None:
    host, dijon = HostFactory.create(), academie()
    partner, manager = trainer_of(dijon), manager_of(host)
    agreement = active(host=host, partner=dijon)
    assert expectations(partner)[0] == (
        f"Remettez le justificatif « Inscription au PAF » (convention {agreement.reference}) ; sans justificatif "
        "accepté, l'accès anticipé se ferme après le 29 août 2025."
    )
    assert len(expectations(partner)) == 4
    assert expectations(manager) == []
    due = Notice.objects.filter(person__actor_identity__actor_id=partner.id).order_by("due_at").first()
    assert due is not None
    assert due.due_at == on(2025, 7, 1) - timedelta(seconds=1)
    proof = proved(agreement, "paf_entry", AT)
    assert len(expectations(partner)) == 3
    assert expectations(manager) == [
        f"Examinez le justificatif « Inscription au PAF » de {dijon.name} (convention {agreement.reference})."
    ]
    duties.refuse_proof(proof=proof, reason="Illisible", by=manager, at=AT)
    assert (len(expectations(partner)), expectations(manager)) == (4, [])
    keep(agreement, "paf_entry", AT)
    assert (len(expectations(partner)), expectations(manager)) == (3, [])
    verbs.terminate_agreement(agreement=agreement, reason="accord", by=manager, at=AT)
    assert expectations(partner) == []


def test_no_name_and_no_free_text_in_the_ledger() -> None:
    agreement = active()
    duties.waive_commitment(
        commitment=commitment(agreement, "paf_entry"), reason="motif confidentiel", by=SYSTEM, at=AT
    )
    kept = str(list(LedgerEvent.objects.order_by("pk").values_list("data", flat=True)))
    assert "confidentiel" not in kept
    assert SIRET not in kept
