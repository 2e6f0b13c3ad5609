"""Who reads a file of this room: asked each time, by the rule of what the file belongs to."""

from __future__ import annotations

from datetime import datetime

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Urn
from polyphonie.kernel.models import StoredFile
from polyphonie.kernel.rights import may

from ...models import Credential, FollowUpProof, FollowUpReport, LanguageVersion


def file_is_readable(file: StoredFile, viewer: Actor, at: datetime) -> bool:
    """A document by its distribution, a proof with its report, a letter by those who settle or send it."""
    urn = Urn.parse(file.owner_urn)
    if urn.kind == LanguageVersion.urn_kind:
        return LanguageVersion.objects.readable_by(viewer, at).filter(uid=urn.uid, file=file).exists()
    if urn.kind == FollowUpProof.urn_kind:
        reports = FollowUpReport.objects.readable_by(viewer, at).order_by().values("pk")
        return FollowUpProof.objects.filter(uid=urn.uid, file=file, report__in=reports).exists()
    if urn.kind == Credential.urn_kind:
        credential = (
            Credential.objects.filter(uid=urn.uid, letter=file)
            .select_related(
                "delegate__delegation__member",
                "delegate__delegation__meeting__instance",
                "delegate__delegation__meeting__conference",
            )
            .first()
        )
        return credential is not None and may(
            "governance.name_delegation", viewer, credential.delegate.delegation
        )
    return False
