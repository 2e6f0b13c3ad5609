"""One table of estimates for people: CSV, HTML, LaTeX or plain text, in French or English.

Beneath the table stand the conventions its numbers follow: replicate method, plausible values, degrees of freedom,
thresholds and who drew them, notes, versions. Numbers are rounded here and nowhere before; the CSV keeps all digits.
"""

from __future__ import annotations

import csv
import html
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from ilsa.columns import Identifier, show
from ilsa.errors import DesignError
from ilsa.io.codebook import Codebook
from ilsa.provenance import Note
from ilsa.results import Estimate, EstimateTable
from ilsa.unavailable import REASONS, Unavailable

Language = Literal["fr", "en"]

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    # statistics
    "mean": ("Moyenne", "Mean"),
    "sd": ("Écart type", "Standard deviation"),
    "moments": ("Moyenne et écart type", "Mean and standard deviation"),
    "share": ("Part d'élèves", "Share of pupils"),
    "levels": ("Répartition par niveau", "Distribution by level"),
    "percentiles": ("Centiles", "Percentiles"),
    "lm": ("Régression linéaire", "Linear regression"),
    "logit": ("Régression logistique", "Logistic regression"),
    "quantile": ("Régression quantile", "Quantile regression"),
    "corr": ("Corrélations", "Correlations"),
    "crosstab": ("Tableau croisé", "Crossed table"),
    "distribution": ("Répartition", "Distribution"),
    "effect_size": ("Taille d'effet", "Effect size"),
    "eta_squared": ("Part de variance entre groupes", "Share of variance between groups"),
    # columns
    "level": ("Niveau", "Level"),
    "percentile": ("Centile", "Percentile"),
    "term": ("Terme", "Term"),
    "moment": ("Statistique", "Statistic"),
    "value": ("Valeur", "Value"),
    "se": ("Erreur type", "Standard error"),
    "ci": ("Intervalle de confiance à {confidence}", "{confidence} confidence interval"),
    "n": ("Élèves", "Pupils"),
    "n_psu": ("Écoles", "Schools"),
    # conventions
    "conventions": ("Conventions", "Conventions"),
    "replicates": (
        "Erreurs types par la méthode {method}, {counts} réplications, écarts à {centre}.",
        "Standard errors by method {method}, {counts} replicates, deviations from {centre}.",
    ),
    "centre_full": ("l'estimation de l'échantillon entier", "the full-sample estimate"),
    "centre_replicates": ("la moyenne des réplications", "the mean of the replicates"),
    "weight": ("Poids : {weight}.", "Weight: {weight}."),
    "plausible": (
        "{name} : {m} valeurs plausibles ; la variance d'échantillonnage est {sampling}.",
        "{name}: {m} plausible values; the sampling variance is {sampling}.",
    ),
    "sampling_all": ("la moyenne de celles de toutes (Rubin)", "the average of that of all (Rubin)"),
    "sampling_pv1": ("celle de la première", "that of the first"),
    "df": ("Degrés de liberté : {rule}.", "Degrees of freedom: {rule}."),
    "threshold": ("Seuil : {threshold}.", "Threshold: {threshold}."),
    "thresholds": ("Seuils des niveaux : {thresholds}.", "Thresholds of the levels: {thresholds}."),
    "below": ("Part sous le seuil.", "Share below the threshold."),
    "formula": ("Modèle : {formula}.", "Model: {formula}."),
    "interpolated": (
        "Centiles interpolés dans le poids cumulé.",
        "Percentiles interpolated in the cumulated weight.",
    ),
    "left_continuous": (
        "Centile : plus petite valeur qui atteint la part.",
        "Percentile: smallest value that reaches the share.",
    ),
    "where": ("Champ : {where}.", "Rows: {where}."),
    "where_rows": ("{rows} lignes choisies", "{rows} rows chosen"),
    "computed": (
        "Calculé avec ilsa {ilsa}, NumPy {numpy}, sur un fichier de {rows} lignes{sha}.",
        "Computed with ilsa {ilsa}, NumPy {numpy}, on a file of {rows} rows{sha}.",
    ),
    "sha": (", SHA-256 {digest}", ", SHA-256 {digest}"),
    "combined": (
        "Formé à partir d'autres estimations ({statistic}).",
        "Formed from other estimates ({statistic}).",
    ),
}
"""What the report says, French and English."""

RULES: Final[Mapping[str, tuple[str, str]]] = {
    "satterthwaite over": ("Satterthwaite, sur", "Satterthwaite, over"),
    "barnard_rubin": ("Barnard et Rubin", "Barnard and Rubin"),
    "johnson_rust": ("Johnson et Rust", "Johnson and Rust"),
    "rubin": ("Rubin", "Rubin"),
    "normal": ("loi normale", "normal distribution"),
}

REASONS_FR: Final[Mapping[str, str]] = {
    "below_minimum_n": "trop peu d'élèves",
    "too_few_psu": "trop peu d'écoles",
    "no_variation": "sans variation",
    "separation": "un prédicteur sépare entièrement les réponses",
    "collinear": "les prédicteurs se déterminent l'un l'autre",
    "not_converged": "le calcul n'a pas convergé",
    "pv_missing": "une valeur plausible manque",
    "replicates_incomplete": "toutes les réplications ne donnent pas d'estimation",
    "linking_error_not_published": "erreur de calage non publiée",
    "not_comparable": "non comparable",
}

NOTES_FR: Final[Mapping[str, str]] = {
    "half_codes_mapped": (
        "La colonne {column!r} code les moitiés 0 et 2 ; le 2 a été lu comme 1 (échantillon(s) {samples}), pour que "
        "les poids soient doublés et non quadruplés."
    ),
    "zero_weights": "{count} ligne(s) de poids nul ont été gardées.",
    "idle_replicates": (
        "La ou les réplications {replicates} égalent le poids entier dans l'échantillon {sample} et n'ajoutent pas "
        "de variance."
    ),
    "scale_given": "Les facteurs donnés avec le plan remplacent ceux de la méthode {method}.",
    "stored_dense": (
        "Poids de réplication / poids n'est pas constant dans les écoles de l'échantillon {sample} (vu d'abord dans "
        "{name}) ; les poids ont été gardés colonne par colonne."
    ),
    "pairs_by_psu_order": "Les moitiés d'une paire suivent l'ordre des identifiants d'école.",
    "hadamard_constant_column": (
        "L'échantillon {sample} a autant de zones que de réplications : une zone prend la colonne constante de la "
        "matrice de Hadamard ; les variances restent justes."
    ),
    "counts_by_value": "Le nombre de réplications suit {column!r} : {counts}.",
    "rows_left_out": "{count} ligne(s) sans valeur de {column!r} ont été laissées de côté.",
    "sd_divisor": "Les écarts types sont divisés par Σw − 1 et changent donc avec l'échelle des poids.",
    "percentiles_jackknife": (
        "Les erreurs types de centiles par jackknife apparié sont moins sûres que celles de statistiques régulières."
    ),
    "published": "Le chiffre a été lu dans un rapport, non calculé sur des données.",
    "linking_error_missing": (
        "L'erreur de calage entre les éditions n'est pas dans l'erreur type ({reason}), qui est donc trop petite."
    ),
    "linking_error_included": "Une erreur de calage de {value:.10g} {unit} est dans l'erreur type.",
}


@dataclass(frozen=True, slots=True)
class Report:
    """A table made ready: ``title``, ``head``, ``body``, a row of texts per cell, and ``conventions``.

    ``dimensions`` is how many columns at the left are labels; ``plain`` holds the rows with all digits.
    """

    title: str
    head: tuple[str, ...]
    body: tuple[tuple[str, ...], ...]
    conventions: tuple[str, ...]
    heading: str
    dimensions: int
    language: Language
    plain: tuple[Mapping[str, Any], ...]

    def as_csv(self) -> str:
        """All digits, decimal point, one row per cell; labels and reasons in the language, names of columns not.

        A text that a spreadsheet would take for a formula is preceded by an apostrophe.
        """
        target = io.StringIO()
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(self.plain[0] if self.plain else ())
        for row in self.plain:
            writer.writerow([_guarded(value) for value in row.values()])
        return target.getvalue()

    def as_html(self) -> str:
        """A section with a caption, row headers and the conventions as a list; no style, no script."""
        e = html.escape
        head = "".join(f'<th scope="col">{e(cell)}</th>' for cell in self.head)
        lines = []
        for row in self.body:
            labels = "".join(f'<th scope="row">{e(cell)}</th>' for cell in row[: self.dimensions])
            lines.append(
                f"<tr>{labels}{''.join(f'<td>{e(cell)}</td>' for cell in row[self.dimensions :])}</tr>"
            )
        told = "\n".join(f"<li>{e(sentence)}</li>" for sentence in self.conventions)
        return (
            f'<section lang="{self.language}">\n<table>\n<caption>{e(self.title)}</caption>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(lines) + "\n</tbody>\n</table>\n"
            f"<p>{e(self.heading)}</p>\n<ul>\n{told}\n</ul>\n</section>\n"
        )

    def as_latex(self) -> str:
        """A ``table`` with a ``tabular`` and the conventions in small print; needs no package."""
        columns = "l" * self.dimensions + "r" * (len(self.head) - self.dimensions)
        lines = [" & ".join(_latex(cell) for cell in row) + r" \\" for row in self.body]
        told = " ".join(_latex(sentence) for sentence in self.conventions)
        return (
            "\\begin{table}\n"
            f"\\caption{{{_latex(self.title)}}}\n"
            f"\\begin{{tabular}}{{{columns}}}\n\\hline\n"
            f"{' & '.join(_latex(cell) for cell in self.head)} \\\\\n\\hline\n"
            + "\n".join(lines)
            + f"\n\\hline\n\\end{{tabular}}\n\n{{\\footnotesize {_latex(self.heading)}. {told}}}\n\\end{{table}}\n"
        )

    def as_text(self) -> str:
        """Columns of equal width, for a terminal."""
        rows = [self.head, *self.body]
        width = [max(len(row[k]) for row in rows) for k in range(len(self.head))]
        lines = [
            "  ".join(
                cell.ljust(wide) if k < self.dimensions else cell.rjust(wide)
                for k, (cell, wide) in enumerate(zip(row, width, strict=True))
            ).rstrip()
            for row in rows
        ]
        told = [f"- {sentence}" for sentence in self.conventions]
        return "\n".join([self.title, "", *lines, "", self.heading, *told]) + "\n"


def report(
    table: EstimateTable,
    *,
    language: Language = "en",
    codebook: Codebook | None = None,
    decimals: int | None = None,
) -> Report:
    """Make a table of estimates ready to be read.

    Parameters: ``language``, ``"fr"`` or ``"en"``; ``codebook``, for the labels of columns and codes; ``decimals``,
    else 1 for shares in per cent, 2 for other numbers, 3 for correlations and log odds.
    Raises: ``DesignError`` (``choice_unknown``).
    """
    if language not in get_args(Language):
        raise DesignError("choice_unknown", name="language", value=language, known="fr, en")
    say = _Speaker(language, codebook)
    rules = list(dict.fromkeys(cell.rule.confidence for cell in table.cells))
    confidence = say.number(100 * (rules[0] if rules else 0.95), 0, "%")
    head = (
        *(say.dimension(name) for name in table.dimensions),
        *(say("value"), say("se"), say("ci", confidence=confidence), say("n"), say("n_psu")),
    )
    body = tuple(_line(cell, table.dimensions, say, decimals) for cell in table.cells)
    plain = []
    for cell in table.cells:
        row = cell.as_row()
        labels = dict(zip(table.dimensions, row.pop("label"), strict=True))
        told = {f"{name}_label": say.code(name, code) for name, code in labels.items()}
        row["notes"] = " ".join(say.note(note) for note in cell.notes)
        row["sample_id"] = " ".join(row["sample_id"])
        silent = cell.unavailable or (cell.se if isinstance(cell.se, Unavailable) else None)
        row["reason_label"] = say.reason(silent) if silent else None
        named = {f"by_{name}" if name in row else name: code for name, code in labels.items()}
        plain.append({**named, **told, **row})
    asked = [json.loads(one.specification) for one in table.provenance]
    of = ", ".join(
        say.column(name) for name in dict.fromkeys(name for one in asked for name in one["of"][:1])
    )
    title = say(table.statistic) if table.statistic in WORDS else table.statistic
    return Report(
        title=f"{title}{say.colon}{of}" if of else title,
        head=head,
        body=body,
        conventions=tuple(dict.fromkeys(_conventions(table, asked, say))),
        heading=say("conventions"),
        dimensions=len(table.dimensions),
        language=language,
        plain=tuple(plain),
    )


class _Speaker:
    """Words, labels and numbers in one language."""

    def __init__(self, language: Language, codebook: Codebook | None) -> None:
        self.language, self.codebook = language, codebook
        self.french = language == "fr"
        self.colon = " : " if self.french else ": "

    def __call__(self, word: str, **facts: Any) -> str:
        return WORDS[word][0 if self.french else 1].format_map(facts)

    def column(self, name: str) -> str:
        return self.codebook.title_of(name, self.language) if self.codebook else name

    def dimension(self, name: str) -> str:
        described = self.codebook is not None and name in self.codebook
        return self(name) if name in WORDS and not described else self.column(name)

    def code(self, column: str, code: Identifier) -> str:
        return self.codebook.label_of(column, code, self.language) if self.codebook else str(code)

    def note(self, note: Note) -> str:
        if not self.french:
            return str(note)
        whole = show(())
        facts = {name: "(tout le fichier)" if fact == whole else fact for name, fact in note.facts.items()}
        return NOTES_FR[note.code].format_map(facts)

    def rule(self, rule: str) -> str:
        """A rule of degrees of freedom as it is called."""
        for code, (french, english) in RULES.items():
            rule = rule.replace(code, french if self.french else english)
        return rule

    def reason(self, silent: Unavailable) -> str:
        return REASONS_FR[silent.reason] if self.french else REASONS[silent.reason]

    def number(self, value: float, decimals: int, unit: str = "") -> str:
        text = f"{value:.{decimals}f}".replace("-", "−")
        return f"{text.replace('.', ',')}{' ' if unit else ''}{unit}" if self.french else f"{text}{unit}"


_DECIMALS: Final = {"correlation": 3, "SD": 3, "SD per SD": 3}


def _line(
    cell: Estimate, dimensions: tuple[str, ...], say: _Speaker, decimals: int | None
) -> tuple[str, ...]:
    share = cell.unit == "share"
    digits = decimals if decimals is not None else 1 if share else 3 if "log odds" in cell.unit else None
    digits = _DECIMALS.get(cell.unit, 2) if digits is None else digits

    def shown(value: float | Unavailable) -> str:
        if isinstance(value, Unavailable):
            return say.reason(value)
        return say.number(100 * value, digits, "%") if share else say.number(value, digits)

    interval = cell.ci
    between = (
        say.reason(interval)
        if isinstance(interval, Unavailable)
        else " – ".join(shown(end) for end in interval)
    )
    labels = [say.code(name, code) for name, code in zip(dimensions, cell.label, strict=True)]
    schools = "" if cell.n_psu is None else str(cell.n_psu)
    return *labels, shown(cell.value), shown(cell.se), between, str(cell.n), schools


def _conventions(table: EstimateTable, asked: list[dict[str, Any]], say: _Speaker) -> list[str]:
    told: list[str] = []
    if not asked:
        told.append(say("combined", statistic=table.statistic))
    for one, provenance in zip(asked, table.provenance, strict=True):
        weights = provenance.weights
        design = json.loads(weights.specification)
        counts = ", ".join(str(count) for count in sorted({count for _, count in weights.samples}))
        told.append(say("weight", weight=design["weight"]))
        told.append(
            say(
                "replicates",
                method=design["replicates"]["method"],
                counts=counts,
                centre=say("centre_full" if one["centre"] == "full" else "centre_replicates"),
            )
        )
        for name, columns in one["scales"].items():
            if isinstance(columns, list) and len(columns) > 1:
                sampling = say(f"sampling_{one['sampling']}")
                told.append(say("plausible", name=name, m=len(columns), sampling=sampling))
        if one.get("formula"):
            told.append(say("formula", formula=one["formula"]))
        if one.get("definition") in ("interpolated", "left_continuous"):
            told.append(say(one["definition"]))
        if one.get("threshold"):
            told.append(say("threshold", threshold=_threshold(one["threshold"])))
        if one.get("thresholds"):
            told.append(say("thresholds", thresholds="; ".join(_threshold(t) for t in one["thresholds"])))
        if one.get("below"):
            told.append(say("below"))
        if one["where"]:
            told.append(say("where", where=_where(one["where"], say)))
        told += [say.note(note) for note in weights.notes]
    for rule in dict.fromkeys(cell.df_rule for cell in table.cells if not cell.unavailable):
        told.append(say("df", rule=say.rule(rule)))
    told += [say.note(note) for note in table.notes]
    told += [say.note(note) for cell in table.cells for note in cell.notes]
    for provenance in table.provenance:
        weights = provenance.weights
        digest = weights.source_sha256
        sha = say("sha", digest=digest) if digest else ""
        told.append(say("computed", ilsa=weights.ilsa, numpy=weights.numpy, rows=weights.rows, sha=sha))
    return told


def _threshold(one: Mapping[str, Any]) -> str:
    who = ", ".join(part for part in (one["name"], one["owner"]) if part)
    text = f"{one['value']:.10g}"
    return f"{text} ({who})" if who else text


def _where(where: Mapping[str, Any], say: _Speaker) -> str:
    if set(where) == {"rows", "sha256"} and isinstance(where["rows"], int):
        return say("where_rows", rows=where["rows"])
    return "; ".join(
        f"{say.column(column)} = {', '.join(say.code(column, value) for value in values)}"
        for column, values in where.items()
    )


def _guarded(value: Any) -> str:
    """A cell of a CSV that people open: floats with all digits, texts that cannot run."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
    return repr(value) if isinstance(value, float) else str(value)


_LATEX: Final = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": "$-$",
    "Σ": r"$\Sigma$",
    "²": r"$^2$",
    "–": "--",
}


def _latex(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in text)
