"""PASEC's rounds, the Observatory's determinants and published values, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .sources import BANQUE, PRESS_12_8, Source

CONFEMEN_NOTE = Source("Note sur la CONFEMEN, Bureau de novembre 2019")
PASEC_2014 = Source("PASEC2014, page du programme", "https://pasec.confemen.org/pasec2014-3")
PASEC_2019 = Source(
    "Dakaractu, 21 décembre 2020, et Partenariat mondial pour l'éducation (KIX)",
    "https://www.dakaractu.com/",
)
GRADES = Source(
    "Center for Global Development, résultats du PASEC",
    "https://www.cgdev.org/blog/new-pasec-results-show-modest-improvements-student-learning-francophone-africa",
)
PUBLIC_FILES = Source("DataFirst, AFLEARN", "https://www.datafirst.uct.ac.za/aflearn")
NATIONAL_REPORTS = Source(
    "CONFEMEN, évaluation internationale PASEC",
    "https://old1.confemen.org/evaluation-internationale-pasec",
)
LEARNING_POVERTY = Source(
    "Banque mondiale, LearningPoverty (e968f8d), proficiency_from_GLAD.csv",
    "https://github.com/worldbank/LearningPoverty",
)
GLAD = Source(
    "Banque mondiale, GLAD (590d7a5), lp_thresholds_as_cpi.csv", "https://github.com/worldbank/GLAD"
)
INTSVY = Source("intsvy (cb4f5cd), R/surv_conf.R", "https://github.com/eldafani/intsvy")
DOCUMENTATION = Source(
    "DataFirst, guide PASEC, chapitre 2", "https://datafirst-courses.github.io/pasec-guide"
)
OBSERVATORY = Source(
    "CONFEMEN, Observatoire de la qualité de l'éducation", "https://oqe.confemen.org/historique"
)


@dataclass(frozen=True, slots=True)
class Member:
    """A territory that takes part in PASEC, with the years in which it did."""

    code: str
    fr: str
    en: str
    iso: str
    zone: str
    rounds: tuple[int, ...] = (2014, 2019)


MEMBERS = (
    Member("benin", "Bénin", "Benin", "BJ", "Africa/Porto-Novo"),
    Member("burkina-faso", "Burkina Faso", "Burkina Faso", "BF", "Africa/Ouagadougou"),
    Member("burundi", "Burundi", "Burundi", "BI", "Africa/Bujumbura"),
    Member("cameroun", "Cameroun", "Cameroon", "CM", "Africa/Douala"),
    Member("congo", "Congo", "Congo", "CG", "Africa/Brazzaville"),
    Member("cote-d-ivoire", "Côte d'Ivoire", "Côte d'Ivoire", "CI", "Africa/Abidjan"),
    Member("gabon", "Gabon", "Gabon", "GA", "Africa/Libreville", (2019,)),
    Member("guinee", "Guinée", "Guinea", "GN", "Africa/Conakry", (2019,)),
    Member("madagascar", "Madagascar", "Madagascar", "MG", "Indian/Antananarivo", (2019,)),
    Member("niger", "Niger", "Niger", "NE", "Africa/Niamey"),
    Member("rd-congo", "République démocratique du Congo", "Democratic Republic of the Congo", "CD",
           "Africa/Kinshasa", (2019,)),
    Member("senegal", "Sénégal", "Senegal", "SN", "Africa/Dakar"),
    Member("tchad", "Tchad", "Chad", "TD", "Africa/Ndjamena"),
    Member("togo", "Togo", "Togo", "TG", "Africa/Lome"),
)  # fmt: skip

DETERMINANTS = (
    ("efficacite-interne", "Efficacité interne", "Internal efficiency"),
    ("personnel-enseignant", "Personnel enseignant", "Teaching staff"),
    ("environnement-scolaire", "Environnement scolaire", "School environment"),
    ("equite", "Équité", "Equity"),
    ("gouvernance", "Gouvernance", "Governance"),
    ("financement", "Financement", "Financing"),
    ("efficacite-externe", "Efficacité externe", "External efficiency"),
)


@dataclass(frozen=True, slots=True)
class Published:
    """A value as its source gives it; ``figure`` names the one of the shelf that says the same."""

    indicator: str
    territory: str
    year: int
    value: str
    error: str
    source: Source
    known: date
    figure: str = ""


PUBLISHED = (
    Published("lecture-sous-595-1", "senegal", 2014, "65.175751", "2.819569", LEARNING_POVERTY, date(2020, 12, 21), "senegal-2014"),
    Published("lecture-sous-595-1", "senegal", 2019, "58.891533", "2.208059", LEARNING_POVERTY, date(2020, 12, 21), "senegal-2019"),
    Published("lecture-sous-595-1", "benin", 2014, "77.3", "1.9", LEARNING_POVERTY, date(2020, 12, 21), "benin-2014"),
    Published("lecture-sous-595-1", "benin", 2019, "54.5", "2.7", LEARNING_POVERTY, date(2020, 12, 21), "benin-2019"),
    Published("lecture-sous-595-1", "gabon", 2019, "23.7", "1.8", LEARNING_POVERTY, date(2020, 12, 21), "gabon-2019"),
    Published("sorties-precoces", "france", 2007, "12.8", "", PRESS_12_8, date(2017, 12, 31)),
    Published("sorties-precoces", "france", 2016, "8.8", "", BANQUE, date(2017, 12, 31), "sorties-precoces-2016"),
)  # fmt: skip
