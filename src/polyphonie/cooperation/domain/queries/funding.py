"""Funding by funder and year, with totals: what the Atlas never printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from polyphonie.network.models import Organisation

from ...models import FundingLine
from .bodies import NamedBody, named


@dataclass(frozen=True)
class FunderRow:
    """One funder: an amount per year (None where nothing is stated) and their sum."""

    body: NamedBody
    amounts: tuple[Decimal | None, ...]
    total: Decimal


@dataclass(frozen=True)
class FundingTable:
    """All lines of one currency, funder by year. ``natures`` lists what the lines say of payment."""

    currency: str
    years: tuple[int, ...]
    rows: tuple[FunderRow, ...]
    year_totals: tuple[Decimal, ...]
    total: Decimal
    natures: tuple[str, ...]


def funding_tables(lines: Iterable[FundingLine]) -> tuple[FundingTable, ...]:
    """One table per currency: sums of different currencies are never added up.

    A cell is empty where no line states an amount; it is never a zero.
    """
    by_currency: dict[str, list[FundingLine]] = {}
    for line in lines:
        by_currency.setdefault(line.currency, []).append(line)
    return tuple(_table(currency, by_currency[currency]) for currency in sorted(by_currency))


def _table(currency: str, lines: list[FundingLine]) -> FundingTable:
    years = tuple(sorted({line.year for line in lines}))
    cells: dict[tuple[int | None, str], dict[int, Decimal]] = {}
    bodies: dict[tuple[int | None, str], tuple[Organisation | None, str]] = {}
    for line in lines:
        key = (line.organisation_id, "" if line.organisation_id else line.label.casefold())
        bodies.setdefault(key, (line.organisation, line.label))
        row = cells.setdefault(key, {})
        row[line.year] = row.get(line.year, Decimal(0)) + line.amount
    rows = tuple(
        FunderRow(
            named(*bodies[key]),
            tuple(row.get(year) for year in years),
            sum(row.values(), Decimal(0)),
        )
        for key, row in cells.items()
    )
    year_totals = tuple(
        sum((line.amount for line in lines if line.year == year), Decimal(0)) for year in years
    )
    return FundingTable(
        currency,
        years,
        rows,
        year_totals,
        sum(year_totals, Decimal(0)),
        tuple(sorted({line.nature for line in lines})),
    )
