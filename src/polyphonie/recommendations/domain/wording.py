"""A wording: title and blocks with ids that stay, in a canonical form that can be hashed.

Pure: knows neither the database nor a request.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SPACES = re.compile(r"\s+")
PARAGRAPH_BREAK = re.compile(r"\n[ \t]*\n")
ITEM = re.compile(r"^[-•*]\s+")
COUNTED = re.compile(r"^b(\d+)$")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list item, public or condition. The id survives revisions of the other blocks."""

    block_id: str
    type: str
    text: str

    def as_dict(self) -> dict[str, str]:
        return {"block_id": self.block_id, "type": self.type, "text": self.text}


@dataclass(frozen=True, slots=True)
class Wording:
    """What a revision says in one language."""

    title: str
    blocks: tuple[Block, ...] = field(default=())
    translation: str = "original"


def clean(text: str) -> str:
    """NFC, with runs of white space as one space, and none at the ends."""
    return SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def is_blank(text: str) -> bool:
    """Nothing a person could read: white space, and characters that have no shape of their own."""
    return not any(unicodedata.category(c)[0] not in "ZC" for c in text)


def blocks_of(body: str, *, population: str = "", conditions: str = "") -> list[tuple[str, str]]:
    """Plain text as pairs of type and text: an empty line ends a paragraph, a dash begins an item."""
    pairs: list[tuple[str, str]] = []
    for chunk in PARAGRAPH_BREAK.split(body.replace("\r\n", "\n")):
        running: list[str] = []
        for line in chunk.split("\n"):
            if ITEM.match(line.strip()):
                if running:
                    pairs.append(("paragraph", " ".join(running)))
                    running = []
                pairs.append(("item", ITEM.sub("", line.strip())))
            else:
                running.append(line)
        pairs.append(("paragraph", " ".join(running)))
    pairs.append(("population", population))
    pairs.append(("conditions", conditions))
    return [(kind, clean(text)) for kind, text in pairs if not is_blank(text)]


def compose(
    title: str,
    body: str = "",
    *,
    population: str = "",
    conditions: str = "",
    translation: str = "original",
    before: Wording | None = None,
) -> Wording:
    """A wording from plain text. A block that reads as in ``before`` keeps its id; a new block takes
    the next number, so that the same text typed again is the same wording, byte for byte."""
    free = list(before.blocks) if before else []
    highest = max((int(m[1]) for b in free if (m := COUNTED.match(b.block_id))), default=0)
    blocks = []
    for kind, text in blocks_of(body, population=population, conditions=conditions):
        same = next((b for b in free if b.type == kind and clean(b.text) == text), None)
        if same is not None:
            free.remove(same)
            blocks.append(Block(same.block_id, kind, text))
        else:
            highest += 1
            blocks.append(Block(f"b{highest}", kind, text))
    return Wording(clean(title), tuple(blocks), translation)


def read_stored(title: str, blocks: Sequence[Mapping[str, Any]], translation: str) -> Wording:
    """A wording as it stands in the database."""
    return Wording(title, tuple(Block(b["block_id"], b["type"], b["text"]) for b in blocks), translation)


def canonical(language: str, wording: Wording) -> bytes:
    """The bytes that are hashed: NFC, white space collapsed, keys sorted, blocks in their order."""
    content = {
        "language": language,
        "title": clean(wording.title),
        "translation": wording.translation,
        "blocks": [{"block_id": b.block_id, "type": b.type, "text": clean(b.text)} for b in wording.blocks],
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def hash_of(language: str, wording: Wording) -> str:
    return hashlib.sha256(canonical(language, wording)).hexdigest()


def hash_of_originals(texts: Mapping[str, Wording]) -> str:
    """The hash of a revision: over its original texts, by language. A translation changes nothing."""
    digest = hashlib.sha256()
    for language in sorted(texts):
        if texts[language].translation == "original":
            digest.update(canonical(language, texts[language]) + b"\n")
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class BlockChange:
    """One block between two wordings: ``kept``, ``added``, ``removed`` or ``changed``."""

    change: str
    type: str
    before: str = ""
    after: str = ""


def differences(before: Wording | None, after: Wording) -> list[BlockChange]:
    """What a reader should see between two wordings, block by block, in the order of the document.

    Blocks are paired by id, then by equal text, never by their place.
    """
    old = list(before.blocks) if before else []
    by_id = {b.block_id: b for b in old}
    changes: list[BlockChange] = []
    if before is not None and clean(before.title) != clean(after.title):
        changes.append(BlockChange("changed", "title", before.title, after.title))
    used: set[str] = set()
    for block in after.blocks:
        mate = by_id.get(block.block_id)
        if mate is None or mate.type != block.type:
            mate = next(
                (b for b in old if b.block_id not in used and (b.type, b.text) == (block.type, block.text)),
                None,
            )
        if mate is None:
            changes.append(BlockChange("added", block.type, after=block.text))
            continue
        used.add(mate.block_id)
        same = clean(mate.text) == clean(block.text)
        changes.append(BlockChange("kept" if same else "changed", block.type, mate.text, block.text))
    changes += [BlockChange("removed", b.type, before=b.text) for b in old if b.block_id not in used]
    return changes
