"""The cells of the family tree as markup.

1,760 cells through template nodes take most of the time a page may take. They are a few known words
around ids, so they are joined here; every text that people wrote is escaped once, before the loops.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from polyphonie.kernel.localised import direction

from ..domain.queries.tree import Column, Row, Tree
from ..enums import ActionRelation, Relation

SIGNS = {
    Relation.ADOPTED: "=",
    Relation.ADAPTED: "≈",
    Relation.NOT_ADOPTED: "✕",
    Relation.DEFERRED: "…",
    Relation.DE_NOVO: "+",
    Relation.MERGED: "∪",
    Relation.SPLIT: "⑂",
}
NOWHERE = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Drawing:
    """The two forms of one tree: a table with headers, and a list for narrow screens."""

    table: SafeString
    items: SafeString


class _Words:
    """What is the same in every cell, looked up once."""

    def __init__(self) -> None:
        self.relations = {r.value: escape(str(r.label)) for r in Relation}
        self.signs = {r.value: SIGNS[r] for r in Relation}
        self.actions = {r.value: escape(str(r.label)) for r in ActionRelation}
        self.changed = escape(_("la source a changé depuis"))
        self.unanswered = escape(_("pas de réponse"))
        self.fictitious = f'<span class="tree-mark">{escape(_("exemple fictif"))}</span>'
        self.since = escape(_("début"))
        self.answer_start, self.answer_end = reverse("derivation", args=[NOWHERE]).split(NOWHERE)
        self.text_start, self.text_end = reverse("recommendation", args=[NOWHERE]).split(NOWHERE)
        self.days: dict[object, str] = {}

    def day(self, instant: object) -> str:
        if instant not in self.days:
            self.days[instant] = escape(date_format(instant, "DATE_FORMAT"))  # type: ignore[arg-type]
        return self.days[instant]


def _name(row: Row) -> str:
    return escape(str(row.name))


def _title(column: Column) -> str:
    reader = get_language() or "fr"
    if column.language == reader:
        return escape(column.title)
    return f'<span lang="{column.language}" dir="{direction(column.language)}">{escape(column.title)}</span>'


def draw(tree: Tree) -> Drawing:
    """Both forms; a cell opens the answer: text, relation, reason, evidence, date."""
    words = _Words()
    names = {row.process_pk: _name(row) for row in tree.rows}
    titles = {column.pk: _title(column) for column in tree.columns}
    return Drawing(
        mark_safe(_table(tree, words, names, titles)),  # every text in it was escaped above
        mark_safe(_items(tree, words, names, titles)),
    )


def _table(tree: Tree, words: _Words, names: dict[int, str], titles: dict[int, str]) -> str:
    out = ["<thead><tr><td></td>"]
    for column in tree.columns:
        out.append(
            f'<th scope="col"><a href="{words.text_start}{column.uid}{words.text_end}">{escape(column.code)}'
            f'<span class="visually-hidden"> {titles[column.pk]}</span></a></th>'
        )
    out.append(f'<th scope="col">{escape(_("nouvelles"))}</th></tr></thead><tbody>')
    codes = [(column.pk, escape(column.code)) for column in tree.columns]
    for row in tree.rows:
        name = names[row.process_pk]
        mark = words.fictitious if row.is_fictitious else ""
        out.append(f'<tr><th scope="row">{name}{mark}</th>')
        cells = row.cells
        for pk, code in codes:
            cell = cells.get(pk)
            if cell is None:
                out.append(f'<td><span class="visually-hidden">{words.unanswered}</span></td>')
                continue
            relation = words.relations[cell.relation]
            changed = (
                f'<b class="tree-changed" title="{words.changed}">!<span class="visually-hidden"> {words.changed}</span></b>'
                if cell.source_changed
                else ""
            )
            out.append(
                f'<td><a class="tree-cell {cell.relation}" href="{words.answer_start}{cell.uid}{words.answer_end}" '
                f'title="{relation}, {words.day(cell.published_at)}"><i aria-hidden="true">{words.signs[cell.relation]}</i>'
                f'<span class="visually-hidden">{code} {name} : </span><span>{relation}</span></a>{changed}</td>'
            )
        own = " ".join(
            f'<a class="tree-cell de_novo" href="{words.answer_start}{o.uid}{words.answer_end}">{escape(o.code)}</a>'
            for o in row.own
        )
        out.append(f"<td>{own}</td></tr>")
    out.append("</tbody>")
    return "".join(out)


def _items(tree: Tree, words: _Words, names: dict[int, str], titles: dict[int, str]) -> str:
    out = []
    for column in tree.columns:
        parts = []
        for row in tree.rows:
            cell = row.cells.get(column.pk)
            if cell is None:
                continue
            mark = words.fictitious if row.is_fictitious else ""
            changed = f' <b class="tree-changed">{words.changed}</b>' if cell.source_changed else ""
            parts.append(
                f'<li><a href="{words.answer_start}{cell.uid}{words.answer_end}">{names[row.process_pk]}</a> '
                f'<span class="tree-cell {cell.relation}">{words.relations[cell.relation]}</span> '
                f"{words.day(cell.published_at)}{mark}{changed}</li>"
            )
        acting = []
        for action in tree.actions.get(column.pk, ()):
            who = f", {escape(str(action.organisation))}" if action.organisation else ""
            when = f", {words.since} {action.started.year}" if action.started else ""
            mark = words.fictitious if action.is_fictitious else ""
            acting.append(
                f'<li><span class="tree-cell {action.relation}">{words.actions[action.relation]}</span> '
                f"{escape(str(action.label))}{who}{when}{mark}</li>"
            )
        count = len(parts)
        out.append(
            f'<details class="tree-branch"{" open" if len(tree.columns) <= 12 else ""}><summary><span class="tree-code">{escape(column.code)}</span> '
            f'<span class="tree-title">{titles[column.pk]}</span> <span class="tree-count">{count}</span></summary>'
            f'<p><a href="{words.text_start}{column.uid}{words.text_end}">{escape(_("Lire le texte et ses constats"))}</a>'
            f'<span class="visually-hidden"> {escape(column.code)}</span></p>'
        )
        if parts:
            out.append(f"<ul>{''.join(parts)}</ul>")
        if acting:
            out.append(f'<p class="kicker">{escape(_("Qui agit"))}</p><ul>{"".join(acting)}</ul>')
        if not parts and not acting:
            out.append(f"<p>{escape(_('Aucun site n’a encore publié de réponse à ce point.'))}</p>")
        out.append("</details>")
    anew = [(row, o) for row in tree.rows for o in row.own]
    if anew:
        out.append(
            f'<details class="tree-branch" open><summary><span class="tree-title">{escape(_("Nouvelles, sans source"))}</span></summary><ul>'
        )
        for row, o in anew:
            out.append(
                f'<li><a href="{words.answer_start}{o.uid}{words.answer_end}">{names[row.process_pk]}, {escape(o.code)}</a> '
                f"{words.day(o.published_at)}</li>"
            )
        out.append("</ul></details>")
    return "".join(out)
