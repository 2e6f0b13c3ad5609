"""Profiles: what they say of each study, that every line can be overridden, and the coding trap of PASEC 2019."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ilsa import Assessment, AssessmentDesign, DesignError, ReplicateError, ReplicateWeights
from ilsa.profile import _FIELDS, STATUSES, Profile, profiles

pytestmark = pytest.mark.unit


def pasec_file(halves: tuple[int, int], seed: int = 3) -> dict[str, Any]:
    """An invented country of 180 schools in 90 zones, four pupils in each."""
    draw = np.random.default_rng(seed)
    school = np.repeat(np.arange(180), 4)
    n = school.size
    table: dict[str, Any] = {
        "rwgt0": np.repeat(draw.uniform(5, 50, 180), 4),
        "ID_ECOLE": school,
        "ID_PAYS": np.full(n, 7),
        "ID_STRATE": school // 60,
        "JKZONE": school // 2 + 1,
        "JKREP": np.array(halves)[school % 2],
    }
    effect = draw.normal(500, 40, 180)[school]
    for m in range(1, 6):
        table[f"LECT_PV{m}"] = effect + draw.normal(0, 80, n)
        table[f"MATHS_PV{m}"] = effect + draw.normal(0, 80, n)
    return table


def with_columns(table: dict[str, Any], factor: float = 2.0) -> dict[str, Any]:
    second = table["JKREP"] == table["JKREP"].max()
    made = {
        f"rwgt{z}": np.where(table["JKZONE"] == z, table["rwgt0"] * factor * second, table["rwgt0"])
        for z in range(1, 91)
    }
    return table | made


@pytest.mark.parametrize("name", profiles())
def test_every_line_has_a_status_and_a_source(name: str) -> None:
    profile = Profile.load(name)
    assert profile.name == name
    assert profile.version == 1
    assert set(profile.title) == {"fr", "en"}
    for line in profile.lines:
        assert line.status in STATUSES or (line.status, line.value) == ("to_give", None)
        assert bool(line.source) == (line.status != "to_give")
    for scale in profile.scales:
        assert set(scale.title) == {"fr", "en"}
        assert scale.status in STATUSES
    for threshold in profile.thresholds:
        assert threshold.threshold.owner
        assert threshold.threshold.source


@pytest.mark.parametrize("name", [name for name in profiles() if name != "generic"])
def test_every_way_of_every_profile_makes_a_design(name: str) -> None:
    profile = Profile.load(name)
    for way in profile.ways:
        design = AssessmentDesign.from_profile(name, replicates=way)
        assert AssessmentDesign.from_json(design.as_json()) == design


def test_designs_of_the_studies() -> None:
    assert AssessmentDesign.from_profile("pisa2022") == AssessmentDesign(
        weight="W_FSTUWT",
        psu="CNTSCHID",
        stratum="STRATUM",
        sample=("CNT",),
        replicates=ReplicateWeights.from_columns("W_FSTURWT{r}", 1, 80, method="Fay", k=0.5),
    )
    assert AssessmentDesign.from_profile("timss") == AssessmentDesign(
        weight="TOTWGT",
        psu="IDSCHOOL",
        sample=("IDCNTRY",),
        replicates=ReplicateWeights.from_zones("JKZONE", "JKREP", method="JK2-full", units_per_zone=None),
    )
    assert AssessmentDesign.from_profile("pasec2014-g6") == AssessmentDesign(
        weight="rwgt0",
        psu="ID_ECOLE",
        stratum="ID_STRATE",
        sample=("ID_PAYS",),
        replicates=ReplicateWeights.from_columns("rwgt{r}", 1, 90, method="JK2-half"),
    )


def test_cuts_are_equally_wide_as_published() -> None:
    for name in ("pasec2014-g6", "pasec2019-g6"):
        for one, width in zip(Profile.load(name).scales, (76.68, 88.18), strict=True):
            assert one.scale.levels is not None
            cuts = [cut.value for cut in one.scale.levels.thresholds]
            assert np.diff(cuts) == pytest.approx(width, abs=0.025)


OTHER: dict[str, Any] = {
    "weight": "w",
    "psu": "p",
    "stratum": "s",
    "sample": ("c",),
    "zero_weights": "allow",
    "pattern": "x{r}",
    "first": 2,
    "last": 5,
    "k": 0.3,
    "method": "Fay",
    "scale": 0.1,
    "rscales": (1.0, 1.0, 1.0, 1.0),
    "idle": "note",
    "count_by": "grade",
    "counts": {2: 3},
    "zone": "z",
    "half": "h",
    "doubled": 0,
    "units_per_zone": None,
}


def test_every_field_can_be_overridden() -> None:
    assert set(OTHER) == {field for fields in _FIELDS.values() for field in fields}
    of_columns = {f: v for f, v in OTHER.items() if f in (*_FIELDS["design"], *_FIELDS["columns"])}
    assert AssessmentDesign.from_profile("pasec2019-g6", **of_columns) == AssessmentDesign(
        weight="w",
        psu="p",
        stratum="s",
        sample=("c",),
        zero_weights="allow",
        replicates=ReplicateWeights.from_columns(
            "x{r}",
            2,
            5,
            method="Fay",
            k=0.3,
            scale=0.1,
            rscales=(1, 1, 1, 1),
            idle="note",
            count_by="grade",
            counts={2: 3},
        ),
    )
    of_zones = {f: v for f, v in OTHER.items() if f in _FIELDS["zones"]} | {"method": "JK2-full"}
    assert AssessmentDesign.from_profile("pasec2019-g6", replicates="zones", **of_zones).replicates == (
        ReplicateWeights.from_zones("z", "h", method="JK2-full", doubled=0, units_per_zone=None)
    )
    mine = ReplicateWeights.from_draws(50, seed=1)
    assert AssessmentDesign.from_profile("timss", replicates=mine).replicates == mine
    assert AssessmentDesign.from_profile("timss", psu=None).psu is None


def test_what_was_overridden_says_so() -> None:
    profile = Profile.load("pisa2022").override(last=100)
    assert {line.field: line.status for line in profile.used()}["last"] == "overridden"
    told = profile.as_dict()
    assert (told["profile"], told["version"], told["replicates"]) == ("pisa2022", 1, "columns")


def test_generic_stands_when_all_is_said() -> None:
    design = AssessmentDesign.from_profile("generic", weight="w", method="BRR", pattern="r{r}", last=8)
    assert design == AssessmentDesign(
        weight="w", replicates=ReplicateWeights.from_columns("r{r}", 1, 8, method="BRR")
    )
    zones = AssessmentDesign.from_profile("generic", weight="w", replicates="zones", zone="z", half="h")
    assert zones.replicates == ReplicateWeights.from_zones("z", "h", method="JK2-full")


def reading(table: dict[str, Any], profile: Profile) -> Any:
    suited = profile.suited_to(table)
    return Assessment(table, suited.design(), scales=suited.scales_in(table)).estimate.mean("reading").only


def test_the_two_codings_of_pasec_and_the_two_ways_give_the_same_standard_error() -> None:
    """2014 codes 0/1, 2019 codes 0/2; columns and zones are the same replicates."""
    old, new = Profile.load("pasec2014-g6"), Profile.load("pasec2019-g6")
    expected = reading(with_columns(pasec_file((0, 1))), old)
    for table, profile in [
        (pasec_file((0, 1)), old),
        (pasec_file((0, 2)), new),
        (with_columns(pasec_file((0, 2))), new),
    ]:
        found = reading(table, profile)
        assert found.value == pytest.approx(expected.value, rel=1e-14)
        assert found.se == pytest.approx(expected.se, rel=1e-12)


def test_the_reading_of_the_code_2_is_noted_and_other_codes_are_refused() -> None:
    design = Profile.load("pasec2019-g6").override(replicates="zones").design()
    notes = design.weigh(pasec_file((0, 2))).provenance.notes
    assert [note.code for note in notes] == ["half_codes_mapped"]
    with pytest.raises(DesignError, match="codes 1, 2"):
        design.weigh(pasec_file((1, 2)))


def test_weights_made_from_the_code_2_without_recoding_are_refused() -> None:
    """w x 2 x JKREP with JKREP = 2 is four times the weight."""
    trapped = with_columns(pasec_file((0, 2)), factor=4.0)
    with pytest.raises(ReplicateError, match="taken for 0 and 1"):
        AssessmentDesign.from_profile("pasec2019-g6").weigh(trapped)


def test_thresholds_by_owner() -> None:
    profile = Profile.load("pasec2019-g6")
    assert str(profile.threshold("sufficient", "reading")) == "518.37 (suffisant, PASEC)"
    assert str(profile.threshold("world-bank", "mathematics")) == "609.64 (minimum proficiency, World Bank)"
    assert [(one.code, one.meaning) for one in profile.missing] == [
        (6, "invalid"),
        (7, "not_administered"),
        (8, "not_reached"),
        (9, "omitted"),
    ]


@pytest.mark.parametrize(
    "text",
    ["profile = 1", "nonsense", Profile.__doc__ or ""],
)
def test_a_profile_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(DesignError, match="cannot be read"):
        Profile.from_toml(text)
