"""Making a run's table again from the file alone, without a database: the command that each run names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.errors import Refusal

from .designs import DesignTerms
from .disclosure import protected
from .estimating import PACKAGE, Cell, Job, Specification, check_against, estimate
from .pupil_files import read_pupil_file


class AnotherFile(Refusal):
    """The file is not the one that the run was computed from."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(
            _("Ce fichier a l'empreinte %(found)s ; le calcul porte sur %(expected)s.")
            % {"found": found[:12], "expected": expected[:12]}
        )


class RunUnreadable(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("« %(name)s » n'est pas la description d'un calcul ; téléchargez-la (JSON) de sa page.")
            % {"name": name}
        )


def repeat_run(file: Path, described: Path) -> tuple[tuple[Cell, ...], str]:
    """The cells of a run, from its description (the JSON beside its page) and the file; and, where the
    package is of another version than the run, the sentence that says so."""
    try:
        run: dict[str, Any] = json.loads(described.read_text(encoding="utf-8"))
        terms = DesignTerms.read(run["design"])
        wanted = Specification.read(run["spec"])
        expected, version = str(run["dataset"]["sha256"]), str(run["package"])
    except (ValueError, KeyError, TypeError):
        raise RunUnreadable(described.name) from None
    pupils = read_pupil_file(file.read_bytes(), limit=settings.PUPIL_FILE_LIMIT)
    if pupils.sha256 != expected:
        raise AnotherFile(pupils.sha256, expected)
    check_against(terms, pupils.columns)
    result = estimate(Job(terms, wanted, pupils.sha256), pupils.columns)
    told = (
        ""
        if version == PACKAGE
        else str(_("Calculé avec %(ours)s ; le calcul publié l'était avec %(theirs)s."))
        % {"ours": PACKAGE, "theirs": version}
    )
    return protected(result.cells), told
