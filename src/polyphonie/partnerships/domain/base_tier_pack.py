"""The base tier as the partnership brochure fixes it, in our own words: a list to start from, kept as data."""

from __future__ import annotations

from dataclasses import dataclass, field

from polyphonie.kernel.localised import LocalisedText

TEMPLATE_VERSION = "2026-1"


def both(fr: str, en: str) -> LocalisedText:
    return LocalisedText({"fr": fr, "en": en})


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    slug: str
    label: LocalisedText
    duty: LocalisedText
    proof_wanted: LocalisedText


@dataclass(frozen=True, slots=True)
class BenefitLine:
    slug: str
    heading: LocalisedText
    label: LocalisedText
    limit: LocalisedText = field(default_factory=LocalisedText)
    opens_resources: bool = False


COMMITMENTS = (
    CommitmentLine(
        "paf_entry",
        both("Inscription au PAF", "Entry in the training programme (PAF)"),
        both(
            "Inscrire au PAF au moins une conférence associée ou un atelier associé pendant la convention.",
            "Enter at least one associated conference or workshop in the PAF during the agreement.",
        ),
        both(
            "La fiche PAF : titre, objectifs, public, durée, dates, fonctions des formateurs.",
            "The PAF sheet: title, aims, public, duration, dates, functions of the trainers.",
        ),
    ),
    CommitmentLine(
        "use_resources",
        both("Usage des ressources", "Use of the resources"),
        both(
            "Utiliser et diffuser les ressources en formation, auprès des formateurs et des personnels concernés.",
            "Use and spread the resources in training, to trainers and the staff concerned.",
        ),
        both(
            "Une action de formation qui nomme les ressources utilisées, ou un document qui les montre.",
            "A training action that names the resources used, or a document that shows them.",
        ),
    ),
    CommitmentLine(
        "encourage_recommendations",
        both("Mise en œuvre des recommandations", "Recommendations in the field"),
        both(
            "Encourager la mise en œuvre des recommandations sur le terrain, notamment avec la CARDIE.",
            "Encourage the recommendations in the field, notably with the CARDIE.",
        ),
        both(
            "Une action reliée à une recommandation, avec l'acteur local qui la porte.",
            "An action linked to a recommendation, with the local body that carries it.",
        ),
    ),
    CommitmentLine(
        "feedback",
        both("Retour d'expérience", "Feedback report"),
        both(
            "Rendre compte des actions : modalités, publics touchés, effets observés.",
            "Report on the actions: modalities, publics reached, effects observed.",
        ),
        both(
            "Un retour d'expérience en trois blocs, à remplir en dix minutes.",
            "A feedback report in three blocks, filled in ten minutes.",
        ),
    ),
)

EVENTS = both("Conférences et ateliers associés", "Associated conferences and workshops")
RESEARCHERS = both("Réseau de chercheurs", "Researchers' network")
RESOURCES = both("Ressources", "Resources")
NETWORK = both("Réseau des partenaires", "Partners' network")

BENEFITS = (
    BenefitLine(
        "event_support",
        EVENTS,
        both(
            "Aide à l'organisation et à la méthode pour préparer une conférence ou un atelier associé",
            "Help with organisation and method to prepare an associated conference or workshop",
        ),
        both(
            "Sans intervention de l'instance hôte comme experte pendant la séance : c'est une prestation à la carte.",
            "Without the host acting as an expert during the session: that is an à-la-carte service.",
        ),
    ),
    BenefitLine(
        "canope_coordination",
        EVENTS,
        both(
            "Coordination avec Réseau Canopé quand il participe à l'organisation",
            "Coordination with Réseau Canopé when it takes part in the organisation",
        ),
    ),
    BenefitLine(
        "researchers",
        RESEARCHERS,
        both(
            "Mise en relation privilégiée avec le réseau de chercheurs",
            "Privileged contact with the researchers' network",
        ),
        both(
            "La demande passe par l'instance hôte ; aucune adresse n'est donnée.",
            "The request goes through the host; no address is given.",
        ),
    ),
    BenefitLine(
        "resource_spotting",
        RESOURCES,
        both(
            "Repérage des ressources existantes utiles aux priorités locales",
            "Spotting of existing resources that serve local priorities",
        ),
    ),
    BenefitLine(
        "early_access",
        RESOURCES,
        both(
            "Accès anticipé aux synthèses des notes d'experts et aux premiers documents, environ trois semaines avant",
            "Early access to summaries of experts' notes and first documents, about three weeks before",
        ),
        opens_resources=True,
    ),
    BenefitLine(
        "partner_space",
        NETWORK,
        both(
            "Espace collaboratif des partenaires (Moodle, à partir de 2027)",
            "Collaborative space of the partners (Moodle, from 2027)",
        ),
    ),
    BenefitLine(
        "sharing",
        NETWORK,
        both(
            "Mutualisation de ressources et de retours d'expérience", "Pooled resources and lessons learned"
        ),
    ),
    BenefitLine(
        "communities",
        NETWORK,
        both("Communautés thématiques", "Thematic communities"),
    ),
)
