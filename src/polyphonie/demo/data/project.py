"""The one project: the record of Courcouronnes that carries *Alternative Suspension*, entered by hand."""

from __future__ import annotations

from dataclasses import dataclass

from .sources import ATLAS, Source


@dataclass(frozen=True, slots=True)
class Story:
    fr: str
    en: str
    description_fr: str
    description_en: str
    beneficiaries_fr: str
    beneficiaries_en: str
    aims_fr: str
    aims_en: str
    source: Source


PROJECT = Story(
    "Education France /Québec, approche comparée",
    "Education France / Québec, a compared approach",
    "Des élèves exclus temporairement sont accueillis et accompagnés, sur le modèle d'un réseau québécois.",
    "Pupils who are temporarily excluded are received and supported, after the model of a network in Québec.",
    "Élèves de 12 à 18 ans de Grand Paris Sud",
    "Pupils aged 12 to 18 of Grand Paris Sud",
    "Atteindre 7 villes sur 24 au moins",
    "Reach at least 7 towns out of 24",
    ATLAS,
)

PARTNERS = (
    ("project_owner", "gip-sae", ""),
    ("implementing_lead", "mrif", ""),
    ("foreign_partner", "ymca", ""),
    ("foreign_partner", "gaprsq", ""),
    ("foreign_partner", "reseau-reussite-montreal", ""),
    ("foreign_partner", "cspi", ""),
)

ABROAD = "Collectivités et partenaires étrangers"
FUNDING = (
    ("meae", "", 2019, "6500"),
    ("ville-courcouronnes", "", 2019, "1000"),
    ("", ABROAD, 2019, "4500"),
    ("meae", "", 2020, "6500"),
    ("ville-courcouronnes", "", 2020, "19000"),
    ("", ABROAD, 2020, "4500"),
)

MILESTONES = (
    (2009, "mission", "Première mission", "First mission"),
    (
        2010,
        "agreement",
        "Convention avec les YMCA du Québec ; premiers élèves accueillis",
        "Agreement with the YMCAs of Québec; first pupils received",
    ),
    (
        2011,
        "evaluation",
        "Création du groupement d'intérêt public ; première évaluation, par un cabinet canadien",
        "The public interest group is created; first evaluation, by a Canadian firm",
    ),
    (
        2014,
        "evaluation",
        "Évaluation par l'université de Nanterre ; colloque",
        "Evaluation by the University of Nanterre; colloquium",
    ),
    (
        2015,
        "fact",
        "Second point d'accueil à Évry, dans le contrat de ville",
        "Second place of reception in Évry, within the town contract",
    ),
)
