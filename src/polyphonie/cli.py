"""The ``polyphonie`` command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Polyphonie: conferences shared, recommendations of one's own.",
)
import_app = typer.Typer(no_args_is_help=True, help="Bring your own data in.")
app.add_typer(import_app, name="import")


def _set_up() -> None:
    """Start Django. Only commands that need it pay for it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polyphonie.config.settings")
    import django  # after the settings are named

    django.setup()


def _say(text: Any) -> None:
    typer.echo(str(text))


def _give_up(sentence: Any) -> None:
    typer.secho(str(sentence), fg=typer.colors.RED, err=True)
    raise typer.Exit(1)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    processes: Annotated[
        int, typer.Option(help="Web processes; more than one wants POLYPHONIE_BUS_URL.")
    ] = 1,
    worker: Annotated[bool, typer.Option(help="Also run the background worker.")] = True,
) -> None:
    """Serve the platform: pages, live streams and, unless told otherwise, background work."""
    _set_up()
    from polyphonie.config.serving import prepare, run  # after Django is set up

    prepare()
    run(host=host, port=port, processes=processes, worker=worker)


@app.command()
def worker() -> None:
    """Do the background work alone, for installations that keep it apart."""
    _set_up()
    from polyphonie.config.serving import run_worker  # after Django is set up

    run_worker()


@app.command()
def demo(
    check: Annotated[bool, typer.Option(help="Walk the main job, say what was seen, stop.")] = False,
    port: Annotated[int, typer.Option(help="Port to listen on; a free one by default.")] = 0,
    data: Annotated[
        Path | None,
        typer.Option(help="Where the demonstration keeps its data: .demo, or a passing folder with --check."),
    ] = None,
    fresh: Annotated[bool, typer.Option(help="Begin with new data.")] = False,
) -> None:
    """Run the demonstration on this machine, with nothing else needed."""
    from polyphonie.demo.running import choose_folder, choose_port, prepare_environment  # none needs Django

    chosen = choose_port(port)
    prepare_environment(data=choose_folder(data, passing=check), port=chosen, fresh=fresh)
    _set_up()
    from polyphonie.config.serving import prepare, run  # after Django is set up
    from polyphonie.demo.running import announce, prepare_data
    from polyphonie.demo.walking import walk

    prepare()
    path = prepare_data()
    if check:
        raise typer.Exit(walk(chosen, path))
    _say(announce(path))
    run(host="127.0.0.1", port=chosen, processes=1, worker=True)


@app.command()
def doctor(
    ledger: Annotated[bool, typer.Option(help="Recompute every chain of the ledger.")] = False,
) -> None:
    """Say what is configured, what can be reached and what is missing."""
    _set_up()
    from polyphonie.config.doctor import examine, examine_ledger  # after Django is set up

    findings = examine_ledger() if ledger else examine()
    for finding in findings:
        _say(finding)
    if any(f.is_wrong for f in findings):
        raise typer.Exit(1)


@app.command()
def createadmin(email: str, given_name: str = "Administration", family_name: str = "Polyphonie") -> None:
    """Open an account with the right to administer, and print its one-time sign-in link."""
    _set_up()
    from django.urls import reverse  # after Django is set up

    from polyphonie.config.environment import environment
    from polyphonie.kernel import clock
    from polyphonie.kernel.errors import Refusal
    from polyphonie.network.domain.account import install_administrator, make_sign_in_link

    at = clock.now()
    try:
        account = install_administrator(email=email, given_name=given_name, family_name=family_name, at=at)
    except Refusal as refusal:
        _give_up(refusal)
    else:
        token = make_sign_in_link(account=account, at=at)
        _say(environment.origin + reverse("sign_in_by_link", args=[token]))


@app.command()
def reindex() -> None:
    """Build the search index anew from what is there."""
    _set_up()
    from polyphonie.portal.domain.search import reindex as build  # after Django is set up

    _say(build())


@app.command()
def estimate(
    file: Annotated[Path, typer.Argument(help="The file of pupils (CSV), as it was deposited.")],
    run: Annotated[Path, typer.Argument(help="The description of the run: the JSON beside its page.")],
) -> None:
    """Make the table of a run again from its file, and print it as CSV. Nothing is stored or sent."""
    _set_up()
    from polyphonie.assessments.domain.repeating import repeat_run  # after Django is set up
    from polyphonie.kernel.errors import Refusal

    try:
        cells, told = repeat_run(file, run)
    except Refusal as refusal:
        _give_up(refusal.sentence)
    _say("cell,value,standard_error,n,schools,reason")
    for cell in cells:
        numbers = (cell.value, cell.se, cell.n, cell.schools)
        _say(",".join([cell.key, *("" if n is None else f"{n:.10g}" for n in numbers), cell.reason]))
    if told:
        typer.echo(told, err=True)


@app.command(hidden=True)
def compute_apart(folder: Annotated[Path, typer.Argument(help="Folder of the job.")]) -> None:
    """Carry out one computation in a process of its own, as the worker asks."""
    _set_up()
    from polyphonie.assessments.domain.isolation import run_in_this_process  # after Django is set up

    raise typer.Exit(run_in_this_process(folder))


@import_app.command("conference")
def import_conference(
    file: Path,
    host: Annotated[str, typer.Option(help="Slug of the host organisation, for a new conference.")] = "",
    conference: Annotated[str, typer.Option(help="Slug of the conference; by default its acronym.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Apply what the preview shows.")] = False,
) -> None:
    """Read a programme in schedule.xml or schedule.json: preview it, and apply it with --yes."""
    _set_up()
    from polyphonie.conferences.interfaces.schedule_files import (  # after Django is set up
        import_schedule_file,
        preview_lines,
    )
    from polyphonie.conferences.models import Conference
    from polyphonie.kernel.errors import Refusal
    from polyphonie.network.models import Organisation

    if not file.is_file():
        _give_up(f"There is no file {file}; nothing was changed.")
    if host and not Organisation.objects.filter(slug=host).exists():
        _give_up(f"No organisation has the slug {host}; nothing was changed.")
    if conference and not Conference.objects.filter(slug=conference).exists():
        _give_up(f"No conference has the slug {conference}; nothing was changed.")
    try:
        preview = import_schedule_file(file, conference or None, host or None, yes)
    except Refusal as refusal:
        _give_up(refusal)
    else:
        for line in preview_lines(preview):
            _say(line)


def main() -> None:
    app()
