from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from polyphonie.kernel.models import LedgerEvent
from tests.factories import recommendations as made


@pytest.fixture
def at_later() -> Any:
    """The clock of interfaces stands at the instant at which sites work on the host's texts."""
    with time_machine.travel(made.LATER, tick=False):
        yield made.LATER


@pytest.fixture
def refused_without_trace() -> Callable[..., Any]:
    """Call a verb that must refuse: no row of the room and no event of the ledger may be left."""
    from django.apps import apps

    def counts() -> dict[str, int]:
        models = [*apps.get_app_config("recommendations").get_models(), LedgerEvent]
        return {m.__name__: m._default_manager.count() for m in models}

    def call(error: type[Exception], verb: Callable[..., Any], **arguments: Any) -> Any:
        before = counts()
        with pytest.raises(error) as caught:
            verb(**arguments)
        assert counts() == before
        return caught.value

    return call
