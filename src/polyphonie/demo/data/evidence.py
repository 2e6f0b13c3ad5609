"""Resources, figures, evidence statements and disagreements of the three themes, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .sources import (
    BANQUE,
    CAFE_87018,
    DROPOUT_POINTS,
    GAZETTE,
    GUIDANCE_POINTS,
    LANGUAGES_PAGE,
    LANGUAGES_REPORTS,
    MEASURES,
    PRESS_12_8,
    YMCA_2023,
    YMCA_2025,
    Source,
)

KINDS = (
    ("framing_report", "Rapport de cadrage", "Framing report", False),
    ("scientific_input", "Apport scientifique", "Scientific contribution", True),
    ("expert_note", "Note d'expert", "Expert's note", True),
    ("recommendations", "Recommandations", "Recommendations", False),
    ("synthesis_report", "Dossier de synthèse", "Synthesis report", False),
    ("video_clip", "Capsule vidéo", "Video clip", False),
    ("slides", "Support de présentation", "Slide deck", False),
    ("booklet", "Livret du participant", "Participant's booklet", False),
)


@dataclass(frozen=True, slots=True)
class Document:
    key: str
    conference: str
    kind: str
    fr: str
    en: str
    summary_fr: str
    summary_en: str
    dated: date
    link: str
    source: Source
    authors: str = ""


DOCUMENTS = (
    Document(
        "rapport-bernard",
        "decrochage-2017",
        "scientific_input",
        "Le décrochage scolaire en France : d'un problème institutionnel aux politiques",
        "School dropout in France: from an institutional problem to policies",
        "Comment le décrochage est devenu, en France, un objet de l'action publique, et ce que les politiques en ont fait.",
        "How dropping out became an object of public action in France, and what policies made of it.",
        date(2017, 11, 9),
        MEASURES.url,
        MEASURES,
        "Pierre-Yves Bernard",
    ),
    Document(
        "rapport-monseur-baye",
        "decrochage-2017",
        "scientific_input",
        "L'absentéisme : ce qu'apporte PISA",
        "Absenteeism: what PISA adds",
        "Ce que les enquêtes internationales disent des absences et de leurs liens avec la sortie précoce.",
        "What international surveys say about absence and its ties with early leaving.",
        date(2017, 11, 9),
        MEASURES.url,
        MEASURES,
        "Monseur, Baye",
    ),
    Document(
        "rapport-boudesseul",
        "decrochage-2017",
        "scientific_input",
        "Les inégalités territoriales du décrochage",
        "Territorial inequality of dropout",
        "Où l'on décroche davantage, et ce que les territoires ont en commun.",
        "Where dropping out is more frequent, and what those places have in common.",
        date(2017, 11, 9),
        MEASURES.url,
        MEASURES,
        "Boudesseul",
    ),
    Document(
        "preconisations-decrochage",
        "decrochage-2017",
        "recommendations",
        "Préconisations : agir face au décrochage scolaire",
        "Recommendations: acting on school dropout",
        "Trois orientations en neuf points : repérer et agir dans l'urgence, prévenir, préparer le retour en formation.",
        "Three orientations in nine points: spot and act urgently, prevent, prepare the return to training.",
        date(2017, 12, 8),
        DROPOUT_POINTS.url,
        DROPOUT_POINTS,
    ),
    Document(
        "preconisations-orientation",
        "orientation-2018",
        "recommendations",
        "Préconisations : éducation à l'orientation",
        "Recommendations: career guidance education",
        "Un préalable sur les buts de l'orientation et cinq principes, dont trois sont lisibles en ligne.",
        "A prerequisite on the aims of guidance and five principles, three of which can be read online.",
        date(2018, 12, 11),
        GUIDANCE_POINTS.url,
        GUIDANCE_POINTS,
    ),
    Document(
        "rapport-manoilov",
        "langues-2019",
        "scientific_input",
        "Les acquis des élèves en langues vivantes étrangères",
        "Pupils' attainment in foreign languages",
        "Ce que savent les élèves, d'après les évaluations disponibles.",
        "What pupils know, according to the assessments there are.",
        date(2019, 3, 13),
        LANGUAGES_REPORTS.url,
        LANGUAGES_REPORTS,
        "Manoïlov",
    ),
    Document(
        "rapport-gaonach-macaire",
        "langues-2019",
        "scientific_input",
        "Commencer tôt : ce que l'on sait",
        "Starting early: what is known",
        "Les effets d'un début précoce et les conditions dans lesquelles ils apparaissent.",
        "The effects of an early start and the conditions under which they appear.",
        date(2019, 3, 13),
        LANGUAGES_REPORTS.url,
        LANGUAGES_REPORTS,
        "Daniel Gaonac'h, Dominique Macaire",
    ),
    Document(
        "rapport-hilton",
        "langues-2019",
        "scientific_input",
        "Apprendre une langue étrangère",
        "Learning a foreign language",
        "Ce qui se passe chez l'élève qui apprend une langue à l'école.",
        "What happens in a pupil who learns a language at school.",
        date(2019, 3, 13),
        LANGUAGES_REPORTS.url,
        LANGUAGES_REPORTS,
        "Hilton",
    ),
    Document(
        "rapport-ollivier",
        "langues-2019",
        "scientific_input",
        "Enseigner une langue étrangère",
        "Teaching a foreign language",
        "Les manières d'enseigner et ce que la recherche en dit.",
        "Ways of teaching and what research says of them.",
        date(2019, 3, 13),
        LANGUAGES_REPORTS.url,
        LANGUAGES_REPORTS,
        "Ollivier",
    ),
    Document(
        "recommandations-langues",
        "langues-2019",
        "recommendations",
        "Recommandations du jury : langues vivantes étrangères",
        "The jury's recommendations: foreign languages",
        "Dix recommandations, de l'oral progressif au recrutement des enseignants.",
        "Ten recommendations, from speaking step by step to the recruitment of teachers.",
        date(2019, 4, 11),
        LANGUAGES_PAGE.url,
        LANGUAGES_PAGE,
    ),
)


@dataclass(frozen=True, slots=True)
class Number:
    key: str
    theme: str
    value: str
    decimals: int
    unit_fr: str
    unit_en: str
    year: int
    label_fr: str
    label_en: str
    definition_fr: str
    definition_en: str
    source: Source
    territory: str = "france"


NUMBERS = (
    Number(
        "sorties-precoces-2016",
        "decrochage-scolaire",
        "8.8",
        1,
        "%",
        "%",
        2016,
        "Sorties précoces, 18–24 ans",
        "Early leavers, aged 18–24",
        "Part des jeunes de 18 à 24 ans qui ne sont pas en formation et n'ont pas de diplôme du second cycle du secondaire.",
        "Share of people aged 18 to 24 who are not in training and hold no upper-secondary qualification.",
        BANQUE,
    ),
    Number(
        "sorties-precoces-nombre-2016",
        "decrochage-scolaire",
        "450000",
        0,
        "jeunes",
        "young people",
        2016,
        "Jeunes en sortie précoce, environ",
        "Early leavers, about",
        "Nombre approché de jeunes de 18 à 24 ans en sortie précoce.",
        "Approximate number of early leavers aged 18 to 24.",
        BANQUE,
    ),
    Number(
        "sorties-precoces-ue-2016",
        "decrochage-scolaire",
        "10.7",
        1,
        "%",
        "%",
        2016,
        "Sorties précoces dans l'Union européenne",
        "Early leavers in the European Union",
        "Même définition que pour la France, moyenne de l'Union européenne.",
        "Same definition as for France, average of the European Union.",
        BANQUE,
        "",
    ),
    Number(
        "neet-2016",
        "decrochage-scolaire",
        "19.8",
        1,
        "%",
        "%",
        2016,
        "Ni en emploi ni en formation, 18–24 ans",
        "Neither in employment nor in training, aged 18–24",
        "Part des jeunes de 18 à 24 ans ni en emploi, ni en études, ni en formation.",
        "Share of people aged 18 to 24 neither in employment, education nor training.",
        BANQUE,
    ),
    Number(
        "neet-ocde-2016",
        "decrochage-scolaire",
        "15.3",
        1,
        "%",
        "%",
        2016,
        "Ni en emploi ni en formation, moyenne de l'OCDE",
        "Neither in employment nor in training, OECD average",
        "Même définition, moyenne de l'OCDE.",
        "Same definition, OECD average.",
        BANQUE,
        "",
    ),
    Number(
        "sans-diplome-2016",
        "decrochage-scolaire",
        "98000",
        0,
        "jeunes",
        "young people",
        2016,
        "Sortis sans diplôme dans l'année",
        "Left without a diploma in the year",
        "Jeunes sortis du système éducatif sans diplôme.",
        "Young people who left education without a diploma.",
        GAZETTE,
    ),
    Number(
        "suspension-2023",
        "decrochage-scolaire",
        "20000",
        0,
        "jeunes",
        "young people",
        2023,
        "Jeunes accueillis par Alternative Suspension",
        "Young people received by Alternative Suspension",
        "Nombre de jeunes annoncé par le réseau, 67 points de service.",
        "Number of young people announced by the network, 67 service points.",
        YMCA_2023,
        "quebec",
    ),
    Number(
        "suspension-2025",
        "decrochage-scolaire",
        "60000",
        0,
        "jeunes",
        "young people",
        2025,
        "Jeunes accueillis par Alternative Suspension, renommé Rebond",
        "Young people received by Alternative Suspension, renamed Rebond",
        "Nombre de jeunes annoncé par le réseau, 70 communautés.",
        "Number of young people announced by the network, 70 communities.",
        YMCA_2025,
        "quebec",
    ),
    Number(
        "sorties-precoces-2007-presse",
        "decrochage-scolaire",
        "12.8",
        1,
        "%",
        "%",
        2007,
        "Sorties précoces en 2007, selon la presse",
        "Early leavers in 2007, according to the press",
        "Part donnée par la presse pour 2007 ; la définition n'est pas précisée.",
        "Share given by the press for 2007; its definition is not stated.",
        PRESS_12_8,
    ),
)


@dataclass(frozen=True, slots=True)
class Claim:
    key: str
    theme: str
    fr: str
    en: str
    source: Source
    document: str = ""
    figure: str = ""
    strength: str = "unrated"


CLAIMS = (
    Claim(
        "sorties-precoces",
        "decrochage-scolaire",
        "En 2016, 8,8 % des 18–24 ans, soit environ 450 000 jeunes, étaient sortis précocement du système éducatif.",
        "In 2016, 8.8 % of people aged 18–24, about 450,000, had left education early.",
        BANQUE,
        "",
        "sorties-precoces-2016",
    ),
    Claim(
        "exclusion-sans-alternative",
        "decrochage-scolaire",
        "La conférence appelle des alternatives à l'exclusion temporaire, où la sanction s'articule à l'intégration.",
        "The conference calls for alternatives to temporary exclusion, in which sanction is joined with integration.",
        DROPOUT_POINTS,
        "preconisations-decrochage",
    ),
    Claim(
        "absenteisme-pisa",
        "decrochage-scolaire",
        "Un rapport de la conférence examine ce que PISA apporte à la connaissance de l'absentéisme.",
        "A report of the conference examines what PISA adds to what is known of absenteeism.",
        MEASURES,
        "rapport-monseur-baye",
    ),
    Claim(
        "inegalites-territoriales",
        "decrochage-scolaire",
        "Un rapport de la conférence est consacré aux inégalités territoriales du décrochage.",
        "A report of the conference is about territorial inequality of dropout.",
        MEASURES,
        "rapport-boudesseul",
    ),
    Claim(
        "alternative-suspension",
        "decrochage-scolaire",
        "Le réseau Alternative Suspension, au Québec, accueille des jeunes exclus temporairement de l'école.",
        "The Alternative Suspension network in Québec receives young people temporarily excluded from school.",
        YMCA_2023,
        "",
        "suspension-2023",
    ),
    Claim(
        "orientation-continuum",
        "education-orientation",
        "La conférence recommande un continuum de l'école primaire au supérieur, avec un portfolio.",
        "The conference recommends a continuum from primary to higher education, with a portfolio.",
        GUIDANCE_POINTS,
        "preconisations-orientation",
    ),
    Claim(
        "langues-exposition",
        "langues-vivantes",
        "Le jury demande davantage d'exposition à la langue pendant le temps scolaire.",
        "The jury asks for more exposure to the language in school time.",
        LANGUAGES_PAGE,
        "recommandations-langues",
    ),
)


@dataclass(frozen=True, slots=True)
class Reading:
    fr: str
    en: str
    source: Source
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """``since`` is the day from which both readings could be read: nobody sees it on an earlier clock."""

    theme: str
    fr: str
    en: str
    since: date
    readings: tuple[Reading, ...]


DISAGREEMENTS = (
    Disagreement(
        "decrochage-scolaire",
        "Baisse des sorties précoces depuis 2007",
        "Fall of early leaving since 2007",
        date(2017, 12, 8),
        (
            Reading(
                "De 12,8 % en 2007 à 8,8 %",
                "From 12.8 % in 2007 to 8.8 %",
                PRESS_12_8,
                "sorties-precoces-2007-presse",
            ),
            Reading("2,4 points en dix ans", "2.4 points in ten years", BANQUE, "sorties-precoces-2016"),
        ),
    ),
    Disagreement(
        "decrochage-scolaire",
        "Jeunes accueillis par Alternative Suspension",
        "Young people received by Alternative Suspension",
        date(2025, 12, 31),
        (
            Reading(
                "20 000 jeunes, 67 points de service (2023)",
                "20,000 young people, 67 service points (2023)",
                YMCA_2023,
                "suspension-2023",
            ),
            Reading(
                "60 000 jeunes, 70 communautés (2025, renommé Rebond)",
                "60,000 young people, 70 communities (2025, renamed Rebond)",
                YMCA_2025,
                "suspension-2025",
            ),
        ),
    ),
    Disagreement(
        "education-orientation",
        "Qui recommande en 2018",
        "Who recommends in 2018",
        date(2018, 12, 11),
        (
            Reading("Les participants des ateliers", "The participants of the workshops", GUIDANCE_POINTS),
            Reading("« son jury »", "“its jury”", CAFE_87018),
        ),
    ),
    Disagreement(
        "education-orientation",
        "Participation en 2018",
        "Attendance in 2018",
        date(2018, 12, 11),
        (
            Reading("Plus de 350 personnes", "Over 350 people", GUIDANCE_POINTS),
            Reading(
                "Environ 300 personnes",
                "About 300 people",
                Source("enseignement-catholique.fr", "https://enseignement-catholique.fr/"),
            ),
        ),
    ),
)
