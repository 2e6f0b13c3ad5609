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
    from polyphonie.config.environment import environment  # after Django is set up
    from polyphonie.kernel import clock
    from polyphonie.kernel.errors import Refusal
    from polyphonie.network.domain.administration import install_administrator

    try:
        link = install_administrator(
            email=email, given_name=given_name, family_name=family_name, at=clock.now()
        )
    except Refusal as refusal:
        _give_up(refusal)
    else:
        _say(environment.origin + link)


@app.command()
def reindex() -> None:
    """Build the search index anew from what is there."""
    _set_up()
    from polyphonie.portal.domain.search import reindex as build  # after Django is set up

    _say(build())


@import_app.command("conference")
def import_conference(
    file: Path,
    host: Annotated[str, typer.Option(help="Slug of the host organisation, for a new conference.")] = "",
    conference: Annotated[str, typer.Option(help="Slug of the conference; by default its acronym.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Apply what the preview shows.")] = False,
) -> None:
    """Read a programme in schedule.xml or schedule.json: preview it, and apply it with --yes."""
    _set_up()
    from polyphonie.conferences.interfaces.schedule_files import (
        import_schedule_file,
    )  # after Django is set up
    from polyphonie.kernel.errors import Refusal

    try:
        preview = import_schedule_file(
            file, conference_slug=conference or None, host_slug=host or None, apply=yes
        )
    except Refusal as refusal:
        _give_up(refusal)
    else:
        _say(preview.as_text())


def main() -> None:
    app()
