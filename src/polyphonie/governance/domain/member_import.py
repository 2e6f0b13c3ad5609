"""Bringing members in from a table, each line with its source: shown first, then written as a whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText, fold
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.organisation import register_organisation
from polyphonie.network.domain.reference import EndBeforeStart
from polyphonie.network.enums import OrganisationKind
from polyphonie.network.models import Membership, Organisation

from ..models import Attestation
from .members import record_member

# a table is read with French words or with English ones
COLUMNS = {
    "member": ("membre", "member", "nom", "name"),
    "member_en": ("membre (en)", "member (en)", "nom anglais", "english name"),
    "slug": ("adresse", "slug"),
    "status": ("statut", "status"),
    "from_date": ("depuis", "from"),
    "until_date": ("jusqu'au", "until"),
    "attested": ("attesté comme", "attested as"),
    "attested_en": ("attesté comme (en)", "attested as (en)"),
    "year": ("année", "year"),
    "source_label": ("source",),
    "source_url": ("adresse de la source", "source address", "source url"),
    "source_read_date": ("lue le", "read on"),
}
STATUSES = {
    "": "member",
    "membre": "member",
    "member": "member",
    "candidat": "candidate",
    "candidate": "candidate",
    "suspendu": "suspended",
    "suspended": "suspended",
    "retiré": "withdrawn",
    "withdrawn": "withdrawn",
    "observateur": "observer",
    "observer": "observer",
}
LONGEST = 500


class TableUnreadable(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Cette table ne se lit pas : enregistrez-la en CSV (UTF-8) et recommencez."), field="file"
        )


class TableWithoutColumns(Refusal):
    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(
            _("La première ligne doit nommer les colonnes ; il manque : %(missing)s.")
            % {"missing": ", ".join(missing)},
            field="file",
        )


class TableTooLong(Refusal):
    def __init__(self, count: int) -> None:
        super().__init__(
            _("Cette table a %(count)d lignes ; la limite est %(limit)d.")
            % {"count": count, "limit": LONGEST},
            field="file",
        )


class TableNotClean(Refusal):
    """Some lines cannot be written; then none is."""

    def __init__(self, lines: Sequence[int]) -> None:
        super().__init__(
            _("Rien n'est écrit tant que ces lignes ne sont pas corrigées : %(lines)s.")
            % {"lines": ", ".join(str(n) for n in lines)},
            field="file",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """A line of the table, and what it would do: ``new`` (body and membership), ``member`` (a body we
    know becomes one), ``attests`` (one more source), ``known`` (nothing). ``problem`` says what is
    wrong."""

    number: int
    member: LocalisedText
    slug: str = ""
    status: str = "member"
    from_date: date | None = None
    until_date: date | None = None
    attested: LocalisedText = LocalisedText()  # noqa: RUF009  # frozen, so that it may be shared
    year: int | None = None
    source_label: str = ""
    source_url: str = ""
    source_read_date: date | None = None
    problem: str = ""
    effect: str = ""
    organisation: Organisation | None = None


def read_table(content: bytes) -> list[MemberLine]:
    """The lines of a CSV, with French or English column names, commas or semicolons."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableUnreadable() from None
    if "\x00" in text or not text.strip():
        raise TableUnreadable()
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        rows = list(reader)
    except csv.Error:
        raise TableUnreadable() from None
    head = [fold(cell) for cell in rows[0]]
    place = {
        name: next((head.index(fold(a)) for a in aliases if fold(a) in head), None)
        for name, aliases in COLUMNS.items()
    }
    missing = [COLUMNS[name][0] for name in ("member", "source_label") if place[name] is None]
    if missing:
        raise TableWithoutColumns(missing)
    body = [(n, row) for n, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    if len(body) > LONGEST:
        raise TableTooLong(len(body))
    return [_line(number, row, place) for number, row in body]


def _line(number: int, row: list[str], place: dict[str, int | None]) -> MemberLine:
    def cell(name: str) -> str:
        index = place[name]
        return row[index].strip() if index is not None and index < len(row) else ""

    problems: list[str] = []
    dates: dict[str, date | None] = {}
    for name in ("from_date", "until_date", "source_read_date"):
        try:
            dates[name] = date.fromisoformat(cell(name)) if cell(name) else None
        except ValueError:
            dates[name] = None
            problems.append(
                str(_("« %(value)s » n'est pas un jour ; écrivez 2012-12-01.") % {"value": cell(name)})
            )
    year = cell("year")
    if year and not (year.isdecimal() and 1800 <= int(year) <= 2200):
        problems.append(str(_("« %(value)s » n'est pas une année.") % {"value": year}))
        year = ""
    if cell("status").casefold() not in STATUSES:
        problems.append(str(_("« %(value)s » n'est pas un statut connu.") % {"value": cell("status")}))
    if not cell("member"):
        problems.append(str(_("Le nom du membre manque.")))
    if not cell("source_label"):
        problems.append(str(_("La source manque : un membre sans source n'est pas inscrit.")))
    if cell("source_url") and not cell("source_url").startswith(("https://", "http://")):
        problems.append(str(_("« %(value)s » n'est pas une adresse.") % {"value": cell("source_url")[:80]}))
    start, end = dates["from_date"], dates["until_date"]
    if start and end and end <= start:
        problems.append(str(EndBeforeStart(start, end, field="until_date")))
    return MemberLine(
        number=number,
        member=LocalisedText({"fr": cell("member"), "en": cell("member_en") or cell("member")}),
        slug=cell("slug"),
        status=STATUSES.get(cell("status").casefold(), "member"),
        from_date=start,
        until_date=end,
        attested=LocalisedText(
            {
                "fr": cell("attested") or "membre",
                "en": cell("attested_en") or cell("attested") or "member",
            }
        ),
        year=int(year) if year else None,
        source_label=cell("source_label")[:300],
        source_url=cell("source_url")[:500],
        source_read_date=dates["source_read_date"],
        problem=" ".join(problems),
    )


def preview_members(*, body: Organisation, content: bytes, by: Actor) -> list[MemberLine]:
    """What the table would do, line by line; nothing is written. A line is matched by its address or by
    the exact name of a government; a country's code is asked for nowhere."""
    permit("governance.keep_members", by, body)
    lines = read_table(content)
    known = list(
        Organisation.objects.filter(kind=OrganisationKind.MEMBER_GOVERNMENT, is_fictitious=False).order_by(
            "pk"
        )
    )
    by_name: dict[str, list[Organisation]] = {}
    for government in known:
        for name in filter(None, government.folded_names.split("|")):
            by_name.setdefault(name, []).append(government)
    by_slug = {o.slug: o for o in known}
    memberships = {
        (m.organisation_id, m.status): m for m in Membership.objects.filter(body=body).order_by("pk")
    }
    attested = set(
        Attestation.objects.filter(membership__body=body)
        .order_by()
        .values_list("membership_id", "source_label", "year")
    )
    found: list[MemberLine] = []
    seen: dict[str, int] = {}
    for line in lines:
        name = fold(line.member.read("fr"))
        named = [by_slug[line.slug]] if line.slug in by_slug else by_name.get(name, [])
        problem = line.problem
        if len({o.pk for o in named}) > 1:
            problem = str(_("Plusieurs gouvernements portent ce nom ; donnez l'adresse de l'un d'eux."))
        key = f"{name} {line.status} {line.source_label} {line.year}"
        if key in seen:
            problem = str(_("Même membre et même source qu'à la ligne %(line)d.") % {"line": seen[key]})
        seen.setdefault(key, line.number)
        organisation = named[0] if named else None
        membership = memberships.get((organisation.pk, line.status)) if organisation else None
        if membership is None:
            effect = "member" if organisation else "new"
        elif (membership.pk, line.source_label, line.year) in attested:
            effect = "known"
        else:
            effect = "attests"
        found.append(replace(line, organisation=organisation, effect=effect, problem=problem))
    return found


def import_members(*, body: Organisation, content: bytes, by: Actor, at: datetime) -> list[MemberLine]:
    """Write what the preview shows, all of it or nothing. The same table again changes nothing."""
    with ledger.act("governance.import_members", by=by, at=at) as act:
        Organisation.objects.select_for_update().get(pk=body.pk)
        lines = preview_members(body=body, content=content, by=by)
        wrong = [line.number for line in lines if line.problem]
        if wrong:
            raise TableNotClean(wrong)
        made: dict[str, Organisation] = {}
        for line in lines:
            if line.effect == "known":
                continue
            name = fold(line.member.read("fr"))
            member = line.organisation or made.get(name) or _register(line, by=by, at=at)
            made[name] = member
            standing = (
                Membership.objects.filter(organisation=member, body=body, status=line.status)
                .order_by("pk")
                .first()
            )
            record_member(
                body=body,
                member=member,
                attested=line.attested,
                year=line.year,
                status=line.status,
                from_date=standing.from_date if standing else line.from_date,
                until_date=standing.until_date if standing else line.until_date,
                source_label=line.source_label,
                source_url=line.source_url,
                source_read_date=line.source_read_date,
                by=by,
                at=at,
            )
        act.on(body.urn)
        act.note(lines=len(lines), written=sum(line.effect != "known" for line in lines))
        return lines


def _register(line: MemberLine, *, by: Actor, at: datetime) -> Organisation:
    stem = (line.slug or "membre-" + fold(line.member.read("fr")).replace(" ", "-"))[:72]
    taken = set(
        Organisation.objects.filter(Q(slug=stem) | Q(slug__startswith=f"{stem}-")).values_list(
            "slug", flat=True
        )
    )
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return register_organisation(
        kind=OrganisationKind.MEMBER_GOVERNMENT,
        slug=slug,
        name=line.member,
        source_label=line.source_label,
        source_url=line.source_url,
        source_read_date=line.source_read_date,
        by=by,
        at=at,
    )
