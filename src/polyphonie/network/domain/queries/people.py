"""Who works for a body, and how much of it a reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.rights import may

from ...models import Mandate, Organisation, Person
from .standing import mandates_in_force


@dataclass(frozen=True, slots=True)
class Holder:
    """A role held for a body. ``name`` and ``email`` are empty where the reader may not see them."""

    role: str
    role_label: str
    name: str
    email: str
    is_fictitious: bool


def holders_for(organisation: Organisation, *, viewer: Actor, at: datetime) -> list[Holder]:
    """The roles held for a body on the day.

    Functions are public. A name is shown with the person's consent, or to people with a mandate; an
    address with consent to people with a mandate, or to those who work for the same body.
    """
    names, contacts = may("network.see_names", viewer), may("network.see_contacts", viewer, organisation)
    rows = (
        mandates_in_force(at)
        .filter(organisation=organisation)
        .select_related("person", "person__account")
        .order_by("role", "person__family_name", "pk")
    )
    seen: set[tuple[str, int]] = set()
    holders = []
    for mandate in rows:
        if (mandate.role, mandate.person_id) in seen:
            continue
        seen.add((mandate.role, mandate.person_id))
        person = mandate.person
        account = getattr(person, "account", None)
        reachable = contacts or (names and person.contact_consent)
        holders.append(
            Holder(
                role=mandate.role,
                role_label=mandate.role_label,
                name=str(person) if names or person.contact_consent else "",
                email=account.email if account and account.is_active and reachable else "",
                is_fictitious=person.is_fictitious,
            )
        )
    return holders


def name_for(person: Person, *, viewer: Actor) -> str:
    """The person's name where the reader may see it, otherwise nothing."""
    return str(person) if person.contact_consent or may("network.see_names", viewer) else ""


def mandates_of(person: Person, *, at: datetime) -> list[Mandate]:
    """What the person may do on the day."""
    rows = mandates_in_force(at).filter(person=person).select_related("organisation")
    return list(rows.order_by("role", "pk"))
