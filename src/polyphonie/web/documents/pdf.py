"""PDF documents of the house, by typst: tagged (PDF/UA-1), with embedded faces, and the same bytes for
the same data.

A template is a file of ours; what people wrote reaches it as data, never as source, so that nothing
they write can be run or break the layout.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from . import glyphs
from .whole import whole

ROOT = Path(__file__).resolve().parents[2]
LINKS = frozenset({"href", "address", "permalink", "language"})


class DocumentNotMade(RuntimeError):
    """The template and the data do not fit: an error of ours, never of the person who asked."""


@cache
def faces() -> typst.Fonts:
    """The faces that every machine has: those inside typst and those beside this file."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(glyphs.FONTS)]
    )


def _prepared(value: Any, key: str = "") -> Any:
    if isinstance(value, str):
        return value if key in LINKS else glyphs.printable(value)
    if isinstance(value, Mapping):
        return {k: _prepared(v, k) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_prepared(v, key) for v in value]
    return value


def make_pdf(template: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The document as bytes: ``template`` is a ``.typ`` file inside the package, ``data`` what it shows.

    Keys named ``href``, ``address`` or ``permalink`` are addresses and pass untouched; every other
    text is made printable. A warning of the compiler (a face that is not there) is an error here.
    """
    with whole():
        try:
            document, warnings = typst.compile_with_warnings(
                str(template),
                root=str(ROOT),
                font_paths=faces(),
                format="pdf",
                pdf_standards=["ua-1"],
                timestamp=int(at.astimezone(UTC).timestamp()),
                sys_inputs={"data": json.dumps(_prepared(data), ensure_ascii=False)},
            )
        except typst.TypstError as error:
            raise DocumentNotMade(f"{template.name}: {error}") from error
    if warnings:
        raise DocumentNotMade(f"{template.name}: {'; '.join(str(w) for w in warnings)}")
    if not isinstance(document, bytes):
        raise DocumentNotMade(f"{template.name}: one document was expected.")
    return document
