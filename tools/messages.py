"""Compile the translations and say what is missing.

Every sentence in the code is French; each must have its English in the catalogue of its room, or of
another. A catalogue is compiled where it was changed. With ``--check`` nothing is written. With names of
rooms, only those are looked at.
"""

from __future__ import annotations

import ast
import io
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/polyphonie"
LANGUAGES = ("en",)
# name of the function: position of context, of the sentence, of the plural
FUNCTIONS = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
_CALL = re.compile(r"(?<![\w.])(n?p?gettext|_)\(")
_PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}")


@dataclass(frozen=True, order=True)
class Sentence:
    """A sentence of the code: where, its context, its words and its plural."""

    room: str
    place: str
    text: str
    context: str = ""
    plural: str = ""


def rooms() -> list[str]:
    return sorted(p.name for p in SOURCE.iterdir() if (p / "__init__.py").exists())


def sentences(room: str) -> Iterator[Sentence]:
    """Every sentence that a room hands to gettext, in its modules and in its templates."""
    for path in sorted((SOURCE / room).rglob("*")):
        place = str(path.relative_to(ROOT))
        if path.suffix == ".py":
            yield from _in_module(room, place, path.read_text())
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            yield from _in_template(room, place, path.read_text())


def _in_module(room: str, place: str, source: str) -> Iterator[Sentence]:
    tree = ast.parse(source)
    # `from … import gettext_lazy as words` gives the function another name
    names = dict.fromkeys(FUNCTIONS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names.update({alias.asname: alias.name for alias in node.names if alias.asname})
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        positions = FUNCTIONS.get(names.get(name) or name)
        if positions is None:
            continue
        try:
            arguments = [ast.literal_eval(a) for a in node.args[: max(p or 0 for p in positions) + 1]]
        except ValueError:
            continue  # a variable: its sentence is marked where it is written
        yield from _sentence(room, f"{place}:{node.lineno}", positions, arguments)


def _in_template(room: str, place: str, source: str) -> Iterator[Sentence]:
    from django.utils.translation.template import templatize

    text = templatize(source, origin=place)
    for match in _CALL.finditer(text):
        arguments = list(_literals(text[match.end() :]))
        line = text.count("\n", 0, match.start()) + 1
        yield from _sentence(room, f"{place}:{line}", FUNCTIONS[match.group(1)], arguments)


def _literals(text: str) -> Iterator[str]:
    """The string literals at the beginning of an argument list."""
    literal = re.compile(r"\s*u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\s*(,|\))?", re.S)
    position = 0
    while match := literal.match(text, position):
        yield ast.literal_eval(match.group(1).replace("\n", "\\n"))
        position = match.end()
        if match.group(2) != ",":
            return


def _sentence(
    room: str, place: str, positions: tuple[int | None, int, int | None], arguments: list[object]
) -> Iterator[Sentence]:
    at = [str(arguments[p]) if p is not None and p < len(arguments) else "" for p in positions]
    if at[1]:
        yield Sentence(room, place, text=at[1], context=at[0], plural=at[2])


def catalogue_path(room: str, language: str) -> Path:
    return SOURCE / room / "locale" / language / "LC_MESSAGES" / "django.po"


@cache
def catalogue(room: str, language: str) -> Catalog | None:
    path = catalogue_path(room, language)
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def translation(sentence: Sentence, language: str) -> tuple[str, ...]:
    """The words of a sentence in a language, from its own room first; empty where there are none."""
    for room in [sentence.room, *(r for r in rooms() if r != sentence.room)]:
        found = catalogue(room, language)
        message = found.get(sentence.text, context=sentence.context or None) if found else None
        if message is not None and message.string and not message.fuzzy:
            return (message.string,) if isinstance(message.string, str) else tuple(message.string)
    return ()


def placeholders(text: str) -> set[str]:
    return {a or b for a, b in _PLACEHOLDER.findall(text)}


def problems_of(sentence: Sentence, language: str) -> Iterator[str]:
    words = translation(sentence, language)
    where = f"{sentence.place} [{sentence.context}]" if sentence.context else sentence.place
    if not words or not all(w.strip() for w in words):
        yield f"{where}: no {language} for « {sentence.text} »"
        return
    if sentence.plural and len(words) < 2:
        yield f"{where}: no plural in {language} for « {sentence.text} »"
    allowed = placeholders(sentence.text) | placeholders(sentence.plural)
    for form in words:
        if not placeholders(form) <= allowed:
            yield f"{where}: « {form} » names a value that « {sentence.text} » does not have"
    if not sentence.plural and placeholders(words[0]) != allowed:
        yield f"{where}: « {words[0]} » leaves out a value of « {sentence.text} »"


def missing(only: list[str] | None = None) -> list[str]:
    """What has no translation, or one that does not fit."""
    return [
        problem
        for room in only or rooms()
        for sentence in sorted(set(sentences(room)))
        for language in LANGUAGES
        for problem in problems_of(sentence, language)
    ]


def unused() -> list[str]:
    """Translations of sentences that nobody says any more."""
    said = {(s.text, s.context) for room in rooms() for s in sentences(room)}
    left = []
    for room in rooms():
        for language in LANGUAGES:
            for message in catalogue(room, language) or ():
                text = message.id if isinstance(message.id, str) else message.id[0]
                if text and (text, message.context or "") not in said:
                    left.append(f"{room}: {text}")
    return left


def _words(catalog: Catalog) -> dict[tuple[str, str], tuple[str, ...]]:
    found = {}
    for message in catalog:
        text = message.id if isinstance(message.id, str) else message.id[0]
        words = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        context = message.context or ""
        if text and any(words) and not message.fuzzy:
            # Babel reads the context of a compiled catalogue as bytes
            found[text, context.decode() if isinstance(context, bytes) else context] = words
    return found


def uncompiled() -> list[Path]:
    """Catalogues whose compiled form is missing or says something else."""
    stale = []
    for room in rooms():
        for language in LANGUAGES:
            source = catalogue(room, language)
            if source is None:
                continue
            compiled = catalogue_path(room, language).with_suffix(".mo")
            if not compiled.exists() or _words(read_mo(io.BytesIO(compiled.read_bytes()))) != _words(source):
                stale.append(catalogue_path(room, language))
    return stale


def compile_catalogue(path: Path) -> None:
    with path.open("rb") as file:
        catalog = read_po(file)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)


def main(arguments: list[str]) -> int:
    """Report, and compile unless asked only to check. The answer is 1 where something is missing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polyphonie.config.settings")
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "ilsa/src")]
    check = "--check" in arguments
    only = [a for a in arguments if not a.startswith("--")]
    stale = uncompiled()
    if not check:
        for path in stale:
            compile_catalogue(path)
            print(f"compiled {path.relative_to(ROOT)}")
    lacking = missing(only or None)
    for problem in lacking:
        print(problem)
    if "--unused" in arguments:
        for text in unused():
            print(f"no longer said: {text}")
    print(f"{len(lacking)} missing, {len(stale)} {'not compiled' if check else 'compiled'}.")
    return 1 if lacking or (check and stale) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
