"""Recording, changing and publishing a cooperation project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation, Territory, Theme

from ..enums import DeclaredStatus, ParticipationRole, ProjectForm
from ..models import Participation, Project
from .refusals import ProjectChanged, check_year, lock


class ProjectTitleMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Donnez un titre au projet, dans une langue au moins."), field="title")


class ProjectSlugTaken(Refusal):
    def __init__(self, slug: str) -> None:
        super().__init__(
            _("L'adresse « %(slug)s » est déjà celle d'un autre projet ; choisissez-en une autre.")
            % {"slug": slug},
            field="slug",
        )


class ProjectEndsBeforeStart(Refusal):
    def __init__(self, end_on: date, start_year: int) -> None:
        super().__init__(
            _("La fin (%(end)s) précède le début (%(start)s) ; corrigez l'une des deux.")
            % {"end": end_on.strftime("%d/%m/%Y"), "start": str(start_year)},
            field="end_on",
        )


class DeclaredStatusUnknown(Refusal):
    def __init__(self, status: str) -> None:
        super().__init__(
            _("L'état « %(status)s » n'est pas de la liste : prévu, en cours, terminé ou suspendu.")
            % {"status": status},
            field="declared_status",
        )


class ProjectFormUnknown(Refusal):
    def __init__(self, form: str) -> None:
        super().__init__(
            _("La forme « %(form)s » n'est pas de la liste ; choisissez-en une ou « autre forme ».")
            % {"form": form},
            field="form",
        )


class ProjectSourceMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Ce projet n'a pas de source ; donnez son libellé ou son adresse avant de le publier, "
                "ou marquez-le comme exemple fictif."
            ),
            field="source_label",
        )


class ProjectAlreadyPublished(Refusal):
    def __init__(self, published_at: datetime) -> None:
        super().__init__(
            _("Ce projet est publié depuis le %(day)s ; modifiez-le au besoin.")
            % {"day": published_at.strftime("%d/%m/%Y")}
        )


NO_TEXT = LocalisedText()


@dataclass(frozen=True, kw_only=True)
class ProjectDetails:
    """What a record says of a project. Years stand each under its own name."""

    title: LocalisedText
    scheme: LocalisedText = NO_TEXT
    form: str = ""
    description: LocalisedText = NO_TEXT
    beneficiaries: LocalisedText = NO_TEXT
    aims: LocalisedText = NO_TEXT
    first_mission_year: int | None = None
    first_signed_year: int | None = None
    start_year: int | None = None
    end_on: date | None = None
    declared_status: str = ""
    is_triennial: bool | None = None
    source_label: str = ""
    source_url: str = ""
    source_read_date: date | None = None
    is_fictitious: bool = False
    themes: Sequence[Theme] = ()
    territories: Sequence[Territory] = ()

    @classmethod
    def of(cls, project: Project) -> ProjectDetails:
        """The details as they stand now: what a change starts from."""
        values: dict[str, Any] = {name: getattr(project, name) for name in COLUMNS}
        return cls(
            **values,
            themes=tuple(project.themes.order_by("pk")),
            territories=tuple(project.territories.order_by("pk")),
        )

    def check(self) -> None:
        """Pass, or refuse what can never be true of a project."""
        if not self.title:
            raise ProjectTitleMissing()
        if self.declared_status and self.declared_status not in DeclaredStatus.values:
            raise DeclaredStatusUnknown(self.declared_status)
        if self.form and self.form not in ProjectForm.values:
            raise ProjectFormUnknown(self.form)
        for name in ("first_mission_year", "first_signed_year", "start_year"):
            check_year(getattr(self, name), name)
        if self.end_on is not None:
            check_year(self.end_on.year, "end_on")
            if self.start_year is not None and self.end_on.year < self.start_year:
                raise ProjectEndsBeforeStart(self.end_on, self.start_year)


COLUMNS = tuple(f.name for f in fields(ProjectDetails) if f.name not in {"themes", "territories"})


def record_project(
    *, details: ProjectDetails, owner: Organisation, by: Actor, at: datetime, slug: str = ""
) -> Project:
    """Write a new record as a draft, kept by ``owner``, who becomes its project owner.

    Without ``slug`` the address is made from the title; one that is given is refused when taken.
    """
    with ledger.act("cooperation.record_project", by=by, at=at) as act:
        permit("cooperation.record_project", by, owner)
        details.check()
        if slug and Project.objects.filter(slug=slug).exists():
            raise ProjectSlugTaken(slug)
        project = Project(slug=slug or _free_slug(details.title), recorded_at=at)
        _write(project, details)
        Participation.objects.create(
            project=project, role=ParticipationRole.PROJECT_OWNER, organisation=owner, order=0
        )
        act.on(project.urn)
        act.note(owner=owner.urn)
        return project


def change_project(
    *, project: Project, version: int, details: ProjectDetails, by: Actor, at: datetime
) -> Project:
    """Write the details anew. If somebody wrote since ``version``, nothing is overwritten."""
    with ledger.act("cooperation.change_project", by=by, at=at) as act:
        permit("cooperation.keep_project", by, project)
        present = lock(project)
        if present.version != version:
            raise ProjectChanged(
                _(
                    "Cette fiche a été modifiée entre-temps ; comparez les deux versions, puis reprenez la vôtre."
                ),
                theirs=ProjectDetails.of(present),
                mine=details,
            )
        details.check()
        if present.published_at is not None and not _is_sourced(details):
            raise ProjectSourceMissing()
        before = ProjectDetails.of(present)
        changed = sorted(
            f.name
            for f in fields(details)
            if _plain(getattr(before, f.name)) != _plain(getattr(details, f.name))
        )
        present.version += 1
        _write(present, details)
        act.on(present.urn)
        act.note(version=present.version, changed=changed)
        return present


def publish_project(*, project: Project, by: Actor, at: datetime) -> Project:
    """Open the record to everybody. It needs a source, or the mark of an invented example."""
    with ledger.act("cooperation.publish_project", by=by, at=at) as act:
        permit("cooperation.keep_project", by, project)
        present = lock(project)
        if present.published_at is not None:
            raise ProjectAlreadyPublished(present.published_at)
        if not _is_sourced(ProjectDetails.of(present)):
            raise ProjectSourceMissing()
        present.published_at = at
        present.version += 1
        present.save(update_fields=["published_at", "version"])
        act.on(present.urn)
        act.note(version=present.version)
        return present


def _is_sourced(details: ProjectDetails) -> bool:
    return bool(details.source_label or details.source_url or details.is_fictitious)


def _plain(value: Any) -> Any:
    return [v.pk for v in value] if isinstance(value, (tuple, list)) else value


def _write(project: Project, details: ProjectDetails) -> None:
    for name in COLUMNS:
        setattr(project, name, getattr(details, name))
    project.save()
    project.themes.set(details.themes)
    project.territories.set(details.territories)


def _free_slug(title: LocalisedText) -> str:
    stem = slugify(title.read("fr"))[:80].strip("-") or "projet"
    taken = set(Project.objects.filter(slug__startswith=stem).order_by().values_list("slug", flat=True))
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
