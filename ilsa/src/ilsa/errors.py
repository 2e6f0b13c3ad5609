"""Refusals: one exception per kind of mistake, one stable code and one sentence per case.

A refusal names the value and the row it met and says what to do. ``code`` and ``facts`` let another
program say the same thing in another language; rows and replicates are counted from 1 everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # columns
        "column_not_found": (
            "The file has no column {column!r}, which the design names as {role}. "
            "Correct the name in the design or read that column too."
        ),
        "column_not_flat": (
            "Column {column!r} has {dimensions} dimensions where one value per row is needed. "
            "Give each of its columns a name of its own."
        ),
        "column_length": (
            "Column {column!r} has {length} rows where the weight column has {expected}. "
            "All columns must come from the same file, unfiltered or filtered alike."
        ),
        "number_stored_as_text": (
            "Column {column!r} holds {value!r} in row {row} where a number is needed. "
            "Convert the column by its codebook before weighing, and count what cannot be converted."
        ),
        "identifier_missing": (
            "Column {column!r} is empty in row {row}. Every row needs its {role}: complete it or drop the row."
        ),
        "identifier_mixed": (
            "Column {column!r} mixes text and numbers (row {row} holds {value!r}). Make all of it one or the other."
        ),
        # full-sample weight
        "file_empty": "The file has no row, so there is nothing to weigh.",
        "weight_missing": (
            "Weight {column!r} is missing in row {row} ({count} missing in all). "
            "A pupil without a weight stands for nobody: restore the weight or drop the row knowingly."
        ),
        "weight_negative": "Weight {column!r} is {value} in row {row}. A weight counts pupils and cannot be negative.",
        "weight_infinite": "Weight {column!r} is infinite in row {row}. Look for a division by zero where it was made.",
        "weight_zero": (
            "Weight {column!r} is zero in row {row} ({count} zero in all). "
            "If the file keeps such rows on purpose, say zero_weights='allow' in the design."
        ),
        "sample_without_weight": "All weights of sample {sample} are zero, so it stands for nobody.",
        # replicate weights in a file
        "replicate_missing": (
            "Replicate weight {column!r} is missing in row {row}. If the file merges grades with different "
            "numbers of replicates, name the grade column in count_by= and the numbers in counts=; "
            "otherwise restore the value."
        ),
        "replicate_negative": (
            "Replicate weight {column!r} is {value} in row {row}. A replicate weight cannot be negative."
        ),
        "replicate_infinite": "Replicate weight {column!r} is infinite in row {row}.",
        "replicate_all_zero": (
            "Replicate {replicate} ({name}) is zero throughout sample {sample}, so no estimate can be made with it. "
            "Look for a column that was read as empty, or a wrong number of replicates."
        ),
        "replicate_idle": (
            "Replicate weight {column!r} equals the full weight in every row, so it adds nothing to the variance: "
            "probably a copied column. If the sample has fewer zones than columns, say idle='note'."
        ),
        "replicate_columns_left": (
            "The design stops at {last!r}, but the file also has {column!r}. "
            "Count the replicate columns and give the design all of them."
        ),
        "replicate_count_unknown": (
            "Row {row} has {value!r} in {column!r}, for which counts= names no number of replicates (known: {known})."
        ),
        "replicate_beyond_count": (
            "Replicate weight {column!r} has a value in row {row}, where counts= says there are only {count} "
            "replicates. Correct counts= or look at how the file was merged."
        ),
        "replicate_without_deletion": (
            "Method {method} sets some weights to zero in every replicate, but {column!r} has no zero in any row. "
            "Is it Fay's method, or another? A wrong method gives a wrong standard error without a word."
        ),
        "replicate_with_deletion": (
            "Fay's method with k = {k} never sets a weight to zero, but {column!r} is zero in row {row}. "
            "Is it BRR (k = 0) or a jackknife?"
        ),
        "replicate_coded_twice": (
            "Replicate weight {column!r} is {ratio} times the full weight in row {row}; a paired jackknife at most "
            "doubles it. Were the codes 0 and 2 taken for 0 and 1 when the weights were made?"
        ),
        "ratio_not_exact": (
            "With storage='ratio', replicate weight / weight must be the same for all rows of a PSU, but {column!r} "
            "changes inside PSU {psu} of sample {sample} (row {row}). Use storage='auto' or 'dense'."
        ),
        # the declared rule
        "method_unknown": "Replicate method {method!r} is not one of {known}.",
        "method_not_from_here": "Method {method!r} cannot be made from {origin}. From {origin}: {known}.",
        "fay_k_missing": "Fay's method needs its k= (PISA and TALIS use 0.5); a wrong k changes every standard error.",
        "fay_k_range": "Fay's k is {k}; it must be at least 0 and below 1.",
        "k_without_fay": "The constant k= belongs to Fay's method; method {method!r} has none.",
        "scale_missing": (
            "Method {method!r} read from columns has no factor of its own: give scale= or rscales= as the data "
            "producer documents them."
        ),
        "scale_not_positive": "The values of {name}= must be positive and finite, but one is {value}.",
        "rscales_length": "The list rscales= has {length} values for {expected} replicates.",
        "pattern_without_r": "The pattern {pattern!r} has no {{r}} where the replicate number goes, as in 'rwgt{{r}}'.",
        "range_empty": "Replicates {first} to {last} are none. The last number must not be below the first.",
        "columns_repeated": "Column {column!r} is named twice among the replicate weights.",
        "counts_incomplete": "The settings count_by= and counts= go together: the column, and the number of replicates per value.",
        "count_out_of_range": "The setting counts= gives {count} replicates for {value!r}; it must lie between 1 and {maximum}.",
        "replicates_too_few": "The setting replicates= is {replicates}; at least {minimum} are needed.",
        "choice_unknown": "The setting {name}= is {value!r}; it must be one of {known}.",
        "seed_negative": "The setting seed= is {seed}; it must be zero or a positive whole number.",
        "specification_unreadable": "The stored specification cannot be read: {problem}.",
        "design_needs_psu": "Method {method!r} leaves out primary sampling units: name their column with psu=.",
        "design_needs_stratum": "Method {method!r} works inside strata: name their column with stratum=.",
        "factors_need_file": (
            "The factors of method {method!r} depend on the number of units in each stratum. "
            "Weigh the file first and pass the weighted sample."
        ),
        # profiles
        "profile_unknown": (
            "There is no profile {profile!r}; there are {known}. Rounds of PASEC before 2014 had another design and "
            "have none: declare it, beginning with 'generic'."
        ),
        "profile_field_unknown": "A profile has no line {field!r}. It has: {known}.",
        "profile_value_unfit": "Line {field!r} of a profile takes {kind}, not {value!r}.",
        "profile_fields_missing": (
            "Profile {profile!r} leaves these lines to you: {fields}. Give each of them by name."
        ),
        "override_without_profile": (
            "Lines are overridden in a profile; {design!r} is a stored design. Change {field!r} in that file."
        ),
        "profile_threshold_unknown": (
            "Profile {profile!r} has no threshold {key!r} on scale {scale!r} (known: {known}). Give the number itself."
        ),
        # zones, strata, units
        "zone_units": (
            "Zone {zone} of sample {sample} has {found} primary sampling unit(s) where {expected} are expected "
            "(first row {row}). Merge it with its neighbour, or say units_per_zone=None if the halves "
            "were formed otherwise."
        ),
        "zone_one_half": (
            "Zone {zone} of sample {sample} has only half {half} (first row {row}); a pair needs both. "
            "Were rows filtered out before weighing? Weigh the whole file, then choose the domain."
        ),
        "half_codes": (
            "Column {column!r} holds the codes {codes} in sample {sample} (see row {row}); "
            "halves are coded 0/1 or 0/2. "
            "Which half is doubled must not be guessed: recode the column by its codebook."
        ),
        "psu_in_two_zones": (
            "PSU {psu} of sample {sample} stands in zones {zone} and {other} (row {row}). If PSU numbers start again "
            "in every zone, give psu= both columns."
        ),
        "psu_in_two_halves": (
            "PSU {psu} of sample {sample} stands in both halves of zone {zone} (row {row}). "
            "If a school was split on purpose, say units_per_zone=None."
        ),
        "psu_in_two_strata": (
            "PSU {psu} of sample {sample} stands in strata {stratum} and {other} (row {row}). If PSU numbers start "
            "again in every stratum, give psu= both columns."
        ),
        "stratum_one_psu": (
            "Stratum {stratum} of sample {sample} has one primary sampling unit (first row {row}); method {method!r} "
            "needs two. Merge it with its neighbour before weighing."
        ),
        "sample_one_psu": "Sample {sample} has one primary sampling unit; method {method!r} needs two.",
        "hadamard_order": "No Hadamard matrix of order {order} can be made here; the next order that can is {next}.",
        "hadamard_too_small": "There are {zones} zones, which need at least {zones} replicates, but replicates= is {order}.",
        # scales
        "plausible_values_none": "A scale needs at least one plausible value.",
        "plausible_values_number": "Say with m= how many plausible values the pattern {pattern!r} stands for.",
        "plausible_values_contradict": "The setting m= is {given}, but {columns} columns of plausible values are named.",
        "plausible_values_repeated": "Column {column!r} is named twice among the plausible values.",
        "pattern_without_m": "The pattern {pattern!r} has no {{m}} where the number goes, as in 'LECT_PV{{m}}'.",
        "threshold_not_finite": "A threshold is a point on a scale; {value} is none.",
        "threshold_unreadable": "A threshold is a number, or the name a profile gives it; {value!r} is neither.",
        "thresholds_order": "Thresholds must rise, but {second} follows {first}.",
        "level_names": "There are {names} names for {levels} levels; the first is the level below all thresholds.",
        "scale_repeated": "Two scales are called {scale!r}.",
        "scale_without_levels": (
            "Scale {scale!r} was declared without thresholds. Give it cuts=, or ask for a share at_least= a threshold."
        ),
        "composite_empty": "A composite needs at least one part with a coefficient that is not zero.",
        "composite_draws": (
            "The parts of composite {scale!r} have {counts} plausible values, which do not pair one by one."
        ),
        # the table
        "plausible_value_columns_left": (
            "Scale {scale!r} stops at {last!r}, but the file also has {column!r}. Leaving a plausible value out makes "
            "the standard error wrong: declare all of them."
        ),
        "plausible_value_missing": (
            "Row {row} has no value in {column!r} but has other plausible values of scale {scale!r} ({count} such "
            "row(s)). All of them come from one draw: restore the value or empty them all."
        ),
        "plausible_values_equal": (
            "The plausible values of scale {scale!r} are equal in every row. One estimate per pupil, such as a WLE, "
            "was probably copied; plausible values differ."
        ),
        "variable_missing": (
            "Column {column!r} has no value in row {row} ({count} such row(s)) although the row is asked for. Leave "
            "such rows out with where=, or say missing='leave_out' to have them counted in a note."
        ),
        "pupil_repeated": "Pupil {pupil} of sample {sample} stands in two rows (again in row {row}).",
        "where_value_unknown": "No row has {value!r} in {column!r}, for which where= asks.",
        # estimates
        "formula_unreadable": (
            "The formula {formula!r} cannot be read at {part!r}. Write it as 'outcome ~ predictor + C(category)'."
        ),
        "outcome_not_binary": (
            "The outcome {column!r} holds {value} in row {row}; a logistic regression needs 0 and 1. "
            "Say at_least= a threshold to make it so."
        ),
        "percentile_range": "A percentile lies between 0 and 100, not at {value}.",
        "variables_too_few": "Correlations need at least two different variables; {count} was named.",
        "category_unknown": "Column {column!r} never holds {value!r}. It holds: {known}.",
        "cell_unknown": "There is no cell {label}. The dimensions are: {dimensions}.",
        "cell_not_single": "The table has {count} cells, so name the one you mean.",
        "dimension_unknown": "The table has no dimension {dimension!r}. It has: {known}.",
        "estimates_of_several": (
            "Cell {label} stands on {count} samples, so there is no single array of its estimates; read its parts."
        ),
        "estimates_ragged": "The cells differ in plausible values or replicates ({shapes}); read them one by one.",
        "table_unreadable": "The stored table cannot be read: {problem}.",
        "imputations_shape": "Estimates have shape {estimates}, variances {variances}; both need one per plausible value.",
        "contrast_empty": "A contrast needs at least one term.",
        "contrast_units": "Estimates in {first!r} and {second!r} cannot be added: make their units the same first.",
        "contrast_rules": "The terms were combined by different rules ({first}; {second}). Use with_rule to make them one.",
        "contrast_replicates": (
            "Two estimates of sample {sample} have different replicates. Estimate both with the same weights."
        ),
        "contrast_draws": (
            "Two estimates of sample {sample} have {first} and {second} plausible values, which do not pair."
        ),
        "contrast_dimensions": "One table has the dimensions {first}, the other {second}: there is nothing to pair.",
        "published_not_finite": (
            "A published figure needs a value and a positive standard error; {value} with {se} has not both."
        ),
        "trend_same_sample": (
            "Both rounds hold the sample {sample}, so their standard errors are not independent. Compare two rounds."
        ),
        "linking_error_negative": "A linking error is a standard error and cannot be {value}.",
        "sample_unknown": "The file has no sample {sample}. It has {known}.",
        "sample_not_single": "The file has {count} samples, so name the one you mean: {known}.",
        "values_length": "{name} has {length} values where the file has {expected} rows.",
        "where_not_boolean": "The mask where= must say true or false for every row of the file.",
        "value_missing": (
            "The value in row {row} is missing although the row belongs to the domain. "
            "Leave such rows out with where=, so that the choice is visible."
        ),
        "replicate_estimates_shape": (
            "There are {found} replicate estimates where the design has {expected} replicates (last axis)."
        ),
        "estimates_shape": "Full estimates have shape {full}, but replicate estimates shape {replicates}, R last.",
        "estimate_not_finite": "The full-sample estimate is {value}. Pass Unavailable with its reason instead.",
        "replicate_estimate_not_finite": (
            "Replicate estimate {replicate} is {value}. Pass Unavailable('replicates_incomplete') instead: "
            "a replicate left out makes the variance too small."
        ),
        "reason_unknown": "Unavailable reason {reason!r} is not one of {known}.",
    }
)


class IlsaError(Exception):
    """Base of every refusal of this package.

    ``code`` is stable and may be translated; ``facts`` fills the sentence; ``str(error)`` is the sentence
    in English.
    """

    code: str
    facts: Mapping[str, Any]

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = MappingProxyType(facts)

    def __str__(self) -> str:
        return SENTENCES[self.code].format_map(self.facts)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.code, dict(self.facts))


def _again(kind: type[IlsaError], code: str, facts: dict[str, Any]) -> IlsaError:
    """Remake a refusal that crossed a process border."""
    return kind(code, **facts)


class DesignError(IlsaError, ValueError):
    """The design, or the file it was applied to, cannot be used as declared."""


class ColumnError(DesignError):
    """A column is absent, of the wrong length or not readable as what it is named for."""


class WeightError(DesignError):
    """The full-sample weight is missing, negative, infinite or zero."""


class ReplicateError(DesignError):
    """A replicate weight is missing, senseless or contradicts the declared method."""


class ZoneError(DesignError):
    """Zones, strata, halves and primary sampling units do not fit together."""


class ScaleError(IlsaError, ValueError):
    """A scale cannot be used as declared."""


class EstimateError(IlsaError, ValueError):
    """An estimate was asked for with values that do not fit the file."""
