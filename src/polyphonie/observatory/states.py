"""What may follow what in this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.states import Transition, TransitionTable

SUBMISSION = TransitionTable(
    "submission",
    "invited",
    (
        Transition("invited", "partly_filled", "fill_cells"),
        Transition("partly_filled", "partly_filled", "fill_cells"),
        Transition("queried", "partly_filled", "fill_cells"),
        Transition("partly_filled", "submitted", "submit_cells"),
        Transition("submitted", "queried", "query_cell"),
        Transition("queried", "queried", "query_cell"),
        Transition("submitted", "signed", "sign_submission"),
        Transition("signed", "published", "publish_submission"),
    ),
    {
        "invited": _("invitée"),
        "partly_filled": _("en cours de saisie"),
        "submitted": _("envoyée"),
        "queried": _("questionnée"),
        "signed": _("signée"),
        "published": _("publiée"),
    },
)
