"""Qualéduc Mobilités: the programme as its page gives it; the visit and its sheets are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from .places import Body, Place
from .sources import BODIES, Source

QUALEDUC = Source(
    "Éduscol, « Qualéduc Mobilités », page du 15 septembre 2017",
    "https://eduscol.education.fr/cid119908/qualeduc-mobilites.html",
)
EDUSCOL_SEMINAR = Source(
    "Éduscol, page Qualéduc Mobilités mise à jour", "https://eduscol.education.fr/cid119908"
)
FEI_MOBILITIES = Source("France Éducation international", "https://www.france-education-international.fr/")

HOST_PLACES = (
    Place("autriche", "country", "Autriche", "Austria", "AT", "", "Europe/Vienna", ("de",), "48.21", "16.37"),
    Place("suede", "country", "Suède", "Sweden", "SE", "", "Europe/Stockholm", ("sv",), "59.33", "18.07"),
    Place(
        "royaume-uni",
        "country",
        "Royaume-Uni",
        "United Kingdom",
        "GB",
        "",
        "Europe/London",
        ("en",),
        "51.51",
        "-0.13",
    ),
    # no country of the ISO list: a territory of its own, under the one that it belongs to
    Place(
        "ecosse",
        "government",
        "Écosse",
        "Scotland",
        "GB-SCT",
        "royaume-uni",
        "Europe/London",
        ("en", "gd"),
        "55.95",
        "-3.19",
    ),
    Place("italie", "country", "Italie", "Italy", "IT", "", "Europe/Rome", ("it",), "41.90", "12.50"),
    Place(
        "allemagne", "country", "Allemagne", "Germany", "DE", "", "Europe/Berlin", ("de",), "52.52", "13.41"
    ),
)

REGIONS = (
    ("hauts-de-france", "Hauts-de-France", ("amiens", "lille")),
    ("bourgogne-franche-comte", "Bourgogne-Franche-Comté", ("besancon", "dijon")),
    ("normandie", "Normandie", ("caen", "rouen")),
    ("auvergne-rhone-alpes", "Auvergne-Rhône-Alpes", ("clermont-ferrand", "lyon", "grenoble")),
    ("ile-de-france", "Île-de-France", ("creteil", "versailles")),
    ("occitanie", "Occitanie", ("montpellier", "toulouse")),
    ("grand-est", "Grand Est", ("nancy-metz", "strasbourg")),
    ("pays-de-la-loire", "Pays de la Loire", ("nantes",)),
    ("centre-val-de-loire", "Centre-Val de Loire", ("orleans-tours",)),
    ("bretagne", "Bretagne", ("rennes",)),
)
NAMES = {
    "amiens": "Amiens",
    "lille": "Lille",
    "besancon": "Besançon",
    "clermont-ferrand": "Clermont-Ferrand",
    "lyon": "Lyon",
    "grenoble": "Grenoble",
    "creteil": "Créteil",
    "versailles": "Versailles",
    "montpellier": "Montpellier",
    "toulouse": "Toulouse",
    "nancy-metz": "Nancy-Metz",
    "strasbourg": "Strasbourg",
    "nantes": "Nantes",
    "orleans-tours": "Orléans-Tours",
    "rennes": "Rennes",
}


def _of(name: str) -> str:
    """« d'Amiens », « de Lille »."""
    return f"d'{name}" if name[0] in "AEIOUÉO" else f"de {name}"


REGION_BODIES = tuple(
    Body(
        f"region-academique-{code}",
        "academie_region",
        f"Région académique {name}",
        f"Région académique {name}",
        "",
        "france",
        source=BODIES,
    )
    for code, name, _members in REGIONS
)
ACADEMIES = tuple(
    Body(
        f"academie-{code}",
        "academie",
        f"Académie {_of(name)}",
        f"Académie of {name}",
        "",
        "france",
        source=QUALEDUC,
    )
    for code, name in NAMES.items()
)

FLOWS = (
    ("besancon", "autriche"),
    ("creteil", "suede"),
    ("montpellier", "ecosse"),
    ("grenoble", "italie"),
    ("nancy-metz", "allemagne"),
)


@dataclass(frozen=True, slots=True)
class PlannedStage:
    kind: str
    fr: str
    en: str
    first: date
    last: date


STAGES = (
    PlannedStage(
        "first_visits",
        "Mobilités des académies organisatrices, premier diagnostic",
        "Visits of the organising académies, first diagnosis",
        date(2017, 9, 1),
        date(2017, 10, 31),
    ),
    PlannedStage(
        "seminar",
        "Séminaire de travail au plan national de formation, un point par pays",
        "Working seminar in the national training plan, one focus per country",
        date(2018, 1, 1),
        date(2018, 1, 31),
    ),
    PlannedStage(
        "visits",
        "Mobilités des dix-huit académies, remise des productions et synthèse",
        "Visits of the eighteen académies, productions and synthesis handed in",
        date(2018, 3, 1),
        date(2019, 2, 28),
    ),
    PlannedStage(
        "dissemination",
        "Séminaire de dissémination",
        "Dissemination seminar",
        date(2019, 3, 1),
        date(2019, 3, 31),
    ),
)

RESULTS = (
    (
        "Mieux comprendre les systèmes éducatifs et leurs démarches qualité ; plus d'envie de travailler en équipe",
        "A better understanding of education systems and of their quality approaches; more will to work as a team",
    ),
    (
        "Une culture de l'amélioration continue renforcée dans la gouvernance de l'éducation et de la formation",
        "A stronger culture of continuous improvement in the governance of education and training",
    ),
    (
        "Un processus d'amélioration renforcé sur des questions nationales, dans les académies et les établissements",
        "A stronger improvement process on national issues, in académies and schools",
    ),
    (
        "Un usage élargi de ce processus dans l'enseignement et la formation professionnels",
        "A wider use of this process in vocational education and training",
    ),
    (
        "Des pratiques harmonisées et un outil Qualéduc perfectionné",
        "Aligned practices and a better Qualéduc tool",
    ),
    (
        "Une visibilité accrue dans les réseaux européens comme EQAVET",
        "More visibility in European networks such as EQAVET",
    ),
)

THEMES = (
    ("management", "Management", "Management"),
    ("amelioration", "Amélioration continue", "Continuous improvement"),
    ("evaluation", "Modalités d'évaluation", "Modes of evaluation"),
    ("pedagogie", "Méthodes pédagogiques", "Teaching methods"),
    ("vie-scolaire", "Vie scolaire", "School life"),
)
ELEMENTS = (
    ("objectifs", "Objectifs", "Objectives"),
    ("organisations", "Organisations", "Organisation"),
    ("types-evaluation", "Types d'évaluation", "Types of evaluation"),
    ("acteurs", "Acteurs", "Actors"),
    ("communication", "Communication", "Communication"),
    ("outils", "Outils", "Tools"),
    ("indicateurs", "Indicateurs", "Indicators"),
    ("processus", "Processus définis", "Defined processes"),
)
# our words: the page names rows and columns, and no scale
ANCHORS = (
    (1, "Rien d'observable", "Nothing that can be seen"),
    (2, "Des gestes isolés", "Single gestures"),
    (3, "Une pratique suivie", "A practice that is followed up"),
    (
        4,
        "Une pratique suivie et ajustée par ses résultats",
        "A practice followed up and adjusted by its results",
    ),
)

HOSTS = (
    ("directrice", "Directrice d'un lycée professionnel", "Head of a vocational school"),
    ("qualite", "Référent qualité de l'établissement", "Quality officer of the school"),
    ("inspection", "Inspection régionale", "Regional inspectorate"),
)
SLOTS = (
    (
        date(2018, 3, 12),
        time(9),
        "Accueil et organisation de l'établissement",
        "Welcome, how the school is run",
        0,
    ),
    (
        date(2018, 3, 13),
        time(10),
        "La boucle d'amélioration, pièces à l'appui",
        "The improvement loop, papers in hand",
        1,
    ),
    (
        date(2018, 3, 14),
        time(9),
        "Le suivi des absences par la vie scolaire",
        "How school life follows absences",
        0,
    ),
    (
        date(2018, 3, 15),
        time(14),
        "Le regard de l'inspection régionale",
        "The regional inspectorate's view",
        2,
    ),
)


@dataclass(frozen=True, slots=True)
class InventedSheet:
    """``author`` is a key of the persons; ``open_to`` empty for a draft."""

    cell: str
    author: str
    day: int
    host: int
    fact: str
    interpretation: str = ""
    open_to: str = "team"
    preconditions: str = ""
    effect: str = ""
    verdict: str = ""
    reason: str = ""


SHEETS = (
    InventedSheet(
        "management_objectifs",
        "visite",
        12,
        0,
        "Trois objectifs pour l'année sont affichés dans le hall, chacun avec un nom de service et une date.",
        "L'affichage semble servir de rappel aux équipes plus qu'aux visiteurs.",
    ),
    InventedSheet(
        "management_organisations",
        "visite-2",
        12,
        0,
        "La direction réunit les chefs d'atelier vingt minutes chaque lundi, debout, devant un tableau.",
        "La brièveté tient à l'ordre du jour, toujours le même.",
    ),
    InventedSheet(
        "management_acteurs",
        "visite",
        12,
        1,
        "Le référent qualité enseigne à mi-temps et le reste du temps prépare les revues de direction.",
    ),
    InventedSheet(
        "amelioration_processus",
        "visite",
        13,
        1,
        "Une boucle en quatre temps est décrite sur une page ; la dernière revue date de janvier 2018.",
        "La page unique la rend lisible par les élèves.",
        "programme",
    ),
    InventedSheet(
        "amelioration_outils",
        "visite-2",
        13,
        1,
        "Un questionnaire de dix items est passé deux fois par an aux élèves et aux tuteurs en entreprise.",
    ),
    InventedSheet(
        "amelioration_indicateurs",
        "visite",
        13,
        1,
        "Cinq indicateurs sont suivis ; deux portent sur les ruptures de parcours.",
    ),
    InventedSheet(
        "evaluation_types-evaluation",
        "visite-2",
        13,
        1,
        "Les enseignants s'observent par deux, une heure par semestre, avec une grille d'une page.",
        "Personne d'extérieur n'y assiste : la confiance semble au prix de cette règle.",
        verdict="inspiring",
        reason="Nos textes ne prévoient pas cette heure dans le service.",
    ),
    InventedSheet(
        "evaluation_acteurs",
        "visite",
        15,
        2,
        "L'inspection lit le rapport d'autoévaluation avant de venir et ne visite que ce qu'il met en doute.",
    ),
    InventedSheet(
        "pedagogie_organisations",
        "visite-2",
        14,
        0,
        "Les classes de première année ont un après-midi par semaine sans cours, en atelier libre encadré.",
    ),
    InventedSheet(
        "vie-scolaire_processus",
        "visite",
        14,
        0,
        "Toute absence de plus d'une heure appelle un échange le jour même avec l'élève ; au troisième "
        "échange du mois, un tuteur est nommé pour six semaines.",
        "Le tuteur change la nature de l'échange : on y parle de la formation avant l'absence.",
        "public",
        preconditions="Un temps reconnu pour les tuteurs ; un registre des absences tenu à l'heure.",
        effect="claimed",
        verdict="with_adaptation",
        reason="Le tutorat existe chez nous, mais sans seuil ni durée.",
    ),
    InventedSheet(
        "vie-scolaire_indicateurs",
        "visite-2",
        14,
        0,
        "Le nombre de tutorats en cours et le nombre d'élèves revenus en cours sont relevés chaque mois.",
        "",
        "public",
        effect="claimed",
    ),
    InventedSheet(
        "vie-scolaire_acteurs",
        "visite",
        14,
        0,
        "Deux assistants et un enseignant par niveau se partagent les échanges du jour.",
    ),
    InventedSheet(
        "vie-scolaire_communication",
        "visite",
        15,
        0,
        "Les familles reçoivent un message qui propose un rendez-vous avant de nommer l'absence.",
        open_to="",
    ),
    InventedSheet(
        "pedagogie_outils",
        "visite-2",
        15,
        0,
        "Un carnet de compétences sur papier suit l'élève de l'atelier à l'entreprise.",
        open_to="",
    ),
)


@dataclass(frozen=True, slots=True)
class InventedPractice:
    title: tuple[str, str]
    practice: tuple[str, str]
    place: tuple[str, str]
    preconditions: tuple[str, str]
    effect: tuple[str, str]
    how_to_try: tuple[str, str]
    reason: tuple[str, str]
    cites: tuple[str, ...]


PRACTICE = InventedPractice(
    ("Un tuteur après le troisième échange", "A tutor after the third talk"),
    (
        "Une absence de plus d'une heure appelle un échange le jour même. Au troisième échange du mois, un "
        "tuteur volontaire suit l'élève six semaines, à raison d'un quart d'heure par semaine.",
        "An absence of more than an hour calls for a talk on the same day. After the third talk of a month a "
        "volunteer tutor follows the pupil for six weeks, a quarter of an hour each week.",
    ),
    ("Un lycée professionnel en Autriche", "A vocational school in Austria"),
    (
        "Un temps reconnu pour les tuteurs ; un registre des absences tenu à l'heure.",
        "Recognised time for tutors; a register of absences kept by the hour.",
    ),
    (
        "L'hôte affirme que la plupart des élèves suivis reviennent ; aucune mesure n'a été montrée.",
        "The host states that most of the pupils come back; no measurement was shown.",
    ),
    (
        "Commencer par un niveau et quatre tuteurs, pendant un trimestre, avec un relevé chaque mois.",
        "Begin with one year group and four tutors, for one term, with a count each month.",
    ),
    (
        "Le tutorat existe chez nous ; le seuil et la durée sont ce qui manque.",
        "We have tutors; the threshold and the duration are what is missing.",
    ),
    ("vie-scolaire_processus", "vie-scolaire_indicateurs"),
)
ACTION = {
    "title": ("Tuteurs de retour en cours", "Tutors for coming back to class"),
    "description": (
        "Dans trois lycées professionnels, un tuteur de six semaines après le troisième échange du mois, "
        "avant toute exclusion temporaire.",
        "In three vocational schools, a tutor for six weeks after the third talk of a month, before any "
        "temporary exclusion.",
    ),
    "owner": ("Conseil technique à la vie scolaire", "Adviser on school life"),
    "indicator": (
        "Part des élèves suivis revenus en cours à six semaines",
        "Share of the pupils followed who are back in class after six weeks",
    ),
}

# cell: the first observer's rating, then the other's with what they saw
SECOND_LOOKS = {
    "management_objectifs": (3, 3, "L'affiche porte la date de septembre et trois coches."),
    "management_organisations": (4, 3, "La réunion debout a duré vingt-six minutes ce lundi."),
    "management_acteurs": (3, 3, "Le référent qualité a un bureau près de l'atelier."),
    "amelioration_processus": (4, 4, "La page de la boucle est punaisée dans la salle des professeurs."),
    "amelioration_outils": (3, 3, "Le questionnaire de l'automne a reçu deux cent douze réponses."),
    "amelioration_indicateurs": (3, 2, "Deux des cinq indicateurs n'ont pas de valeur pour l'année."),
    "evaluation_types-evaluation": (2, 2, "Quatre binômes sur neuf se sont observés ce semestre."),
    "evaluation_acteurs": (3, 4, "Le rapport porte des annotations de l'inspection."),
    "pedagogie_organisations": (2, 2, "L'atelier libre comptait onze élèves et deux enseignants."),
    "vie-scolaire_processus": (4, 4, "Le registre donne l'heure de l'échange pour chaque absence."),
    "vie-scolaire_indicateurs": (3, 3, "Le relevé de février tient en un tableau de six lignes."),
    "vie-scolaire_acteurs": (2, 3, "L'enseignant du niveau consacre une heure par jour aux échanges."),
}
CLAIMS = (
    (
        "convergence",
        "Objectifs, boucle et relevés tiennent chacun sur une page que les élèves lisent aussi.",
        ("management_objectifs", "amelioration_processus", "vie-scolaire_indicateurs"),
    ),
    (
        "practice",
        "L'échange du jour même, puis le tuteur, traitent l'absence avant qu'elle devienne une exclusion.",
        ("vie-scolaire_processus",),
    ),
    ("open_question", "Qui mesure l'effet du tutorat, et à partir de quelle date ?", ()),
)
