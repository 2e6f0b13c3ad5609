"""What this room says when something has happened inside a verb."""

from django.dispatch import Signal

run_queued = Signal()
"""A run waits to be carried out: ``run``."""
