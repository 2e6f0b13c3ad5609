"""Who acts. A verb takes an :class:`Actor`; it never learns a name, only a pseudonymous id."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID, uuid5

SYSTEM_NAMESPACE = UUID("6f1c0d0e-7d5c-5a0c-9f0e-2f6b8f0b0a01")
NOBODY = UUID(int=0)


class ActorKind(StrEnum):
    PERSON = "person"
    PARTICIPANT = "participant"
    SYSTEM = "system"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Claim:
    """A right that holds at the actor's instant: a role over the object named by ``scope`` (a urn).

    ``organisation`` is the urn of the body for which the role is held, where there is one.
    """

    role: str
    scope: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who looks or acts, with the claims in force at the instant of the request."""

    kind: ActorKind
    id: UUID
    claims: frozenset[Claim] = field(default_factory=frozenset)

    @classmethod
    def visitor(cls) -> Actor:
        """The public: nobody in particular, who may read what is public and write nothing."""
        return cls(ActorKind.VISITOR, NOBODY)

    @classmethod
    def system(cls, task: str) -> Actor:
        """A task or an import. The same task always has the same id."""
        return cls(ActorKind.SYSTEM, uuid5(SYSTEM_NAMESPACE, task))

    @classmethod
    def participant(cls, participant_id: UUID, site_urn: str) -> Actor:
        """A person in a hall who came by the site's short code, without an account."""
        return cls(ActorKind.PARTICIPANT, participant_id, frozenset({Claim("participant", site_urn)}))

    @property
    def is_visitor(self) -> bool:
        return self.kind is ActorKind.VISITOR

    @property
    def is_person(self) -> bool:
        return self.kind is ActorKind.PERSON

    @property
    def is_system(self) -> bool:
        return self.kind is ActorKind.SYSTEM

    def holds(self, role: str, *scopes: str) -> bool:
        """Whether the role is held over any of the objects named; with none named, anywhere."""
        return any(c.role == role and (not scopes or c.scope in scopes) for c in self.claims)

    def scopes(self, *roles: str) -> frozenset[str]:
        """The urns over which any of the roles is held; with none named, over which any role is."""
        return frozenset(c.scope for c in self.claims if not roles or c.role in roles)

    def organisations(self) -> frozenset[str]:
        """The urns of the bodies for which the actor holds a role."""
        return frozenset(c.organisation for c in self.claims if c.organisation)
