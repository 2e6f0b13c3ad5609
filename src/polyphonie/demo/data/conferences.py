"""The three conferences and their programmes. Titles, days, places and roles are sourced; hours of 2017
and 2018 were not found and are marked as hours of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .sources import (
    CNESCO_PROCESS,
    GUIDANCE_BOOKLET,
    GUIDANCE_TALKS,
    LANGUAGES_PAGE,
    MEASURES,
    PRESS_RELEASE,
    Source,
)


@dataclass(frozen=True, slots=True)
class Item:
    """A session: day, start and end in Paris hours as ``HH:MM``."""

    code: str
    day: date
    start: str
    end: str
    kind: str
    fr: str
    en: str
    people: tuple[tuple[str, str, str], ...] = ()
    invented_hour: bool = False
    source: Source = MEASURES


@dataclass(frozen=True, slots=True)
class Gathering:
    slug: str
    acronym: str
    kind: str
    theme: str
    fr: str
    en: str
    summary_fr: str
    summary_en: str
    place_fr: str
    place_en: str
    start: date
    end: date
    languages: tuple[str, ...]
    partners: tuple[str, ...]
    published: date
    announced: date
    link: str
    source: Source
    items: tuple[Item, ...]


D9, D10 = date(2017, 11, 9), date(2017, 11, 10)
G8, G9 = date(2018, 11, 8), date(2018, 11, 9)
L13, L14 = date(2019, 3, 13), date(2019, 3, 14)
BERNARD = ("speaker", "Pierre-Yves Bernard", "CREN, Nantes")
DUTERCQ = ("moderator", "Yves Dutercq", "")

GATHERINGS = (
    Gathering(
        "decrochage-2017",
        "CCI-DECROCHAGE-2017",
        "comparison_conference",
        "decrochage-scolaire",
        "Prévention et intervention : comment agir efficacement face au décrochage scolaire ?",
        "Prevention and intervention: how to act effectively on school dropout?",
        "Conférence de comparaisons internationales : plus de 150 participants, trois orientations en neuf points.",
        "International comparison conference: over 150 participants, three orientations in nine points.",
        "Sèvres",
        "Sèvres",
        D9,
        D10,
        ("fr", "en"),
        ("ciep", "cren"),
        date(2017, 12, 8),
        date(2017, 9, 1),
        MEASURES.url,
        MEASURES,
        (
            Item(
                "O",
                D9,
                "09:30",
                "10:30",
                "plenary",
                "Ouverture : le décrochage, un problème institutionnel",
                "Opening: dropout, an institutional problem",
                (BERNARD,),
                True,
            ),
            Item(
                "P1",
                D9,
                "10:45",
                "12:30",
                "plenary",
                "L'absentéisme : ce qu'apporte PISA",
                "Absenteeism: what PISA adds",
                (("speaker", "Monseur", ""), ("speaker", "Baye", "")),
                True,
            ),
            Item(
                "P2",
                D9,
                "14:00",
                "15:30",
                "plenary",
                "Inégalités territoriales",
                "Territorial inequality",
                (("speaker", "Boudesseul", ""),),
                True,
            ),
            Item(
                "A1",
                D9,
                "16:00",
                "17:30",
                "workshop",
                "Ateliers : prévenir",
                "Workshops: prevention",
                (),
                True,
            ),
            Item(
                "A2",
                D10,
                "09:30",
                "12:30",
                "workshop",
                "Ateliers : intervenir",
                "Workshops: intervention",
                (),
                True,
            ),
            Item(
                "C",
                D10,
                "14:00",
                "16:00",
                "plenary",
                "Restitution des ateliers et conclusion",
                "Debrief of the workshops and conclusion",
                (),
                True,
            ),
        ),
    ),
    Gathering(
        "orientation-2018",
        "CCI-ORIENTATION-2018",
        "comparison_conference",
        "education-orientation",
        "Éducation à l'orientation : comment construire un parcours d'orientation tout au long de la scolarité ?",
        "Career guidance education: how to build a guidance path throughout schooling?",
        "Deux journées : éduquer à l'orientation, piloter l'orientation ; douze ateliers, sur place ou à distance.",
        "Two days: educating for guidance, steering guidance; twelve workshops, on site or at a distance.",
        "CESE, 9 place d'Iéna, Paris",
        "CESE, 9 place d'Iéna, Paris",
        G8,
        G9,
        ("fr", "en"),
        ("ciep", "cese", "france-strategie"),
        date(2018, 12, 11),
        date(2018, 9, 13),
        PRESS_RELEASE.url,
        PRESS_RELEASE,
        (
            Item(
                "O",
                G8,
                "09:30",
                "10:00",
                "plenary",
                "Ouverture",
                "Opening",
                (DUTERCQ,),
                True,
                GUIDANCE_BOOKLET,
            ),
            Item(
                "P1",
                G8,
                "10:00",
                "11:15",
                "plenary",
                "Plénière 1 : les enjeux",
                "Plenary 1: the issues",
                (DUTERCQ,),
                True,
                GUIDANCE_BOOKLET,
            ),
            Item(
                "P2",
                G8,
                "11:30",
                "12:45",
                "plenary",
                "Plénière 2 : dès l'école primaire – exposé de Malte",
                "Plenary 2: from primary school on – a talk from Malta",
                (),
                True,
                GUIDANCE_TALKS,
            ),
            Item(
                "A1",
                G8,
                "14:30",
                "17:00",
                "workshop",
                "Ateliers 1 à 6",
                "Workshops 1 to 6",
                (),
                True,
                GUIDANCE_BOOKLET,
            ),
            Item(
                "S",
                G9,
                "09:30",
                "10:15",
                "plenary",
                "Synthèse des grands témoins",
                "The discussants' synthesis",
                (),
                True,
                GUIDANCE_BOOKLET,
            ),
            Item(
                "P3",
                G9,
                "10:15",
                "12:15",
                "plenary",
                "Plénière 3 : la gouvernance",
                "Plenary 3: governance",
                (),
                True,
                GUIDANCE_BOOKLET,
            ),
            Item(
                "A2",
                G9,
                "14:00",
                "16:00",
                "workshop",
                "Ateliers 7 à 12",
                "Workshops 7 to 12",
                (),
                True,
                GUIDANCE_BOOKLET,
            ),
            Item(
                "C", G9, "16:15", "17:00", "plenary", "Conclusion", "Conclusion", (), True, GUIDANCE_BOOKLET
            ),
        ),
    ),
    Gathering(
        "langues-2019",
        "CC-LANGUES-2019",
        "consensus_conference",
        "langues-vivantes",
        "De la découverte à l'appropriation des langues vivantes étrangères : comment l'école peut-elle mieux accompagner les élèves ?",
        "From discovering to mastering foreign languages: how can school support pupils better?",
        "Sixième conférence de consensus : deux journées publiques, un jury de praticiens, dix recommandations.",
        "Sixth consensus conference: two public days, a jury of practitioners, ten recommendations.",
        "Lycée Lucie Aubrac, Courbevoie",
        "Lycée Lucie Aubrac, Courbevoie",
        L13,
        L14,
        ("fr",),
        ("ife",),
        date(2019, 4, 11),
        date(2018, 9, 28),
        LANGUAGES_PAGE.url,
        LANGUAGES_PAGE,
        (
            Item(
                "1",
                L13,
                "10:00",
                "11:10",
                "plenary",
                "Les enjeux",
                "The issues",
                (("moderator", "Daniel Gaonac'h", ""), ("moderator", "Dominique Macaire", "")),
                False,
                LANGUAGES_PAGE,
            ),
            Item(
                "2",
                L13,
                "11:40",
                "12:40",
                "plenary",
                "Acquis des élèves, programmes",
                "Attainment, curricula",
                (("speaker", "Manoïlov", ""),),
                False,
                LANGUAGES_PAGE,
            ),
            Item(
                "3",
                L13,
                "14:00",
                "16:00",
                "plenary",
                "Dans la tête des élèves",
                "In pupils' heads",
                (("speaker", "Hilton", ""),),
                False,
                LANGUAGES_PAGE,
            ),
            Item(
                "4",
                L13,
                "16:30",
                "18:00",
                "plenary",
                "À l'école primaire",
                "In primary school",
                (),
                False,
                LANGUAGES_PAGE,
            ),
            Item(
                "5",
                L14,
                "09:30",
                "12:30",
                "plenary",
                "Les pratiques",
                "Practices",
                (("speaker", "Ollivier", ""),),
                False,
                LANGUAGES_PAGE,
            ),
            Item(
                "6",
                L14,
                "14:00",
                "15:30",
                "plenary",
                "Les dispositifs",
                "Schemes",
                (("chair", "Brigitte Gruson", ""),),
                False,
                LANGUAGES_PAGE,
            ),
        ),
    ),
)

PHASES = {
    "langues-2019": (
        ("Rapports scientifiques", "Scientific reports", CNESCO_PROCESS),
        (
            "Textes des experts remis au jury, qui prépare ses questions",
            "Experts' texts to the jury, which prepares its questions",
            CNESCO_PROCESS,
        ),
        ("Séances publiques", "Public sessions", CNESCO_PROCESS),
    ),
}
