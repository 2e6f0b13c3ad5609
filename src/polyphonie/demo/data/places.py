"""Territories and bodies, with validity and successors. Partner bodies of 2018 are placeholders: the
release names twelve countries and governments, not their bodies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .sources import ATLAS, BODIES, DECREE_NORMANDIE, PRESS_RELEASE, Source


@dataclass(frozen=True, slots=True)
class Place:
    code: str
    kind: str
    fr: str
    en: str
    iso: str = ""
    parent: str = ""
    zone: str = ""
    languages: tuple[str, ...] = ()
    latitude: str = ""
    longitude: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    successor: str = ""
    source: Source = BODIES


PLACES = (
    Place("france", "country", "France", "France", "FR", "", "Europe/Paris", ("fr",), "48.85", "2.35"),
    Place("japon", "country", "Japon", "Japan", "JP", "", "Asia/Tokyo", ("ja",), "35.68", "139.69"),
    Place(
        "pays-bas",
        "country",
        "Pays-Bas",
        "Netherlands",
        "NL",
        "",
        "Europe/Amsterdam",
        ("nl",),
        "52.37",
        "4.90",
    ),
    Place(
        "belgique",
        "country",
        "Belgique",
        "Belgium",
        "BE",
        "",
        "Europe/Brussels",
        ("fr", "nl", "de"),
        "50.85",
        "4.35",
    ),
    Place(
        "portugal", "country", "Portugal", "Portugal", "PT", "", "Europe/Lisbon", ("pt",), "38.72", "-9.14"
    ),
    Place(
        "canada", "country", "Canada", "Canada", "CA", "", "America/Toronto", ("en", "fr"), "45.42", "-75.70"
    ),
    Place(
        "quebec",
        "government",
        "Québec",
        "Québec",
        "CA-QC",
        "canada",
        "America/Toronto",
        ("fr",),
        "46.81",
        "-71.21",
    ),
    Place(
        "irlande", "country", "Irlande", "Ireland", "IE", "", "Europe/Dublin", ("en", "ga"), "53.35", "-6.26"
    ),
    Place("chili", "country", "Chili", "Chile", "CL", "", "America/Santiago", ("es",), "-33.45", "-70.67"),
    Place("malte", "country", "Malte", "Malta", "MT", "", "Europe/Malta", ("mt", "en"), "35.90", "14.51"),
    Place(
        "maroc", "country", "Maroc", "Morocco", "MA", "", "Africa/Casablanca", ("ar", "fr"), "34.02", "-6.84"
    ),
    Place(
        "republique-dominicaine",
        "country",
        "République dominicaine",
        "Dominican Republic",
        "DO",
        "",
        "America/Santo_Domingo",
        ("es",),
        "18.47",
        "-69.89",
    ),
    Place(
        "lituanie", "country", "Lituanie", "Lithuania", "LT", "", "Europe/Vilnius", ("lt",), "54.69", "25.28"
    ),
    Place("bulgarie", "country", "Bulgarie", "Bulgaria", "BG", "", "Europe/Sofia", ("bg",), "42.70", "23.32"),
    Place(
        "normandie",
        "academie",
        "Académie de Normandie",
        "Académie of Normandie",
        "",
        "france",
        "Europe/Paris",
        ("fr",),
        "49.18",
        "-0.37",
        date(2020, 1, 1),
        None,
        "",
        DECREE_NORMANDIE,
    ),
    Place(
        "caen",
        "academie",
        "Académie de Caen",
        "Académie of Caen",
        "",
        "france",
        "Europe/Paris",
        ("fr",),
        "49.18",
        "-0.37",
        None,
        date(2020, 1, 1),
        "normandie",
        DECREE_NORMANDIE,
    ),
    Place(
        "rouen",
        "academie",
        "Académie de Rouen",
        "Académie of Rouen",
        "",
        "france",
        "Europe/Paris",
        ("fr",),
        "49.44",
        "1.10",
        None,
        date(2020, 1, 1),
        "normandie",
        DECREE_NORMANDIE,
    ),
    Place(
        "dijon",
        "academie",
        "Académie de Dijon",
        "Académie of Dijon",
        "",
        "france",
        "Europe/Paris",
        ("fr",),
        "47.32",
        "5.04",
    ),
    Place(
        "evry-courcouronnes",
        "commune",
        "Évry-Courcouronnes",
        "Évry-Courcouronnes",
        "91228",
        "france",
        "Europe/Paris",
        ("fr",),
        "48.63",
        "2.43",
        date(2019, 1, 1),
    ),
    Place(
        "courcouronnes",
        "commune",
        "Courcouronnes",
        "Courcouronnes",
        "91182",
        "france",
        "Europe/Paris",
        ("fr",),
        "48.62",
        "2.41",
        None,
        date(2019, 1, 1),
        "evry-courcouronnes",
    ),
)


@dataclass(frozen=True, slots=True)
class Body:
    slug: str
    kind: str
    fr: str
    en: str
    short: str = ""
    territory: str = ""
    parent: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    languages: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    successor: str = ""
    source: Source = BODIES


# in the order of the release of 28 September 2018
TWELVE = (
    "japon",
    "pays-bas",
    "belgique",
    "portugal",
    "quebec",
    "irlande",
    "chili",
    "malte",
    "maroc",
    "republique-dominicaine",
    "lituanie",
    "bulgarie",
)
PLACE = {place.code: place for place in PLACES}

BODIES_OF_THE_DEMONSTRATION = (
    Body(
        "cnam",
        "university",
        "Conservatoire national des arts et métiers",
        "Conservatoire national des arts et métiers",
        "Cnam",
        "france",
        identifiers=(("siret", "19753471200017"),),
    ),
    Body(
        "cnesco",
        "host_body",
        "Centre national d'étude des systèmes scolaires",
        "National Centre for the Study of School Systems",
        "Cnesco",
        "france",
        "cnam",
        languages=("fr", "en"),
        valid_from=date(2019, 9, 1),
    ),
    Body(
        "cnesco-conseil",
        "host_body",
        "Conseil national d'évaluation du système scolaire",
        "National Council for School System Evaluation",
        "Cnesco",
        "france",
        languages=("fr", "en"),
        valid_until=date(2019, 9, 1),
        successor="cnesco",
    ),
    Body(
        "fei", "operator", "France Éducation international", "France Éducation international", "FEI", "france"
    ),
    Body(
        "ciep",
        "operator",
        "Centre international d'études pédagogiques",
        "Centre international d'études pédagogiques",
        "CIEP",
        "france",
        successor="fei",
    ),
    Body(
        "cren",
        "university",
        "Centre de recherche en éducation de Nantes",
        "Nantes Centre for Research in Education",
        "CREN",
        "france",
    ),
    Body(
        "cese",
        "operator",
        "Conseil économique, social et environnemental",
        "Economic, Social and Environmental Council",
        "CESE",
        "france",
    ),
    Body("france-strategie", "operator", "France Stratégie", "France Stratégie", "", "france"),
    Body(
        "ife",
        "university",
        "Institut français de l'Éducation, ENS de Lyon",
        "French Institute of Education, ENS de Lyon",
        "Ifé",
        "france",
    ),
    Body(
        "reseau-canope",
        "operator",
        "Réseau Canopé",
        "Réseau Canopé",
        "Canopé",
        "france",
    ),
    Body("academie-dijon", "academie", "Académie de Dijon", "Académie of Dijon", "", "dijon"),
    Body(
        "academie-normandie",
        "academie",
        "Académie de Normandie",
        "Académie of Normandie",
        "",
        "normandie",
        valid_from=date(2020, 1, 1),
        source=DECREE_NORMANDIE,
    ),
    Body(
        "academie-caen",
        "academie",
        "Académie de Caen",
        "Académie of Caen",
        "",
        "caen",
        valid_until=date(2020, 1, 1),
        successor="academie-normandie",
        source=DECREE_NORMANDIE,
    ),
    Body(
        "academie-rouen",
        "academie",
        "Académie de Rouen",
        "Académie of Rouen",
        "",
        "rouen",
        valid_until=date(2020, 1, 1),
        successor="academie-normandie",
        source=DECREE_NORMANDIE,
    ),
    Body(
        "ville-evry-courcouronnes",
        "local_authority",
        "Ville d'Évry-Courcouronnes",
        "Town of Évry-Courcouronnes",
        "Évry-Courcouronnes",
        "evry-courcouronnes",
        identifiers=(("insee", "91228"),),
        valid_from=date(2019, 1, 1),
    ),
    Body(
        "ville-courcouronnes",
        "local_authority",
        "Ville de Courcouronnes",
        "Town of Courcouronnes",
        "Courcouronnes",
        "courcouronnes",
        identifiers=(("insee", "91182"),),
        valid_until=date(2019, 1, 1),
        successor="ville-evry-courcouronnes",
        source=ATLAS,
    ),
    Body("gip-sae", "operator", "GIP SAE", "GIP SAE", "", "france", source=ATLAS),
    Body("mrif", "other", "MRIF", "MRIF", "", "france", source=ATLAS),
    Body("ymca", "ngo", "YMCA", "YMCA", "", "quebec", source=ATLAS),
    Body(
        "gaprsq",
        "ngo",
        "Groupe d'action sur la persévérance et la réussite scolaire au Québec",
        "Groupe d'action sur la persévérance et la réussite scolaire au Québec",
        "",
        "quebec",
        source=ATLAS,
    ),
    Body(
        "reseau-reussite-montreal",
        "ngo",
        "Réseau réussite de Montréal",
        "Réseau réussite de Montréal",
        "",
        "quebec",
        source=ATLAS,
    ),
    Body(
        "cspi",
        "school_board",
        "Commission scolaire de la Pointe-de-l'Île",
        "Commission scolaire de la Pointe-de-l'Île",
        "",
        "quebec",
        source=ATLAS,
    ),
    Body(
        "meae",
        "ministry",
        "Ministère de l'Europe et des Affaires étrangères",
        "Ministry for Europe and Foreign Affairs",
        "MEAE",
        "france",
        source=ATLAS,
    ),
    *(
        Body(
            f"partenaire-{code}",
            "partner_body",
            f"Instance partenaire – {PLACE[code].fr}",
            f"Partner body – {PLACE[code].en}",
            "",
            code,
            languages=PLACE[code].languages,
            source=PRESS_RELEASE,
        )
        for code in TWELVE
    ),
)

VOICES = (
    ("enseignants", "Enseignants", "Teachers"),
    ("direction", "Personnels de direction", "School leaders"),
    ("inspection", "Corps d'inspection", "Inspectors"),
    ("parents", "Parents d'élèves", "Parents"),
    ("eleves", "Élèves", "Pupils"),
    ("regions", "Régions", "Regions"),
    ("associations", "Associations", "Associations"),
    ("recherche", "Recherche", "Researchers"),
)
