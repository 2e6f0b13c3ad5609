"""CONFEMEN, its Bureau, its members with their sources, and the Bureau of November 2019.

Facts carry their source. Members *d'exemple*, delegations, documents, the quorum rule, the decision and
its follow-up are invented: no position is given to a body that exists.
"""

from __future__ import annotations

from dataclasses import dataclass

from .sources import Source

NOTE = Source("Note du ministère de l'Éducation nationale sur la CONFEMEN, novembre 2019")
BUREAU_2019 = Source(
    "CONFEMEN, « Paris a accueilli la réunion des ministres de l'éducation membres du Bureau »",
    "https://old1.confemen.org/paris-a-accueilli-la-reunion-des-ministres-de-leducation-membres-du-bureau-de-la-confemen",
)
MINISTRY_2019 = Source("education.gouv.fr, réunion du Bureau de la CONFEMEN, novembre 2019")
FOUNDERS = Source("CONFEMEN, secrétariat de Côte d'Ivoire : fondateurs de 1960", "https://smconfemen-ci.com/")
BUREAU_2003 = Source("CONFEMEN, composition du Bureau en 2003", "https://old1.confemen.org/?p=1696")
STATUTES = Source("CONFEMEN, statuts, fragment de l'annexe 1")
INSTANCES = Source("CONFEMEN, page des instances", "https://confemen.org/instances")
OIF = Source("Organisation internationale de la Francophonie", "https://webpp.francophonie.org/")
PILOT = Source("CONFEMEN, note sur l'Observatoire, novembre 2016", "https://old1.confemen.org/?p=8717")


@dataclass(frozen=True, slots=True)
class Member:
    slug: str
    fr: str
    en: str
    attested_fr: str
    attested_en: str
    year: int | None
    source: Source
    territory: str = ""


def _founder(slug: str, fr: str, en: str, territory: str = "") -> Member:
    return Member(slug, fr, en, "fondateur", "founder", 1960, FOUNDERS, territory)


def _of_2003(slug: str, fr: str, en: str, territory: str = "") -> Member:
    return Member(slug, fr, en, "siège au Bureau", "seat in the Bureau", 2003, BUREAU_2003, territory)


MEMBERS = (
    _founder("membre-benin", "Bénin", "Benin"),
    _founder("membre-burkina-faso", "Burkina Faso", "Burkina Faso"),
    _founder("membre-cameroun", "Cameroun", "Cameroon"),
    _founder("membre-centrafrique", "Centrafrique", "Central African Republic"),
    _founder("membre-congo", "Congo", "Congo"),
    _founder("membre-cote-ivoire", "Côte d'Ivoire", "Côte d'Ivoire"),
    _founder("membre-gabon", "Gabon", "Gabon"),
    _founder("membre-madagascar", "Madagascar", "Madagascar"),
    _founder("membre-mali", "Mali", "Mali"),
    _founder("membre-mauritanie", "Mauritanie", "Mauritania"),
    _founder("membre-niger", "Niger", "Niger"),
    _founder("membre-senegal", "Sénégal", "Senegal", "senegal"),
    _founder("membre-tchad", "Tchad", "Chad"),
    _founder("membre-togo", "Togo", "Togo"),
    _founder("membre-france", "France", "France", "france"),
    _of_2003("membre-canada", "Canada", "Canada", "canada"),
    _of_2003(
        "membre-nouveau-brunswick", "Canada/Nouveau-Brunswick", "Canada/New Brunswick", "nouveau-brunswick"
    ),
    _of_2003("membre-quebec", "Canada/Québec", "Canada/Québec", "quebec"),
    _of_2003(
        "membre-belgique-francophone", "Communauté française de Belgique", "French Community of Belgium"
    ),
    _of_2003("membre-liban", "Liban", "Lebanon"),
    _of_2003("membre-maurice", "Maurice", "Mauritius"),
    _of_2003("membre-roumanie", "Roumanie", "Romania"),
    _of_2003("membre-suisse", "Suisse", "Switzerland"),
    Member(
        "membre-rd-congo",
        "RD Congo",
        "DR Congo",
        "annexe 1 des statuts",
        "Annex 1 of the statutes",
        None,
        STATUTES,
    ),
)
EXAMPLES = tuple("ABCDEFGHIJ")


@dataclass(frozen=True, slots=True)
class Fact:
    body: str
    kind: str
    fr: str
    en: str
    source: Source
    number: int | None = None
    year: int | None = None


FACTS = (
    Fact("confemen", "creation", "Créée en 1960", "Created in 1960", NOTE, year=1960),
    Fact("confemen", "seat", "Siège au Sénégal", "Seat in Senegal", NOTE),
    Fact(
        "confemen",
        "member_count",
        "44 membres (la note écrit « pays »)",
        "44 members (the note says “countries”)",
        NOTE,
        44,
        2019,
    ),
    Fact("confemen", "member_count", "41 et 44 sur une même page", "41 and 44 on one page", OIF),
    Fact(
        "confemen",
        "mission",
        "Informer ses membres sur les systèmes éducatifs et leurs réformes",
        "Inform its members on education systems and their reforms",
        NOTE,
    ),
    Fact(
        "confemen",
        "mission",
        "Nourrir la réflexion sur des thèmes communs",
        "Nourish reflection on themes of common interest",
        NOTE,
    ),
    Fact(
        "confemen",
        "mission",
        "Animer la concertation entre ministres et experts vers des recommandations",
        "Lead ministers and experts towards recommendations",
        NOTE,
    ),
    Fact(
        "confemen",
        "programme",
        "PASEC, créé en 1991 : acquis des élèves au début et à la fin du primaire",
        "PASEC, created in 1991: pupils' attainment at the start and the end of primary school",
        NOTE,
        year=1991,
    ),
    Fact(
        "confemen",
        "programme",
        "Observatoire de la qualité de l'éducation, créé en mai 2017",
        "Observatory of the quality of education, created in May 2017",
        NOTE,
        year=2017,
    ),
    Fact(
        "confemen",
        "programme",
        "Observatoire : phase pilote adoptée à la 57e session, avril 2016",
        "Observatory: pilot adopted at the 57th session, April 2016",
        PILOT,
        year=2016,
    ),
    Fact("confemen-bureau", "member_count", "17 membres", "17 members", BUREAU_2019, 17, 2019),
    Fact(
        "confemen-bureau",
        "presidency",
        "Présidence en exercice en 2019 : Canada/Nouveau-Brunswick (Dominic Cardy)",
        "Presidency in office in 2019: Canada/New Brunswick (Dominic Cardy)",
        BUREAU_2019,
        year=2019,
    ),
    Fact("confemen-bureau", "meeting", "Bénin, mai 2017", "Benin, May 2017", NOTE, year=2017),
    Fact(
        "confemen-conference",
        "meeting",
        "57e session, Libreville, avril 2016 : échec et décrochage",
        "57th session, Libreville, April 2016: failure and dropout",
        PILOT,
        year=2016,
    ),
)


@dataclass(frozen=True, slots=True)
class Point:
    fr: str
    en: str
    source: Source | None = None
    purpose: str = "discuss"
    other_fr: str = ""
    other_en: str = ""
    other_source: Source | None = None
    distribution: str = "general"


AGENDA = (
    Point("Dossiers statutaires", "Statutory files", purpose="decide"),
    Point(
        "L'évaluation des élèves et la qualité de l'éducation",
        "Pupil assessment and the quality of education",
        BUREAU_2019,
    ),
    Point(
        "La langue d'enseignement en contexte plurilingue",
        "The language of instruction in plurilingual settings",
        BUREAU_2019,
        other_fr="Les apprentissages fondamentaux en contexte plurilingue",
        other_en="Fundamental learning in plurilingual settings",
        other_source=MINISTRY_2019,
    ),
    Point(
        "Suite donnée aux travaux sur le décrochage scolaire",
        "Follow-up of the work on school dropout",
        purpose="decide",
        distribution="limited",
    ),
)

DECISION_FR = "Garder à l'école les élèves que l'on sanctionne"
DECISION_EN = "Keep at school the pupils who are sanctioned"
DECISION_TEXT_FR = """Chaque membre recense, avant la prochaine session, les réponses à l'indiscipline qui gardent l'élève à l'école.

- L'exclusion temporaire est accompagnée d'un temps éducatif.
- La famille est associée avant le retour en classe."""
DECISION_TEXT_EN = """Each member lists, before the next session, the answers to indiscipline that keep the pupil at school.

- A temporary exclusion goes with time for learning.
- The family takes part before the return to class."""
REASON = "Les membres d'exemple reprennent le point 1b et demandent à chacun un recensement."
OBJECTION = "Le recensement demande des moyens que nous n'avons pas encore."
REPORT = (
    "Un recensement est ouvert dans deux régions ; un guide pour les chefs d'établissement est en relecture."
)
DEFERRED_FR = "Publier chaque année les langues d'enseignement de la première année"
DEFERRED_EN = "Publish each year the languages of instruction of the first grade"
