"""What the published country means of PASEC 2014 say about its scale."""

from __future__ import annotations

import pytest

from ilsa import EstimateTable, published
from ilsa.reference import rows

pytestmark = pytest.mark.reference

ROWS = rows("pasec2014_country_means.csv")


def table(grade: str, subject: str) -> EstimateTable:
    cells = tuple(
        published(
            float(row["m_score_bin"]),
            float(row["se_score_bin"]),
            label=(row["countrycode"],),
            unit="PASEC2014",
            definition=f"mean of {subject}, grade {grade}",
            sample_id=f"{row['countrycode']} {grade}",
            n=int(row["n_score_bin"]),
        )
        for row in ROWS
        if (row["idgrade"], row["subject"]) == (grade, subject)
    )
    return EstimateTable(statistic="mean", dimensions=("country",), cells=cells)


@pytest.mark.parametrize("subject", ["read", "math"])
@pytest.mark.parametrize("grade", ["2", "6"])
def test_the_ten_countries_counted_once_have_a_mean_of_500(grade: str, subject: str) -> None:
    means = table(grade, subject)
    assert len(means) == 10
    average = means.average("country").only
    assert average.value == pytest.approx(500, abs=5e-5)
    by_hand = sum(cell.se**2 for cell in means) ** 0.5 / 10
    assert average.se == pytest.approx(by_hand, rel=1e-9)


def test_two_countries_are_independent_samples() -> None:
    means = table("6", "read")
    gap = means["SEN"].contrast(means["NER"])
    assert gap.value == pytest.approx(144.9, abs=0.1)  # 548.4 and 403.5 as printed
    assert gap.se == pytest.approx((6.8**2 + 3.7**2) ** 0.5, abs=0.1)
