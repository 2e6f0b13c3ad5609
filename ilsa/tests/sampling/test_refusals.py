"""Every refusal of sampling, each reached the way a user would reach it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from ilsa import AssessmentDesign, ReplicateWeights
from ilsa.sampling import (
    SamplingError,
    SchoolFrame,
    SchoolSample,
    adjust_for_nonresponse,
    allocate,
    base_weights,
    draw_schools,
    draw_within,
    make_zones,
    rake,
    replicate_columns,
)
from ilsa.sampling.refusals import SENTENCES

pytestmark = pytest.mark.unit

TABLE = {"school": list("abcdefg"), "pupils": [10, 20, 30, 40, 50, 60, 70], "region": list("nnnssss")}


def frame(**changed: Any) -> SchoolFrame:
    settings = {"explicit": ["region"], **changed.pop("settings", {})}
    return SchoolFrame.read({**TABLE, **changed}, school="school", size="pupils", **settings)


def sample(n: int = 2) -> SchoolSample:
    return draw_schools(frame(), {("n",): n, ("s",): 3}, seed=1)


def zones(schools: list[Any], n: int = 2, **settings: Any) -> Any:
    return make_zones({"school": schools}, sample(n), school="school", **settings)


def all_of(n: int = 3) -> list[str]:
    return [str(one.school) for one in sample(n).schools]


def within(**settings: Any) -> Any:
    table = {"school": list("aab"), "pupil": settings.pop("pupil", [1, 2, 1]), "size": [1, 0, 1]}
    return draw_within(table, unit="pupil", within=["school"], **{"take": 1, "seed": 1, **settings})


def adjusted(**settings: Any) -> Any:
    usual: dict[str, Any] = {"weight": [1, 2, 3], "responded": [True, True, False], "cell": list("aaa")}
    usual |= settings
    return adjust_for_nonresponse(usual.pop("weight"), **usual)


def raked(margins: dict[Any, Any], weight: Any = (1.0, 1, 1, 1), **settings: Any) -> Any:
    return rake({"a": list("xxyy"), "b": list("pqpq")}, weight, margins, **settings)


def columns(counts: list[int], replicates: ReplicateWeights, **changed: Any) -> Any:
    table: dict[str, Any] = {"w": [1] * sum(counts), "psu": list(range(sum(counts))), **changed}
    table["country"] = [c for c, count in enumerate(counts) for _ in range(count)]
    return replicate_columns(
        table, AssessmentDesign(weight="w", psu="psu", sample=("country",), replicates=replicates)
    )


JK1 = ReplicateWeights.from_psus(method="JK1")
TOTALS = {"a": {"x": 2, "y": 2}}

CASES: list[tuple[str, Callable[[], Any], dict[str, Any]]] = [
    ("frame_empty", lambda: frame(school=[], pupils=[], region=[]), {}),
    ("school_repeated", lambda: frame(school=list("abcdefa")), {"school": "a", "row": 7}),
    (
        "size_not_positive",
        lambda: frame(pupils=[1, 2, 0, 4, 5, 6, 7]),
        {"school": "c", "value": 0.0, "row": 3},
    ),
    ("seed_negative", lambda: draw_schools(frame(), 4, seed=-1), {"seed": -1}),
    ("choice_unknown", lambda: zones(all_of(), odd="drop"), {"name": "odd", "value": "drop"}),
    (
        "stratum_unknown",
        lambda: draw_schools(frame(), {("e",): 1}, seed=1),
        {"stratum": "e", "known": "n, s"},
    ),
    ("stratum_without_number", lambda: draw_schools(frame(), {("n",): 1}, seed=1), {"stratum": "s"}),
    (
        "number_out_of_range",
        lambda: draw_schools(frame(), {("n",): 4, ("s",): 1}, seed=1),
        {"stratum": "n", "available": 3, "asked": 4},
    ),
    ("allocation_too_small", lambda: allocate(frame(), 3), {"asked": 3, "least": 4}),
    ("allocation_too_large", lambda: allocate(frame(), 8), {"asked": 8, "available": 7}),
    ("replacements_negative", lambda: draw_schools(frame(), 4, seed=1, replacements=-1), {"value": -1}),
    ("specification_unreadable", lambda: SchoolSample.from_json("{}"), {}),
    ("frame_changed", lambda: sample().redraw(frame(pupils=[9, 20, 30, 40, 50, 60, 70])), {}),
    (
        "sample_not_redrawn",
        lambda: SchoolSample.from_json(sample().as_json().replace('"place":1,', '"place":9,')).redraw(
            frame()
        ),
        {"school": sample().schools[0].school},
    ),
    ("unit_repeated", lambda: within(pupil=[1, 1, 1]), {"value": 1, "group": "a", "row": 2}),
    ("take_not_positive", lambda: within(take=0), {"value": 0}),
    ("size_needed", lambda: within(method="size"), {}),
    (
        "unit_size_not_positive",
        lambda: within(method="size", size="size"),
        {"value": 2, "group": "a", "size": 0.0},
    ),
    (
        "probability_out_of_range",
        lambda: base_weights(school=[0.5, 1.5]),
        {"stage": "school", "value": 1.5, "row": 2},
    ),
    ("stages_none", lambda: base_weights(), {}),
    ("length_differs", lambda: adjusted(size=[1, 2]), {"name": "size=", "length": 2, "expected": 3}),
    ("mask_not_boolean", lambda: adjusted(responded=[1, 1, 0]), {"name": "responded="}),
    ("responded_ineligible", lambda: adjusted(eligible=[False, True, True]), {"row": 1}),
    ("cell_without_response", lambda: adjusted(cell=list("aab")), {"cell": "b", "sampled": 1}),
    ("factor_too_large", lambda: adjusted(limit=1.5), {"cell": "a", "factor": 2.0, "limit": 1.5}),
    ("weight_not_usable", lambda: adjusted(weight=[1, -2, 3]), {"value": -2.0, "row": 2}),
    ("margins_none", lambda: raked({}), {}),
    ("margin_category_missing", lambda: raked({"a": {"x": 4}}), {"margin": "a", "category": "y", "row": 3}),
    (
        "margin_category_empty",
        lambda: raked(TOTALS, (1, 1, 0, 0)),
        {"margin": "a", "category": "y", "total": 2},
    ),
    ("margin_total_not_positive", lambda: raked({"a": {"x": 4, "y": 0}}), {"category": "y", "total": 0}),
    (
        "margins_disagree",
        lambda: raked(TOTALS | {"b": {"p": 3, "q": 3}}),
        {"margin": "b", "total": 6.0, "first": "a"},
    ),
    (
        "raking_not_converged",
        lambda: raked({"a": {"x": 1, "y": 3}, "b": {"p": 3, "q": 1}}, (1, 0, 0, 1), rounds=5),
        {"rounds": 5},
    ),
    ("stratum_odd", lambda: zones(all_of(2), 2), {"stratum": "s", "schools": 3}),
    ("collapse_left_over", lambda: zones(all_of(2), 2, odd="collapse"), {"stratum": "s"}),
    ("school_too_small_to_split", lambda: zones(all_of(), 3, odd="split"), {"pupils": 1}),
    ("school_without_place", lambda: zones(["zz"]), {"school": "zz", "row": 1}),
    ("replicates_differ", lambda: columns([3, 4], JK1), {"method": "JK1"}),
    ("column_exists", lambda: columns([3], JK1, rwgt4=[1, 1, 1]), {"column": "rwgt4"}),
]


@pytest.mark.parametrize(("code", "call", "facts"), CASES, ids=[case[0] for case in CASES])
def test_refusal(code: str, call: Callable[[], Any], facts: dict[str, Any]) -> None:
    with pytest.raises(SamplingError) as caught:
        call()
    error = caught.value
    assert error.code == code
    assert {name: error.facts[name] for name in facts} == facts
    assert str(error) == SENTENCES[code].format_map(error.facts)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_every_sentence_is_reached() -> None:
    assert sorted(case[0] for case in CASES) == sorted(SENTENCES)


def test_sentences_end_and_begin_as_sentences_do() -> None:
    for code, sentence in SENTENCES.items():
        assert sentence[0].isupper() or sentence[0] == "{", code
        assert sentence[-1] == ".", code
