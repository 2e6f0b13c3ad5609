"""Minutes and final act as PDF and as Word: one content, two drawings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from polyphonie.conferences.domain.wording import day_and_hour
from polyphonie.kernel import clock
from polyphonie.web import language_names
from polyphonie.web.documents.docx import Piece, WordDocument
from polyphonie.web.documents.pdf import make_pdf

from ..domain.queries.record import DecisionRecord, MeetingRecord
from ..enums import DecisionState, Mode, ObjectionKind, Purpose

TEMPLATE = Path(__file__).resolve().parents[1] / "documents" / "record.typ"
MINUTES, FINAL_ACT = "proces-verbal", "acte-final"


def _line(text: str, *, strong: bool = False, quiet: bool = False) -> dict[str, Any]:
    return {"text": text, "strong": strong, "quiet": quiet}


def _item(heading: str = "", lines: Any = (), points: Any = ()) -> dict[str, Any]:
    return {"heading": heading, "lines": [x for x in lines if x["text"]], "points": list(points)}


def _section(title: str, items: Any, empty: str) -> dict[str, Any]:
    return {"title": title, "items": list(items), "empty": empty}


def draw(record: MeetingRecord, kind: str, *, origin: str, at: datetime) -> dict[str, Any]:
    """The document as values, every word already in its language."""
    language = record.language
    with translation.override(language):
        page = record.page
        meeting, conference = page.meeting, page.conference
        zone = conference.time_zone
        days = f"{date_format(conference.start_date, 'DATE_FORMAT')} – {date_format(conference.end_date, 'DATE_FORMAT')}"
        standing = [d for d in record.decisions if d.decision.is_standing]
        if kind == FINAL_ACT:
            title = _("Acte final : %(title)s") % {"title": conference.title.read(language)}
            sections = [_decisions(standing, language, zone)]
        else:
            title = _("Procès-verbal : %(title)s") % {"title": conference.title.read(language)}
            sections = [
                _room(record, language),
                _agenda(record, language),
                _documents(record, language, zone),
                _decisions(list(record.decisions), language, zone),
            ]
        marks = [_("Exemple fictif")] if _is_invented(record) else []
        if meeting.state not in {"acts_published", "followed", "archived"}:
            marks.append(_("Projet : les actes ne sont pas publiés"))
        today = date_format(clock.local(at, zone).date(), "DATE_FORMAT")
        return {
            "language": language,
            "title": title,
            "subtitle": " · ".join(
                p for p in (meeting.instance.name.read(language), days, conference.place.read(language)) if p
            ),
            "author": meeting.instance.name.read(language),
            "marks": marks,
            "sections": sections,
            "footer": _("Édité le %(day)s.") % {"day": today},
            "how": _("Tiré de ce qui a été inscrit pendant la réunion, tel que vous pouvez le lire."),
            "permalink": origin + meeting.permalink,
        }


def _is_invented(record: MeetingRecord) -> bool:
    page = record.page
    return page.conference.is_fictitious or any(
        row.is_fictitious
        for row in (
            *(i.item for i in page.items),
            *(d.document for d in page.documents),
            *(d.decision for d in record.decisions),
            *(d.delegation for d in page.delegations or ()),
        )
    )


def _room(record: MeetingRecord, language: str) -> dict[str, Any]:
    page = record.page
    items = []
    for row in page.delegations or ():
        words = [
            f"{d.capacity}, {d.name}" if d.name else d.capacity
            for d in row.delegates
            if d.credential.state == "accepted"
        ]
        if not row.has_seat:
            words.append(_("observateur"))
        name = row.delegation.member.name.read(language)
        items.append(f"{name} : {' ; '.join(words)}" if words else name)
    counted = [
        _line(
            _("%(day)s : %(present)d membres présents, %(required)s requis")
            % {
                "day": date_format(day.day, "DATE_FORMAT"),
                "present": len(day.members),
                "required": page.quorum.required
                if page.quorum and page.quorum.required is not None
                else _("aucune règle"),
            }
        )
        for day in record.days
    ]
    presiding = page.meeting.presiding
    lines = (
        [_line(_("Présidence : %(member)s") % {"member": presiding.name.read(language)})] if presiding else []
    )
    found = [_item(lines=[*lines, *counted], points=items)] if lines or counted or items else []
    return _section(_("Présents"), found, _("Aucune délégation n'est inscrite."))


def _agenda(record: MeetingRecord, language: str) -> dict[str, Any]:
    items = []
    for row in record.page.items:
        item = row.item
        outcome = item.outcome.read(language)
        lines = [
            _line(str(Purpose(item.purpose).label), quiet=True),
            *(
                _line(_("Autre intitulé : %(title)s") % {"title": w.text.read(language)}, quiet=True)
                for w in row.wordings[1:]
            ),
            _line(outcome),
        ]
        if outcome and item.outcome.language_for(language) != language:
            lines.append(_other_language(item.outcome.language_for(language)))
        points = [
            *(d.document.symbol for d in row.documents),
            *(line.decision.symbol for line in row.decisions),
        ]
        items.append(_item(f"{item.number}. {row.title.text.read(language)}", lines, points))
    return _section(_("Ordre du jour"), items, _("Aucun point n'est inscrit."))


def _documents(record: MeetingRecord, language: str, zone: str) -> dict[str, Any]:
    points = []
    for row in record.page.documents:
        languages = ", ".join(language_names.of(v.version.language) for v in row.versions if v.is_issued)
        state = languages or _("pas encore paru")
        late = f" ({_('en retard')})" if row.is_late else ""
        points.append(f"{row.document.symbol} — {row.document.title.read(language)} : {state}{late}")
    return _section(
        _("Documents"), [_item(points=points)] if points else [], _("Aucun document n'est inscrit.")
    )


def _decisions(decisions: list[DecisionRecord], language: str, zone: str) -> dict[str, Any]:
    return _section(
        _("Décisions"),
        [_decision(d, language, zone) for d in decisions],
        _("Aucune décision n'est adoptée."),
    )


def _decision(record: DecisionRecord, language: str, zone: str) -> dict[str, Any]:
    decision, text = record.decision, record.text
    lines = [_line(text.title, strong=True)]
    if text.language.split("-")[0] != language:
        lines.append(_other_language(text.language))
    lines += [_line(("– " if b["type"] == "item" else "") + b["text"]) for b in text.blocks]
    state = str(DecisionState(decision.state).label)
    lines.append(
        _line(
            _("%(state)s, %(mode)s ; rapporteur : %(member)s")
            % {
                "state": state[:1].upper() + state[1:],
                "mode": Mode(decision.mode).label,
                "member": decision.rapporteur.name.read(language),
            },
            quiet=True,
        )
    )
    if decision.decided_at is not None:
        lines.append(
            _line(
                _("%(day)s ; %(present)d membres présents, %(required)d requis sur %(seats)d sièges")
                % {
                    "day": day_and_hour(clock.local(decision.decided_at, zone)),
                    "present": decision.present,
                    "required": decision.required,
                    "seats": decision.seats,
                },
                quiet=True,
            )
        )
        if decision.tally:
            lines.append(
                _line(
                    _("%(yes)d pour, %(no)d contre, %(abstain)d abstentions, %(absent)d sans réponse")
                    % decision.tally,
                    quiet=True,
                )
            )
        lines.append(_line(_("Empreinte du texte : %(hash)s") % {"hash": decision.text_sha256}, quiet=True))
    if decision.is_fictitious:
        lines.append(_line(_("Exemple fictif"), quiet=True))
    points = [
        _("%(member)s (%(kind)s%(lifted)s) : %(reason)s")
        % {
            "member": o.member.name.read(language),
            "kind": ObjectionKind(o.kind).label,
            "lifted": ", " + _("levée") if o.withdrawn_at else "",
            "reason": o.reason,
        }
        for o in record.objections
    ]
    return _item(decision.symbol, lines, points)


def _other_language(tag: str) -> dict[str, Any]:
    return _line(_("Texte en %(language)s") % {"language": language_names.of(tag)}, quiet=True)


def record_pdf(record: MeetingRecord, kind: str, *, origin: str, at: datetime) -> bytes:
    return make_pdf(TEMPLATE, draw(record, kind, origin=origin, at=at), at=at)


def record_docx(record: MeetingRecord, kind: str, *, origin: str, at: datetime) -> bytes:
    """The same for Word: real headings and lists."""
    data = draw(record, kind, origin=origin, at=at)
    document = WordDocument(
        title=data["title"], language=data["language"], author=data["author"], subject=data["subtitle"], at=at
    )
    document.heading(data["title"], 1)
    document.paragraph(data["subtitle"])
    if data["marks"]:
        document.paragraph([Piece(" · ".join(data["marks"]), strong=True)])
    for section in data["sections"]:
        document.heading(section["title"])
        if not section["items"]:
            document.paragraph(section["empty"])
        for item in section["items"]:
            if item["heading"]:
                document.heading(item["heading"], 3)
            for line in item["lines"]:
                document.paragraph([Piece(line["text"], strong=line["strong"], quiet=line["quiet"])])
            if item["points"]:
                document.items(item["points"])
    document.paragraph(
        [Piece(data["how"] + " ", quiet=True), Piece(data["permalink"], href=data["permalink"])]
    )
    document.footer([Piece(data["footer"], quiet=True)])
    return document.to_bytes()


def filename(record: MeetingRecord, kind: str, fmt: str) -> str:
    return f"{kind}-{record.page.conference.slug}-{record.language}.{fmt}"
