"""CSV files: what a cell is read as, and that what is written comes back."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ilsa import Assessment, AssessmentDesign, ReplicateWeights, Scale
from ilsa.io import read, read_csv, write_csv

pytestmark = pytest.mark.unit


def file(folder: Path, text: str, name: str = "pupils.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_numbers_codes_texts_and_gaps(tmp_path: Path) -> None:
    path = file(tmp_path, "id,code,score,sex\n1,007,480.5,F\n2,010,,\n", encoding="utf-8-sig")
    found = read_csv(path)
    assert list(found) == ["id", "code", "score", "sex"]
    assert found.rows == 2
    assert found.name == "pupils.csv"
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found["id"].tolist() == [1.0, 2.0]
    assert found["code"].tolist() == ["007", "010"]
    assert found["score"][0] == 480.5
    assert np.isnan(found["score"][1])
    assert found["sex"].tolist() == ["F", None]
    assert found.notes == ()


def test_a_french_file(tmp_path: Path) -> None:
    found = read_csv(file(tmp_path, "école;poids;zone\nA;1,5;0.5\nB;2,25;1\n"))
    assert found["poids"].tolist() == [1.5, 2.25]
    assert found["zone"].tolist() == [0.5, 1.0]
    assert found.notes == ("A comma was read as the decimal sign in: poids.",)
    with_point = read_csv(tmp_path / "pupils.csv", decimal=".")
    assert with_point["poids"].tolist() == ["1,5", "2,25"]


@pytest.mark.parametrize("cell", ["1_000", "inf", "nan", "0x1F", "1 000", "12a"])
def test_what_people_do_not_call_a_number_is_text(tmp_path: Path, cell: str) -> None:
    assert read_csv(file(tmp_path, f"x,y\n{cell},1\n"))["x"].tolist() == [cell]


@pytest.mark.parametrize(
    ("cell", "value"), [("0", 0.0), ("-0.5", -0.5), ("1e3", 1000.0), ("+2", 2.0), (" 3 ", 3.0)]
)
def test_what_people_call_a_number_is_one(tmp_path: Path, cell: str, value: float) -> None:
    assert read_csv(file(tmp_path, f"x,y\n{cell},1\n"))["x"].tolist() == [value]


def test_empty_cells_of_other_programs_and_chosen_columns(tmp_path: Path) -> None:
    path = file(tmp_path, "a\tb\tc\n1\tNA\tx\n2\t5\ty\n", "pupils.tsv")
    found = read_csv(path, columns=["b", "a"], empty=["NA"])
    assert list(found) == ["b", "a"]
    assert np.isnan(found["b"][0])
    assert read(path)["b"].tolist() == ["NA", "5"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    numbers=st.lists(st.floats(allow_infinity=False, width=64), min_size=1, max_size=20),
    data=st.data(),
)
def test_what_is_written_comes_back(tmp_path: Path, numbers: list[float], data: Any) -> None:
    words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Nd"]), min_size=1).filter(
        str.strip
    )
    texts = data.draw(st.lists(words, min_size=len(numbers), max_size=len(numbers)))
    path = tmp_path / "again.csv"
    write_csv(path, {"x": numbers, "t,;": [*texts[:-1], 'a"b\n']})
    found = read_csv(path)
    np.testing.assert_array_equal(found["x"], np.array(numbers))
    assert found["t,;"].tolist() == [*texts[:-1], 'a"b\n']


def test_an_assessment_is_read_from_a_file_with_its_hash(tmp_path: Path) -> None:
    table = {
        "w": [2, 2, 3, 3, 1, 1, 4, 2],
        "zone": [1, 1, 1, 1, 2, 2, 2, 2],
        "half": [0, 0, 1, 1, 0, 0, 1, 1],
        "pv1": [480, 520, 450, 510, 560, 600, 430, 490.25],
        "pv2": [481, 522, 453, 514, 565, 606, 437, 498],
    }
    write_csv(tmp_path / "p.csv", table)
    design = AssessmentDesign(weight="w", replicates=ReplicateWeights.from_zones("zone", "half"))
    scales = [Scale("reading", pv="pv{m}", m=2)]
    read_back = Assessment.read(tmp_path / "p.csv", design, scales=scales)
    one, two = (
        a.estimate.mean("reading").only for a in (read_back, Assessment(table, design, scales=scales))
    )
    np.testing.assert_array_equal(one.estimates, two.estimates)
    assert read_back.weighted.provenance.source_sha256 == read_csv(tmp_path / "p.csv").sha256
