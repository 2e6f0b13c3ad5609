"""What all tests share, and the detectors that watch over each of them.

Unordered queries come back shuffled, an undefined template variable fails, warnings are errors
(``pyproject.toml``). Factories stand in ``tests/factories``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db.models import query as django_query
from django_tasks import task_backends

OURS = ("polyphonie", "tests")


class UndefinedVariable(Exception):
    """A template asked for a variable that its view does not give."""


class _Undefined(str):
    """What Django prints for an undefined variable; here it raises, naming it."""

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, variable: Any) -> str:  # type: ignore[override]  # the name is all that is asked
        raise UndefinedVariable(str(variable))


def pytest_configure(config: pytest.Config) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    # rooms that declared a task at start-up have already read the setting before
    task_backends.__dict__.pop("settings", None)
    task_backends.__init__()  # type: ignore[misc]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def undefined_template_variables_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only our own templates: those of other houses are not ours to mend."""
    from django.template.base import FilterExpression

    resolve = FilterExpression.resolve

    def strict(self: Any, context: Any, ignore_failures: bool = False) -> Any:
        template = getattr(getattr(context, "template", None), "origin", None)
        name = str(getattr(template, "name", ""))
        if ignore_failures or not any(f"/{part}/" in name for part in OURS):
            return resolve(self, context, ignore_failures)
        engine = context.template.engine
        engine.string_if_invalid, kept = _Undefined("%s"), engine.string_if_invalid
        try:
            return resolve(self, context, ignore_failures)
        finally:
            engine.string_if_invalid = kept

    monkeypatch.setattr(FilterExpression, "resolve", strict)


@pytest.fixture(autouse=True)
def unordered_queries_are_shuffled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list without an order is a list in any order."""
    shuffler = random.Random(20261122)
    iterables = (
        django_query.ModelIterable,
        django_query.ValuesIterable,
        django_query.ValuesListIterable,
        django_query.FlatValuesListIterable,
        django_query.NamedValuesListIterable,
    )
    for iterable in iterables:
        original = iterable.__iter__

        def shuffled(self: Any, original: Any = original) -> Iterator[Any]:
            rows = original(self)
            if self.queryset.ordered or not self.queryset.model.__module__.startswith("polyphonie"):
                return rows
            kept = list(rows)
            shuffler.shuffle(kept)
            return iter(kept)

        monkeypatch.setattr(iterable, "__iter__", shuffled)


@pytest.fixture(autouse=True)
def each_test_begins_in_french() -> Iterator[None]:
    """A page asked in English leaves its language behind in the thread; the next test starts anew."""
    from django.utils import translation

    with translation.override("fr"):
        yield
