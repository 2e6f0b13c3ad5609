"""From events to what a room shows: messages, public questions with their answers, the programme clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from polyphonie.kernel.localised import LocalisedText

from ..relay.cursor import Kind

SPEAKERS = {
    "participant": gettext_lazy("Salle"),
    "coordinator": gettext_lazy("Coordination"),
    "moderator": gettext_lazy("Modération"),
    "expert": gettext_lazy("Expertise"),
    "host": gettext_lazy("Instance hôte"),
}
STATES = {
    "submitted": gettext_lazy("soumise"),
    "grouped": gettext_lazy("regroupée"),
    "forwarded": gettext_lazy("transmise"),
    "answered": gettext_lazy("répondue"),
    "declined": gettext_lazy("écartée"),
    "withdrawn": gettext_lazy("retirée"),
}
TONES = {"answered": "good", "declined": "warn", "withdrawn": "neutral"}


def delay_in_words(delay: timedelta) -> str:
    """``en direct``, ``en différé de 90 min``, ``en différé de 6 h 30``, ``en différé de 2 jours``."""
    minutes = round(delay.total_seconds() / 60)
    if minutes <= 0:
        return _("en direct")
    if minutes <= 120:
        return _("en différé de %(minutes)d min") % {"minutes": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        if rest:
            return _("en différé de %(hours)d h %(rest)02d") % {"hours": hours, "rest": rest}
        return _("en différé de %(hours)d h") % {"hours": hours}
    days = round(minutes / 1440)
    return ngettext("en différé de %(days)d jour", "en différé de %(days)d jours", days) % {"days": days}


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One line of the chat."""

    seq: int
    at: datetime
    iso: str
    speaker: str
    alias: str
    origin: LocalisedText | None
    language: str
    text: str
    is_notice: bool
    is_mine: bool


@dataclass(slots=True)
class Wording:
    """A text of a question or an answer in one language."""

    language: str
    text: str
    origin: str
    doubtful: list[str] = field(default_factory=list)


@dataclass(slots=True)
class QuestionCard:
    """A public question, with its answer where there is one."""

    group: str
    at: datetime
    iso: str
    questions: list[Wording]
    origins: list[dict[str, Any]]
    answers: list[Wording] = field(default_factory=list)
    answered_at: datetime | None = None
    is_ahead: bool = False
    on_air: bool = False
    pinned: bool = False
    votes: int = 0
    is_supported: bool = False

    @property
    def question(self) -> Wording | None:
        return chosen(self.questions)

    @property
    def answer(self) -> Wording | None:
        return chosen(self.answers)

    @property
    def other_answers(self) -> list[Wording]:
        return [w for w in self.answers if w is not self.answer]

    @property
    def origin_names(self) -> str:
        names = [str(LocalisedText(o["from"])) for o in self.origins]
        return ", ".join(dict.fromkeys(names))


def chosen(wordings: list[Wording]) -> Wording | None:
    """The wording for the reader: theirs, or the first there is."""
    reader = get_language() or "fr"
    return next((w for w in wordings if w.language == reader), wordings[0] if wordings else None)


def message_rows(events: Iterable[dict[str, Any]], mine: set[int]) -> list[MessageRow]:
    rows = []
    for event in events:
        if event["kind"] not in (Kind.MESSAGE, Kind.URGENT):
            continue
        body = event["body"]
        origin = body.get("from")
        rows.append(
            MessageRow(
                event["seq"],
                datetime.fromisoformat(event["at"]),
                event["at"],
                str(SPEAKERS.get(body.get("as", ""), SPEAKERS["host"])),
                body.get("alias", ""),
                LocalisedText(origin) if origin else None,
                event.get("lang", ""),
                body["text"],
                event["kind"] == Kind.URGENT,
                event["seq"] in mine,
            )
        )
    return rows


def question_cards(
    events: Iterable[dict[str, Any]],
    *,
    own_clock: datetime | None,
    votes: dict[str, int] | None = None,
    supported: set[str] | None = None,
) -> list[QuestionCard]:
    """Public questions and answers from the events that the reader holds, in the order of the log.

    Those on air come first, then the pinned ones, then the newest. ``own_clock`` is that of a site which
    follows later: an answer beyond it is ahead of its session. A live site has none: what its player
    still has to show is seconds away, and nothing is ahead of it.
    """
    cards: dict[str, QuestionCard] = {}
    for event in events:
        kind, body = event["kind"], event.get("body") or {}
        group = body.get("group", "")
        if kind in (Kind.APPROVAL, Kind.ANSWER, Kind.ANSWER_LINK):
            at = datetime.fromisoformat(event["at"])
            card = cards.get(group)
            if card is None:
                card = cards[group] = QuestionCard(group, at, event["at"], [], body["origins"])
            card.questions = _wordings(body["question"])
            card.origins = body["origins"]
            if kind != Kind.APPROVAL:
                card.answers = _wordings(body["answer"])
                card.answered_at = at
                card.is_ahead = own_clock is not None and at > own_clock
        elif kind == "mark" and group in cards:
            if body["mark"] == "on_air" and body["value"]:
                for other in cards.values():
                    other.on_air = False
            setattr(cards[group], body["mark"], body["value"])
    for card in cards.values():
        card.votes = (votes or {}).get(card.group, 0)
        card.is_supported = card.group in (supported or ())
    return sorted(cards.values(), key=lambda c: (not c.on_air, not c.pinned, -c.at.timestamp(), c.group))


def _wordings(texts: dict[str, dict[str, Any]]) -> list[Wording]:
    return [Wording(tag, t["text"], t["origin"], list(t.get("doubtful", ()))) for tag, t in texts.items()]
