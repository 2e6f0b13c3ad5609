"""What this room says when something has happened inside a verb."""

from django.dispatch import Signal

figure_superseded = Signal()
"""A published figure has another one in its place: ``old``, ``new``, ``by``, ``at``. Sent inside the verb,
so that whoever tells people does it in the same transaction."""
