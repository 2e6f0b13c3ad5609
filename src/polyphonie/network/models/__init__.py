from .account import Account, AccountManager, SignInLink
from .group import Group, StakeholderGroup
from .mandate import Mandate
from .notice import Notice
from .organisation import Membership, Organisation, OrganisationName, OrganisationQuerySet
from .person import ActorIdentity, Person
from .public import PublicQuerySet
from .territory import Territory
from .theme import Theme

__all__ = [
    "Account",
    "AccountManager",
    "ActorIdentity",
    "Group",
    "Mandate",
    "Membership",
    "Notice",
    "Organisation",
    "OrganisationName",
    "OrganisationQuerySet",
    "Person",
    "PublicQuerySet",
    "SignInLink",
    "StakeholderGroup",
    "Territory",
    "Theme",
]
