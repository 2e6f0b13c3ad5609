"""A refusal writes nothing: neither a row of this room nor an event of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers

from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.models import LedgerEvent

Refuses = Callable[[type[Refusal]], AbstractContextManager[pytest.ExceptionInfo[Refusal]]]


def everything() -> list[Any]:
    rows: list[Any] = [serializers.serialize("json", LedgerEvent.objects.order_by("pk"))]
    for model in apps.get_app_config("conferences").get_models():
        rows.append(serializers.serialize("json", model._default_manager.order_by("pk")))
    return rows


@pytest.fixture
def refuses() -> Refuses:
    @contextmanager
    def watch(error: type[Refusal]) -> Iterator[pytest.ExceptionInfo[Refusal]]:
        before = everything()
        with pytest.raises(error) as caught:
            yield caught
        assert caught.type is error
        assert everything() == before

    return watch


@pytest.fixture
def acts() -> Callable[[], list[str]]:
    """The acts of the ledger, in order."""

    def named() -> list[str]:
        return list(LedgerEvent.objects.order_by("pk").values_list("what", flat=True))

    return named
