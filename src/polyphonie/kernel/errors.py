"""Refusals: one sentence that says what is wrong, which value, what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """What was asked cannot be done. Nothing was written; the sentence is shown to the person.

    ``field`` names the form field that the sentence stands beside; ``None`` means the whole form.
    """

    status_code = 422

    def __init__(self, sentence: Any, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field

    def __str__(self) -> str:
        return str(self.sentence)


class RightMissing(Refusal):
    """The person is known, the right is not there. The sentence names the right that is needed."""

    status_code = 403


class Unknown(Refusal):
    """No such object, or one that the person may not know of: the two read the same."""

    status_code = 404

    def __init__(self, sentence: Any = None) -> None:
        super().__init__(sentence or _("Cette adresse ne mène à rien que vous puissiez lire."))


class ChangedMeanwhile(Refusal):
    """Somebody else wrote first. Nothing is overwritten; both versions are shown.

    ``theirs`` is what stands now, ``mine`` what the person had prepared.
    """

    status_code = 409

    def __init__(self, sentence: Any, *, theirs: Any = None, mine: Any = None) -> None:
        super().__init__(sentence)
        self.theirs = theirs
        self.mine = mine
