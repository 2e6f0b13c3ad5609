"""Invented lines of the chat of 9 November 2017, with the hour of the programme at which they were said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    hour: int
    minute: int
    site: str
    language: str
    text: str


LINES = (
    Line(9, 32, "", "fr", "Bienvenue à Sèvres et dans les salles qui nous suivent. (exemple fictif)"),
    Line(9, 36, "academie-dijon", "fr", "Quarante personnes à Dijon, le son est bon. (exemple fictif)"),
    Line(
        9,
        44,
        "academie-dijon",
        "fr",
        "Le mot « institutionnel » change tout : qui repère, alors ? (exemple fictif)",
    ),
    Line(9, 49, "", "fr", "Le support de l'exposé est joint à la séance. (exemple fictif)"),
    Line(
        10,
        35,
        "partenaire-chili",
        "es",
        "Aquí la asistencia se registra por hora de clase. (ejemplo ficticio)",
    ),
    Line(10, 58, "academie-dijon", "fr", "Nous comptons les absences à la demi-journée. (exemple fictif)"),
    Line(11, 10, "", "fr", "Les questions sont ouvertes jusqu'à 12 h 15. (exemple fictif)"),
)
