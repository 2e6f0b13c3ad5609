"""Contrasts from stored replicates against the same contrasts made from the data."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilsa import Assessment, EstimateTable, Rule, Unavailable, combination, published, stacked

pytestmark = pytest.mark.unit

Make = Callable[..., Assessment]
Pupils = Callable[..., dict[str, Any]]


def test_within_a_sample_the_covariance_is_in_it(assess: Make) -> None:
    by_sex = assess().estimate.mean("reading", by="girl")
    girls, boys = by_sex["C0", 1], by_sex["C0", 0]
    gap = girls.contrast(boys)
    each = girls.estimates - boys.estimates
    sampling = float(np.mean(((each[:, 1:] - each[:, :1]) ** 2).sum(axis=1)))
    between = 4 / 3 * float(np.var(each[:, 0], ddof=1))
    assert gap.value == pytest.approx(each[:, 0].mean(), rel=1e-14)
    assert gap.se == pytest.approx(math.sqrt(sampling + between), rel=1e-13)
    assert gap.se != pytest.approx(math.hypot(girls.se, boys.se), rel=1e-3)
    assert gap.label == ("C0 / 1 − C0 / 0",)
    assert (girls - boys).value == gap.value
    assert by_sex.gap("girl", 1, 0)["C0", "1 − 0"].se == gap.se


def test_reading_less_mathematics_is_the_mean_of_the_difference(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    ds = assess(table)
    found = ds.estimate.mean("reading").contrast(ds.estimate.mean("mathematics"))
    pair = stacked(
        [ds.estimate.mean("reading"), ds.estimate.mean("mathematics")], "scale", ["reading", "mathematics"]
    )
    again = pair.gap("scale", "reading", "mathematics")
    differences = {**table, **{f"read{m}": table[f"read{m}"] - table[f"math{m}"] for m in (1, 2, 3)}}
    direct = assess(differences).estimate.mean("reading")
    for country in ("C0", "C1", "C2"):
        assert found[country].value == pytest.approx(direct[country].value, rel=1e-10)
        assert found[country].se == pytest.approx(direct[country].se, rel=1e-10)
        assert again[country, "reading − mathematics"].se == found[country].se


def test_between_countries_variances_are_added(assess: Make) -> None:
    means = assess().estimate.mean("reading")
    a, b = means["C0"], means["C1"]
    assert a.contrast(b).se == pytest.approx(math.hypot(a.se, b.se), rel=1e-14)
    assert a.contrast(b).var_imputation == pytest.approx(a.var_imputation + b.var_imputation, rel=1e-13)
    found = a.contrast(b)
    expected = found.se**4 / (a.se**4 / a.df + b.se**4 / b.df)
    assert (found.df, found.df_rule) == (pytest.approx(expected), "satterthwaite over barnard_rubin")


def test_a_country_against_the_average_it_is_part_of(assess: Make) -> None:
    means = assess().estimate.mean("reading")
    variances = [cell.se**2 for cell in means]
    average = means.average("country").only
    assert average.label == ("average",)
    assert average.se**2 == pytest.approx(sum(variances) / 9, rel=1e-13)
    against = means["C0"].contrast(average)
    assert against.se**2 == pytest.approx(sum(variances) / 9 + (2**2 - 1) * variances[0] / 9, rel=1e-12)


def test_an_average_without_one_country_is_no_average(assess: Make, pupils_of: Pupils) -> None:
    means = assess(minimum_n=10).estimate.mean(
        "reading", where=(pupils_of()["country"] != "C1") | (pupils_of()["school"] == 14)
    )
    assert means.average("country").only.unavailable == Unavailable("below_minimum_n", "8 pupil(s)")


def test_labels_of_one_table_alone_are_not_comparable(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    fewer = {name: column[table["country"] != "C2"] for name, column in table.items()}
    both = assess(table).estimate.mean("reading").contrast(assess(fewer).estimate.mean("reading"))
    assert both["C2"].value == Unavailable("not_comparable", "only in the first table")
    assert both["C0"].value == 0.0
    assert both["C0"].se == Unavailable("no_variation", "every replicate gives the same value")


def test_an_observed_variable_pairs_with_every_plausible_value(assess: Make) -> None:
    ds = assess()
    read, ses = ds.estimate.mean("reading")["C0"], ds.estimate.mean("ses")["C0"]
    found = combination([(1, read), (-2, ses)], label=("x",), definition="x", unit="none")
    np.testing.assert_allclose(found.estimates, read.estimates - 2 * ses.estimates, rtol=1e-14)


def test_a_stored_table_gives_the_same_contrast(assess: Make) -> None:
    table = assess(name="2019").estimate.mean("reading", by="girl", df="rubin")
    again = EstimateTable.from_bytes(table.as_bytes())
    assert again.as_bytes() == table.as_bytes()
    assert again.as_rows() == table.as_rows()
    assert again.provenance == table.provenance
    mixed = table["C0", 1].contrast(again["C0", 0])
    assert mixed.se == table["C0", 1].contrast(table["C0", 0]).se
    assert len(mixed.parts) == 1


def test_a_stored_table_keeps_its_reasons_and_several_samples(assess: Make, pupils_of: Pupils) -> None:
    means = assess(minimum_n=10).estimate.mean(
        "reading", where=(pupils_of()["country"] != "C1") | (pupils_of()["school"] == 14)
    )
    again = EstimateTable.from_bytes(means.as_bytes())
    assert again["C1"].unavailable == Unavailable("below_minimum_n", "8 pupil(s)")
    average = assess().estimate.mean("reading").average("country")
    assert EstimateTable.from_bytes(average.as_bytes()).only.se == average.only.se


def test_another_rule_on_the_same_estimates(assess: Make) -> None:
    means = assess().estimate.mean("reading")
    first = means.with_rule(Rule(sampling="pv1"))["C0"]
    assert first.var_sampling == pytest.approx(
        float(((means["C0"].estimates[0, 1:] - means["C0"].estimates[0, 0]) ** 2).sum()), rel=1e-13
    )
    assert first.var_sampling == assess().estimate.mean("reading", sampling="pv1")["C0"].var_sampling
    centred = means.with_rule(Rule(centre="replicate_mean"))["C0"]
    assert centred.var_sampling < means["C0"].var_sampling


def test_a_published_figure_keeps_its_standard_error_under_every_rule(assess: Make) -> None:
    mean = assess().estimate.mean("reading", df="johnson_rust", centre="replicate_mean")["C0"]
    figure = published(
        500, 4, label=("C0",), unit="points", definition="mean", sample_id="report", rule=mean.rule
    )
    assert (figure.se, figure.df) == (4.0, math.inf)
    change = mean - figure
    assert change.se == pytest.approx(math.hypot(mean.se, 4), rel=1e-12)
    assert change.df == pytest.approx(change.se**4 / (mean.se**4 / mean.df), rel=1e-12)
    assert [note.code for note in change.notes] == ["published"]


def test_rows_are_plain_values(assess: Make) -> None:
    rows = assess().estimate.mean("reading", by="girl").as_rows()
    again = json.loads(json.dumps(rows))
    assert again == rows
    assert rows[0]["label"] == ["C0", 0]
    assert rows[0]["reason"] is None
    low, high = rows[0]["ci_low"], rows[0]["ci_high"]
    assert (low + high) / 2 == pytest.approx(rows[0]["value"], rel=1e-12)
    assert high - low > 2 * 1.96 * rows[0]["se"]
