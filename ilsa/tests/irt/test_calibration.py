"""Calibration: what it finds, what does not change it, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilsa import AssessmentDesign, ReplicateWeights, replicate_variance
from ilsa.irt import Calibration, IrtError, Items, Quadrature, Responses, calibrate
from ilsa.irt.booklets import Booklets
from ilsa.irt.notes import NOTES

pytestmark = pytest.mark.unit


def simulate(items: Items, theta: Any, seed: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Answers of pupils with abilities ``theta`` to the items."""
    draw = np.random.default_rng(seed)
    p = items.probability(theta).cumsum(axis=1)
    given = (draw.random((len(items), 1, np.size(theta))) > p[:, :-1]).sum(axis=1).T
    return given.astype(float)


def bank(count: int, seed: int = 5, model: str = "2PL") -> Items:
    draw = np.random.default_rng(seed)
    if model in ("PCM", "GPCM", "GRM"):
        b = np.sort(draw.normal(0, 1, (count, 3)), axis=1) + np.array([-0.5, 0, 0.5])
    else:
        b = draw.normal(0, 1, (count, 1))
    slope = np.exp(draw.normal(0, 0.25, count)) if model not in ("Rasch", "PCM") else 1.0
    guess = 0.2 if model == "3PL" else 0.0
    return Items.from_difficulties([f"i{j}" for j in range(count)], model, b, slope, guess)


def same(one: Calibration, other: Calibration, tolerance: float = 2e-6) -> None:
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-11)
    np.testing.assert_allclose(one.vector, other.vector, atol=tolerance)


@pytest.mark.parametrize("model", ["Rasch", "2PL", "3PL", "PCM", "GPCM", "GRM"])
def test_parameters_that_made_the_answers_are_found_within_their_standard_errors(model: Any) -> None:
    items = bank(15, model=model)
    spread = 1.3 if model in ("Rasch", "PCM") else 1.0
    theta = np.random.default_rng(7).normal(0, spread, 4000)
    found = calibrate(simulate(items, theta, 8), model, items=items.names)
    errors = found.standard_errors()
    z = (found.items.intercept - items.intercept) / errors.intercept
    if model == "3PL":  # slope and asymptote lean on each other: curves are found, not single parameters
        at = np.linspace(-2, 2, 9)
        gap = found.items.probability(at)[:, 1] - items.probability(at)[:, 1]
        assert np.abs(gap).max() < 0.08
        assert np.sqrt((gap**2).mean()) < 0.02
        return
    assert np.sqrt((z**2).mean()) < 1.5
    assert np.abs(z).max() < 4.5
    if model in ("Rasch", "PCM"):
        assert abs(found.sd[0] - spread) < 4 * errors.sd[0]
        assert errors.slope.mask.all()
    else:
        z = (found.items.slope - items.slope) / errors.slope
        assert np.sqrt((z**2).mean()) < 1.6
        assert errors.sd.mask.all()


def test_standard_errors_are_those_of_repetition() -> None:
    items = bank(6)
    draw = np.random.default_rng(2)
    found = [calibrate(simulate(items, draw.normal(0, 1, 800), 100 + r)) for r in range(120)]
    spread = np.std([f.vector for f in found], axis=0, ddof=1)
    told = np.mean([np.sqrt(np.diag(f.standard_errors().covariance)) for f in found], axis=0)
    assert np.median(np.abs(spread / told - 1)) < 0.1


@pytest.fixture(scope="module")
def two() -> dict[str, Any]:
    """Two groups, two booklets with a common cluster, some omissions."""
    items = bank(12)
    draw = np.random.default_rng(11)
    group = draw.integers(0, 2, 1500)
    theta = draw.normal(0.5 * group, 1 + 0.3 * group)
    given = simulate(items, theta, 12)
    book = draw.integers(0, 2, 1500)
    given[np.ix_(book == 0, range(8, 12))] = np.nan
    given[np.ix_(book == 1, range(4))] = np.nan
    given[draw.random(given.shape) < 0.01] = np.nan
    return {
        "answers": given,
        "group": group,
        "book": book,
        "weight": np.exp(draw.normal(0, 0.4, 1500)),
        "items": items,
    }


def test_groups_differ_as_they_were_made(two: dict[str, Any]) -> None:
    found = calibrate(two["answers"], group=two["group"])
    errors = found.standard_errors()
    assert (found.mean[0], found.sd[0]) == (0, 1)
    assert abs(found.mean[1] - 0.5) < 3 * errors.mean[1]
    assert abs(found.sd[1] - 1.3) < 3 * errors.sd[1]
    assert errors.mean.mask.tolist() == [True, False]


def test_the_order_of_pupils_and_of_items_does_not_matter(two: dict[str, Any]) -> None:
    base = calibrate(two["answers"], group=two["group"], weights=two["weight"], tolerance=1e-8)
    order = np.random.default_rng(3).permutation(1500)
    same(
        base,
        calibrate(
            two["answers"][order], group=two["group"][order], weights=two["weight"][order], tolerance=1e-8
        ),
    )
    turned = calibrate(two["answers"][:, ::-1], group=two["group"], weights=two["weight"], tolerance=1e-8)
    np.testing.assert_allclose(turned.items.slope[::-1], base.items.slope, atol=1e-6)


def test_weights_times_a_constant_change_nothing(two: dict[str, Any]) -> None:
    same(
        calibrate(two["answers"], group=two["group"], weights=two["weight"]),
        calibrate(two["answers"], group=two["group"], weights=1000 * two["weight"]),
        1e-12,
    )


def test_a_whole_weight_is_that_many_pupils(two: dict[str, Any]) -> None:
    times = np.random.default_rng(1).integers(1, 4, 1500)
    base = calibrate(two["answers"], group=two["group"], weights=times, tolerance=1e-8)
    rows = np.repeat(np.arange(1500), times)
    more = calibrate(two["answers"][rows], group=two["group"][rows], tolerance=1e-8)
    np.testing.assert_allclose(base.vector, more.vector, atol=1e-6)
    assert base.log_likelihood / 1500 == pytest.approx(more.log_likelihood / rows.size, rel=1e-11)


def test_booklets_as_blocks_and_as_marks_give_the_same(two: dict[str, Any], monkeypatch: Any) -> None:
    data = Responses.read(two["answers"], group=two["group"], weights=two["weight"])
    base = calibrate(data, tolerance=1e-8)
    assert {piece.group >= 0 for piece in base._booklets.pieces} == {True, False}
    monkeypatch.setattr("ilsa.irt.booklets.SMALLEST_BLOCK", 10_000)
    marked = calibrate(data, tolerance=1e-8)
    assert {piece.group >= 0 for piece in marked._booklets.pieces} == {False}
    same(base, marked, 1e-7)
    np.testing.assert_allclose(
        base.standard_errors().covariance, marked.standard_errors().covariance, rtol=1e-5, atol=1e-9
    )
    monkeypatch.setattr("ilsa.irt.booklets.SMALLEST_BLOCK", 1)
    same(base, calibrate(data, tolerance=1e-8), 1e-7)


def test_equal_answers_are_counted_once_without_a_difference(lsat: Callable[[str], Any]) -> None:
    data = Responses.read(lsat("LSAT7"), weights=np.random.default_rng(4).random(1000) + 0.5)
    few = calibrate(data, tolerance=1e-9)
    assert few._booklets.unit_codes.shape == (32, 5)

    class Whole(Booklets):
        def _collapse(self) -> None:
            self.unit_codes, self.unit_weight = self.data.codes, self.data.weight
            self.unit_group, self.unit = self.data.group, None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ilsa.irt.calibration.Booklets", Whole)
        many = calibrate(data, tolerance=1e-9)
    same(few, many, 1e-8)
    for method in ("observed", "sandwich"):
        np.testing.assert_allclose(
            few.standard_errors(method).covariance,  # type: ignore[arg-type]
            many.standard_errors(method).covariance,  # type: ignore[arg-type]
            rtol=1e-6,
            atol=1e-10,
        )


def test_unlikely_answers_do_not_underflow() -> None:
    items = bank(600, seed=9)
    theta = np.random.default_rng(1).normal(0, 1, 60)
    given = simulate(items, theta, 2)
    given[0] = 1 - given[0]
    data = Responses.read(np.tile(given, (1, 4)))
    counts = Booklets(data)
    log_p = np.tile(items.log_probability(np.linspace(-6, 6, 21)), (4, 1, 1))
    found = counts.expect(log_p, np.log(np.full((1, 21), 1 / 21)))
    assert np.isfinite(found.log_likelihood)
    assert found.groups.sum() == pytest.approx(60)
    direct = np.array([log_p[np.arange(2400), data.codes[i]].sum(axis=0) for i in range(60)]) - np.log(21)
    top = direct.max(axis=1)
    assert found.log_likelihood == pytest.approx(
        float((top + np.log(np.exp(direct - top[:, None]).sum(axis=1))).sum()), rel=1e-12
    )


def test_fixed_items_keep_slope_and_intercept_and_free_every_group(two: dict[str, Any]) -> None:
    anchor = two["items"].choose(["i3", "i5", "i9"]).transformed(2.0, 10.0)
    names = two["items"].names
    wide = Quadrature(121, (0.0, 20.0))
    found = calibrate(two["answers"], items=names, group=two["group"], anchor=anchor, quadrature=wide)
    kept = found.items.choose(anchor.names)
    np.testing.assert_array_equal(kept.slope, anchor.slope)
    np.testing.assert_array_equal(kept.intercept, anchor.intercept)
    assert found.held == ("i3", "i5", "i9")
    errors = found.standard_errors()
    assert (np.abs(found.mean - [10, 11]) < 4 * errors.mean).all()
    assert (np.abs(found.sd - [2, 2.6]) < 4 * errors.sd).all()


def test_a_fixed_item_may_be_one_that_everybody_solved(two: dict[str, Any]) -> None:
    given = two["answers"].copy()
    anchor = two["items"].choose(["i3", "i5", "i9"])
    for right in (0.0, 1.0):
        given[~np.isnan(given[:, 5]), 5] = right
        found = calibrate(given, items=two["items"].names, anchor=anchor)
        assert (found.mean[0] > 0.1) == bool(right)


def test_items_fixed_at_their_own_estimates_give_them_back(two: dict[str, Any]) -> None:
    wide = Quadrature(161, (-8, 8))  # so that the limits do not matter
    free = calibrate(two["answers"], group=two["group"], tolerance=1e-9, quadrature=wide)
    some = free.items.choose(free.items.names[:6])
    held = calibrate(two["answers"], group=two["group"], anchor=some, tolerance=1e-9, quadrature=wide)
    np.testing.assert_allclose(held.items.slope, free.items.slope, atol=1e-5)
    np.testing.assert_allclose(held.mean, free.mean, atol=1e-5)
    assert held.log_likelihood == pytest.approx(free.log_likelihood, rel=1e-10)


def test_booklets_without_common_items_are_linked_by_fixed_ones_only(two: dict[str, Any]) -> None:
    given = two["answers"].copy()
    given[:, 4:8] = np.nan
    rows = ~np.isnan(given).all(axis=1)
    names = two["items"].names
    kept = [j for j in range(12) if j not in range(4, 8)]
    given, names = given[rows][:, kept], [names[j] for j in kept]
    with pytest.raises(IrtError) as refused:
        calibrate(given, items=names)
    assert str(refused.value).startswith(
        "Items i0, i1, i2, … and items i8, i9, i10, … are never answered by the same pupil"
    )
    random = calibrate(given, items=names, linked_by="random_groups")
    assert [note.code for note in random.notes] == ["unconnected"]
    with pytest.raises(IrtError, match="booklets"):
        calibrate(given, items=names, anchor=two["items"].choose(["i0"]))
    linked = calibrate(given, items=names, anchor=two["items"].choose(["i0", "i8"]))
    assert linked.notes == ()


def test_a_weak_link_is_enough(two: dict[str, Any]) -> None:
    given = two["answers"].copy()
    given[:, 5:8] = np.nan
    rows = ~np.isnan(given).all(axis=1)
    found = calibrate(given[rows][:, [*range(5), *range(8, 12)]])
    z = found.items.intercept[:, 0] - two["items"].intercept[[*range(5), *range(8, 12)], 0]
    assert np.abs(z / found.standard_errors().intercept[:, 0]).max() < 5


def test_models_may_be_mixed(two: dict[str, Any]) -> None:
    mixed = calibrate(two["answers"], ["2PL", "GPCM"] * 6, tolerance=1e-8)
    same(mixed, calibrate(two["answers"], "2PL", tolerance=1e-8), 1e-6)
    half = calibrate(two["answers"], ["1PL", "2PL"] * 6)
    assert half.sd[0] != 1
    assert half.items.slope[0] == 1


def test_a_miskeyed_item_is_told(two: dict[str, Any]) -> None:
    given = two["answers"].copy()
    given[:, 5] = 1 - given[:, 5]
    found = calibrate(given)
    assert [str(note) for note in found.notes] == [
        "The slope of item 'I6' stands at its lower bound: higher scores do not go with right answers. "
        "Look at its key; slopes='free' lets it become negative."
    ]
    keyed = given.copy()  # at the bound the rest is at its maximum: the item says next to nothing
    keyed[:, 5] = np.nan
    rows = ~np.isnan(keyed).all(axis=1)
    others = calibrate(keyed[rows][:, [*range(5), *range(6, 12)]])
    np.testing.assert_allclose(np.delete(found.items.slope, 5), others.items.slope, atol=5e-3)
    share = np.nanmean(given[:, 5])
    assert found.items.intercept[5, 0] == pytest.approx(np.log(share / (1 - share)), abs=1e-3)
    free = calibrate(given, slopes="free")
    assert free.items.slope[5] < -0.5
    assert free.log_likelihood > found.log_likelihood


def test_priors_pull_and_are_reported_apart(two: dict[str, Any]) -> None:
    free = calibrate(two["answers"])
    held = calibrate(two["answers"], slope_prior=(0.0, 0.05))
    assert np.abs(np.log(held.items.slope)).max() < np.abs(np.log(free.items.slope)).max() / 2
    assert free.log_prior == 0
    assert held.log_likelihood < free.log_likelihood
    density = -0.5 * (np.log(held.items.slope) / 0.05) ** 2 - np.log(0.05 * np.sqrt(2 * np.pi))
    assert held.log_prior == pytest.approx(density.sum())


def test_replicate_weights_refit_from_the_full_sample(two: dict[str, Any]) -> None:
    base = calibrate(two["answers"], group=two["group"], tolerance=1e-8)
    weights = np.random.default_rng(6).exponential(size=(1500, 2))
    found = base.recalibrated(weights, tolerance=1e-8)
    assert found.shape == (base.parameters, 2)
    for r in range(2):
        direct = calibrate(two["answers"], group=two["group"], weights=weights[:, r], tolerance=1e-8)
        np.testing.assert_allclose(found[:, r], direct.vector, atol=1e-6)
    with pytest.raises(IrtError, match=r"weights has shape \(3,\)"):
        base.recalibrated([1.0, 2.0, 3.0])


def test_standard_errors_under_the_design_come_from_replicates(two: dict[str, Any]) -> None:
    """Schools without an effect of their own: the jackknife agrees with the sandwich."""
    table = {"w": two["weight"], "school": np.arange(1500) % 75}
    design = AssessmentDesign(weight="w", psu="school", replicates=ReplicateWeights.from_psus(method="JK1"))
    sample = design.weigh(table).sample()
    found = calibrate(two["answers"], weights=two["weight"])
    replicates = found.recalibrated(sample.replicates.dense())
    variance = replicate_variance(found.vector, replicates, sample)
    ratio = np.sqrt(variance / np.diag(found.standard_errors("sandwich").covariance))
    assert np.median(np.abs(ratio - 1)) < 0.12
    assert (ratio > 0.6).all()
    assert (ratio < 1.6).all()


def call(answers: Any, model: Any = "2PL", **settings: Any) -> Any:
    return calibrate(answers, model, **settings)


GIVEN = np.array([[0, 1, 1], [1, 0, 0], [1, 1, 0], [0, 0, 1], [1, 1, 1], [0, 1, 0]])


@pytest.mark.parametrize(
    ("code", "change", "settings", "part"),
    [
        ("item_one_category", {(..., 1): 1}, {}, "All 6 answers to item 'I2' are 1"),
        ("item_has_categories", {(0, 2): 2}, {}, "'I3' has categories up to 2"),
        ("item_category_empty", {(0, 2): 3}, {"model": "PCM"}, "Nobody is in category 2 of item 'I3'"),
        ("item_without_answers", {(..., 1): -1}, {"missing": (-1,)}, "Nobody answered item 'I2'"),
        ("model_unknown", {}, {"model": "5PL"}, "'5PL'"),
        ("items_count", {}, {"model": ["2PL"]}, "1 item names for 3"),
        ("not_converged", {}, {"rounds": 2}, "After 2 rounds"),
        ("setting_out_of_range", {}, {"tolerance": 0}, "tolerance= is 0"),
        ("setting_out_of_range", {}, {"quadrature": 3}, "points= is 3; it must be 5 or more"),
        ("choice_unknown", {}, {"linked_by": "hope"}, "linked_by= is 'hope'"),
        ("anchor_unused", {}, {"anchor": bank(2)}, "None of the items in anchor= (i0, i1)"),
        (
            "anchor_categories",
            {(0, 2): 2},
            {"model": "PCM", "anchor": Items.from_difficulties(["I3"], "2PL", [0.0])},
            "up to 1, its answers go up to 2",
        ),
    ],
)
def test_refused_with_a_sentence(code: str, change: Any, settings: Any, part: str) -> None:
    given = GIVEN.copy()
    for place, value in change.items():
        given[place] = value
    with pytest.raises(IrtError) as refused:
        call(given, **settings)
    assert refused.value.code == code
    assert part in str(refused.value)


def test_how_it_was_computed_is_told_in_plain_values(two: dict[str, Any]) -> None:
    found = calibrate(two["answers"], group=two["group"], weights=two["weight"], quadrature=21)
    told = json.loads(json.dumps(found.specification(), allow_nan=False))
    assert told["quadrature"] == {"points": 21, "limits": [-6.0, 6.0], "prior": "normalised"}
    assert told["groups"] == ["0", "1"]
    assert told["log_likelihood"] == found.log_likelihood
    assert [note["code"] for note in told["notes"]] == ["weights_rescaled"]
    assert found.bic - found.aic == pytest.approx(found.parameters * (np.log(1500) - 2))


def test_every_note_is_a_sentence(two: dict[str, Any]) -> None:
    more = np.vstack([two["answers"], np.full(12, np.nan)])
    anchor = two["items"].choose(["i0"])
    names = [*two["items"].names[:11], "x"]
    found = calibrate(
        more,
        items=two["items"].names,
        without_answers="leave_out",
        weights="senate",
        anchor=Items(("i0", "z"), ("2PL",) * 2, [1, 1], [[0], [0]], [0, 0]),
    )  # type: ignore[arg-type]
    assert [note.code for note in found.notes] == ["left_out", "weights_rescaled", "anchor_not_answered"]
    assert found.notes[1].facts == {"how": "senate"}
    guess = calibrate(two["answers"], "3PL", items=names, anchor=anchor)
    assert [note.code for note in guess.notes] == ["guess_prior"]
    short = calibrate(two["answers"], quadrature=Quadrature(21, (-1.5, 1.5)))
    assert [note.code for note in short.notes] == ["grid_short"]
    assert "widen" in str(short.notes[0]).lower()
    for note in (*found.notes, *guess.notes):
        assert str(note) == NOTES[note.code].format_map(note.facts)
