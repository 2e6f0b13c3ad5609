"""The six à-la-carte services as the partnership brochure fixes them, in our own words. No rate: the scale
of charges is on request, and each host enters its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from polyphonie.kernel.localised import LocalisedText

from .base_tier_pack import both


@dataclass(frozen=True, slots=True)
class ServiceLine:
    slug: str
    label: LocalisedText
    phases: tuple[tuple[str, LocalisedText], ...]
    output: LocalisedText = field(default_factory=LocalisedText)
    limit: LocalisedText = field(default_factory=LocalisedText)


WRITTEN = both("Livrable écrit", "Written deliverable")

SERVICES = (
    ServiceLine(
        "path_design",
        both("Ingénierie d'un parcours de formation", "Design of a training path"),
        (
            ("framing", both("Cadrage avec l'EAFC", "Framing with the EAFC")),
            ("resources", both("Analyse des ressources et structure", "Resource analysis and structure")),
            ("sequence", both("Objectifs et séquençage", "Aims and sequence")),
            ("outline", both("Rédaction de la trame", "Writing of the outline")),
            ("debrief", both("Restitution finale", "Final debrief")),
        ),
        both("Parcours écrit", "Written path"),
    ),
    ServiceLine(
        "intervention",
        both("Intervention en académie", "Intervention in an académie"),
        (
            ("framing", both("Cadrage avec l'EAFC", "Framing with the EAFC")),
            ("materials", both("Adaptation des supports", "Adapting the materials")),
            ("half_day", both("Animation d'une demi-journée", "Leading a half-day")),
            ("follow_up", both("Compte rendu et suites", "Report and follow-up")),
        ),
        WRITTEN,
        both("Sur place ou à distance.", "On site or at a distance."),
    ),
    ServiceLine(
        "implement_recommendation",
        both("Mise en œuvre d'une recommandation prioritaire", "Implementing a priority recommendation"),
        (
            ("framing", both("Cadrage du besoin et choix", "Framing the need and choosing")),
            ("translation", both("Traduction opérationnelle", "Operational translation")),
            ("follow_up", both("Points de suivi", "Follow-up points")),
            ("capitalisation", both("Mise en lien et capitalisation", "Links with comparable teams")),
        ),
    ),
    ServiceLine(
        "workshop_synthesis",
        both("Synthèse et restitution personnalisée", "Personalised synthesis and debrief"),
        (
            ("reading", both("Lecture des productions", "Reading the outputs")),
            (
                "comparison",
                both("Comparaison avec la synthèse nationale", "Comparison with the national synthesis"),
            ),
            ("writing", both("Rédaction", "Writing")),
            ("debrief", both("Restitution", "Debrief")),
        ),
        WRITTEN,
    ),
    ServiceLine(
        "evaluation_support",
        both("Appui à l'évaluation d'une recommandation", "Support to the evaluation of a recommendation"),
        (
            ("framing", both("Cadrage de l'expérimentation", "Framing the experiment")),
            ("methods", both("Méthodes et évaluateurs possibles", "Methods and possible evaluators")),
            ("indicators", both("Indicateurs", "Indicators")),
            ("follow_up", both("Suivi méthodologique", "Follow-up of the method")),
            ("document", both("Document de méthode", "Method document")),
        ),
        both("Document de méthode", "Method document"),
        both(
            "L'instance hôte ne conduit jamais l'évaluation elle-même.",
            "The host never runs the evaluation itself.",
        ),
    ),
    ServiceLine(
        "read_research",
        both("Lire un article de recherche", "Reading a research article"),
        (
            ("preparation", both("Préparation de l'atelier", "Preparing the workshop")),
            ("workshop", both("Animation de l'atelier", "Leading the workshop")),
        ),
        both("Atelier de lecture critique", "Workshop on critical reading"),
    ),
)
