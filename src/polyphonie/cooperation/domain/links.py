"""A project as an action: it implements, illustrates or precedes a recommendation."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.queries.directory import current_organisation
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation
from polyphonie.recommendations.domain.actions import link_action
from polyphonie.recommendations.models import ActionLink, Recommendation

from ..enums import KEEPING_ROLES
from ..models import Project
from .refusals import lock


class ProjectNotPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Ce projet est encore un brouillon ; publiez-le avant de le relier à une recommandation.")
        )


class ProjectUndated(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "On ne sait ni quand ce projet a été signé ni quand il a débuté ; donnez l'une des deux années, "
                "ou choisissez « illustre »."
            ),
            field="relation",
        )


def link_project_to_recommendation(
    *, project: Project, recommendation: Recommendation, relation: str, by: Actor, at: datetime
) -> ActionLink:
    """Link the project to a recommendation, as an action.

    The verb of the room of recommendations holds the rule: *implements* is refused where the earliest
    signature or start lies before the publication. Only a published project is linked, so that the
    label of a draft never stands on somebody else's page.
    """
    with ledger.act("cooperation.link_project_to_recommendation", by=by, at=at) as act:
        permit("cooperation.keep_project", by, project)
        present = lock(project)
        if not present.is_public(at):
            raise ProjectNotPublished()
        year = present.first_known_year()
        if year is None and relation != "illustrates":
            raise ProjectUndated()
        link = link_action(
            recommendation=recommendation,
            relation=relation,
            action_urn=present.urn,
            label=present.scheme or present.title,
            organisation=_acting_body(present, by, at),
            started=date(year, 1, 1) if year is not None else None,
            started_precision="year",
            source_label=present.source_label,
            source_url=present.source_url,
            source_read_date=present.source_read_date,
            is_fictitious=present.is_fictitious,
            by=by,
            at=at,
        )
        act.on(present.urn)
        act.note(recommendation=recommendation.urn, relation=relation, link=link.urn)
        return link


def _acting_body(project: Project, by: Actor, at: datetime) -> Organisation | None:
    """The body for which the project is linked: a keeper that the actor serves, or the one that has
    taken over from it; for a task, the first keeper."""
    keepers = [
        p.organisation
        for p in project.participations.filter(role__in=KEEPING_ROLES, organisation__isnull=False)
        .select_related("organisation__successor__successor")
        .order_by("order", "pk")
    ]
    served = by.scopes(Role.COOPERATION_OFFICER)
    for keeper in keepers:
        if keeper is not None and keeper.urn in served:
            return current_organisation(keeper, on=at.date())
    return keepers[0] if keepers else None
