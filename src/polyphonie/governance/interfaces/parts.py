"""What this room shows on pages of the rooms below, and where its permanent addresses lead."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from polyphonie.conferences.enums import ConferenceKind
from polyphonie.conferences.models import Conference
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.rights import may
from polyphonie.network.enums import OrganisationKind
from polyphonie.network.models import Organisation
from polyphonie.recommendations.enums import RecommendationKind
from polyphonie.recommendations.models import Recommendation
from polyphonie.web import permalinks

from ..domain.queries.decisions import decision_on, standing_of
from ..domain.queries.members import body_part, members_part
from ..models import AgendaItem, Decision, Delegation, FollowUpReport, Meeting, OfficialDocument


def _language() -> str:
    return get_language() or "fr"


def body(organisation: Organisation, viewer: Actor, at: datetime) -> SafeString | None:
    """Facts, members with their sources, instances and meetings of a body."""
    part = body_part(organisation, viewer, at)
    if part is None:
        return None
    may_call = organisation.kind == OrganisationKind.INSTANCE and may(
        "governance.call_meeting", viewer, organisation
    )
    may_import = organisation.kind != OrganisationKind.MEMBER_GOVERNMENT and may(
        "governance.keep_members", viewer, organisation
    )
    context = {
        "part": part,
        "may_call": may_call,
        "may_import": may_import,
        "may_set_rules": organisation.kind == OrganisationKind.INSTANCE
        and may("governance.set_rules", viewer, organisation),
        "viewer": viewer,
        "at": at,
    }
    return render_to_string("governance/part_body.html", context)


def members(organisation: Organisation, viewer: Actor, at: datetime) -> SafeString | None:
    """The members of a body with what attests each, and how many seats nobody has named yet."""
    part = members_part(organisation, at)
    if part is None:
        return None
    return render_to_string("governance/part_members.html", {"part": part, "viewer": viewer, "at": at})


def member(organisation: Organisation, viewer: Actor, at: datetime) -> SafeString | None:
    """A member before the decisions that concern it: its last word on each, or its silence."""
    if organisation.kind != OrganisationKind.MEMBER_GOVERNMENT:
        return None
    rows = standing_of([organisation], viewer, at, _language())[organisation.pk]
    if not rows:
        return None
    context = {"rows": rows, "member": organisation, "viewer": viewer, "at": at}
    return render_to_string("governance/part_member.html", context)


def conference(subject: Conference, viewer: Actor, at: datetime) -> SafeString | None:
    """The way from the programme of a meeting to its agenda, documents and decisions."""
    if subject.kind != ConferenceKind.MEETING:
        return None
    meeting = Meeting.objects.readable_by(viewer, at).filter(conference=subject).first()
    if meeting is None:
        return None
    meeting.conference = subject
    return render_to_string(
        "governance/part_conference.html", {"meeting": meeting, "viewer": viewer, "at": at}
    )


def decision(recommendation: Recommendation, viewer: Actor, at: datetime) -> SafeString | None:
    """How a text was decided, and what became of it member by member."""
    if recommendation.kind != RecommendationKind.DECISION:
        return None
    part = decision_on(recommendation, viewer, at, _language())
    if part is None:
        return None
    return render_to_string("governance/part_decision.html", {"part": part, "viewer": viewer, "at": at})


def _meeting(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    found = Meeting.objects.readable_by(viewer, at).filter(uid=uid).select_related("conference").first()
    return found.get_absolute_url() if found else None


def _delegation(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    told = Meeting.objects.open_about_delegations(viewer, at).order_by().values("pk")
    found = Delegation.objects.filter(uid=uid, meeting__in=told).select_related("meeting__conference").first()
    return f"{found.meeting.get_absolute_url()}#delegations" if found else None


def _item(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    found = (
        AgendaItem.objects.readable_by(viewer, at)
        .filter(uid=uid)
        .select_related("meeting__conference")
        .first()
    )
    return f"{found.meeting.get_absolute_url()}#point-{found.number}" if found else None


def _document(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    """The document, or that it is gone, for those who could have read it."""
    found = OfficialDocument.objects.filter(uid=uid).select_related("meeting__conference").first()
    if found is None:
        return None
    if OfficialDocument.objects.readable_by(viewer, at).filter(pk=found.pk).exists():
        return found.get_absolute_url()
    if found.withdrawn_at is not None and found in OfficialDocument.objects.once_readable_by(viewer, at):
        raise permalinks.Gone()
    return None


def _decision(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    found = (
        Decision.objects.readable_by(viewer, at)
        .filter(uid=uid)
        .select_related("revision__recommendation")
        .first()
    )
    return found.get_absolute_url() if found else None


def _report(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    found = (
        FollowUpReport.objects.readable_by(viewer, at)
        .filter(uid=uid)
        .select_related("decision__revision__recommendation")
        .first()
    )
    return found.get_absolute_url() if found else None


def register_addresses() -> None:
    for kind, resolver in (
        (Meeting.urn_kind, _meeting),
        (Delegation.urn_kind, _delegation),
        (AgendaItem.urn_kind, _item),
        (OfficialDocument.urn_kind, _document),
        (Decision.urn_kind, _decision),
        (FollowUpReport.urn_kind, _report),
    ):
        permalinks.register(kind, resolver)
