"""The wording of an agreement, clause by clause, in its two languages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit

from ..enums import OpeningRule
from ..models import Agreement, Clause
from .base_tier_pack import both
from .refusals import check_version, lock

LANGUAGES = ("fr", "en")


class ClauseFrozen(Refusal):
    """What was sent to be signed, or signed, is never edited."""

    def __init__(self, clause: Clause, *, signed: bool) -> None:
        sentence = (
            _("La clause « %(clause)s » est signée ; préparez un avenant pour la changer.")
            if signed
            else _(
                "La clause « %(clause)s » est envoyée à la signature ; reprenez la convention en brouillon pour la changer."
            )
        )
        super().__init__(sentence % {"clause": clause.title}, field="text")


class ClauseEmpty(Refusal):
    def __init__(self, clause: Clause) -> None:
        super().__init__(
            _("Écrivez la clause « %(clause)s » en français : une clause vide ne se signe pas.")
            % {"clause": clause.title},
            field="text",
        )


def change_clause(
    *, agreement: Agreement, key: str, text: LocalisedText, version: int, by: Actor, at: datetime
) -> Clause:
    """Write a clause in the words that were negotiated. Refused once the agreement is sent or signed."""
    with ledger.act("partnerships.change_clause", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, agreement)
        present = lock(agreement)
        clause = present.clauses.get(key=key)
        if not present.is_open:
            raise ClauseFrozen(clause, signed=present.signed_file_id is not None)
        check_version(present, version, theirs=clause.text, mine=text)
        if not text.get("fr", "").strip():
            raise ClauseEmpty(clause)
        clause.text, clause.negotiated = text, True
        clause.save(update_fields=["text", "negotiated"])
        present.version += 1
        present.save(update_fields=["version"])
        act.on(present.urn)
        act.note(clause=key, version=present.version)
        return clause


def write_clauses(*, agreement: Agreement, by: Actor, at: datetime) -> None:
    """Write the clauses from the template and the terms as they stand; negotiated ones are kept."""
    held = {clause.key: clause for clause in agreement.clauses.all()}
    for order, (key, title, text) in enumerate(_wording(agreement)):
        clause = held.pop(key, None)
        if clause is None:
            Clause.objects.create(agreement=agreement, key=key, order=order, title=title, text=text)
        elif not clause.negotiated and (clause.text != text or clause.order != order):
            clause.text, clause.order = text, order
            clause.save(update_fields=["text", "order"])
    for clause in held.values():
        if not clause.negotiated:
            clause.delete()


def wording_digest(agreement: Agreement) -> str:
    """The hash of the whole wording: parties, dates, clauses in their order and languages."""
    content = {
        "reference": agreement.reference,
        "host": agreement.host.urn,
        "legal_body": agreement.legal_body.urn,
        "siret": agreement.legal_siret,
        "partner": agreement.partner.urn,
        "third_parties": sorted(o.urn for o in agreement.third_parties.all()),
        "start": agreement.start_date.isoformat(),
        "until": agreement.until_date.isoformat(),
        "rule": agreement.opening_rule,
        "grace_days": agreement.grace_days,
        "commitments": sorted(
            [c.type.slug, c.due_date.isoformat(), c.threshold]
            for c in agreement.commitments.select_related("type")
        ),
        "clauses": [
            [c.key, c.title.as_dict(), c.text.as_dict()] for c in agreement.clauses.order_by("order", "pk")
        ],
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _day(day: date, language: str) -> str:
    with translation.override(language):
        return date_format(day, "DATE_FORMAT")


def _per_language(write: Callable[[str], str]) -> LocalisedText:
    return LocalisedText({language: write(language) for language in LANGUAGES})


def _wording(agreement: Agreement) -> list[tuple[str, LocalisedText, LocalisedText]]:
    third = list(agreement.third_parties.order_by("slug"))
    clauses = [
        ("object", both("Objet", "Purpose"), agreement.purpose),
        (
            "parties",
            both("Parties", "Parties"),
            _per_language(lambda tag: _parties(agreement, tag)),
        ),
        (
            "base_tier",
            both("Socle partenarial", "Base tier"),
            _per_language(lambda tag: _base_tier(agreement, tag)),
        ),
        (
            "commitments",
            both("Engagements réciproques", "Reciprocal commitments"),
            _per_language(lambda tag: _commitments(agreement, tag)),
        ),
        (
            "opening",
            both("Ouverture et suspension du socle", "Opening and suspension of the base tier"),
            _opening(agreement),
        ),
        (
            "follow_up",
            both("Suivi", "Follow-up"),
            both(
                "Un comité de coordination se réunit au moins une fois par an.",
                "A coordination committee meets at least once a year.",
            ),
        ),
        (
            "services",
            both("Prestations à la carte", "À-la-carte services"),
            both(
                "Toute prestation payante fait l'objet d'un avenant qui en dit la nature, le contenu, la durée, "
                "le tarif et les modalités de paiement.",
                "Any paid service is the object of an amendment that states its nature, content, duration, "
                "price and payment terms.",
            ),
        ),
        (
            "duration",
            both("Durée", "Duration"),
            _per_language(
                lambda tag: (
                    f"Du {_day(agreement.start_date, tag)} au {_day(agreement.last_day, tag)}, sans reconduction tacite."
                    if tag == "fr"
                    else f"From {_day(agreement.start_date, tag)} to {_day(agreement.last_day, tag)}, without tacit renewal."
                )
            ),
        ),
    ]
    if third:
        names = {tag: ", ".join(o.name.read(tag) for o in third) for tag in LANGUAGES}
        clauses.insert(
            -1,
            (
                "third_parties",
                both("Tiers associés", "Associated third parties"),
                both(
                    f"{names['fr']} peut apporter un appui local, à la demande de l'académie et en coordination "
                    "avec l'instance hôte, dont il ne remplace pas les engagements.",
                    f"{names['en']} may lend local support, at the académie's wish and in coordination with the "
                    "host, whose duties it does not replace.",
                ),
            ),
        )
    return clauses


def _parties(agreement: Agreement, tag: str) -> str:
    siret = " ".join(
        (
            agreement.legal_siret[:3],
            agreement.legal_siret[3:6],
            agreement.legal_siret[6:9],
            agreement.legal_siret[9:],
        )
    )
    host, legal, partner = (
        o.name.read(tag) for o in (agreement.host, agreement.legal_body, agreement.partner)
    )
    if tag == "fr":
        return f"{legal}, SIRET {siret}, pour {host} ; {partner}."
    return f"{legal}, SIRET {siret}, for {host}; {partner}."


def _base_tier(agreement: Agreement, tag: str) -> str:
    lines = []
    for rule in agreement.rules.select_related("benefit").order_by("benefit__order", "pk"):
        benefit = rule.benefit
        limit = f" ({benefit.limit.read(tag)})" if benefit.limit else ""
        lines.append(f"– {benefit.label.read(tag)}{limit}")
    return "\n".join(lines)


def _commitments(agreement: Agreement, tag: str) -> str:
    lines = []
    for commitment in agreement.commitments.select_related("type").order_by("type__order", "due_date", "pk"):
        due = _day(commitment.due_date, tag)
        until = f"échéance le {due}" if tag == "fr" else f"due on {due}"
        lines.append(f"– {commitment.type.duty.read(tag)} ({until})")
    return "\n".join(lines)


def _opening(agreement: Agreement) -> LocalisedText:
    grace = agreement.grace_days
    if agreement.opening_rule == OpeningRule.ON_EVIDENCE:
        fr = "Le socle s'ouvre quand un premier justificatif de chaque engagement est accepté."
        en = "The base tier opens when a first proof of each commitment is accepted."
    else:
        fr = "Le socle s'ouvre dès la signature, par l'acceptation datée des quatre engagements."
        en = "The base tier opens at signature, by the dated acceptance of the four commitments."
    return both(
        f"{fr} Un engagement en retard laisse les droits ouverts pendant {grace} jours, puis les suspend jusqu'à "
        "l'acceptation du justificatif.",
        f"{en} A late commitment leaves the benefits open for {grace} days, then suspends them until its proof "
        "is accepted.",
    )
