"""What the host recommends: titles in our words, codes of ours. What Morocco and Chile show here is
invented, since no public text of theirs was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from .sources import DROPOUT_POINTS, GUIDANCE_POINTS, LANGUAGES_TITLES, Source

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Point:
    code: str
    heading_fr: str
    heading_en: str
    fr: str
    en: str
    text_fr: str
    text_en: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Set:
    conference: str
    kind: str
    published: datetime
    recipients_fr: str
    recipients_en: str
    source: Source
    points: tuple[Point, ...]


URGENT = ("Agir dans l'urgence", "Act urgently")
PREVENT = ("Prévenir", "Prevent")
RETURN = ("Revenir en formation", "Return to training")
PREREQUISITE = ("Préalable", "Prerequisite")
PRINCIPLES = ("Principes", "Principles")
JURY = ("Recommandations du jury", "The jury's recommendations")

DROPOUT = Set(
    "decrochage-2017",
    "preconisation",
    datetime(2017, 12, 8, 9, 0, tzinfo=PARIS),
    "Établissements, académies, collectivités",
    "Schools, education authorities, local authorities",
    DROPOUT_POINTS,
    (
        Point(
            "1a",
            *URGENT,
            "Repérer les premiers signes du décrochage",
            "Spot the early signs of dropping out",
            "Donner aux équipes des outils, une formation et des questionnaires passés tôt dans l'année.",
            "Give teams tools, training and questionnaires taken early in the year.",
            ("absenteisme-pisa", "sorties-precoces"),
        ),
        Point(
            "1b",
            *URGENT,
            "Proposer des alternatives à l'exclusion temporaire",
            "Offer alternatives to temporary exclusion",
            "Articuler la sanction et l'intégration, pour que l'élève exclu ne quitte pas l'école.",
            "Join sanction with integration, so that an excluded pupil does not leave school.",
            ("exclusion-sans-alternative", "sorties-precoces"),
        ),
        Point(
            "1c",
            *URGENT,
            "Renouer avec les familles les plus éloignées de l'école",
            "Renew ties with the families farthest from school",
            "Aller vers les familles, avec des interlocuteurs connus et dans la durée.",
            "Reach out to families, with people they know and over time.",
        ),
        Point(
            "2a",
            *PREVENT,
            "Soutenir la qualité de l'enseignement et l'accompagnement",
            "Support the quality of teaching and of support",
            "Agir dans la classe, avant que l'écart ne se creuse.",
            "Act in the classroom, before the gap widens.",
        ),
        Point(
            "2b",
            *PREVENT,
            "Aider chacun à s'orienter",
            "Help with guidance",
            "Éviter les orientations subies, qui précèdent souvent la sortie.",
            "Avoid imposed choices, which often come before leaving.",
        ),
        Point(
            "2c",
            *PREVENT,
            "Améliorer le climat scolaire",
            "Improve school climate",
            "Faire de l'établissement un lieu où l'on vient volontiers.",
            "Make school a place where one gladly comes.",
        ),
        Point(
            "2d",
            *PREVENT,
            "Construire une identité d'établissement et l'appartenance",
            "Build school identity and belonging",
            "Donner à chaque élève une place reconnue dans son établissement.",
            "Give each pupil an acknowledged place in the school.",
        ),
        Point(
            "2e",
            *PREVENT,
            "Prendre soin de la santé des élèves",
            "Care for pupils' health",
            "Repérer les difficultés de santé qui éloignent de l'école et y répondre.",
            "Spot the health problems that keep pupils away and answer them.",
        ),
        Point(
            "3",
            *RETURN,
            "Préparer le retour en formation",
            "Prepare the return to training",
            "Ouvrir des voies de retour, courtes et accompagnées.",
            "Open short, supported ways back.",
            ("inegalites-territoriales",),
        ),
    ),
)

GUIDANCE = Set(
    "orientation-2018",
    "preconisation",
    datetime(2018, 12, 11, 9, 0, tzinfo=PARIS),
    "Établissements, académies, régions",
    "Schools, education authorities, regions",
    GUIDANCE_POINTS,
    (
        Point(
            "0",
            *PREREQUISITE,
            "Clarifier les buts de l'orientation",
            "Clarify the aims of guidance",
            "Dire ce que l'on attend de l'orientation : buts économiques, cohésion sociale, cohésion nationale.",
            "Say what guidance is for: economic aims, social cohesion, national cohesion.",
        ),
        Point(
            "1",
            *PRINCIPLES,
            "Apprendre à s'orienter",
            "Learn to orient oneself",
            "Faire de l'orientation un apprentissage, et non un moment.",
            "Make guidance something learned, not a moment.",
        ),
        Point(
            "2",
            *PRINCIPLES,
            "Un continuum du primaire au supérieur",
            "A continuum from primary to higher education",
            "Suivre l'élève avec un portfolio.",
            "Follow the pupil with a portfolio.",
            ("orientation-continuum",),
        ),
        Point(
            "3",
            *PRINCIPLES,
            "Des actions en classe entière",
            "Whole-class actions",
            "Agir contre l'autocensure avec tous les élèves.",
            "Act against self-censorship with all pupils.",
        ),
    ),
)

LANGUAGES = Set(
    "langues-2019",
    "recommandation",
    datetime(2019, 4, 11, 9, 0, tzinfo=PARIS),
    "Écoles, établissements, formation des enseignants",
    "Schools, teacher training",
    LANGUAGES_TITLES,
    (
        Point(
            "1",
            *JURY,
            "Parler, pas à pas, de la maternelle au lycée",
            "Speaking, step by step, from nursery to lycée",
            "Une progression de l'oral sur toute la scolarité.",
            "A progression of speaking over the whole of schooling.",
        ),
        Point(
            "2",
            *JURY,
            "Développer l'autonomie, avec le numérique",
            "Develop autonomy, digital tools included",
            "Apprendre à apprendre une langue.",
            "Learn how to learn a language.",
        ),
        Point(
            "3",
            *JURY,
            "Relier langues et cultures",
            "Bridge languages and cultures",
            "S'appuyer sur les langues que l'élève connaît.",
            "Build on the languages that pupils know.",
        ),
        Point(
            "4",
            *JURY,
            "Donner droit à l'erreur, évaluer les compétences réelles",
            "A right to err, real skills assessed",
            "Évaluer ce que l'élève sait faire.",
            "Assess what pupils can do.",
        ),
        Point(
            "5",
            *JURY,
            "Des séances plus courtes et plus fréquentes",
            "Shorter, more frequent lessons",
            "Répartir le temps pour mieux retenir.",
            "Spread time so that more is kept.",
        ),
        Point(
            "6",
            *JURY,
            "Davantage d'exposition pendant le temps scolaire",
            "More exposure in school time",
            "Entendre et lire la langue plus souvent.",
            "Hear and read the language more often.",
            ("langues-exposition",),
        ),
        Point(
            "7",
            *JURY,
            "La mobilité pour tous, élèves et enseignants",
            "Mobility for all pupils and teachers",
            "Faire du séjour une étape ordinaire.",
            "Make a stay abroad an ordinary step.",
        ),
        Point(
            "8",
            *JURY,
            "Réhabiliter l'enseignement explicite",
            "Explicit teaching again",
            "Nommer et travailler les formes de la langue.",
            "Name and work on the forms of the language.",
        ),
        Point(
            "9",
            *JURY,
            "Un programme national de vocabulaire",
            "A national vocabulary programme",
            "Fixer et suivre un lexique par âge.",
            "Set and follow a lexicon by age.",
        ),
        Point(
            "10",
            *JURY,
            "Recruter et former les enseignants",
            "Recruit and train teachers",
            "Une formation linguistique et didactique continue.",
            "Continuing training in language and in teaching.",
        ),
    ),
)

SETS = (DROPOUT, GUIDANCE, LANGUAGES)


@dataclass(frozen=True, slots=True)
class Answer:
    """An invented answer of a partner, shown with its badge."""

    code: str
    relation: str
    reason: str
    language: str
    title: str = ""
    text: str = ""
    title_fr: str = ""
    text_fr: str = ""
    title_en: str = ""
    text_en: str = ""
    evidence: tuple[str, ...] = ()


# the day after the host's, so that whoever stands on 11 December 2017 reads both
CHILE_PUBLISHED = datetime(2017, 12, 9, 10, 0, tzinfo=ZoneInfo("America/Santiago"))
CHILE = (
    Answer(
        "1a",
        "adopted",
        "El texto se aplica tal cual en nuestras comunas.",
        "es",
        evidence=("absenteisme-pisa",),
    ),
    Answer(
        "1b",
        "adapted",
        "La suspensión depende aquí del sostenedor: el texto nombra a quien decide.",
        "es",
        "Alternativas a la suspensión con el sostenedor",
        "Antes de suspender, el sostenedor ofrece una acogida educativa durante la jornada.",
        "Des alternatives à l'exclusion avec le gestionnaire de l'école",
        "Avant d'exclure, le gestionnaire propose un accueil éducatif pendant la journée.",
        "Alternatives to suspension with the school's governing body",
        "Before suspending, the governing body offers an educational placement during the day.",
        ("exclusion-sans-alternative",),
    ),
)

RABAT_PUBLISHED = datetime(2017, 12, 20, 10, 0, tzinfo=ZoneInfo("Africa/Casablanca"))
RABAT = (
    Answer(
        "1a",
        "adopted",
        "Les outils de repérage existent ici sous la même forme.",
        "fr",
        evidence=("absenteisme-pisa",),
    ),
    Answer(
        "1b",
        "adapted",
        "L'exclusion se décide ici au conseil de l'établissement : le texte le nomme.",
        "fr",
        title_fr="Des alternatives à l'exclusion, décidées en conseil",
        text_fr="Le conseil de l'établissement propose un accueil éducatif avant toute exclusion.",
        title_en="Alternatives to exclusion, decided by the school council",
        text_en="The school council offers an educational placement before any exclusion.",
        evidence=("exclusion-sans-alternative",),
    ),
)
