"""The workbook of a collection: filled in without a network, read back with the same checks.

Which answer a line is for stands in hidden keys, never in the words that people see and may change.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib.util import find_spec
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from polyphonie.kernel.errors import Refusal
from polyphonie.web.exports import safe_cell

from ..domain.collecting import Answer
from ..domain.queries.collecting import SubmissionPage
from ..domain.queries.indicators import in_words
from ..enums import MissingReason
from ..models import SubmissionCell

LIMIT = 1_000_000
UNPACKED_LIMIT = 20_000_000
KEYS = "keys"
FIRST_ROW = 4
COLUMNS = ("F", "G", "H", "I", "J")
FIELDS = ("value", "missing_reason", "standard_error", "source_label", "note")


class WorkbookUnreadable(Refusal):
    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "Ce fichier n'est pas le classeur de cette collecte ; téléchargez-le de nouveau, puis remplissez-le."
            ),
            field="file",
        )


class WorkbookOfAnother(Refusal):
    """Another member's workbook, or one of another round."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Ce classeur est celui d'une autre réponse ; déposez-le sur la page de celle-ci."),
            field="file",
        )


@dataclass(frozen=True, slots=True)
class Filled:
    """What a workbook says: its version, the answers by code, and where each one stands."""

    version: int
    answers: dict[str, Answer]
    places: dict[str, str]
    errors: dict[str, str]


def is_available() -> bool:
    """Whether the library that writes workbooks is installed."""
    return find_spec("openpyxl") is not None


def workbook_of(page: SubmissionPage) -> bytes:
    """The workbook, prefilled with what stands; what is merely proposed stands beside, in words."""
    from openpyxl import Workbook  # heavy, and only here
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.datavalidation import DataValidation

    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = _("Réponses")[:31]
    submission = page.submission
    sheet["B1"] = safe_cell(f"{submission.round.title} – {submission.territory.name}")
    sheet["B1"].font = Font(bold=True, size=14)
    sheet["B2"] = _("Une valeur, ou une raison ; zéro est une valeur. Rien n'est compté avant d'être donné.")
    headings = (
        "code",
        _("indicateur"),
        _("définition"),
        _("unité"),
        _("dernière mesure connue"),
        _("valeur"),
        _("sinon, raison"),
        _("erreur type"),
        _("source"),
        _("note"),
    )
    for column, heading in enumerate(headings, 1):
        sheet.cell(FIRST_ROW - 1, column, heading).font = Font(bold=True)
    for row, cell in enumerate(page.cells, FIRST_ROW):
        _write(sheet, row, cell, Alignment(wrap_text=True, vertical="top"))
    last = FIRST_ROW + len(page.cells) - 1
    reasons = DataValidation(
        type="list", formula1=f'"{",".join(MissingReason.values)}"', allow_blank=True, showErrorMessage=True
    )
    reasons.prompt = "; ".join(f"{r.value} = {r.label}" for r in MissingReason)
    reasons.showInputMessage = True
    numbers = DataValidation(type="decimal", allow_blank=True, showErrorMessage=True)
    sheet.add_data_validation(reasons)
    sheet.add_data_validation(numbers)
    reasons.add(f"G{FIRST_ROW}:G{last}")
    numbers.add(f"F{FIRST_ROW}:F{last}")
    numbers.add(f"H{FIRST_ROW}:H{last}")
    sheet.column_dimensions["A"].hidden = True
    for letter, width in zip("BCDEFGHIJ", (32, 44, 12, 22, 14, 12, 12, 28, 28), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = f"F{FIRST_ROW}"
    keys = workbook.create_sheet(KEYS)
    keys["A1"], keys["B1"] = "submission", str(submission.uid)
    keys["A2"], keys["B2"] = "version", submission.version
    keys.sheet_state = "veryHidden"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def read_workbook(content: bytes, page: SubmissionPage) -> Filled:
    """What was filled in. A file that is no workbook, or another one's, is refused; a cell that cannot be
    read is told with its place, beside the others."""
    from openpyxl import load_workbook  # heavy, and only here

    _check_size(content)
    try:
        workbook = load_workbook(io.BytesIO(content), data_only=False)
        keys, sheet = workbook[KEYS], workbook.worksheets[0]
        uid, version = str(keys["B1"].value), int(str(keys["B2"].value))
    except (KeyError, ValueError, TypeError, OSError, IndexError, AttributeError):
        raise WorkbookUnreadable() from None
    if uid != str(page.submission.uid):
        raise WorkbookOfAnother()
    filled = Filled(version, {}, {}, {})
    for row in range(FIRST_ROW, min(sheet.max_row, FIRST_ROW + 1_000) + 1):
        code = str(sheet.cell(row, 1).value or "").strip()
        if code:
            filled.places[code] = f"F{row}"
            _read(filled, code, {name: sheet[f"{c}{row}"] for c, name in zip(COLUMNS, FIELDS, strict=True)})
    return filled


def _check_size(content: bytes) -> None:
    if len(content) > LIMIT:
        raise WorkbookUnreadable()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_LIMIT:
                raise WorkbookUnreadable()
    except zipfile.BadZipFile:
        raise WorkbookUnreadable() from None


def _write(sheet: Any, row: int, cell: SubmissionCell, wrapped: Any) -> None:
    indicator = cell.indicator
    proposal = f"{in_words(cell.proposed)} ({cell.proposed.year})" if cell.proposed else ""
    texts = (
        indicator.code,
        str(indicator.label),
        str(indicator.definition),
        str(indicator.unit),
        proposal,
        None if cell.value is None else float(round(cell.value, cell.decimals)),
        cell.missing_reason,
        None if cell.standard_error is None else float(cell.standard_error),
        cell.source_label,
        cell.note,
    )
    for column, text in enumerate(texts, 1):
        written = sheet.cell(row, column, safe_cell(text) if isinstance(text, str) else text)
        written.alignment = wrapped


def _read(filled: Filled, code: str, cells: dict[str, Any]) -> None:
    numbers: dict[str, Decimal | None] = {}
    for name in ("value", "standard_error"):
        try:
            numbers[name] = _number(cells[name].value)
        except (InvalidOperation, ValueError):
            filled.errors[code] = _("« %(text)s » (case %(place)s) n'est pas un nombre.") % {
                "text": str(cells[name].value)[:40],
                "place": cells[name].coordinate,
            }
            return
    texts = {
        name: str(cells[name].value or "").strip() for name in ("missing_reason", "source_label", "note")
    }
    filled.answers[code] = Answer(
        value=numbers["value"],
        missing_reason=texts["missing_reason"].upper(),
        standard_error=numbers["standard_error"],
        source_label=texts["source_label"],
        note=texts["note"],
    )


def _number(given: Any) -> Decimal | None:
    """A number as it stands in a cell; a text in which a comma is the decimal sign is one too."""
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    if isinstance(given, bool) or (isinstance(given, str) and given.startswith("=")):
        raise ValueError
    found = Decimal(str(given).strip().replace("\u202f", "").replace("\u00a0", "").replace(",", "."))
    if not found.is_finite():
        raise ValueError
    return found
