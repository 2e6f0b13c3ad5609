"""The three themes of the demonstration, with the other words by which people search them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    slug: str
    fr: str
    en: str
    summary_fr: str
    summary_en: str
    synonyms_fr: tuple[str, ...]
    synonyms_en: tuple[str, ...]


SUBJECTS = (
    Subject(
        "decrochage-scolaire",
        "Décrochage scolaire",
        "School dropout",
        "Prévenir la sortie sans diplôme, intervenir quand elle menace, préparer le retour en formation.",
        "Prevent leaving without a qualification, act when it threatens, prepare the return to training.",
        (
            "abandon scolaire",
            "persévérance scolaire",
            "sortie précoce",
            "absentéisme",
            "exclusion temporaire",
        ),
        ("early leaving", "early school leaving", "perseverance", "absenteeism", "suspension"),
    ),
    Subject(
        "education-orientation",
        "Éducation à l'orientation",
        "Career guidance education",
        "Apprendre à choisir sa voie, tout au long de la scolarité.",
        "Learning to choose one's path, throughout schooling.",
        ("orientation scolaire", "choix d'études", "parcours avenir"),
        ("career guidance", "career education"),
    ),
    Subject(
        "langues-vivantes",
        "Langues vivantes étrangères",
        "Modern foreign languages",
        "De la découverte à l'appropriation, à l'école, au collège et au lycée.",
        "From discovering to mastering, from primary to upper secondary school.",
        ("apprentissage des langues", "bilinguisme", "LVE"),
        ("language learning", "foreign language teaching"),
    ),
)
