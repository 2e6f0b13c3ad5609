"""Invented persons, one per role, with addresses under example.org. Their mandates are their rights."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Somebody:
    """``roles``: (role, scope, organisation), the scope named as ``kind/slug`` of the demonstration."""

    key: str
    given_name: str
    family_name: str
    language: str
    zone: str
    roles: tuple[tuple[str, str, str], ...] = ()

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


DROPOUT = "conference/decrochage-2017"
GUIDANCE = "conference/orientation-2018"
LANGUAGES = "conference/langues-2019"
DECIDES = (("decision_maker", "organisation/partenaire-maroc", "partenaire-maroc"),)

PEOPLE = (
    Somebody(
        "hote",
        "Claire",
        "Aubert",
        "fr",
        "Europe/Paris",
        (
            ("host_coordinator", "organisation/cnesco-conseil", "cnesco-conseil"),
            ("host_coordinator", "organisation/cnesco", "cnesco"),
            ("administrator", "installation", "cnesco"),
        ),
    ),
    Somebody(
        "preuves",
        "Agnès",
        "Lemaire",
        "fr",
        "Europe/Paris",
        (("analyst", "organisation/cnesco", "cnesco"),),
    ),
    Somebody(
        "rabat",
        "Samira",
        "El Idrissi",
        "fr",
        "Africa/Casablanca",
        (("site_coordinator", "organisation/partenaire-maroc", "partenaire-maroc"),),
    ),
    Somebody(
        "rabat-2",
        "Youssef",
        "Benani",
        "fr",
        "Africa/Casablanca",
        (("site_coordinator", "organisation/partenaire-maroc", "partenaire-maroc"),),
    ),
    Somebody(
        "chili",
        "Camila",
        "Rojas",
        "es",
        "America/Santiago",
        (("site_coordinator", "organisation/partenaire-chili", "partenaire-chili"),),
    ),
    Somebody(
        "irlande",
        "Aoife",
        "Byrne",
        "en",
        "Europe/Dublin",
        (("site_coordinator", "organisation/partenaire-irlande", "partenaire-irlande"),),
    ),
    Somebody(
        "experte",
        "Hélène",
        "Marchand",
        "fr",
        "Europe/Paris",
        (
            ("expert", DROPOUT, ""),
            ("expert", GUIDANCE, ""),
            ("expert", LANGUAGES, ""),
        ),
    ),
    Somebody(
        "moderation",
        "Paul",
        "Lenoir",
        "fr",
        "Europe/Paris",
        (
            ("moderator", DROPOUT, "cnesco-conseil"),
            ("moderator", GUIDANCE, "cnesco-conseil"),
            ("moderator", LANGUAGES, "cnesco-conseil"),
        ),
    ),
    Somebody(
        "decideur",
        "Karim",
        "Tazi",
        "fr",
        "Africa/Casablanca",
        (("decision_maker", "site/decrochage-2017/partenaire-maroc", "partenaire-maroc"),),
    ),
    Somebody(
        "formation",
        "Nadia",
        "Perrin",
        "fr",
        "Europe/Paris",
        (("training_engineer", "organisation/academie-dijon", "academie-dijon"),),
    ),
    Somebody(
        "partenariats",
        "Agnès",
        "Delorme",
        "fr",
        "Europe/Paris",
        (("partnership_manager", "organisation/cnesco", "cnesco"),),
    ),
    Somebody(
        "cooperation",
        "Luc",
        "Ferrand",
        "fr",
        "Europe/Paris",
        (("cooperation_officer", "organisation/ville-evry-courcouronnes", "ville-evry-courcouronnes"),),
    ),
    # the mandates of a visiting team come with its visit
    Somebody("visite", "Agnès", "Vuillemin", "fr", "Europe/Paris"),
    Somebody("visite-2", "Thomas", "Berthod", "fr", "Europe/Paris"),
    Somebody("analyste", "Awa", "Diop", "fr", "Africa/Dakar"),
    Somebody("panel-1", "Leïla", "Amrani", "fr", "Africa/Casablanca", DECIDES),
    Somebody("panel-2", "Omar", "Chraibi", "fr", "Africa/Casablanca", DECIDES),
    Somebody("panel-3", "Fatima", "Zahraoui", "ar", "Africa/Casablanca", DECIDES),
    Somebody("panel-4", "Driss", "Ouazzani", "fr", "Africa/Casablanca", DECIDES),
    Somebody("panel-5", "Salma", "Kettani", "fr", "Africa/Casablanca", DECIDES),
    Somebody("panel-6", "Hicham", "Bennis", "fr", "Africa/Casablanca", DECIDES),
)
