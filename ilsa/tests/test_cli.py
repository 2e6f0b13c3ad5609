"""The command line, run as a user runs it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ilsa import Assessment, AssessmentDesign, __version__
from ilsa.cli import main
from ilsa.io import write_csv
from ilsa.profile import Profile

from .test_profile import pasec_file, with_columns

pytestmark = pytest.mark.integration

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def called(*argv: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        return main(argv, out, err), out.getvalue(), err.getvalue()

    return called


@pytest.fixture
def pasec(tmp_path: Path) -> dict[str, Any]:
    table = pasec_file((0, 2))
    table["sex"] = table["ID_ECOLE"] % 3 % 2
    write_csv(tmp_path / "g6.csv", table)
    return table


def direct(table: dict[str, Any]) -> Assessment:
    profile = Profile.load("pasec2019-g6").suited_to(table)
    return Assessment(table, profile.design(), scales=profile.scales_in(table))


DESIGN = ("--design", "pasec2019-g6")


def test_verify(run: Run, tmp_path: Path) -> None:
    status, out, err = run("verify", "--out", "v.json")
    assert (status, err) == (0, "")
    assert out.splitlines()[-1].startswith("12 checks, 0 failed.")
    assert json.loads((tmp_path / "v.json").read_text())["passed"] is True


def test_verify_that_fails_ends_with_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import ilsa.verify

    monkeypatch.setattr(ilsa.verify, "_CHECKS", (("one", "nobody", 1e-9, lambda: iter([(1.0, 2.0)])),))
    status, out, _ = run("verify", "--json")
    assert status == 1
    (check,) = json.loads(out)["checks"]
    assert (check["largest_relative_difference"], check["passed"]) == (0.5, False)


def test_mean_as_json_is_what_the_package_gives(run: Run, pasec: dict[str, Any]) -> None:
    argv = ("mean", "g6.csv", "--of", "reading", *DESIGN, "--by", "sex", "--format", "json")
    status, out, err = run(*argv)
    assert (status, err) == (0, "")
    told = json.loads(out)
    expected = direct(pasec).estimate.mean("reading", by="sex")
    assert [cell["label"] for cell in told["cells"]] == [list(cell.label) for cell in expected]
    assert [cell["value"] for cell in told["cells"]] == [cell.value for cell in expected]
    assert [cell["se"] for cell in told["cells"]] == [cell.se for cell in expected]
    assert told["command"] == ["ilsa", *argv]
    assert told["profile"]["replicates"] == "zones"
    assert {line["status"] for line in told["profile"]["lines"]} == {"documented", "inferred"}
    assert len(told["file"]["sha256"]) == 64
    assert told["provenance"][0]["weights"]["source_sha256"] == told["file"]["sha256"]
    assert any("2 was read as 1" in sentence for sentence in told["conventions"])


def test_columns_are_preferred_where_the_file_has_them(
    run: Run, pasec: dict[str, Any], tmp_path: Path
) -> None:
    write_csv(tmp_path / "g6.csv", with_columns(pasec))
    told = json.loads(run("mean", "g6.csv", "--of", "reading", *DESIGN, "--format", "json")[1])
    assert told["profile"]["replicates"] == "columns"
    forced = run(
        "mean", "g6.csv", "--of", "reading", *DESIGN, "--set", "replicates=zones", "--format", "json"
    )
    again = json.loads(forced[1])
    assert again["profile"]["replicates"] == "zones"
    assert again["cells"][0]["se"] == pytest.approx(told["cells"][0]["se"], rel=1e-12)


@pytest.mark.parametrize(
    ("argv", "estimate"),
    [
        (("share", "--of", "reading", "--at-least", "500"), lambda e: e.share("reading", at_least=500)),
        (
            ("share", "--of", "reading", "--at-least", "world-bank", "--below"),
            lambda e: e.share("reading", at_least=595.05, below=True),
        ),
        (("levels", "--of", "mathematics"), lambda e: e.levels("mathematics")),
        (("percentiles", "--of", "reading", "--at", "5,50"), lambda e: e.percentiles("reading", (5, 50))),
        (("lm", "--formula", "reading ~ sex"), lambda e: e.lm("reading ~ sex")),
        (("mean", "--of", "reading", "--where", "sex=1"), lambda e: e.mean("reading", where={"sex": 1})),
    ],
    ids=["share", "threshold", "levels", "percentiles", "lm", "where"],
)
def test_statistics_as_csv(run: Run, pasec: dict[str, Any], argv: tuple[str, ...], estimate: Any) -> None:
    name, *rest = argv
    status, out, err = run(name, "g6.csv", *rest, *DESIGN, "--format", "csv")
    assert (status, err) == (0, "")
    expected = estimate(direct(pasec).estimate)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [float(row["value"]) for row in rows] == [cell.value for cell in expected]
    assert [float(row["se"]) for row in rows] == [cell.se for cell in expected]


def test_the_ending_of_out_chooses_the_form(run: Run, pasec: dict[str, Any], tmp_path: Path) -> None:
    for ending, begins in (
        (".html", '<section lang="fr">'),
        (".tex", r"\begin{table}"),
        (".csv", "ID_PAYS,"),
    ):
        asked = ("mean", "g6.csv", "--of", "reading", *DESIGN, "--language", "fr", "--out", f"t{ending}")
        assert run(*asked) == (0, "", "")
        assert (tmp_path / f"t{ending}").read_text(encoding="utf-8").startswith(begins)


def test_a_codebook_gives_labels_and_converts(run: Run, pasec: dict[str, Any], tmp_path: Path) -> None:
    table = {**pasec, "age": ["11", "99", *["12"] * (len(pasec["sex"]) - 2)]}
    write_csv(tmp_path / "g6.csv", table)
    book = {
        "format": "ilsa codebook 1",
        "columns": [
            {
                "name": "sex",
                "label": {"fr": "Sexe"},
                "type": "category",
                "values": [{"code": 1, "label": {"fr": "fille"}}],
            },
            {"name": "age", "missing": [{"code": 99, "meaning": "omitted"}]},
        ],
    }
    (tmp_path / "b.json").write_text(json.dumps(book), encoding="utf-8")
    asked = (
        "mean",
        "g6.csv",
        "--of",
        "age",
        *DESIGN,
        "--by",
        "sex",
        "--codebook",
        "b.json",
        "--language",
        "fr",
    )
    status, out, err = run(*asked)
    assert (status, out) == (2, "")
    assert "no value in row 2" in err
    status, out, err = run(*asked, "--missing", "leave_out")
    assert status == 0
    assert "Sexe" in out
    assert "fille" in out
    assert "1 ligne(s) sans valeur de 'age'" in out
    assert err == "ilsa: Column 'age': 0 cell(s) converted from text, 1 omitted.\n"


def test_inspect(run: Run, pasec: dict[str, Any]) -> None:
    status, out, _ = run("inspect", "g6.csv", *DESIGN, "--json")
    assert status == 0
    told = json.loads(out)
    assert told["file"]["rows"] == 720
    fits = {one["profile"]: one for one in told["profiles"]}
    assert fits["pasec2019-g6"] == {
        "profile": "pasec2019-g6",
        "replicates": "zones",
        "lacks": [],
        "scales": ["reading", "mathematics"],
    }
    assert fits["timss"]["lacks"] == ["TOTWGT", "IDSCHOOL", "IDCNTRY"]
    (sample,) = told["samples"]
    assert (sample["sample"], sample["rows"], sample["schools"], sample["replicates"]) == ([7], 720, 180, 90)
    status, out, _ = run("inspect", "g6.csv")
    assert "profile pasec2019-g6: fits; scales: reading, mathematics" in out


def test_designs_from_files_and_other_scales(run: Run, pasec: dict[str, Any], tmp_path: Path) -> None:
    design = AssessmentDesign.from_profile("pasec2019-g6", replicates="zones")
    (tmp_path / "d.json").write_text(design.as_json(), encoding="utf-8")
    asked = (
        "mean",
        "g6.csv",
        "--of",
        "r",
        "--design",
        "d.json",
        "--scale",
        "r=LECT_PV{m}:5",
        "--format",
        "json",
    )
    told = json.loads(run(*asked)[1])
    assert told["cells"][0]["value"] == direct(pasec).estimate.mean("reading").only.value
    assert told["profile"] is None
    status, _, err = run(*asked, "--set", "weight=w")
    assert (status, err) == (
        2,
        "ilsa: Lines are overridden in a profile; 'd.json' is a stored design. Change 'weight' in that file.\n",
    )


def test_a_scale_of_ones_own_may_have_cuts(run: Run, pasec: dict[str, Any]) -> None:
    own = ("--scale", "r=LECT_PV{m}:5:365,441.7,518.37,595.05")
    told = json.loads(run("levels", "g6.csv", "--of", "r", *DESIGN, *own, "--format", "json")[1])
    expected = direct(pasec).estimate.levels("reading")
    assert [cell["value"] for cell in told["cells"]] == [cell.value for cell in expected]


@pytest.mark.parametrize(
    "line",
    [
        *(
            "weight=5",
            "psu=[1]",
            "sample=3",
            "zero_weights=5",
            "method=5",
            "pattern=1",
            "first=a",
            "last=1.5",
            "k=abc",
        ),
        *(
            "scale=x",
            'rscales=["a"]',
            "idle=0",
            "count_by=1",
            'counts={"2":"a"}',
            "zone=1",
            "half=1",
            "doubled=x",
        ),
        *("units_per_zone=3", "replicates=[]", "replicates={}", "wheight=w", "nonsense"),
    ],
)
@pytest.mark.parametrize("way", ["columns", "zones"])
def test_no_override_ends_in_a_traceback(run: Run, pasec: dict[str, Any], line: str, way: str) -> None:
    asked = ("mean", "g6.csv", "--of", "reading", *DESIGN, "--set", f"replicates={way}", "--set", line)
    status, out, err = run(*asked)
    assert (status, out) == (2, "")
    assert err.startswith("ilsa: ")
    assert err.count("\n") == 1


def test_profiles(run: Run) -> None:
    status, out, _ = run("profiles")
    assert (status, [line.split()[0] for line in out.splitlines()]) == (
        0,
        ["generic", "pasec2014-g6", "pasec2019-g6", "pisa2022", "timss"],
    )
    assert "threshold world-bank of reading: 595.05" in run("profiles", "pasec2019-g6")[1]
    assert json.loads(run("profiles", "timss", "--json")[1])[0]["lines"][0]["value"] == "TOTWGT"


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (("mean", "none.csv", "--of", "x", *DESIGN), "ilsa: There is no file 'none.csv'.\n"),
        (
            ("mean", "g6.csv", "--of", "x", "--design", "pasec"),
            "ilsa: There is no profile 'pasec'; there are",
        ),
        (("mean", "g6.csv", "--of", "zz", *DESIGN), "ilsa: The file has no column 'zz'"),
        (
            ("share", "g6.csv", "--of", "reading", "--at-least", "lots", *DESIGN),
            "ilsa: Profile 'pasec2019-g6' has no",
        ),
        (
            ("mean", "g6.csv", "--of", "reading", *DESIGN, "--where", "sex"),
            "ilsa: The setting --where= is 'sex'",
        ),
        (("mean", "g6.csv", "--of", "r", *DESIGN, "--scale", "r"), "ilsa: The setting --scale= is 'r'"),
        (
            ("mean", "g6.csv", "--of", "reading", *DESIGN, "--out", "no/where.csv"),
            "ilsa: File 'no/where.csv' cannot be",
        ),
        (
            ("mean", "g6.csv", "--of", "reading", *DESIGN, "--codebook", "b.json"),
            "ilsa: There is no file 'b.json'.",
        ),
    ],
)
def test_sentences_in_place_of_tracebacks(run: Run, pasec: dict[str, Any], argv: Any, sentence: str) -> None:
    status, out, err = run(*argv)
    assert (status, out) == (2, "")
    assert err.startswith(sentence)
    assert err.count("\n") == 1


def test_usage(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("mean")[0] == 2
    assert "usage: ilsa mean" in capsys.readouterr().err
    assert run("--version")[0] == 0
    assert capsys.readouterr().out == f"ilsa {__version__}\n"


def test_as_a_module() -> None:
    source = Path(__file__).parents[1] / "src"
    told = subprocess.run(
        [sys.executable, "-m", "ilsa", "profiles"],
        env={"PYTHONPATH": str(source)},
        capture_output=True,
        check=True,
    )
    assert told.stdout.decode().startswith("generic")
