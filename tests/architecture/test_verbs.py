"""Only verbs write: keyword by keyword, told who acts and when; a view never writes by itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/polyphonie"

WRITES = {
    "save",
    "create",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "acreate",
    "asave",
}
QUERYSET = {"filter", "exclude", "all", "select_for_update", "get_queryset", "order_by", "readable_by"}

# Written by what is no act of a person over an object of the house; each line says why.
NO_VERB = {
    "conferences.domain.live_log.append_event": "the log of a conference, written many times a second",
    "conferences.domain.live_log.remove_event": "the log of a conference, written many times a second",
    "conferences.domain.participants.enter_hall": "makes the participant who will be the one acting",
    "conferences.domain.schedule_uploads.forget": "bytes that wait between preview and import, no row",
    "conferences.domain.schedule_uploads.keep": "bytes that wait between preview and import, no row",
    "demo.domain.air.put_on_air": "loads the demonstration in the name of its persons",
    "demo.domain.loading.set_clocks": "moves the clocks of the demonstration in its own name",
    "kernel.domain.files.store_file": "the verb that keeps the file leaves the event",
    "kernel.domain.outbox.queue_mail": "the verb that has something to say leaves the event",
    "kernel.domain.outbox.send_due": "a task sends what verbs have queued",
    "network.domain.account.install_administrator": "the first person of an installation; nobody is there yet",
    "network.domain.account.use_sign_in_link": "signing in proves who will act",
    "portal.domain.search.reindex": "an index can be made again from what is there",
    "portal.domain.search.refresh": "an index can be made again from what is there",
}

# Steps that several verbs of one room share; each verb leaves the event, and no view calls a step.
STEPS = {
    "conferences.domain.programme.programme_changed",
    "conferences.domain.questions.move",
    "partnerships.domain.access.write_grants",
    "partnerships.domain.clauses.write_clauses",
    "recommendations.domain.drafting.make_recommendation",
    "recommendations.domain.drafting.mark_source_changed",
    "recommendations.domain.drafting.put_out",
    "recommendations.domain.drafting.take_out",
    "recommendations.domain.drafting.write_revision",
    "recommendations.domain.drafting.write_text",
}


def writes(node: ast.AST) -> Iterator[ast.Call]:
    """Calls that write rows; ``.update(…)`` counts on a queryset, not on a dictionary."""
    for call in ast.walk(node):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        name, receiver = call.func.attr, call.func.value
        if name in WRITES or (name in {"update", "aupdate"} and is_queryset(receiver)):
            yield call


def is_queryset(receiver: ast.expr) -> bool:
    if isinstance(receiver, ast.Attribute):
        return receiver.attr in {"objects", "_default_manager"}
    return (
        isinstance(receiver, ast.Call)
        and isinstance(receiver.func, ast.Attribute)
        and receiver.func.attr in QUERYSET
    )


def modules(*folders: str) -> Iterator[tuple[str, Path, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).parts
        if len(parts) > 2 and parts[1] in folders and "queries" not in parts:
            yield ".".join([parts[0], *parts[1:]])[: -len(".py")], path, ast.parse(path.read_text())


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node


def writing_functions() -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    return {
        f"{module}.{function.name}": function
        for module, _, tree in modules("domain")
        for function in public_functions(tree)
        if any(writes(function))
    }


def test_verbs_take_who_acts_and_when_by_keyword() -> None:
    wrong = []
    for name, function in writing_functions().items():
        if name in NO_VERB or name in STEPS:
            continue
        if function.args.args or function.args.posonlyargs:
            wrong.append(f"{name}: arguments by position")
        missing = {"by", "at"} - {argument.arg for argument in function.args.kwonlyargs}
        if missing:
            wrong.append(f"{name}: no {' and no '.join(sorted(missing))}")
    assert wrong == []


def test_what_is_declared_to_be_no_verb_still_writes() -> None:
    assert sorted((set(NO_VERB) | STEPS) - set(writing_functions())) == []


def test_no_view_calls_a_step_of_a_verb() -> None:
    steps = {name.rsplit(".", 1)[1] for name in STEPS}
    wrong = [
        f"{path.relative_to(ROOT)}: {alias.name}"
        for _, path, tree in modules("views", "interfaces")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and "domain" in (node.module or "")
        for alias in node.names
        if alias.name in steps
    ]
    assert wrong == []


def test_views_and_interfaces_do_not_write() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno} {ast.unparse(call.func)}"
        for folder in ("views", "interfaces")
        for _, path, tree in modules(folder)
        for call in writes(tree)
        if not on_no_row(call)
    ]
    assert wrong == []


def on_no_row(call: ast.Call) -> bool:
    """A document, a picture or a calendar that is saved into a buffer is no row."""
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    return isinstance(receiver, ast.Name) and receiver.id in {"book", "document", "image", "workbook"}


def test_domain_does_not_know_requests() -> None:
    wrong = []
    for module, _, tree in modules("domain"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                ("django.http", "django.shortcuts", "django.views")
            ):
                wrong.append(f"{module} imports {node.module}")
    assert wrong == []
