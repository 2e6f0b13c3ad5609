"""What sampling and weighting refuse, and in which words; codes and facts as in ``ilsa.errors``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ilsa.errors import IlsaError

SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # the frame
        "frame_empty": "The frame has no school, so there is nothing to draw from.",
        "school_repeated": (
            "School {school!r} stands in two rows of the frame (again in row {row}); it would have two chances. "
            "Keep one row for each school."
        ),
        "size_not_positive": (
            "School {school!r} has the size {value} in row {row}; a school without pupils cannot be drawn by size. "
            "Correct the size, drop the school as out of scope, or give minimum_size=."
        ),
        "seed_negative": "The setting seed= is {seed}; it must be zero or a positive whole number.",
        "choice_unknown": "The setting {name}= is {value!r}; it must be one of {known}.",
        # schools
        "stratum_unknown": (
            "Numbers of schools are given for stratum {stratum}, which is not in the frame (strata: {known})."
        ),
        "stratum_without_number": "Stratum {stratum} is in the frame, but no number of schools is given for it.",
        "number_out_of_range": (
            "Stratum {stratum} has {available} school(s) in the frame and {asked} were asked for; ask for 1 to {available}."
        ),
        "allocation_too_small": (
            "{asked} schools cannot give {minimum} to each of {strata} strata; ask for at least {least}, or merge strata."
        ),
        "allocation_too_large": "{asked} schools were asked for, but the frame has {available}.",
        "replacements_negative": "The setting replacements= is {value}; it must be zero or a positive whole number.",
        "specification_unreadable": "The stored sample cannot be read: {problem}.",
        "frame_changed": (
            "The frame is not the one the sample was drawn from (its fingerprint begins {found}, then {expected}). "
            "Redraw from the frame that was kept with the sample."
        ),
        "sample_not_redrawn": (
            "The frame and the seed give another sample than the one stored (first difference: school {school!r}); "
            "it was changed by hand, or drawn by another version ({version})."
        ),
        # classes and pupils
        "unit_repeated": "{unit} {value!r} stands in two rows of {group} (again in row {row}).",
        "take_not_positive": "The setting take= is {value}; at least 1 is needed, or None for all.",
        "size_needed": "To draw by size, name the column of sizes with size=.",
        "unit_size_not_positive": "{unit} {value!r} of {group} has the size {size}; it cannot be drawn by size.",
        # weights
        "probability_out_of_range": (
            "The probability of stage {stage} is {value} in row {row}; it must be above 0 and at most 1."
        ),
        "stages_none": "A base weight is made of the probabilities of at least one stage.",
        "length_differs": "{name} has {length} values where there are {expected} rows.",
        "mask_not_boolean": "{name} must say true or false for every row.",
        "responded_ineligible": (
            "Row {row} took part although it is marked as out of scope. Correct one of the two."
        ),
        "cell_without_response": (
            "Nobody in cell {cell} took part ({sampled} sampled), so nobody can stand for it. Merge it with a like cell."
        ),
        "factor_too_large": (
            "In cell {cell} each participant would stand for {factor:.3g} times as many (limit {limit:g}). "
            "Merge it with a like cell, or raise limit= knowingly."
        ),
        "weight_not_usable": "The weight in row {row} is {value}; it must be a number, zero or above.",
        # calibration
        "margins_none": "Calibration needs at least one margin.",
        "margin_category_missing": (
            "Margin {margin!r} gives no total for {category!r}, which is in the file (first row {row})."
        ),
        "margin_category_empty": (
            "Margin {margin!r} gives {total} for {category!r}, but nobody of that category has a weight. "
            "Merge the category with a like one."
        ),
        "margin_total_not_positive": "Margin {margin!r} gives {total} for {category!r}; a total must be above 0.",
        "margins_disagree": (
            "Margin {margin!r} adds up to {total}, margin {first!r} to {expected}. Bring them to one population."
        ),
        "raking_not_converged": (
            "After {rounds} rounds a margin is still off by {off:.2g} of its total (asked: {tolerance:g}). "
            "Some combination of categories is empty or nearly so: merge categories, or raise rounds=."
        ),
        # zones and replicates
        "stratum_odd": (
            "Stratum {stratum} has an odd number of schools ({schools}). Say odd='split' to make two halves of its "
            "last school, or odd='collapse' to pair it with the odd school of another stratum."
        ),
        "collapse_left_over": (
            "School {school!r} of stratum {stratum} has no partner: the number of schools is odd. Say odd='split'."
        ),
        "school_too_small_to_split": (
            "School {school!r} has {pupils} pupil(s) in the file and cannot be split into two halves. Say odd='collapse'."
        ),
        "school_without_place": (
            "School {school!r} in row {row} is not among the schools drawn; its place in the order of selection is unknown."
        ),
        "replicates_differ": (
            "The samples have different numbers or factors of replicates by method {method!r}, so one set of columns "
            "cannot serve them all. Write one file for each sample."
        ),
        "column_exists": "The file already has a column {column!r}; choose another pattern.",
    }
)


class SamplingError(IlsaError, ValueError):
    """A sample, a weight or a zone was asked for that its frame or its file does not allow."""

    def __str__(self) -> str:
        return SENTENCES[self.code].format_map(self.facts)


def one_of(name: str, value: object, known: tuple[str, ...]) -> None:
    """Refuse a setting that is not among the known ones (``choice_unknown``)."""
    if value not in known:
        raise SamplingError("choice_unknown", name=name, value=value, known=", ".join(known))
