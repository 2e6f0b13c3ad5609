"""What can be asked of an assessment: one method per statistic, one table of estimates per answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Unpack

import numpy as np

from ilsa.asking import Asking, Found, Options
from ilsa.columns import Identifier
from ilsa.domain import Domain, Variable
from ilsa.errors import DesignError, EstimateError, ScaleError
from ilsa.estimate.association import Margin, cohens_d, correlations, crossed_shares, eta_squared
from ilsa.estimate.levels import shares_at_least, shares_by_level
from ilsa.estimate.linear import least_squares
from ilsa.estimate.logistic import logistic
from ilsa.estimate.moments import Divisor, means, moments
from ilsa.estimate.percentiles import Definition, percentiles
from ilsa.estimate.quantile import quantile_regression
from ilsa.formula import Formula
from ilsa.kernels.ratios import FloatArray
from ilsa.provenance import Note
from ilsa.results import EstimateTable
from ilsa.scale import Threshold
from ilsa.unavailable import Unavailable


class Estimator(Asking):
    """The statistics of one assessment; made by ``Assessment.estimate``.

    Every method takes ``by=``, ``where=``, ``missing=``, ``sampling=``, ``df=``, ``centre=`` and
    ``confidence=`` (see ``Options``), gives an ``EstimateTable`` with the sample columns and ``by`` as dimensions,
    and raises what ``Assessment.ask`` raises. Variables are scales by their name or columns of numbers.
    """

    # mean, standard deviation

    def mean(self, of: str, **options: Unpack[Options]) -> EstimateTable:
        """The mean of a scale or a column; of a column of 0 and 1, a share. See ``estimate.moments``."""
        empty = Found((), self._unit(of), f"mean of {of}", Unavailable("below_minimum_n"))

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            return [Found((), empty.unit, empty.definition, means(domain, values[of]))]

        return self._table("mean", [of], (), compute, [empty], options)

    def sd(self, of: str, *, divisor: Divisor = "sum_w", **options: Unpack[Options]) -> EstimateTable:
        """The standard deviation; ``divisor="sum_w_minus_1"`` for comparison with other software."""
        notes = self._divisor(divisor)
        empty = Found((), self._unit(of), f"standard deviation of {of}", Unavailable("below_minimum_n"))

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            return [Found((), empty.unit, empty.definition, moments(domain, values[of], divisor)[1])]

        return self._table("sd", [of], (), compute, [empty], options, {"divisor": divisor}, notes)

    def moments(self, of: str, *, divisor: Divisor = "sum_w", **options: Unpack[Options]) -> EstimateTable:
        """Mean and standard deviation in one pass, under a last dimension ``moment``."""
        notes = self._divisor(divisor)
        nothing = Unavailable("below_minimum_n")
        unit = self._unit(of)
        empty = [
            Found(("mean",), unit, f"mean of {of}", nothing),
            Found(("sd",), unit, f"standard deviation of {of}", nothing),
        ]

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            both = moments(domain, values[of], divisor)
            return _with(empty, both)

        return self._table("moments", [of], ("moment",), compute, empty, options, {"divisor": divisor}, notes)

    def _divisor(self, divisor: Divisor) -> tuple[Note, ...]:
        _one_of("divisor", divisor, ("sum_w", "sum_w_minus_1"))
        return (Note("sd_divisor"),) if divisor == "sum_w_minus_1" else ()

    # shares

    def share(
        self, of: str, *, at_least: float | Threshold, below: bool = False, **options: Unpack[Options]
    ) -> EstimateTable:
        """The share of pupils at or above a threshold, or with ``below=True`` of those below it.

        A ``Threshold`` names its owner, and the definition of every cell then says whose it is.
        """
        threshold = at_least if isinstance(at_least, Threshold) else Threshold(at_least)
        where = "below" if below else "at or above"
        empty = Found((), "share", f"share {where} {threshold} in {of}", Unavailable("below_minimum_n"))

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            found = shares_at_least(domain, values[of], [threshold.value])[0]
            return [Found((), "share", empty.definition, 1 - found if below else found)]

        return self._table(
            "share",
            [of],
            (),
            compute,
            [empty],
            options,
            {"threshold": _threshold(threshold), "below": below},
        )

    def levels(self, of: str, **options: Unpack[Options]) -> EstimateTable:
        """The share of pupils in each level of a scale, under a last dimension ``level``.

        Raises: ``ScaleError`` (``scale_without_levels``).
        """
        scale = self._assessment.scales.get(of)
        if scale is None or scale.levels is None:
            raise ScaleError("scale_without_levels", scale=of)
        levels = scale.levels
        cuts = [cut.value for cut in levels.thresholds]
        nothing = Unavailable("below_minimum_n")
        empty = [
            Found((name,), "share", f"share of level {name} in {of}, {told}", nothing)
            for name, told in zip(levels.labels, levels.bounds, strict=True)
        ]

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            found = shares_by_level(domain, values[of], cuts)
            return _with(empty, found)

        cuts_told = [_threshold(cut) for cut in levels.thresholds]
        return self._table("levels", [of], ("level",), compute, empty, options, {"thresholds": cuts_told})

    # percentiles

    def percentiles(
        self,
        of: str,
        at: Sequence[float] = (10, 25, 50, 75, 90),
        *,
        definition: Definition = "interpolated",
        **options: Unpack[Options],
    ) -> EstimateTable:
        """Percentiles between 0 and 100, under a last dimension ``percentile``; see ``estimate.percentiles``.

        Raises: ``EstimateError`` (``percentile_range``).
        """
        _one_of("definition", definition, ("interpolated", "left_continuous"))
        points = _points(at)
        told = definition.replace("_", "-")
        unit = self._unit(of)
        empty = [
            Found((value,), unit, f"percentile {value:.10g} of {of}, {told}", Unavailable("below_minimum_n"))
            for value in points
        ]
        shares = [value / 100 for value in points]
        jackknife = self._assessment.design.replicates.method in ("JK1", "JKn", "JK2-half", "JK2-full")

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            return _with(empty, percentiles(domain, values[of], shares, definition))

        return self._table(
            "percentiles",
            [of],
            ("percentile",),
            compute,
            empty,
            options,
            {"definition": definition, "at": points},
            (Note("percentiles_jackknife"),) if jackknife else (),
        )

    # regressions

    def _predictors(self, formula: Formula) -> list[Variable]:
        found: list[Variable] = []
        for predictor in formula.predictors:
            if not predictor.categorical:
                found.append(self._assessment.variable(predictor.column))
                continue
            categories = self._assessment.categories(predictor.column)
            found += [categories.indicator(value) for value in categories.values[1:]]
        return found

    def lm(self, formula: str, *, standardised: bool = False, **options: Unpack[Options]) -> EstimateTable:
        """Linear regression, ``"reading ~ girl + SES + C(region)"``, under a last dimension ``term``.

        Terms are ``(Intercept)``, the predictors (a category as ``region = north``, its first value being the
        reference), ``R²`` and ``residual SD``; with ``standardised=True`` standardised coefficients alone.

        Raises: ``EstimateError`` (``formula_unreadable``).
        """
        parsed = Formula.parse(formula)
        predictors = self._predictors(parsed)
        y, unit = parsed.outcome, self._unit(parsed.outcome)
        nothing = Unavailable("below_minimum_n")
        if standardised:
            empty = [
                Found((x.name,), "SD per SD", f"standardised coefficient of {x.name} in {formula}", nothing)
                for x in predictors
            ]
        else:
            empty = [
                Found(("(Intercept)",), unit, f"intercept of {formula}", nothing),
                *(
                    Found((x.name,), f"{unit} per {x.name}", f"coefficient of {x.name} in {formula}", nothing)
                    for x in predictors
                ),
                Found(("R²",), "share", f"share of variance explained by {formula}", nothing),
                Found(("residual SD",), unit, f"standard deviation of the residuals of {formula}", nothing),
            ]

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            fit = least_squares(domain, values[y], {x.name: values[x.name] for x in predictors})
            if isinstance(fit, Unavailable):
                return _with(empty, fit)
            if standardised:
                return _with(empty, fit.standardised)
            return _with(empty, [*fit.coefficients, fit.r_squared, fit.residual_sd])

        specific = {"formula": formula, "standardised": standardised}
        return self._table("lm", [y, *predictors], ("term",), compute, empty, options, specific)

    def logit(
        self,
        formula: str,
        *,
        at_least: float | Threshold | None = None,
        effects: bool = False,
        **options: Unpack[Options],
    ) -> EstimateTable:
        """Logistic regression of a column of 0 and 1, or with ``at_least=`` of reaching a threshold.

        Terms, under a last dimension ``term``, are ``(Intercept)``, the predictors and ``R²`` (McKelvey and
        Zavoina), in log odds; with ``effects=True`` the average marginal effects of the predictors alone.

        Raises: ``EstimateError`` (``formula_unreadable``, ``outcome_not_binary``).
        """
        parsed = Formula.parse(formula)
        predictors = self._predictors(parsed)
        y = parsed.outcome
        if at_least is None:
            self._refuse_more_than_two(y)
            cut, told = None, formula
        else:
            cut = at_least if isinstance(at_least, Threshold) else Threshold(at_least)
            told = f"{formula}, outcome at or above {cut}"
        nothing = Unavailable("below_minimum_n")
        if effects:
            empty = [
                Found(
                    (x.name,),
                    f"share per {x.name}",
                    f"average marginal effect of {x.name} in {told}",
                    nothing,
                )
                for x in predictors
            ]
        else:
            empty = [
                Found(("(Intercept)",), "log odds", f"intercept of {told}", nothing),
                *(
                    Found((x.name,), f"log odds per {x.name}", f"coefficient of {x.name} in {told}", nothing)
                    for x in predictors
                ),
                Found(("R²",), "share", f"McKelvey and Zavoina's R² of {told}", nothing),
            ]

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            outcome = values[y] if cut is None else (values[y] >= cut.value).astype(np.float64)
            chosen = {x.name: values[x.name] for x in predictors}
            fit = logistic(domain, outcome, chosen, effects=effects)
            if isinstance(fit, Unavailable):
                return _with(empty, fit)
            if fit.effects is not None:
                return _with(empty, fit.effects)
            return _with(empty, [*fit.coefficients, fit.r_squared])

        specific = {"formula": formula, "at_least": _threshold(cut) if cut else None, "effects": effects}
        return self._table("logit", [y, *predictors], ("term",), compute, empty, options, specific)

    def _refuse_more_than_two(self, name: str) -> None:
        variable = self._assessment.variable(name)
        other = (variable.columns != 0) & (variable.columns != 1)
        if other.any():
            m, row = (int(i) for i in np.argwhere(other)[0])
            value = float(variable.columns[m, row])
            raise EstimateError("outcome_not_binary", column=name, value=value, row=row + 1)

    def quantile(
        self, formula: str, at: Sequence[float] = (10, 50, 90), **options: Unpack[Options]
    ) -> EstimateTable:
        """Quantile regression at percentiles between 0 and 100, under last dimensions ``percentile`` and ``term``.

        Raises: ``EstimateError`` (``formula_unreadable``, ``percentile_range``).
        """
        parsed = Formula.parse(formula)
        predictors = self._predictors(parsed)
        y, unit = parsed.outcome, self._unit(parsed.outcome)
        points = _points(at)
        nothing = Unavailable("below_minimum_n")
        names = [("(Intercept)", unit), *((x.name, f"{unit} per {x.name}") for x in predictors)]
        empty = [
            Found((point, name), of, f"{name} at percentile {point:.10g} of {formula}", nothing)
            for point in points
            for name, of in names
        ]

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            chosen = {x.name: values[x.name] for x in predictors}
            found: list[FloatArray | Unavailable] = []
            for point in points:
                fit = quantile_regression(domain, values[y], chosen, point / 100)
                found += [fit] * len(names) if isinstance(fit, Unavailable) else list(fit)
            return _with(empty, found)

        specific = {"formula": formula, "at": points}
        tail = ("percentile", "term")
        return self._table("quantile", [y, *predictors], tail, compute, empty, options, specific)

    # association

    def corr(self, *of: str, **options: Unpack[Options]) -> EstimateTable:
        """Correlations of every pair of variables, under last dimensions ``first`` and ``second``.

        Raises: ``EstimateError`` (``variables_too_few``).
        """
        names = list(dict.fromkeys(of))
        if len(names) < 2:
            raise EstimateError("variables_too_few", count=len(names))
        pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
        nothing = Unavailable("below_minimum_n")
        empty = [Found((a, b), "correlation", f"correlation of {a} and {b}", nothing) for a, b in pairs]

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            return _with(empty, correlations(domain, [values[name] for name in names]))

        return self._table("corr", names, ("first", "second"), compute, empty, options)

    def crosstab(
        self, row: str, column: str, *, margin: Margin = "row", **options: Unpack[Options]
    ) -> EstimateTable:
        """Shares of two crossed columns of categories, within each row, within each column, or of the whole.

        The last two dimensions carry the names of the columns.
        """
        _one_of("margin", margin, ("row", "column", "total"))
        rows, columns = self._assessment.categories(row), self._assessment.categories(column)
        within = {"row": f"within {row}", "column": f"within {column}", "total": "of all"}[margin]
        nothing = Unavailable("below_minimum_n")
        empty = [
            Found((a, b), "share", f"share of {row} = {a} and {column} = {b}, {within}", nothing)
            for a in rows.values
            for b in columns.values
        ]

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            found = crossed_shares(
                domain, values[row], values[column], len(rows.values), len(columns.values), margin
            )
            return _with(empty, [share for line in found for share in line])

        of = [rows.codes, columns.codes]
        return self._table("crosstab", of, (row, column), compute, empty, options, {"margin": margin})

    def distribution(self, of: str, **options: Unpack[Options]) -> EstimateTable:
        """The share of pupils with each value of a column of categories, under a last dimension of its name."""
        categories = self._assessment.categories(of)
        nothing = Unavailable("below_minimum_n")
        empty = [Found((value,), "share", f"share of {of} = {value}", nothing) for value in categories.values]

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            line = np.zeros_like(values[of])
            found = crossed_shares(domain, line, values[of], 1, len(categories.values), "total")
            return _with(empty, found[0])

        return self._table("distribution", [categories.codes], (of,), compute, empty, options)

    def effect_size(
        self, of: str, group: str, value: Identifier, minus: Identifier, **options: Unpack[Options]
    ) -> EstimateTable:
        """Cohen's d: the difference of two groups' means in pooled standard deviations.

        Raises: ``EstimateError`` (``category_unknown``).
        """
        categories = self._assessment.categories(group)
        for asked in (value, minus):
            if asked not in categories.values:
                known = ", ".join(str(one) for one in categories.values)
                raise EstimateError("category_unknown", column=group, value=asked, known=known)
        one, other = categories.indicator(value), categories.indicator(minus)
        definition = f"Cohen's d of {of}, {group} {value} less {minus}, pooled SD"
        empty = [Found((), "SD", definition, Unavailable("below_minimum_n"))]

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            return _with(empty, [cohens_d(domain, values[of], values[one.name], values[other.name])])

        specific = {"group": group, "value": str(value), "minus": str(minus)}
        return self._table("effect_size", [of, one, other], (), compute, empty, options, specific)

    def eta_squared(self, of: str, group: str, **options: Unpack[Options]) -> EstimateTable:
        """The share of a variable's variance that lies between the groups of a column."""
        categories = self._assessment.categories(group)
        indicators = [categories.indicator(value) for value in categories.values]
        definition = f"share of the variance of {of} between values of {group}"
        empty = [Found((), "share", definition, Unavailable("below_minimum_n"))]

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            return _with(empty, [eta_squared(domain, values[of], [values[one.name] for one in indicators])])

        return self._table("eta_squared", [of, *indicators], (), compute, empty, options, {"group": group})


def _with(empty: Sequence[Found], estimates: Iterable[FloatArray | Unavailable] | Unavailable) -> list[Found]:
    """The named numbers with what was found for them; one reason stands for all."""
    each = [estimates] * len(empty) if isinstance(estimates, Unavailable) else estimates
    return [Found(one.tail, one.unit, one.definition, t) for one, t in zip(empty, each, strict=True)]


def _points(at: Sequence[float]) -> list[int | float]:
    """Percentiles as they will be labelled. Raises: ``EstimateError`` (``percentile_range``)."""
    for value in at:
        if not 0 <= value <= 100:
            raise EstimateError("percentile_range", value=value)
    return [int(value) if float(value).is_integer() else float(value) for value in at]


def _one_of(name: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        raise DesignError("choice_unknown", name=name, value=value, known=", ".join(known))


def _threshold(threshold: Threshold) -> dict[str, str | float]:
    return {
        "value": threshold.value,
        "owner": threshold.owner,
        "source": threshold.source,
        "name": threshold.name,
    }
