"""The command line: verify this installation, look into a file, estimate, and write what others can read.

What does not fit is told in one sentence on the error stream, with exit status 2; a verification that fails ends
with 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TextIO

import numpy as np

from ilsa._version import __version__
from ilsa.assessment import Assessment
from ilsa.combine import DEGREES, SAMPLING
from ilsa.design import AssessmentDesign, FromColumns, FromZones
from ilsa.errors import DesignError, EstimateError, IlsaError
from ilsa.io import Codebook, DataFile, FileError, read
from ilsa.profile import Profile, profiles
from ilsa.report import Report, report
from ilsa.results import EstimateTable
from ilsa.scale import Scale, Threshold

FORMATS: Final = ("text", "csv", "json", "html", "latex")
_ENDINGS: Final = {".csv": "csv", ".json": "json", ".html": "html", ".tex": "latex", ".txt": "text"}


def main(argv: Sequence[str] | None = None, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Run a command. Returns: 0, or 1 where a verification fails, or 2 where something was refused."""
    target, told = out or sys.stdout, err or sys.stderr
    for stream in (target, told):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(encoding="utf-8")
    given = sys.argv[1:] if argv is None else list(argv)
    parser = _parser()
    try:
        asked = parser.parse_args(given)
    except SystemExit as ended:  # argparse has said why
        return ended.code if isinstance(ended.code, int) else 2
    asked.command_line = ["ilsa", *given]
    try:
        status: int = asked.run(asked, target, told)
    except IlsaError as refusal:
        told.write(f"ilsa: {refusal}\n")
        return 2
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ilsa", description="Statistics of large-scale assessments.")
    parser.add_argument("--version", action="version", version=f"ilsa {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    verify = commands.add_parser("verify", help="compute the reference values again and compare")
    verify.add_argument("--json", action="store_true", help="print JSON in place of a table")
    verify.add_argument("--out", metavar="FILE", help="also write the result as JSON")
    verify.set_defaults(run=_verify)

    known = commands.add_parser("profiles", help="what is known of each study, line by line")
    known.add_argument("name", nargs="?", help="a profile; without one, all their names")
    known.add_argument("--json", action="store_true", help="print JSON in place of a table")
    known.set_defaults(run=_profiles)

    inspect = commands.add_parser("inspect", help="what a file holds, and which profiles it fits")
    inspect.add_argument("file")
    inspect.add_argument("--json", action="store_true", help="print JSON in place of a table")
    _design_options(inspect, required=False)
    inspect.set_defaults(run=_inspect)

    for name, told in (
        ("mean", "the mean of a scale or a column"),
        ("share", "the share of pupils at or above a threshold"),
        ("levels", "the share of pupils in each level"),
        ("percentiles", "percentiles"),
        ("lm", "linear regression"),
    ):
        command = commands.add_parser(name, help=told)
        command.add_argument("file")
        if name == "lm":
            command.add_argument("--formula", required=True, help="such as 'reading ~ girl + C(region)'")
            command.add_argument(
                "--standardised", action="store_true", help="standardised coefficients alone"
            )
        else:
            command.add_argument("--of", required=True, help="a scale or a column of numbers")
        if name == "share":
            command.add_argument("--at-least", required=True, help="a number, or a threshold of the profile")
            command.add_argument("--below", action="store_true", help="the share below it")
        if name == "percentiles":
            command.add_argument("--at", type=_numbers, default=(10.0, 25.0, 50.0, 75.0, 90.0), metavar="P,P")
            command.add_argument(
                "--definition", choices=("interpolated", "left_continuous"), default="interpolated"
            )
        _design_options(command, required=True)
        command.add_argument("--by", type=_names, default=(), metavar="COLUMN,COLUMN")
        command.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE,VALUE")
        command.add_argument("--missing", choices=("refuse", "leave_out"), default="refuse")
        command.add_argument("--sampling", choices=SAMPLING, default="all")
        command.add_argument("--df", choices=DEGREES, default="barnard_rubin")
        command.add_argument("--confidence", type=float, default=0.95)
        command.add_argument("--language", choices=("fr", "en"), default="en")
        command.add_argument("--decimals", type=int)
        command.add_argument("--format", choices=FORMATS, help="else by the ending of --out, else text")
        command.add_argument("--out", metavar="FILE")
        command.set_defaults(run=_estimate, statistic=name)
    return parser


def _design_options(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument("--design", required=required, help="a profile, a .toml profile or a .json design")
    command.add_argument("--set", action="append", default=[], metavar="LINE=VALUE", help="override a line")
    command.add_argument(
        "--scale", action="append", default=[], metavar="NAME=PATTERN:M[:CUTS]", help="such as r=PV{m}READ:10"
    )
    command.add_argument("--codebook", metavar="FILE", help="labels, types and codes of no answer, JSON")


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(","))


# verify, profiles


def _verify(asked: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    from ilsa.verify import verify  # here, because no other command needs the reference values

    found = verify()
    text = _json(found.as_dict())
    if asked.out:
        _write(asked.out, text)
    if asked.json:
        out.write(text)
    else:
        for check in found.checks:
            state = "ok    " if check.passed else "FAILED"
            out.write(
                f"{state}  {check.difference:9.2e}  (at most {check.tolerance:.0e})  {check.values:3d} values  "
                f"{check.statistic}; {check.reference}\n"
            )
            if check.problem:
                out.write(f"        {check.problem}\n")
        failed = sum(not check.passed for check in found.checks)
        out.write(
            f"{len(found.checks)} checks, {failed} failed. The numbers are largest relative differences.\n"
        )
    return 0 if found.passed else 1


def _profiles(asked: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    chosen = [Profile.load(name) for name in ([asked.name] if asked.name else profiles())]
    if asked.json:
        out.write(_json([_told(profile) for profile in chosen]))
        return 0
    for profile in chosen:
        out.write(
            f"{profile.name}  version {profile.version}  {profile.title['en']} | {profile.title['fr']}\n"
        )
        for line in profile.lines if asked.name else ():
            out.write(f"  {line.part}.{line.field} = {line.value!r}  [{line.status}]  {line.source}\n")
        for one in profile.scales if asked.name else ():
            cuts = ", ".join(str(cut) for cut in one.scale.levels.thresholds) if one.scale.levels else "none"
            out.write(f"  scale {one.scale.name}, cuts {cuts}  [{one.status}]  {one.source}\n")
        for mark in profile.thresholds if asked.name else ():
            out.write(f"  threshold {mark.key} of {mark.scale}: {mark.threshold}  [{mark.status}]\n")
    return 0


def _told(profile: Profile) -> dict[str, Any]:
    return {
        "profile": profile.name,
        "version": profile.version,
        "title": dict(profile.title),
        "lines": [
            {
                "part": one.part,
                "field": one.field,
                "value": one.value,
                "status": one.status,
                "source": one.source,
            }
            for one in profile.lines
        ],
        "scales": [
            {
                "name": one.scale.name,
                "columns": list(one.scale.values.columns),
                "cuts": [cut.value for cut in one.scale.levels.thresholds] if one.scale.levels else [],
                "status": one.status,
                "source": one.source,
            }
            for one in profile.scales
        ],
        "thresholds": [
            {
                "key": one.key,
                "scale": one.scale,
                "value": one.threshold.value,
                "owner": one.threshold.owner,
                "status": one.status,
                "source": one.threshold.source,
            }
            for one in profile.thresholds
        ],
    }


# a file and its design


class _Opened:
    """A file with its codebook applied, the design it is read by, and the scales it has."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.file: DataFile = read(asked.file)
        self.codebook: Codebook | None = self.file.codebook
        self.notes = list(self.file.notes)
        self.table: dict[str, Any] = dict(self.file)
        if asked.codebook:
            self.codebook = Codebook.from_json(_text_of(asked.codebook))
            coded = self.codebook.apply(self.table)
            self.table |= coded.table
            for one in coded.conversions:
                gaps = "".join(f", {count} {meaning}" for meaning, count in one.missing.items())
                self.notes.append(
                    f"Column {one.column!r}: {one.converted} cell(s) converted from text{gaps}."
                )
        self.profile: Profile | None = None
        self.design: AssessmentDesign | None = None
        if asked.design:
            self.design = self._read_design(asked.design, _settings(asked.set))
        self.scales: list[Scale] = [*(self.profile.scales_in(self.table) if self.profile else ())]
        own = [_scale(text) for text in asked.scale]
        self.scales = [one for one in self.scales if one.name not in {mine.name for mine in own}] + own

    def _read_design(self, name: str, settings: dict[str, Any]) -> AssessmentDesign:
        if name.endswith(".json"):
            if settings:
                raise DesignError("override_without_profile", design=name, field=next(iter(settings)))
            return AssessmentDesign.from_json(_text_of(name))
        profile = Profile.from_toml(_text_of(name)) if name.endswith(".toml") else Profile.load(name)
        profile = profile.override(**settings)
        self.profile = profile if "replicates" in settings else profile.suited_to(self.table)
        return self.profile.design()

    def assessment(self) -> Assessment:
        assert self.design is not None
        return Assessment(self.table, self.design, scales=self.scales, source_sha256=self.file.sha256)

    def as_dict(self) -> dict[str, Any]:
        return {
            "file": {
                "name": self.file.name,
                "sha256": self.file.sha256,
                "rows": self.file.rows,
                "columns": len(self.file),
                "notes": self.notes,
            },
            "profile": self.profile.as_dict() if self.profile else None,
            "design": self.design.specification() if self.design else None,
        }


def _settings(given: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in given:
        field, _, value = text.partition("=")
        try:
            found[field.strip()] = json.loads(value)
        except ValueError:
            found[field.strip()] = value
    return found


def _scale(text: str) -> Scale:
    name, _, rest = text.partition("=")
    pattern, _, rest = rest.partition(":")
    number, _, cuts = rest.partition(":")
    try:
        if not (name and pattern):
            raise ValueError
        return Scale(name, pv=pattern, m=int(number), cuts=_numbers(cuts) if cuts else ())
    except ValueError as problem:
        if isinstance(problem, IlsaError):
            raise
        raise DesignError(
            "choice_unknown", name="--scale", value=text, known="NAME=PATTERN:M or NAME=PATTERN:M:CUT,CUT"
        ) from None


def _text_of(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FileError("file_not_found", path=path) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise FileError("file_unreadable", path=path, problem=problem) from problem


def _inspect(asked: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    opened = _Opened(asked)
    found = opened.as_dict()
    found["columns"] = [_described(name, values) for name, values in opened.table.items()]
    found["profiles"] = [_fit(Profile.load(name), opened.table) for name in profiles() if name != "generic"]
    found["samples"] = None
    if opened.design:
        weighted = opened.assessment().weighted
        found["samples"] = [
            {
                "sample": list(sample.label),
                "rows": sample.n,
                "schools": sample.n_psu,
                "replicates": sample.replicate_count,
                "sum_of_weights": sample.sum_w,
            }
            for sample in weighted.samples
        ]
        found["weighing_notes"] = [str(note) for note in weighted.provenance.notes]
    if asked.json:
        out.write(_json(found))
        return 0
    file = found["file"]
    out.write(f"{file['name']}: {file['rows']} rows, {file['columns']} columns, SHA-256 {file['sha256']}\n")
    for note in file["notes"]:
        out.write(f"{note}\n")
    for one in found["columns"]:
        out.write(f"  {one['name']}  {one['kind']}, {one['different']} different, {one['empty']} empty\n")
    for fit in found["profiles"]:
        missing = f"lacks {', '.join(fit['lacks'])}" if fit["lacks"] else "fits"
        out.write(f"profile {fit['profile']}: {missing}; scales: {', '.join(fit['scales']) or 'none'}\n")
    for one in found["samples"] or ():
        label = " / ".join(str(part) for part in one["sample"]) or "(the whole file)"
        out.write(
            f"sample {label}: {one['rows']} rows, {one['schools']} schools, {one['replicates']} replicates, "
            f"sum of weights {one['sum_of_weights']:.6g}\n"
        )
    for note in found.get("weighing_notes", ()):
        out.write(f"{note}\n")
    return 0


def _described(name: str, values: Any) -> dict[str, Any]:
    array = np.asarray(values)
    number = array.dtype.kind in "biuf"
    kept = array[~np.isnan(array)] if array.dtype.kind == "f" else array
    if not number:
        kept = np.array([value for value in array.tolist() if value is not None], dtype=object)
    return {
        "name": name,
        "kind": "number" if number else "text",
        "empty": int(array.size - kept.size),
        "different": len(set(kept.tolist())),
    }


def _fit(profile: Profile, table: dict[str, Any]) -> dict[str, Any]:
    """Which columns of a profile a file lacks, by the way that suits it best."""
    suited = profile.suited_to(table)
    design = suited.design()
    psu = (design.psu,) if isinstance(design.psu, str) else design.psu or ()
    origin = design.replicates.origin
    needed = [design.weight, *psu, *design.sample]
    if isinstance(origin, FromColumns):
        needed += origin.columns
    elif isinstance(origin, FromZones):
        needed += [origin.zone, origin.half]
    lacks = [name for name in needed if name not in table]
    if len(lacks) > 6:
        lacks = [*lacks[:5], f"and {len(lacks) - 5} more"]
    return {
        "profile": profile.name,
        "replicates": suited.ways[0],
        "lacks": lacks,
        "scales": [scale.name for scale in profile.scales_in(table)],
    }


# estimates


def _estimate(asked: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    opened = _Opened(asked)
    table = _computed(asked, opened)
    made = report(table, language=asked.language, codebook=opened.codebook, decimals=asked.decimals)
    kind = asked.format or (_ENDINGS.get(Path(asked.out).suffix.lower(), "text") if asked.out else "text")
    text = _json(_result(asked, opened, table, made)) if kind == "json" else getattr(made, f"as_{kind}")()
    for note in opened.notes:
        err.write(f"ilsa: {note}\n")
    if asked.out:
        _write(asked.out, text)
    else:
        out.write(text)
    return 0


def _computed(asked: argparse.Namespace, opened: _Opened) -> EstimateTable:
    estimate = opened.assessment().estimate
    options: Any = {
        "by": asked.by,
        "where": _where(asked.where, opened.table),
        "missing": asked.missing,
        "sampling": asked.sampling,
        "df": asked.df,
        "confidence": asked.confidence,
    }
    match asked.statistic:
        case "mean":
            return estimate.mean(asked.of, **options)
        case "share":
            at_least = _threshold(asked, opened.profile)
            return estimate.share(asked.of, at_least=at_least, below=asked.below, **options)
        case "levels":
            return estimate.levels(asked.of, **options)
        case "percentiles":
            return estimate.percentiles(asked.of, asked.at, definition=asked.definition, **options)
    return estimate.lm(asked.formula, standardised=asked.standardised, **options)


def _threshold(asked: argparse.Namespace, profile: Profile | None) -> Threshold:
    try:
        return Threshold(float(asked.at_least))
    except ValueError as problem:
        if isinstance(problem, IlsaError) or profile is None:
            raise EstimateError("threshold_unreadable", value=asked.at_least) from None
        return profile.threshold(asked.at_least, asked.of)


def _where(given: Sequence[str], table: dict[str, Any]) -> dict[str, list[Any]] | None:
    found: dict[str, list[Any]] = {}
    for text in given:
        column, sign, values = text.partition("=")
        if not sign:
            raise DesignError("choice_unknown", name="--where", value=text, known="COLUMN=VALUE,VALUE")
        number = column in table and np.asarray(table[column]).dtype.kind in "biuf"
        found[column] = [_number(value) if number else value for value in _names(values)]
    return found or None


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _result(asked: argparse.Namespace, opened: _Opened, table: EstimateTable, made: Report) -> dict[str, Any]:
    return {
        "ilsa": __version__,
        "command": asked.command_line,
        **opened.as_dict(),
        "statistic": table.statistic,
        "dimensions": list(table.dimensions),
        "cells": [_finite(cell.as_row()) for cell in table.cells],
        "title": made.title,
        "conventions": list(made.conventions),
        "provenance": [one.as_dict() for one in table.provenance],
    }


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity: infinite degrees of freedom become None, as ``df_rule`` says."""
    return {name: None if value == float("inf") else value for name, value in row.items()}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, encoding="utf-8", newline="")
    except OSError as problem:
        raise FileError("file_not_written", path=path, problem=problem.strerror or problem) from problem
