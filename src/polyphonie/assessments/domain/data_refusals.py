"""What a file of pupils is refused for, in words: the statistics package tells what it met, the house
says it in the reader's language, with the value and the row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ilsa import IlsaError
from polyphonie.kernel.errors import Refusal

SENTENCES: Mapping[str, Any] = {
    "column_not_found": _(
        "Le fichier n'a pas de colonne « %(column)s », que le plan de sondage attend ; "
        "corrigez son nom ou choisissez un autre plan."
    ),
    "number_stored_as_text": _(
        "La colonne « %(column)s » contient du texte à la ligne %(row)s ; "
        "convertissez-la en nombres, puis déposez de nouveau le fichier."
    ),
    "identifier_missing": _(
        "La colonne « %(column)s » est vide à la ligne %(row)s ; complétez-la ou retirez la ligne."
    ),
    "identifier_mixed": _(
        "La colonne « %(column)s » mêle textes et nombres (ligne %(row)s) ; gardez l'un ou l'autre."
    ),
    "file_empty": _("Le fichier n'a aucune ligne ; il n'y a rien à peser."),
    "weight_missing": _(
        "Le poids « %(column)s » manque à la ligne %(row)s (%(count)s en tout) ; "
        "rétablissez-le ou retirez la ligne en le disant."
    ),
    "weight_negative": _(
        "Le poids « %(column)s » vaut %(value)s à la ligne %(row)s ; "
        "un poids compte des élèves et n'est jamais négatif."
    ),
    "weight_infinite": _(
        "Le poids « %(column)s » est infini à la ligne %(row)s ; cherchez une division par zéro."
    ),
    "weight_zero": _(
        "Le poids « %(column)s » vaut zéro à la ligne %(row)s (%(count)s en tout) ; "
        "si c'est voulu, choisissez un plan qui l'admet."
    ),
    "sample_without_weight": _(
        "Tous les poids de l'échantillon %(sample)s valent zéro ; il ne représente personne."
    ),
    "replicate_missing": _(
        "Le poids de réplication « %(column)s » manque à la ligne %(row)s ; complétez-le."
    ),
    "replicate_negative": _(
        "Le poids de réplication « %(column)s » vaut %(value)s à la ligne %(row)s ; il n'est jamais négatif."
    ),
    "replicate_infinite": _("Le poids de réplication « %(column)s » est infini à la ligne %(row)s."),
    "replicate_all_zero": _(
        "Le poids de réplication « %(name)s » est nul partout dans l'échantillon %(sample)s ; "
        "l'erreur type serait fausse : rétablissez la colonne."
    ),
    "replicate_idle": _(
        "Le poids de réplication « %(column)s » est égal au poids final partout ; "
        "il n'apporte aucune variance : vérifiez la colonne."
    ),
    "replicate_columns_left": _(
        "Le plan s'arrête à « %(last)s », mais le fichier a aussi « %(column)s » ; "
        "choisissez un plan qui lit tous les poids de réplication."
    ),
    "replicate_without_deletion": _(
        "« %(column)s » ne retire aucune école, ce que la méthode %(method)s demande ; vérifiez la méthode."
    ),
    "replicate_coded_twice": _(
        "« %(column)s » vaut %(ratio)s fois le poids final à la ligne %(row)s ; "
        "un doublement a été compté deux fois : recalculez la colonne."
    ),
    "psu_in_two_strata": _(
        "L'école %(psu)s est dans deux strates (ligne %(row)s) ; une école n'est que dans une."
    ),
    "psu_in_two_zones": _(
        "L'école %(psu)s est dans deux zones (ligne %(row)s) ; une école n'est que dans une."
    ),
    "zone_one_half": _("La zone %(zone)s n'a qu'une moitié (ligne %(row)s) ; il en faut deux."),
    "half_codes": _(
        "La colonne « %(column)s » contient les codes %(codes)s ; les moitiés se codent 0/1 ou 0/2 : "
        "recodez d'après la documentation."
    ),
    "plausible_values_equal": _(
        "Les valeurs plausibles de « %(scale)s » sont égales chez tous les élèves : c'est un score "
        "individuel, pas des tirages. Demandez les valeurs plausibles à qui a produit le fichier."
    ),
    "plausible_value_columns_left": _(
        "L'échelle « %(scale)s » s'arrête à « %(last)s », mais le fichier a aussi « %(column)s » ; "
        "choisissez un plan qui lit toutes les valeurs plausibles."
    ),
    "variable_missing": _(
        "La colonne « %(column)s » est vide à la ligne %(row)s (%(count)s en tout) ; complétez-la."
    ),
    "value_missing": _("Un score manque à la ligne %(row)s ; complétez-le ou retirez l'élève en le disant."),
}


class DataRefused(Refusal):
    """The file does not fit its design. Nothing of it was kept."""

    def __init__(self, code: str, facts: Mapping[str, Any], told: str = "") -> None:
        sentence = SENTENCES.get(code)
        shown = {name: _plain(value) for name, value in facts.items()}
        super().__init__(
            sentence % shown
            if sentence is not None
            else _("Le fichier ne convient pas au plan de sondage (%(code)s) ; %(told)s")
            % {"code": code, "told": told},
            field="file",
        )
        self.code = code
        self.facts = dict(facts)

    @classmethod
    def by(cls, error: IlsaError, scales: Mapping[str, Any]) -> DataRefused:
        """The package's refusal; a scale is named by its label, not by its key."""
        named = {"scale": scales[error.facts["scale"]]} if error.facts.get("scale") in scales else {}
        return cls(error.code, {**error.facts, **named}, str(error))


class PlausibleValuesIncomplete(Refusal):
    """A scale has fewer plausible values than its design says."""

    def __init__(self, *, expected: int, missing: int, scale: str) -> None:
        super().__init__(
            _("Il faut %(expected)d valeurs plausibles ; la %(missing)de manque pour « %(scale)s ».")
            % {"expected": expected, "missing": missing, "scale": scale},
            field="file",
        )


class PlausibleValueEmpty(Refusal):
    def __init__(self, *, column: str, row: int, count: int) -> None:
        super().__init__(
            _(
                "La valeur plausible « %(column)s » manque à la ligne %(row)d (%(count)d en tout) ; "
                "complétez-la ou retirez les élèves en le disant."
            )
            % {"column": column, "row": row, "count": count},
            field="file",
        )


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
