"""Every refusal and every note, each reached the way a user would reach it."""

from __future__ import annotations

import pickle
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ilsa import (
    Assessment,
    AssessmentDesign,
    ColumnError,
    Composite,
    DesignError,
    EstimateError,
    EstimateTable,
    IlsaError,
    PlausibleValues,
    ProficiencyScale,
    ReplicateError,
    ReplicateWeights,
    Scale,
    ScaleError,
    Threshold,
    Unavailable,
    WeightedSample,
    WeightError,
    ZoneError,
    combination,
    published,
    replicate_variance,
    rubin,
    weighted_mean,
)
from ilsa.cli import _Opened, _threshold
from ilsa.design import FromColumns
from ilsa.errors import SENTENCES
from ilsa.profile import Profile
from ilsa.provenance import NOTES

pytestmark = pytest.mark.unit

R = ReplicateWeights
SCHOOLS = {
    "w": [2.0, 2, 3, 3, 1, 1, 4, 2],
    "school": list("AABBCCDD"),
    "zone": [1, 1, 1, 1, 2, 2, 2, 2],
    "rep": [0, 0, 1, 1, 0, 0, 1, 1],
    "r1": [0.0, 0, 6, 6, 1, 1, 4, 2],
    "r2": [2.0, 2, 3, 3, 0, 0, 8, 4],
}
PAIRS = R.from_zones("zone", "rep")
READ = R.from_columns("r{r}", 1, 2, method="JK2-half")
BRR = R.from_columns("r{r}", 1, 2, method="BRR")
NAN, INF = float("nan"), float("inf")


def weigh(replicates: R = READ, *, storage: Any = "auto", psu: Any = "school", **changed: Any) -> Any:
    named = {k: changed.pop(k) for k in ("stratum", "sample", "zero_weights", "weight") if k in changed}
    design = AssessmentDesign(**{"weight": "w", "psu": psu, "replicates": replicates, **named})
    return design.weigh({**SCHOOLS, **changed}, storage=storage)


def but(column: str, row: int, value: Any) -> dict[str, list[Any]]:
    """A column of the file with another value in one row, counted from 1."""
    values = list(SCHOOLS[column])
    values[row - 1] = value
    return {column: values}


def sample() -> WeightedSample:
    found: WeightedSample = weigh().sample()
    return found


SCORES = {"p1": [1.0, 2, 3, 4, 5, 6, 7, 9], "p2": [2.0, 1, 4, 3, 6, 5, 9, 7], "sex": list("fmfmfmfm")}
READING = Scale("reading", pv="p{m}", m=2)


def assess(
    *, scales: Any = (READING,), replicates: R = READ, settings: Any = None, **changed: Any
) -> Assessment:
    """An assessment of the same file, with two plausible values."""
    sample = changed.pop("sample", ())
    design = AssessmentDesign(weight="w", psu="school", replicates=replicates, sample=sample)
    return Assessment({**SCHOOLS, **SCORES, **changed}, design, scales=scales, **(settings or {}))


def two_rules() -> Any:
    mean = assess().estimate.mean("reading").only
    return mean - assess().estimate.mean("reading", df="rubin").only


def other_replicates() -> Any:
    """The same sample as it says, with fewer replicates."""
    mean = assess().estimate.mean("reading").only
    part = mean.parts[0]
    fewer = replace(part, estimates=part.estimates[:, :2], factors=part.factors[:1])
    return mean - replace(mean, parts=(fewer,))


def other_draws() -> Any:
    mean = assess().estimate.mean("reading").only
    part = mean.parts[0]
    more = replace(part, estimates=np.vstack([part.estimates, part.estimates[:1]]))
    return mean - replace(mean, parts=(more,))


MERGED = {"grade": [2] * 4 + [6] * 4, "r1": [0.0, 0, 6, 6, 0, 0, 8, 4], "r2": [NAN] * 4 + [2.0, 2, 0, 0]}
BY_GRADE = R.from_columns("r{r}", 1, 2, method="JK2-half", count_by="grade", counts={2: 1, 6: 2})

Case = tuple[str, type[IlsaError], Callable[[], Any], dict[str, Any]]
CASES: list[Case] = [
    ("column_not_found", ColumnError, lambda: weigh(weight="poids"), {"column": "poids"}),
    ("column_not_flat", ColumnError, lambda: weigh(w=np.ones((8, 2))), {"dimensions": 2}),
    (
        "column_length",
        ColumnError,
        lambda: weigh(r2=[1.0, 2.0]),
        {"column": "r2", "length": 2, "expected": 8},
    ),
    ("number_stored_as_text", ColumnError, lambda: weigh(**but("w", 3, "3,0")), {"row": 3, "value": "3,0"}),
    (
        "identifier_missing",
        ColumnError,
        lambda: weigh(**but("school", 5, "")),
        {"row": 5, "column": "school"},
    ),
    ("identifier_mixed", ColumnError, lambda: weigh(school=np.array(["A", 1] * 4, dtype=object)), {"row": 2}),
    ("file_empty", WeightError, lambda: weigh(w=[]), {}),
    ("weight_missing", WeightError, lambda: weigh(w=[2, None, 3, NAN, 1, 1, 4, 2]), {"row": 2, "count": 2}),
    ("weight_negative", WeightError, lambda: weigh(**but("w", 7, -4)), {"row": 7, "value": -4.0}),
    ("weight_infinite", WeightError, lambda: weigh(**but("w", 8, INF)), {"row": 8}),
    ("weight_zero", WeightError, lambda: weigh(**but("w", 4, 0)), {"row": 4, "count": 1}),
    (
        "sample_without_weight",
        WeightError,
        lambda: weigh(PAIRS, w=[2, 2, 3, 3, 0, 0, 0, 0], zero_weights="allow", sample=("zone",)),
        {"sample": "2"},
    ),
    ("replicate_missing", ReplicateError, lambda: weigh(**but("r2", 6, NAN)), {"column": "r2", "row": 6}),
    ("replicate_negative", ReplicateError, lambda: weigh(**but("r1", 3, -6)), {"row": 3, "value": -6.0}),
    ("replicate_infinite", ReplicateError, lambda: weigh(**but("r1", 3, INF)), {"row": 3}),
    ("replicate_all_zero", ReplicateError, lambda: weigh(r2=[0] * 8), {"replicate": 2, "name": "r2"}),
    ("replicate_idle", ReplicateError, lambda: weigh(r2=SCHOOLS["w"]), {"column": "r2"}),
    ("replicate_columns_left", ReplicateError, lambda: weigh(r3=[1] * 8), {"last": "r2", "column": "r3"}),
    (
        "replicate_count_unknown",
        ReplicateError,
        lambda: weigh(BY_GRADE, **{**MERGED, "grade": [2] * 4 + [5] * 4}),
        {"row": 5, "value": 5, "column": "grade"},
    ),
    (
        "replicate_beyond_count",
        ReplicateError,
        lambda: weigh(BY_GRADE, **{**MERGED, "r2": [NAN, 2.0, NAN, NAN, 2, 2, 0, 0]}),
        {"column": "r2", "row": 2, "count": 1},
    ),
    (
        "replicate_without_deletion",
        ReplicateError,
        lambda: weigh(BRR, r1=[1, 1, 4.5, 4.5, 1.5, 1.5, 2, 1]),
        {"method": "BRR", "column": "r1"},
    ),
    (
        "replicate_with_deletion",
        ReplicateError,
        lambda: weigh(R.from_columns("r{r}", 1, 2, method="Fay", k=0.5)),
        {"k": 0.5, "column": "r1", "row": 1},
    ),
    (
        "replicate_coded_twice",
        ReplicateError,
        lambda: weigh(r1=[0, 0, 12, 12, 1, 1, 4, 2]),
        {"column": "r1", "row": 3, "ratio": 4.0},
    ),
    (
        "ratio_not_exact",
        ReplicateError,
        lambda: weigh(storage="ratio", **but("r1", 4, 6.001)),
        {"column": "r1", "psu": "B", "row": 4},
    ),
    ("method_unknown", DesignError, lambda: R.from_columns("r{r}", 1, 2, method="JK3"), {"method": "JK3"}),  # type: ignore[arg-type]
    (
        "method_not_from_here",
        DesignError,
        lambda: R.from_psus(method="BRR"),
        {"method": "BRR", "origin": "psus"},
    ),
    ("fay_k_missing", DesignError, lambda: R.from_hadamard(method="Fay"), {}),
    ("fay_k_range", DesignError, lambda: R.from_hadamard(method="Fay", k=1), {"k": 1}),
    ("k_without_fay", DesignError, lambda: R.from_hadamard(method="BRR", k=0.5), {"method": "BRR"}),
    ("scale_missing", DesignError, lambda: R.from_columns("r{r}", 1, 2, method="user"), {"method": "user"}),
    (
        "scale_not_positive",
        DesignError,
        lambda: R.from_columns("r{r}", 1, 2, method="user", rscales=[1, 0]),
        {"name": "rscales", "value": 0.0},
    ),
    (
        "rscales_length",
        DesignError,
        lambda: R.from_columns("r{r}", 1, 2, method="JKn", rscales=[1]),
        {"length": 1, "expected": 2},
    ),
    (
        "pattern_without_r",
        DesignError,
        lambda: R.from_columns("rwgt", 1, 2, method="BRR"),
        {"pattern": "rwgt"},
    ),
    ("range_empty", DesignError, lambda: R.from_columns("r{r}", 2, 1, method="BRR"), {"first": 2, "last": 1}),
    ("columns_repeated", DesignError, lambda: R("BRR", FromColumns(("a", "b", "a"))), {"column": "a"}),
    ("counts_incomplete", DesignError, lambda: R.from_columns("r{r}", 1, 2, method="BRR", count_by="g"), {}),
    (
        "count_out_of_range",
        DesignError,
        lambda: R.from_columns("r{r}", 1, 2, method="BRR", count_by="g", counts={6: 3}),
        {"value": 6, "count": 3, "maximum": 2},
    ),
    ("replicates_too_few", DesignError, lambda: R.from_draws(1, seed=1), {"replicates": 1, "minimum": 2}),
    ("choice_unknown", DesignError, lambda: weigh(storage="sparse"), {"name": "storage", "value": "sparse"}),
    ("seed_negative", DesignError, lambda: R.from_draws(10, seed=-1), {"seed": -1}),
    (
        "specification_unreadable",
        DesignError,
        lambda: AssessmentDesign.from_json("{}"),
        {"problem": "KeyError('psu')"},
    ),
    ("design_needs_psu", DesignError, lambda: weigh(R.from_psus(method="JK1"), psu=None), {"method": "JK1"}),
    ("design_needs_stratum", DesignError, lambda: weigh(R.from_psus(method="JKn")), {"method": "JKn"}),
    (
        "factors_need_file",
        DesignError,
        lambda: R.from_psus(method="JKn").variance_factors(4),
        {"method": "JKn"},
    ),
    (
        "zone_units",
        ZoneError,
        lambda: weigh(PAIRS, school=list("AABBCCDE")),
        {"zone": "2", "found": 3, "expected": 2, "row": 5},
    ),
    (
        "zone_one_half",
        ZoneError,
        lambda: weigh(PAIRS, rep=[0, 0, 1, 1, 1, 1, 1, 1]),
        {"zone": "2", "half": 1, "row": 5},
    ),
    (
        "half_codes",
        ZoneError,
        lambda: weigh(PAIRS, rep=[0, 0, 1, 1, 0, 0, 2, 2]),
        {"codes": "0, 1, 2", "row": 7},
    ),
    (
        "psu_in_two_zones",
        ZoneError,
        lambda: weigh(PAIRS, school=list("AABBBBDD")),
        {"psu": "B", "zone": "1", "other": "2", "row": 5},
    ),
    (
        "psu_in_two_halves",
        ZoneError,
        lambda: weigh(PAIRS, rep=[0, 1, 1, 1, 0, 0, 1, 1]),
        {"psu": "A", "zone": "1", "row": 2},
    ),
    (
        "psu_in_two_strata",
        ZoneError,
        lambda: weigh(R.from_psus(method="JKn"), stratum="zone", school=list("AABBBBDD")),
        {"psu": "B", "stratum": "1", "other": "2", "row": 5},
    ),
    (
        "stratum_one_psu",
        ZoneError,
        lambda: weigh(R.from_draws(5, seed=1), stratum="zone", school=list("AABBCCCC")),
        {"stratum": "2", "row": 5, "method": "bootstrap"},
    ),
    (
        "sample_one_psu",
        ZoneError,
        lambda: weigh(R.from_psus(method="JK1"), sample=("school",)),
        {"sample": "A", "method": "JK1"},
    ),
    (
        "hadamard_order",
        ReplicateError,
        lambda: weigh(R.from_hadamard("zone", "rep", method="BRR", replicates=90)),
        {"order": 90, "next": 96},
    ),
    (
        "hadamard_too_small",
        ReplicateError,
        lambda: AssessmentDesign(
            weight="w", replicates=R.from_hadamard("z", "h", method="BRR", replicates=4)
        ).weigh({"w": [1] * 10, "z": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5], "h": [0, 1] * 5}),
        {"zones": 5, "order": 4},
    ),
    # scales
    ("plausible_values_none", ScaleError, lambda: PlausibleValues(()), {}),
    ("plausible_values_number", ScaleError, lambda: Scale("x", pv="p{m}"), {"pattern": "p{m}"}),
    (
        "plausible_values_contradict",
        ScaleError,
        lambda: Scale("x", pv=PlausibleValues(("a", "b")), m=5),
        {"given": 5, "columns": 2},
    ),
    ("plausible_values_repeated", ScaleError, lambda: PlausibleValues(("a", "b", "a")), {"column": "a"}),
    ("pattern_without_m", ScaleError, lambda: Scale("x", pv="PV", m=5), {"pattern": "PV"}),
    ("threshold_not_finite", ScaleError, lambda: Threshold(INF), {"value": INF}),
    (
        "thresholds_order",
        ScaleError,
        lambda: Scale("x", pv="p{m}", m=2, cuts=(1, 3, 2)),
        {"first": 3.0, "second": 2.0},
    ),
    (
        "level_names",
        ScaleError,
        lambda: ProficiencyScale.from_cuts((1, 2), names=("low", "high")),
        {"names": 2, "levels": 3},
    ),
    ("scale_repeated", ScaleError, lambda: assess(scales=(READING, READING)), {"scale": "reading"}),
    ("scale_without_levels", ScaleError, lambda: assess().estimate.levels("reading"), {"scale": "reading"}),
    ("composite_empty", ScaleError, lambda: Composite("both", {"reading": 0}), {}),
    (
        "composite_draws",
        ScaleError,
        lambda: assess(
            scales=(READING, Scale("four", pv="q{m}", m=3), Composite("both", {"reading": 1, "four": 1})),
            q1=SCORES["p1"],
            q2=SCORES["p2"],
            q3=SCORES["p1"],
        ),
        {"scale": "both", "counts": "2, 3"},
    ),
    # the table
    (
        "plausible_value_columns_left",
        ScaleError,
        lambda: assess(p3=[1] * 8),
        {"scale": "reading", "last": "p2", "column": "p3"},
    ),
    (
        "plausible_value_missing",
        ColumnError,
        lambda: assess(p2=[2, 1, 4, NAN, 6, NAN, 9, 7]),
        {"row": 4, "column": "p2", "count": 2},
    ),
    ("plausible_values_equal", ScaleError, lambda: assess(p2=SCORES["p1"]), {"scale": "reading"}),
    (
        "variable_missing",
        EstimateError,
        lambda: assess(ses=[1, 2, NAN, 4, 5, NAN, 7, 8]).estimate.mean("ses"),
        {"column": "ses", "row": 3, "count": 2},
    ),
    (
        "pupil_repeated",
        ColumnError,
        lambda: assess(settings={"pupil": "id"}, id=[1, 2, 3, 4, 5, 2, 7, 8]),
        {"pupil": 2, "row": 6},
    ),
    (
        "where_value_unknown",
        EstimateError,
        lambda: assess().estimate.mean("reading", where={"sex": "girl"}),
        {"value": "girl", "column": "sex"},
    ),
    # estimates
    (
        "formula_unreadable",
        EstimateError,
        lambda: assess().estimate.lm("reading ~ zone * rep"),
        {"formula": "reading ~ zone * rep", "part": "zone * rep"},
    ),
    (
        "outcome_not_binary",
        EstimateError,
        lambda: assess().estimate.logit("zone ~ rep"),
        {"column": "zone", "value": 2.0, "row": 5},
    ),
    (
        "percentile_range",
        EstimateError,
        lambda: assess().estimate.percentiles("reading", [101]),
        {"value": 101},
    ),
    ("variables_too_few", EstimateError, lambda: assess().estimate.corr("reading", "reading"), {"count": 1}),
    (
        "category_unknown",
        EstimateError,
        lambda: assess().estimate.effect_size("reading", "sex", "f", "g"),
        {"column": "sex", "value": "g", "known": "f, m"},
    ),
    (
        "cell_unknown",
        EstimateError,
        lambda: assess().estimate.mean("reading", by="sex")["x"],
        {"label": "x", "dimensions": "sex"},
    ),
    (
        "cell_not_single",
        EstimateError,
        lambda: assess().estimate.mean("reading", by="sex").only,
        {"count": 2},
    ),
    (
        "dimension_unknown",
        EstimateError,
        lambda: assess().estimate.mean("reading", by="sex").gap("age", 1, 2),
        {"dimension": "age", "known": "sex"},
    ),
    (
        "estimates_of_several",
        EstimateError,
        lambda: assess(replicates=PAIRS, sample="sex").estimate.mean("reading").average("sex").only.estimates,
        {"label": "average", "count": 2},
    ),
    (
        "estimates_ragged",
        EstimateError,
        lambda: assess(replicates=BY_GRADE, **MERGED).estimate.mean("reading").estimates,
        {"shapes": "(2, 2), (2, 3)"},
    ),
    ("table_unreadable", EstimateError, lambda: EstimateTable.from_bytes(b"no table"), {}),
    ("imputations_shape", EstimateError, lambda: rubin([1, 2], [1]), {"estimates": (2,), "variances": (1,)}),
    ("contrast_empty", EstimateError, lambda: combination([], label=(), definition=""), {}),
    (
        "contrast_units",
        EstimateError,
        lambda: assess().estimate.mean("reading").only - assess().estimate.share("reading", at_least=5).only,
        {"first": "points", "second": "share"},
    ),
    ("contrast_rules", EstimateError, two_rules, {}),
    ("contrast_replicates", EstimateError, other_replicates, {}),
    ("contrast_draws", EstimateError, other_draws, {"first": 3, "second": 2}),
    (
        "contrast_dimensions",
        EstimateError,
        lambda: assess().estimate.mean("reading").contrast(assess().estimate.mean("reading", by="sex")),
        {"first": "(none)", "second": "sex"},
    ),
    (
        "published_not_finite",
        EstimateError,
        lambda: published(500, 0, label=(), unit="points", definition="mean", sample_id="a"),
        {"value": 500, "se": 0},
    ),
    ("trend_same_sample", EstimateError, lambda: assess().trend(assess(), "reading"), {}),
    (
        "linking_error_negative",
        EstimateError,
        lambda: assess(settings={"name": "b"}).trend(assess(), "reading", linking_error=-1),
        {"value": -1},
    ),
    ("sample_unknown", EstimateError, lambda: weigh(PAIRS, sample="zone").sample(3), {"sample": "3"}),
    (
        "sample_not_single",
        EstimateError,
        lambda: weigh(PAIRS, sample="zone").sample(),
        {"count": 2, "known": "1, 2"},
    ),
    ("values_length", EstimateError, lambda: weighted_mean([1, 2], sample()), {"length": 2, "expected": 8}),
    ("where_not_boolean", EstimateError, lambda: weighted_mean([1] * 8, sample(), where=[1] * 8), {}),
    ("value_missing", EstimateError, lambda: weighted_mean([1, 1, NAN, 1, 1, 1, 1, 1], sample()), {"row": 3}),
    (
        "replicate_estimates_shape",
        EstimateError,
        lambda: replicate_variance(1.0, [1.0] * 3, sample()),
        {"found": 3, "expected": 2},
    ),
    (
        "estimates_shape",
        EstimateError,
        lambda: replicate_variance(np.ones(3), np.ones((2, 2)), sample()),
        {"full": (3,), "replicates": (2, 2)},
    ),
    (
        "estimate_not_finite",
        EstimateError,
        lambda: replicate_variance(INF, [1.0, 2.0], sample()),
        {"value": INF},
    ),
    (
        "replicate_estimate_not_finite",
        EstimateError,
        lambda: replicate_variance(1.0, [1.0, INF], sample()),
        {"replicate": 2},
    ),
    (
        "override_without_profile",
        DesignError,
        lambda: _Opened._read_design(object.__new__(_Opened), "d.json", {"weight": "w"}),
        {"design": "d.json", "field": "weight"},
    ),
    (
        "threshold_unreadable",
        EstimateError,
        lambda: _threshold(Namespace(at_least="enough", of="reading"), None),
        {"value": "enough"},
    ),
    (
        "profile_unknown",
        DesignError,
        lambda: AssessmentDesign.from_profile("pasec2004"),
        {"profile": "pasec2004", "known": "generic, pasec2014-g6, pasec2019-g6, pisa2022, timss"},
    ),
    (
        "profile_field_unknown",
        DesignError,
        lambda: AssessmentDesign.from_profile("timss", wheight="w"),
        {"field": "wheight"},
    ),
    (
        "profile_value_unfit",
        DesignError,
        lambda: AssessmentDesign.from_profile("pisa2022", last="eighty"),
        {"field": "last", "value": "eighty", "kind": "a whole number"},
    ),
    (
        "profile_fields_missing",
        DesignError,
        lambda: AssessmentDesign.from_profile("generic", weight="w", last=4),
        {"fields": "method, pattern"},
    ),
    (
        "profile_threshold_unknown",
        DesignError,
        lambda: Profile.load("timss").threshold("sufficient", "mathematics-4"),
        {"key": "sufficient", "known": "none"},
    ),
    ("reason_unknown", EstimateError, lambda: Unavailable("no idea"), {"reason": "no idea"}),
]


@pytest.mark.parametrize(("code", "kind", "call", "facts"), CASES, ids=[case[0] for case in CASES])
def test_refusal(code: str, kind: type[IlsaError], call: Callable[[], Any], facts: dict[str, Any]) -> None:
    with pytest.raises(kind) as caught:
        call()
    error = caught.value
    assert type(error) is kind
    assert error.code == code
    assert {name: error.facts[name] for name in facts} == facts
    assert str(error) == SENTENCES[code].format_map(error.facts)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), dict(again.facts)) == (kind, str(error), dict(error.facts))


def test_every_sentence_is_reached() -> None:
    assert sorted(case[0] for case in CASES) == sorted(SENTENCES)


def test_sentences_end_and_begin_as_sentences_do() -> None:
    for code, sentence in SENTENCES.items():
        assert sentence[0].isupper() or sentence.startswith("{name} has"), code
        assert sentence[-1] in ".?", code


@pytest.mark.parametrize(
    ("code", "call", "facts"),
    [
        ("half_codes_mapped", lambda: weigh(PAIRS, rep=[0, 0, 2, 2] * 2), {"column": "rep"}),
        ("zero_weights", lambda: weigh(PAIRS, zero_weights="allow", **but("w", 1, 0)), {"count": 1}),
        (
            "idle_replicates",
            lambda: weigh(R.from_columns("r{r}", 1, 2, method="JK2-half", idle="note"), r2=SCHOOLS["w"]),
            {"replicates": "2"},
        ),
        (
            "scale_given",
            lambda: weigh(R.from_columns("r{r}", 1, 2, method="JK1", scale=2.0)),
            {"method": "JK1"},
        ),
        ("stored_dense", lambda: weigh(**but("r2", 1, 2.5)), {"name": "r2"}),
        ("pairs_by_psu_order", lambda: weigh(R.from_hadamard("zone", method="BRR")), {}),
        (
            "hadamard_constant_column",
            lambda: AssessmentDesign(
                weight="w", replicates=R.from_hadamard("z", "h", method="BRR", replicates=4)
            ).weigh({"w": [1] * 8, "z": [1, 1, 2, 2, 3, 3, 4, 4], "h": [0, 1] * 4}),
            {},
        ),
        ("counts_by_value", lambda: weigh(BY_GRADE, **MERGED), {"column": "grade", "counts": "2: 1, 6: 2"}),
    ],
)
def test_note(code: str, call: Callable[[], Any], facts: dict[str, Any]) -> None:
    (note,) = call().provenance.notes
    assert note.code == code
    assert {name: note.facts[name] for name in facts} == facts
    assert str(note) == NOTES[code].format_map(note.facts)


@pytest.mark.parametrize(
    ("code", "call", "facts"),
    [
        (
            "rows_left_out",
            lambda: assess(ses=[1, NAN, 3, 4, 5, 6, 7, 8]).estimate.mean("ses", missing="leave_out"),
            {"count": 1, "column": "ses"},
        ),
        (
            "percentiles_jackknife",
            lambda: assess().estimate.percentiles("reading", [50]),
            {},
        ),
        ("sd_divisor", lambda: assess().estimate.sd("reading", divisor="sum_w_minus_1"), {}),
        (
            "published",
            lambda: EstimateTable(
                statistic="mean",
                dimensions=(),
                cells=(published(5, 1, label=(), unit="points", definition="mean", sample_id="a"),),
                notes=published(5, 1, label=(), unit="points", definition="mean", sample_id="a").notes,
            ),
            {},
        ),
        (
            "linking_error_missing",
            lambda: assess(settings={"name": "b"}).trend(assess(), "reading"),
            {"reason": "linking error not published"},
        ),
        (
            "linking_error_included",
            lambda: assess(settings={"name": "b"}).trend(assess(), "reading", linking_error=2.5),
            {"value": 2.5, "unit": "points"},
        ),
    ],
)
def test_note_of_an_estimate(code: str, call: Callable[[], Any], facts: dict[str, Any]) -> None:
    table = call()
    (note,) = table.notes
    assert note.code == code
    assert dict(note.facts) == facts
    assert str(note) == NOTES[code].format_map(note.facts)
    assert all(cell.notes == (note,) for cell in table)


def test_every_note_is_reached() -> None:
    reached: list[str] = []
    for test in (test_note, test_note_of_an_estimate):
        marks = [mark for mark in test.pytestmark if mark.name == "parametrize"]  # type: ignore[attr-defined]
        reached += [row[0] for row in marks[0].args[1]]
    assert sorted(reached) == sorted(NOTES)
