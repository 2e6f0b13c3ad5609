"""What only real processes show: delivery, ending, several processes on one log, many writers at once."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from polyphonie.conferences.domain.live_log import append_event
from polyphonie.conferences.models import LiveEvent
from tests.factories.live import build
from tests.factories.servers import Installation, RunningServer, install, redis_server, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("live-servers")]


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Installation:
    with django_db_blocker.unblock():
        if connection.vendor != "sqlite":
            pytest.skip("needs sqlite: these servers share one file")
        return install(tmp_path_factory.mktemp("installation"))


@pytest.fixture(scope="module")
def servers(installation: Installation) -> Iterator[tuple[RunningServer, RunningServer]]:
    """Two processes on one SQLite file without a bus."""
    with installation.servers(2) as (one, two):
        yield one, two


def test_append_event_numbers_without_gaps_under_concurrent_writers_on_sqlite(
    installation: Installation,
) -> None:
    # four threads wrote twenty-five events each while the installation was made; one in five was rolled back
    assert installation.stage["seqs"] == list(range(1, 81))
    assert installation.stage["increasing"]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_append_event_numbers_without_gaps_under_concurrent_writers_here() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("needs postgres: a database in memory has one writer; the file is tested above")
    conference = build("ecrivains").conference

    def write(_writer: int) -> None:
        for number in range(25):
            with transaction.atomic():
                append_event(conference=conference, kind="message", body={"n": number})
                if number % 5 == 4:
                    transaction.set_rollback(True)
        connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    rows = list(LiveEvent.objects.filter(conference=conference).order_by("seq"))
    assert [row.seq for row in rows] == list(range(1, 81))
    assert [row.programme_time for row in rows] == sorted(row.programme_time for row in rows)


def test_stream_of_a_real_server_brings_a_message_and_its_removal(
    installation: Installation, servers: tuple[RunningServer, RunningServer]
) -> None:
    stage, (server, _other) = installation.stage, servers
    ireland = server.client()
    stream = ireland.follow(ireland.enter(stage["ireland_code"], stage["ireland"]))
    assert stream.status == 200
    stream.receives("event: clock")
    seq = ireland.say("un mot de Dublin")
    assert stream.receives("un mot de Dublin") < 2
    ireland.request("POST", f"/fr/sites/{stage['ireland']}/salle/messages/retirer/", {"seq": str(seq)})
    stream.receives(f'"target":{seq}')
    later = server.client()
    again = later.follow({**later.enter(stage["ireland_code"], stage["ireland"]), "cursor": "0.0"})
    again.receives(f'"seq":{seq}')
    assert "un mot de Dublin" not in again.text
    for opened in (stream, again):
        opened.close()


def test_media_are_cut_at_the_clock_of_the_site(
    installation: Installation, servers: tuple[RunningServer, RunningServer]
) -> None:
    stage, (server, _other) = installation.stage, servers
    ireland, chile = server.client(), server.client()
    near, far = (
        ireland.enter(stage["ireland_code"], stage["ireland"]),
        chile.enter(stage["chile_code"], stage["chile"]),
    )

    def get(data: dict, path: str) -> tuple[int, str]:
        status, _location, body = ireland.request("GET", f"{path}?t={data['mediaToken']}")
        return status, body.decode("latin-1")

    status, master = get(near, near["master"])
    assert status == 200
    assert 'LANGUAGE="fr"' in master
    assert 'LANGUAGE="en"' in master
    status, playlist = get(near, near["master"].replace("master", "picture"))
    assert status == 200
    segments = [line for line in playlist.splitlines() if line.startswith("/live/media/")]
    number = int(segments[-1].split("/")[-1].split(".")[0])
    address = segments[-1].split("?")[0]
    # forty minutes have passed: 600 segments of four seconds
    assert 599 <= number <= 640
    assert get(near, address)[0] == 200
    assert get(near, address.replace(f"{number}.m4s", f"{number + 60}.m4s"))[0] == 404
    # Chile has nothing yet, and cannot fetch what Ireland sees
    assert get(far, far["master"].replace("master", "picture"))[0] == 404
    assert get(far, address)[0] == 404
    assert get(far, near["master"])[0] == 404
    assert get({"mediaToken": near["streamToken"]}, address)[0] == 403
    assert get({"mediaToken": "x"}, address)[0] == 403
    for path in (
        "/live/media/x/picture/1.m4s",
        "/live/site/x/1/master.m3u8",
        "/live/media/x",
        "/live/site/x/y/z",
    ):
        assert get(near, path)[0] == 404


def test_two_processes_without_a_bus_share_one_log_until_one_says_bye(
    installation: Installation, servers: tuple[RunningServer, RunningServer]
) -> None:
    stage, (one, two) = installation.stage, servers
    here, there = one.client(), two.client()
    near = here.follow(here.enter(stage["ireland_code"], stage["ireland"]))
    far = there.follow(there.enter(stage["ireland_code"], stage["ireland"]))
    far.receives("event: clock")
    here.say("de l'un à l'autre")
    assert near.receives("de l'un à l'autre") < 2
    assert far.receives("de l'un à l'autre") < 3
    began = time.monotonic()
    two.process.send_signal(signal.SIGTERM)
    far.receives("event: bye")
    two.process.wait(8)
    # the limit for a graceful end is eight seconds: an open stream must not be what waits for it
    assert time.monotonic() - began < 5
    assert two.process.stderr is not None
    assert b"Traceback" not in two.process.stderr.read()
    for opened in (near, far):
        opened.close()


@pytest.mark.redis
def test_two_processes_on_a_bus_survive_what_never_reached_it_and_its_end(
    installation: Installation, tmp_path: Path
) -> None:
    stage = installation.stage
    with (
        redis_server(tmp_path) as (url, redis_process),
        installation.servers(2, url) as (one, two),
    ):
        here, there = one.client(), two.client()
        near = here.follow(here.enter(stage["ireland_code"], stage["ireland"]))
        far = there.follow(there.enter(stage["ireland_code"], stage["ireland"]))
        far.receives("event: clock")
        time.sleep(1)
        here.say("par le bus")
        near.receives("par le bus")
        assert far.receives("par le bus") < 2
        # committed by a process that was killed before it could publish: nothing is on the bus
        installation.run(
            f"""
from polyphonie.conferences.domain.chat import post_message
from polyphonie.conferences.models import Site
from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from uuid import UUID
site = Site.objects.select_related("conference__host", "organisation").get(uid="{stage["ireland"]}")
post_message(conference=site.conference, site=site, text="jamais publié", language="fr",
    by=Actor.participant(UUID(int=99), site.urn), at=clock.now(site.conference.clock_offset))
"""
        )
        near.receives("jamais publié")
        far.receives("jamais publié")
        here.say("après le trou")
        far.receives("après le trou")
        if redis_process is not None:
            redis_process.kill()
            redis_process.wait()
            there.say("sans le bus")
            near.receives("sans le bus", 8)
            far.receives("sans le bus", 8)
        for opened in (near, far):
            assert opened.text.count("jamais publié") == 1
            opened.close()
        wait_until(lambda: one.process.poll() is None and two.process.poll() is None)
