"""Files by content, served after the owning room was asked."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import files
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.identity import new_uid
from polyphonie.kernel.models import StoredFile

pytestmark = [pytest.mark.django_db, pytest.mark.database]

AT = datetime(2024, 1, 10, tzinfo=UTC)
OWNER = f"cellar:box:{new_uid()}"


@pytest.fixture(autouse=True)
def gates(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """No room's gate but those of the test."""
    kept: dict[str, Any] = {}
    monkeypatch.setattr(files, "_GATES", kept)
    return kept


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Iterator[None]:
    default_storage._wrapped.__dict__.update(_location=str(tmp_path))  # type: ignore[attr-defined]
    for cached in ("base_location", "location"):
        default_storage._wrapped.__dict__.pop(cached, None)  # type: ignore[attr-defined]
    yield
    default_storage._wrapped.__dict__.pop("location", None)  # type: ignore[attr-defined]


def office(name: str = "word/document.xml") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, "<x/>")
    return content.getvalue()


def store(content: bytes = b"%PDF-1.7 x", filename: str = "note.pdf", **more: Any) -> StoredFile:
    return files.store_file(content=io.BytesIO(content), filename=filename, owner_urn=OWNER, at=AT, **more)


@pytest.mark.parametrize(
    ("content", "filename", "media_type"),
    [
        (b"%PDF-1.7", "note.pdf", "application/pdf"),
        (b"%PDF-1.7", "note.html", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "x.png", "image/png"),
        (b"\xff\xd8\xff\xe0", "x.jpg", "image/jpeg"),
        (office(), "x.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("é;1".encode(), "x.CSV", "text/csv"),
        (b"caf\xe9;1", "x.csv", "text/csv"),
        (b"WEBVTT\n", "x.vtt", "text/vtt"),
    ],
)
def test_store_file_reads_the_type_from_the_content(content: bytes, filename: str, media_type: str) -> None:
    assert store(content, filename).media_type == media_type


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (b"<html><script>alert(1)</script>", "page.html"),
        (b"<html><script>alert(1)</script>", "note.pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "x.svg"),
        (b"MZ\x90\x00", "x.exe"),
        (b"MZ\x90\x00", "x.txt"),
        (b"PK\x03\x04", "x.zip"),
        (b"PK\x03\x04", "x.jar"),
        (b"PK\x03\x04not an archive", "x.docx"),
        (b"text" * 2000 + b"\0binary", "x.txt"),
        (b"\xff\xfe<\x00s\x00", "x.txt"),
        (b"", "x.pdf"),
        (b"x", "sans-suffixe"),
    ],
)
def test_store_file_refuses_what_cannot_be_served_safely(content: bytes, filename: str) -> None:
    with pytest.raises(files.FileKindUnknown) as refused:
        store(content, filename)
    assert refused.value.field == "file"
    assert filename in str(refused.value)
    assert not StoredFile.objects.exists()


def test_store_file_refuses_too_much_and_names_the_limit() -> None:
    with pytest.raises(files.FileTooLarge) as refused:
        store(b"%PDF-" + b"x" * 2_000_000, limit=1_000_000)
    assert "la limite est 1 Mo" in str(refused.value)
    assert store(b"%PDF-" + b"x" * (1_000_000 - 5), limit=1_000_000).size == 1_000_000


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie_x.txt"),
        ("é" * 300 + ".txt", "é" * 196 + ".txt"),
    ],
)
def test_store_file_keeps_a_harmless_name(given: str, kept: str) -> None:
    assert store(b"x", given).filename == kept


def test_the_same_bytes_are_stored_once() -> None:
    one, other = store(), store(filename="autre.pdf")
    assert one.storage_key == other.storage_key
    assert one.uid != other.uid
    assert one.sha256 == other.sha256
    assert len(default_storage.listdir(one.storage_key[:2])[1]) == 1


def test_open_for_asks_the_owning_room(gates: dict[str, Any]) -> None:
    file = store()
    viewer = Actor.visitor()
    with pytest.raises(Unknown):
        files.open_for(file, viewer=viewer, at=AT)
    asked = []
    files.register_gate("cellar", lambda f, v, at: bool(asked.append((f, v, at))) or False)
    with pytest.raises(Unknown):
        files.open_for(file, viewer=viewer, at=AT)
    assert asked == [(file, viewer, AT)]
    files.register_gate("cellar", lambda f, v, at: True)
    with files.open_for(file, viewer=viewer, at=AT) as content:
        assert content.read() == b"%PDF-1.7 x"


def without_tokens(page: bytes) -> bytes:
    """The page without the token that is new on each of them."""
    return re.sub(rb'(name="csrf-token" content="|name="csrfmiddlewaretoken" value=")[^"]+', rb"", page)


def test_a_guessed_address_reads_the_same_as_a_closed_one(client: Client) -> None:
    closed = client.get(reverse("stored_file", args=[store().uid]))
    guessed = client.get(reverse("stored_file", args=[new_uid()]))
    assert closed.status_code == guessed.status_code == 404
    pages = [re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}|nonce-\S+", b"", r.content) for r in (closed, guessed)]
    assert without_tokens(pages[0]) == without_tokens(pages[1])


def test_an_open_file_leaves_as_an_attachment_that_nobody_keeps(client: Client) -> None:
    files.register_gate("cellar", lambda f, v, at: True)
    file = store(b"<b>x</b>", "x.txt")
    response = client.get(reverse("stored_file", args=[file.uid]))
    assert b"".join(response.streaming_content) == b"<b>x</b>"
    assert response["Content-Type"] == "text/plain"
    assert response["Content-Disposition"] == 'attachment; filename="x.txt"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert "sandbox" in response["Content-Security-Policy"]


def test_there_is_no_address_of_stored_bytes(client: Client) -> None:
    file = store()
    for address in (
        f"/media/{file.storage_key}",
        f"/files/{file.storage_key}",
        f"/static/{file.storage_key}",
    ):
        assert client.get(address).status_code == 404
