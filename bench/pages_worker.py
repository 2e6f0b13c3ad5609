"""Server time of the heaviest pages, in one process on one core: ``python -m bench.pages_worker``.

A database of its own (``BENCH_DATABASE``, or SQLite in a temporary folder) holds the demonstration and a
theme on which 44 sites have answered 40 recommendations. The last line is a JSON list.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

SITES, POINTS = 44, 40
WARM_UP, MEASURED = 5, 60
SLUG = "mesure"
PUBLISHED = datetime(2019, 3, 1, 9, 0, tzinfo=UTC)
WORDS = "Proposer une réponse éducative avant toute exclusion, avec la famille et l'équipe"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        address = os.environ.get("BENCH_DATABASE", "")
        os.environ.update(
            {
                "POLYPHONIE_DATA_DIR": folder,
                "POLYPHONIE_DEMO": "1",
                "POLYPHONIE_DATABASE_URL": address,
                "DJANGO_SETTINGS_MODULE": "polyphonie.config.settings",
            }
        )
        root = Path(__file__).resolve().parents[1]
        sys.path[:0] = [str(root / "src"), str(root / "ilsa/src")]
        with database(address):
            rows = measure()
    print(json.dumps(rows, ensure_ascii=False))
    return 0


@contextmanager
def database(address: str) -> Iterator[None]:
    """SQLite lies in the temporary folder; on PostgreSQL a database of this run alone is made and dropped."""
    if not address:
        import django

        django.setup()
        yield
        return
    import psycopg
    from psycopg import sql

    name = f"polyphonie_bench_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    os.environ["POLYPHONIE_DATABASE_URL"] = address.rpartition("/")[0] + f"/{name}"
    import django

    django.setup()
    from django.db import connections

    try:
        yield
    finally:
        connections.close_all()
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def measure() -> list[dict[str, Any]]:
    from django.core.management import call_command
    from django.db import connection
    from django.urls import reverse

    from polyphonie.demo.domain.loading import load_demonstration
    from polyphonie.kernel import clock
    from polyphonie.network.models import Account

    call_command("migrate", verbosity=0)
    load_demonstration(at=clock.wall())
    lay_out_volume()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    with suppress(AttributeError, OSError):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    client = measuring_client()
    client.force_login(
        Account.objects.get(email="hote@example.org"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    pages = {
        "theme hub": reverse("theme", args=["decrochage-scolaire"]),
        "conference with twelve sites": reverse("conference", args=["orientation-2018"]),
        f"family tree, {SITES} sites × {POINTS} recommendations": reverse("theme_tree", args=[SLUG]),
        f"theme hub, {SITES} sites × {POINTS} recommendations": reverse("theme", args=[SLUG]),
        "home of a host": reverse("home"),
    }
    from polyphonie.config.asgi import settle

    settle()  # as the server does when it starts
    frame, _ = timed(client, reverse("accessibility"))
    rows = []
    for work, address in pages.items():
        taken, busy = timed(client, address)
        rows.append(
            {
                "work": work,
                "median": shown(statistics.median(taken)),
                "p95": shown(percentile(taken)),
                # what this process itself worked, whatever else the machine was doing
                "cpu": shown(statistics.median(busy)),
                # the almost empty page, measured in the same run
                "frame": shown(statistics.median(frame)),
                "frame_p95": shown(percentile(frame)),
            }
        )
    return rows


def measuring_client() -> Any:
    """Django's client without what it keeps for tests: a copy of every context of every template."""
    from django.test import Client
    from django.test import client as parts

    parts.store_rendered_templates = lambda *_, **__: None  # type: ignore[assignment]
    return Client(headers={"host": "localhost"})


def timed(client: Any, address: str) -> tuple[list[float], list[float]]:
    """Milliseconds of each of the measured requests, on the clock and of work."""
    taken, busy = [], []
    for number in range(WARM_UP + MEASURED):
        begin, worked = time.perf_counter(), time.process_time()
        answer = client.get(address)
        elapsed, work = (time.perf_counter() - begin) * 1000, (time.process_time() - worked) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")
        if number >= WARM_UP:
            taken.append(elapsed)
            busy.append(work)
    return taken, busy


def percentile(taken: list[float]) -> float:
    return sorted(taken)[min(len(taken) - 1, int(0.95 * len(taken)))]


def shown(milliseconds: float) -> float:
    return round(milliseconds, 1)


def lay_out_volume() -> None:
    """A host's forty points and what 44 sites made of them, in a few statements."""
    from polyphonie.conferences.models import Conference, Site
    from polyphonie.kernel.localised import LocalisedText
    from polyphonie.network.models import Organisation, Theme
    from polyphonie.recommendations.models import (
        Derivation,
        Process,
        Recommendation,
        Revision,
        RevisionText,
        SiteProcess,
    )

    def both(fr: str) -> LocalisedText:
        return LocalisedText({"fr": fr, "en": fr})

    host = Organisation.objects.get(slug="cnesco-conseil")
    theme = Theme.objects.create(slug=SLUG, title=both("Thème de mesure"), order=99)
    like = Conference.objects.get(slug="orientation-2018")
    conference = Conference.objects.get(pk=like.pk)
    conference.pk = conference.uid = None  # type: ignore[assignment]  # a copy under another address
    conference.uid, conference.slug, conference.acronym = uuid4(), SLUG, SLUG
    conference._state.adding = True
    conference.save()
    conference.themes.add(theme)
    bodies = Organisation.objects.bulk_create(
        Organisation(
            slug=f"{SLUG}-{n}",
            kind="partner",
            name=both(f"Instance de mesure {n}"),
            source_label="mesure",
            is_fictitious=True,
        )
        for n in range(SITES)
    )
    sites = Site.objects.bulk_create(
        Site(
            conference=conference,
            organisation=body,
            time_zone="Europe/Paris",
            state="accepted",
            short_code=f"MS{n:04d}",
            is_fictitious=True,
        )
        for n, body in enumerate(bodies)
    )
    opened = PUBLISHED - timedelta(days=30)
    source = Process.objects.create(
        kind="consensus_conference",
        conference=conference,
        issuer=host,
        title=conference.title,
        languages=["fr", "en"],
        opened_at=opened,
    )
    own = Process.objects.bulk_create(
        Process(
            kind="consensus_conference",
            conference=conference,
            issuer=site.organisation,
            title=conference.title,
            languages=["fr"],
            is_fictitious=True,
            opened_at=opened,
        )
        for site in sites
    )
    SiteProcess.objects.bulk_create(
        SiteProcess(
            process=process,
            source_process=source,
            site=site,
            state="published",
            published_version=1,
            published_at=PUBLISHED,
        )
        for process, site in zip(own, sites, strict=True)
    )

    def written(rows: list[Recommendation]) -> list[Revision]:
        saved = Recommendation.objects.bulk_create(rows)
        revisions = Revision.objects.bulk_create(
            Revision(
                recommendation=row,
                number=1,
                state="published",
                sha256="0" * 64,
                created_at=opened,
                published_at=PUBLISHED,
            )
            for row in saved
        )
        RevisionText.objects.bulk_create(
            RevisionText(
                revision=revision,
                language=language,
                title=f"{WORDS} ({number})",
                blocks=[{"block_id": "b1", "type": "paragraph", "text": WORDS}],
                translation=translation,
                sha256="0" * 64,
            )
            for number, revision in enumerate(revisions)
            for language, translation in (("fr", "original"), ("en", "reviewed"))
        )
        through = Recommendation.themes.through
        through.objects.bulk_create(through(recommendation_id=row.pk, theme_id=theme.pk) for row in saved)
        return revisions

    def point(process: Any, n: int, site: Any = None) -> Recommendation:
        return Recommendation(
            process=process,
            code=f"{n // 8 + 1}{'abcdefgh'[n % 8]}",
            order=n,
            heading=both(f"Orientation {n // 8 + 1}"),
            issuer=site.organisation if site else host,
            site=site,
            source_label="mesure",
            is_fictitious=True,
            created_at=opened,
        )

    points = written([point(source, n) for n in range(POINTS)])
    relations = ("adopted", "adapted", "not_adopted")
    # every third answer has no text of its own
    places = [(s, n) for s in range(SITES) for n in range(POINTS)]
    with_text = [(s, n) for s, n in places if relations[(s + n) % 3] != "not_adopted"]
    targets = dict(zip(with_text, written([point(own[s], n, sites[s]) for s, n in with_text]), strict=True))
    Derivation.objects.bulk_create(
        Derivation(
            process=own[s],
            about=points[n].recommendation,
            source=points[n],
            target=targets.get((s, n)),
            relation=relations[(s + n) % 3],
            reason="Notre contexte le demande ainsi.",
            answered_at=opened,
            answered_by=uuid4(),
            at_version=1,
            confirmed_at=PUBLISHED,
            confirmed_by=uuid4(),
            published_at=PUBLISHED,
        )
        for s, n in places
    )


if __name__ == "__main__":
    sys.exit(main())
