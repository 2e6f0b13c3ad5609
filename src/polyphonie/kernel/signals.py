"""What rooms may listen to."""

from django.dispatch import Signal

# sent after the commit of a transaction that put mail into the outbox
mail_queued = Signal()
