"""What every verb over a resource begins with: the row, locked, as long as it stands."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.errors import ChangedMeanwhile, Refusal

from ..models import Resource


class ResourceWithdrawn(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette ressource a été retirée ; elle ne s'ouvre plus et ne change plus."))


class ResourceChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, *, theirs: Resource, mine: object) -> None:
        super().__init__(
            _(
                "Quelqu'un a modifié cette ressource entre-temps ; relisez les deux versions, puis recommencez."
            ),
            theirs=theirs,
            mine=mine,
        )


def locked(resource: Resource) -> Resource:
    """The row as it stands now. Raises :class:`ResourceWithdrawn`."""
    rows = Resource.objects.select_for_update(of=("self",)).select_related("kind", "issuer")
    row = rows.get(pk=resource.pk)
    if row.withdrawn_at is not None:
        raise ResourceWithdrawn()
    return row
