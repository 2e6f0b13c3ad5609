from .account import Account, AccountManager
from .group import Group, StakeholderGroup
from .mandate import Mandate
from .notice import Notice
from .organisation import Membership, Organisation
from .person import ActorIdentity, Person
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
    "Person",
    "StakeholderGroup",
    "Territory",
    "Theme",
]
