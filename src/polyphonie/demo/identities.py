"""The one-click identities of the welcome page, each with the sentence of what to try.

The same persons, with the same rights, carry the functional tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Identity:
    """``person`` is the key of ``data.people``; empty for those who need no account.

    ``landing`` names a page of the demonstration, resolved by ``views.landing_address``; ``moment`` the
    instant at which the task lies, taken unless the visitor has chosen a day.
    """

    key: str
    label: Any
    sentence: Any
    person: str
    landing: str
    moment: str = "dropout"


IDENTITIES = (
    Identity(
        "host",
        _("Coordination de l'instance hôte"),
        _("voir tous les sites sur un écran : heure, mode, langue, préparation, productions"),
        "hote",
        "board",
    ),
    Identity(
        "rabat",
        _("Coordination à Rabat"),
        _(
            "ouvrir la salle en différé aux heures locales, demander, garder / adapter / refuser trois "
            "recommandations avec une raison, exporter la note de deux pages"
        ),
        "rabat",
        "rabat",
    ),
    Identity(
        "chile", _("Coordination au Chili"), _("demander en espagnol, lire la même réponse"), "chili", "chile"
    ),
    Identity(
        "ireland",
        _("Coordination en Irlande"),
        _("suivre en direct, demander en anglais"),
        "irlande",
        "ireland",
        "guidance",
    ),
    Identity("expert", _("Expertise"), _("répondre une fois à une question regroupée"), "experte", "desk"),
    Identity(
        "moderator", _("Modération"), _("lire une seule file, regrouper, transmettre"), "moderation", "desk"
    ),
    Identity(
        "hall",
        _("Décision, dans une salle"),
        _("demander sans compte, avec le code court du site"),
        "",
        "hall",
    ),
    Identity(
        "evidence",
        _("Analyse et preuves"),
        _("écrire un chiffre et un constat, relever que deux sources divergent, publier quand tout y est"),
        "preuves",
        "evidence",
        "today",
    ),
    Identity(
        "training",
        _("Ingénierie de formation d'une académie"),
        _("trouver les ressources d'un thème et ce que d'autres en ont fait"),
        "formation",
        "theme",
        "today",
    ),
    Identity(
        "partnerships",
        _("Partenariats de l'instance hôte"),
        _("lire ce qu'une convention ouvre et pourquoi, accepter un justificatif en retard"),
        "partenariats",
        "agreements",
        "today",
    ),
    Identity(
        "cooperation",
        _("Coopération d'une ville"),
        _("lire la fiche d'un projet et la recommandation qu'il précède"),
        "cooperation",
        "project",
        "today",
    ),
    Identity(
        "visit",
        _("Équipe de visite, académie de Besançon"),
        _("lire les cases vides de la grille, écrire une fiche, en tirer une action chez soi"),
        "visite",
        "visit",
        "visit",
    ),
    Identity(
        "analyst",
        _("Analyse d'une évaluation"),
        _("calculer une estimation avec son erreur type et l'attacher à un constat"),
        "analyste",
        "assessments",
        "today",
    ),
    Identity(
        "correspondent",
        _("Correspondance nationale d'un gouvernement membre"),
        _("mes documents, mes échéances, les décisions à suivre, sur une page"),
        "correspondance",
        "dossier",
        "today",
    ),
    Identity(
        "secretariat",
        _("Secrétariat d'une instance de ministres"),
        _(
            "tenir l'ordre du jour, les documents par cote, les délégations, le quorum ; voir qui a rendu compte"
        ),
        "secretariat",
        "meeting",
        "bureau",
    ),
    Identity(
        "public",
        _("Public"),
        _("lire ce qui est recommandé sur un thème, par qui, avec quelles preuves"),
        "",
        "theme",
        "today",
    ),
)
BY_KEY = {identity.key: identity for identity in IDENTITIES}
