"""What item response models refuse, and in which words; codes and facts as in ``ilsa.errors``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ilsa.errors import IlsaError

SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # answers
        "responses_not_flat": (
            "The answers have {dimensions} dimension(s) where a table of pupils by items is needed."
        ),
        "responses_empty": "There are {rows} pupils and {items} items, so there is nothing to model.",
        "items_needed": "Name the item columns of the table in items=; other columns are not answers.",
        "items_count": "There are {found} item names for {expected} columns of answers.",
        "item_repeated": "Item {item!r} is named twice.",
        "item_unknown": "There is no item {item!r}. The items are {known}.",
        "response_not_whole": (
            "Item {item!r} holds {value} in row {row}. An answer is a whole number, 0 for the lowest category; "
            "an item that was not administered is empty or has a code named in missing=."
        ),
        "response_negative": (
            "Item {item!r} holds {value} in row {row}. If that says the item was not administered, "
            "name it in missing=; an answer is 0 or above."
        ),
        "person_without_answers": (
            "Row {row} has no answer to any item ({count} such rows). Such a pupil says nothing about the items: "
            "drop the rows, or say without_answers='leave_out'."
        ),
        "item_without_answers": "Nobody answered item {item!r}. Leave it out, or look at how the booklets were read.",
        "item_one_category": (
            "All {count} answers to item {item!r} are {value}, so its difficulty has no finite estimate. "
            "Leave the item out, or fix its parameters with anchor=."
        ),
        "item_category_empty": (
            "Nobody is in category {category} of item {item!r}, though category {highest} is used. "
            "Merge categories so that they run without a gap from 0."
        ),
        "item_has_categories": (
            "Item {item!r} has categories up to {highest}, but model {model!r} knows right and wrong only. "
            "Take 'PCM', 'GPCM' or 'GRM'."
        ),
        "categories_differ": (
            "Item {item!r} has an answer {value} in row {row}, but its parameters know categories up to {highest}."
        ),
        "column_length": "{name} has {length} values where there are {expected} pupils.",
        "label_missing": "{name} is empty in row {row}. Every pupil needs one.",
        "weight_not_a_number": "The weight in row {row} is {value}. A weight is a number, zero or above.",
        "weights_all_zero": "All weights of {group} are zero, so it stands for nobody.",
        # booklets
        "booklet_empty": (
            "Nobody with booklet {booklet!r} answered any item (first row {row}). "
            "Look at how its answers were read, or drop its rows."
        ),
        "booklets_unconnected": (
            "Items {first} and items {second} are never answered by the same pupil, directly or through others, "
            "so they lie on two scales. Give link items, fix items on both sides with anchor=, or, if booklets "
            "were given out at random within each group, say linked_by='random_groups'."
        ),
        "omitted_needs_booklet": (
            "With omitted='wrong' the booklet column must be named: only it tells an omitted item from one "
            "that was not administered."
        ),
        # models and their settings
        "model_unknown": "Model {model!r} is not one of {known}.",
        "choice_unknown": "The setting {name}= is {value!r}; it must be one of {known}.",
        "setting_out_of_range": "The setting {name}= is {value}; it must be {bound}.",
        "not_converged": (
            "After {rounds} rounds a further one would still change a parameter by {change:.2g} (asked: {tolerance:g}). "
            "Raise rounds=, or look for items that nearly everybody or nobody solves."
        ),
        "anchor_unused": "None of the items in anchor= ({known}) is among those answered.",
        "information_singular": (
            "The information matrix has no inverse at these estimates (parameter {parameter}), so there are no "
            "standard errors. The model is too rich for these answers: fix or drop parameters."
        ),
        "anchor_categories": (
            "The fixed parameters of item {item!r} know categories up to {found}, its answers go up to {needed}."
        ),
        "parameter_not_finite": "Item {item!r} has {name} {value}; item parameters must be finite numbers.",
        "guess_out_of_range": "Item {item!r} has a lower asymptote of {value}; it must lie from 0 to below 1.",
        "intercepts_not_decreasing": (
            "The intercepts of item {item!r} do not decrease ({value}); in the graded response model they must."
        ),
        "items_unreadable": "The stored items cannot be read: {problem}.",
        "parameters_shape": "{name} has shape {found} where {expected} is needed.",
        # differential item functioning
        "dif_groups": (
            "Differential item functioning compares two groups; the column has {count} ({known}). "
            "Choose two of them with focal= and reference=, or keep the rows of two."
        ),
        "group_unknown": "There is no group {group!r}. The groups are {known}.",
        "dif_needs_complete": (
            "Row {row} has no answer to item {item!r}. Total scores of pupils who saw different items cannot be "
            "matched: take one booklet at a time, or method='likelihood_ratio', which needs no total score."
        ),
        "dif_two_categories": "Item {item!r} has more than two categories; this method compares right and wrong.",
        # linking
        "link_items_too_few": (
            "The two sets have {count} item(s) in common; linking by {method} needs at least {needed}."
        ),
        "link_models_differ": "Item {item!r} follows {first} in one set and {second} in the other.",
        "link_no_spread": "The common items have the same difficulty throughout, so mean/sigma has no scale.",
        # population model
        "regressor_missing": (
            "Regressor {column} is missing in row {row}. Code missing answers as a category of their own "
            "before conditioning, so that no pupil is lost."
        ),
        "regressors_collinear": (
            "Regressor {column} is a combination of others in group {group}. Drop it, or keep principal components."
        ),
        "regressors_too_many": "Group {group} has {pupils} pupils for {count} regressors; it needs more pupils.",
        "grid_too_coarse": (
            "The nodes are {step:.3g} apart, but the residual standard deviation of group {group} is {sd:.3g}; "
            "results would depend on the grid. Take more nodes (points=)."
        ),
        "grid_too_short": (
            "In group {group}, {share:.2%} of the posterior lies on the first or last node; widen limits=."
        ),
        "draws_too_few": "The setting n= is {value}; at least 1 plausible value is needed, 5 or 10 are usual.",
    }
)


class IrtError(IlsaError, ValueError):
    """An item response model was asked for something its data or settings do not allow."""

    def __str__(self) -> str:
        return SENTENCES[self.code].format_map(self.facts)


def one_of(name: str, value: object, known: tuple[str, ...]) -> None:
    """Refuse a setting that is not among the known ones (``choice_unknown``)."""
    if value not in known:
        raise IrtError("choice_unknown", name=name, value=value, known=", ".join(known))
