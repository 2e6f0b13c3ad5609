"""Every factory makes a row that the database accepts."""

import pytest
from factory.django import DjangoModelFactory

from tests.factories import evidence, network


def factories() -> list[type[DjangoModelFactory]]:
    return [
        f
        for module in (network, evidence)
        for f in vars(module).values()
        if isinstance(f, type) and issubclass(f, DjangoModelFactory) and f.__module__ == module.__name__
    ]


@pytest.mark.database
@pytest.mark.django_db
@pytest.mark.parametrize("factory", factories(), ids=lambda f: f.__name__)
def test_factory_makes_a_row(factory: type[DjangoModelFactory]) -> None:
    factory.create()
    assert factory.create().pk
