"""Identifiers that can be checked by themselves."""

from __future__ import annotations

import re

LA_POSTE = "356000000"


def siret_digits(text: str) -> str:
    """The fourteen digits, without the spaces in which people write them."""
    return re.sub(r"[\s.]", "", text)


def is_siret(text: str) -> bool:
    """Whether the check digit of a SIRET holds (Luhn; La Poste's own rule for its offices)."""
    digits = siret_digits(text)
    if not re.fullmatch(r"[0-9]{14}", digits):
        return False
    if digits.startswith(LA_POSTE) and digits != LA_POSTE + "00048":
        return sum(map(int, digits)) % 5 == 0
    doubled = (int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(digits))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
