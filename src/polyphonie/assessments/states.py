"""What may follow what in this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.states import Transition, TransitionTable

from .enums import Access


def _needs_second_reader(table: Any) -> Any:
    """The data set is not restricted, or somebody else has reviewed the table."""
    if table is not None and table.run.dataset.access == Access.RESTRICTED:
        return _(
            "Ce jeu de données est restreint : une autre personne relit le tableau avant qu'il soit publié."
        )
    return None


DATASET = TransitionTable(
    "dataset",
    "checked",
    (
        Transition("checked", "described", "describe_dataset"),
        Transition("described", "described", "describe_dataset"),
        Transition("described", "ready", "open_dataset"),
        Transition("ready", "superseded", "supersede_dataset"),
        Transition("checked", "withdrawn", "withdraw_dataset"),
        Transition("described", "withdrawn", "withdraw_dataset"),
        Transition("ready", "withdrawn", "withdraw_dataset"),
    ),
    {
        "checked": _("vérifié"),
        "described": _("décrit"),
        "ready": _("prêt"),
        "superseded": _("remplacé"),
        "withdrawn": _("retiré"),
    },
)

RUN = TransitionTable(
    "run",
    "queued",
    (
        Transition("queued", "running", "start_run"),
        Transition("running", "done", "finish_run"),
        Transition("running", "refused", "refuse_run"),
        Transition("running", "failed", "fail_run"),
        Transition("queued", "failed", "fail_run"),
        Transition("queued", "cancelled", "cancel_run"),
        Transition("running", "cancelled", "cancel_run"),
    ),
    {
        "queued": _("en attente"),
        "running": _("en cours"),
        "done": _("terminé"),
        "refused": _("refusé"),
        "failed": _("en échec"),
        "cancelled": _("annulé"),
    },
)

TABLE = TransitionTable(
    "table",
    "draft",
    (
        Transition("draft", "reviewed", "review_table"),
        Transition("draft", "published", "publish_table", _needs_second_reader),
        Transition("reviewed", "published", "publish_table"),
        Transition("published", "withdrawn", "withdraw_table"),
    ),
    {
        "draft": _("brouillon"),
        "reviewed": _("relu"),
        "published": _("publié"),
        "withdrawn": _("retiré"),
    },
)
