"""Tables that leave the portal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from polyphonie.recommendations.enums import Relation

from ..domain.queries.families import Node
from ..domain.queries.hub import ThemeHub


def recommendation_rows(hub: ThemeHub, absolute: Callable[[str], str]) -> tuple[list[str], list[list[Any]]]:
    """One row per published recommendation of the theme, those derived from it below."""
    header = [
        _("code"),
        _("recommandation"),
        _("langue"),
        _("instance"),
        _("publiée le"),
        _("reprise de"),
        _("relation"),
        _("raison"),
        _("constats"),
        _("exemple fictif"),
        _("source"),
        _("adresse permanente"),
    ]
    rows: list[list[Any]] = []
    for trunk in hub.trunks:
        for node in trunk.nodes:
            rows.append(_row(node, absolute))
            for offspring in node.offspring:
                derivation = offspring.derivation
                relation = str(Relation(derivation.relation).label)
                if offspring.node:
                    rows.append(
                        _row(offspring.node, absolute, node.recommendation.code, relation, derivation.reason)
                    )
                else:
                    rows.append(
                        [
                            "",
                            "",
                            derivation.reason_language,
                            str(derivation.process.issuer.name),
                            derivation.published_at.date().isoformat() if derivation.published_at else "",
                            node.recommendation.code,
                            relation,
                            derivation.reason,
                            "",
                            _("oui") if derivation.process.is_fictitious else _("non"),
                            "",
                            absolute(derivation.permalink),
                        ]
                    )
    return header, rows


def _row(
    node: Node, absolute: Callable[[str], str], source: str = "", relation: str = "", reason: str = ""
) -> list[Any]:
    recommendation, text = node.recommendation, node.text(get_language() or "fr")
    published = node.revision.published_at
    return [
        recommendation.code,
        text.title if text else "",
        text.language if text else "",
        str(recommendation.issuer.name),
        published.date().isoformat() if published else "",
        source,
        relation,
        reason,
        node.statements,
        _("oui") if recommendation.is_fictitious else _("non"),
        recommendation.source_label or recommendation.source_url,
        absolute(recommendation.permalink),
    ]
