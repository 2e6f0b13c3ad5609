"""Write the pages of ``docs/reference`` that say what the code says: states, rights, settings, commands.

With ``--check`` nothing is written; the answer is 1 where a page says something else than the code.
"""

from __future__ import annotations

import os
import pkgutil
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/reference"
MADE = "Made from the code by `tools/reference_pages.py`; a test compares the two.\n"


def table(head: tuple[str, ...], rows: Iterator[tuple[Any, ...]] | list[tuple[Any, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def cell(value: Any) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def in_language(text: Any, language: str) -> str:
    from django.utils.translation import override  # after Django is set up

    with override(language):
        return str(text)


def states() -> str:
    """Every transition table, as a table to read and as the text of a Mermaid diagram."""
    from django.apps import apps  # after Django is set up

    from polyphonie.kernel.states import TransitionTable

    parts = ["# States\n", "What may follow what, and by which verb. " + MADE]
    for room in (c for c in apps.get_app_configs() if c.name.startswith("polyphonie.")):
        if not any(m.name == "states" for m in pkgutil.iter_modules([room.path])):
            continue
        module = import_module(f"{room.name}.states")
        for table_ in (v for v in vars(module).values() if isinstance(v, TransitionTable)):
            rows = [
                (
                    f"{in_language(table_.label(t.present), 'en')} (`{t.present}`)",
                    f"{in_language(table_.label(t.following), 'en')} (`{t.following}`)",
                    f"`{t.by_verb}`",
                    (t.guard.__doc__ or t.guard.__name__) if t.guard else "",
                )
                for t in table_.transitions
            ]
            parts.append(f"## {room.label}: {table_.name}\n")
            parts.append(table(("from", "to", "by the verb", "only if"), rows) + "\n")
            parts.append(f"```text\n{table_.mermaid()}\n```\n")
    return "\n".join(parts)


def rights() -> str:
    """Every right by its name, with the sentence that somebody without it reads."""
    from polyphonie.kernel import rights as declared  # after Django is set up

    rows = [
        (f"`{name}`", in_language(sentence, "en"), in_language(sentence, "fr"))
        for name, sentence in sorted(declared.declared().items())
    ]
    intro = (
        "A right is asked by the verb that needs it. Who does not have it reads its sentence. Rights come "
        "from dated mandates, each with a role and a scope; nothing is allowed that is not declared. "
    )
    return "\n".join(["# Rights\n", intro + MADE, table(("right", "English", "French"), rows), ""])


def settings() -> str:
    """Every setting of the environment, with its default."""
    from polyphonie.config.environment import Environment  # after Django is set up

    rows = []
    for name, field in Environment.model_fields.items():
        default = field.default
        shown = "" if default == "" else f"`{default}`"
        kind = getattr(field.annotation, "__name__", str(field.annotation))
        rows.append((f"`POLYPHONIE_{name.upper()}`", field.description or "", kind, shown))
    intro = (
        "Everything is read from the environment; every setting has a default with which the product runs. "
    )
    return "\n".join(
        ["# Settings\n", intro + MADE, table(("variable", "what it says", "kind", "default"), rows), ""]
    )


def commands() -> str:
    """Every command of ``polyphonie`` with its arguments and options."""
    from typer.main import get_command  # only this page needs the command line

    from polyphonie.cli import app

    parts = ["# Commands\n", "`polyphonie COMMAND --help` says the same. " + MADE]

    def describe(command: Any, path: str) -> None:
        if hasattr(command, "commands"):
            for name, inner in sorted(command.commands.items()):
                describe(inner, f"{path} {name}")
            return
        parts.append(f"## {path}\n")
        parts.append(" ".join((command.help or "").split()) + "\n")
        rows = []
        for parameter in command.params:
            if "--help" in parameter.opts:
                continue
            given = parameter.param_type_name == "argument"
            names = [parameter.name] if given else [*parameter.opts, *parameter.secondary_opts]
            default = "required" if parameter.required else parameter.default
            rows.append(
                (
                    ", ".join(f"`{n}`" for n in names),
                    getattr(parameter, "help", "") or "",
                    "" if default in {None, ""} else default,
                )
            )
        if rows:
            parts.append(table(("option", "what it says", "default"), rows) + "\n")

    describe(get_command(app), "polyphonie")
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "states.md": states,
    "rights.md": rights,
    "settings.md": settings,
    "commands.md": commands,
}


def stale() -> list[str]:
    """Pages that say something else than the code."""
    return [
        name
        for name, make in PAGES.items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text() != make()
    ]


def main(arguments: list[str]) -> int:
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "ilsa/src")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polyphonie.config.settings")
    import django  # after the settings are named

    django.setup()
    wrong = stale()
    for name in wrong:
        if "--check" not in arguments:
            (FOLDER / name).write_text(PAGES[name]())
        print(f"{name} {'is not what the code says' if '--check' in arguments else 'written'}")
    return 1 if wrong and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
