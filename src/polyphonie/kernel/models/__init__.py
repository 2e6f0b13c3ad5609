from .files import StoredFile
from .ledger import LedgerBook, LedgerEvent
from .outbox import OutboxMessage

__all__ = ["LedgerBook", "LedgerEvent", "OutboxMessage", "StoredFile"]
