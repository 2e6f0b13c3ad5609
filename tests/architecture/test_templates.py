"""Every template compiles, is asked for by somebody, and names addresses that exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import allauth
import pytest
from django.template import engines
from django.urls import URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/polyphonie"
FILES = {
    str(path.relative_to(folder)): path
    for folder in sorted(SOURCE.glob("*/templates"))
    for path in sorted(folder.rglob("*"))
    if path.is_file()
}
LIBRARY = Path(allauth.__file__).parent / "templates"
ADDRESS = re.compile(r"""{%-?\s*url\s+["']([\w:-]+)["']""")
COMPONENT = re.compile(r"<c-([\w.-]+)")


def literals(path: Path) -> Iterator[str]:
    """Names of templates in a module, those composed from parts as a pattern."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)
        elif isinstance(node, ast.JoinedStr):
            yield "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w-]+"
                for part in node.values
            )


def asked_for() -> set[str]:
    """Templates that a module, another template or a library that they replace asks for."""
    patterns = {
        found.partition(r"\#")[0]
        for path in SOURCE.rglob("*.py")
        for found in literals(path)
        if re.search(r"\\\.(html|txt|xml)", found)
    }
    names: set[str] = set()
    for path in FILES.values():
        text = path.read_text()
        names |= {
            name.partition("#")[0] for name in re.findall(r"""["']([\w./-]+\.(?:html|txt|xml))""", text)
        }
        names |= {
            f"cotton/{name.replace('.', '/').replace('-', '_')}.html" for name in COMPONENT.findall(text)
        }
    one = re.compile("|".join(sorted(patterns)) or "(?!)")
    return {
        name
        for name in FILES
        if name in names or one.fullmatch(name) or (LIBRARY / name).exists() or is_error_page(name)
    }


def is_error_page(name: str) -> bool:
    return name in {"400.html", "403.html", "404.html", "500.html"}


def names_of(resolver: URLResolver, prefix: str = "") -> set[str]:
    found = {f"{prefix}{name}" for name in resolver.reverse_dict if isinstance(name, str)}
    for namespace, (_, inner) in resolver.namespace_dict.items():
        found |= names_of(inner, f"{prefix}{namespace}:")
    return found


@pytest.mark.parametrize("name", sorted(FILES))
def test_template_compiles(name: str) -> None:
    assert engines["django"].get_template(name) is not None


def test_every_template_is_asked_for() -> None:
    assert sorted(set(FILES) - asked_for()) == []


def test_every_address_that_a_template_names_exists() -> None:
    known = names_of(get_resolver())
    wrong = [
        f"{name}: {address}"
        for name, path in FILES.items()
        for address in ADDRESS.findall(path.read_text())
        if address not in known
    ]
    assert wrong == []


def test_every_address_that_a_module_names_exists() -> None:
    known = names_of(get_resolver())
    wrong = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if (
                called in {"reverse", "reverse_lazy"}
                and isinstance(first, ast.Constant)
                and isinstance(first.value, str)
                and first.value not in known
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {first.value}")
    assert wrong == []
