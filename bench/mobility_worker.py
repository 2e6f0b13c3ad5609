"""Server time of the comparison matrix, in one process: ``python -m bench.mobility_worker``.

A database of its own holds one programme: five territories, forty cells, five thousand open sheets of
twenty visits. The last line is a JSON list.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

COUNTRIES, VISITS, SHEETS = 5, 4, 5_000
AT = datetime(2018, 3, 15, 9, 0, tzinfo=UTC)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        address = os.environ.get("BENCH_DATABASE", "")
        os.environ.update(
            {
                "POLYPHONIE_DATA_DIR": folder,
                "POLYPHONIE_DATABASE_URL": address,
                "DJANGO_SETTINGS_MODULE": "polyphonie.config.settings",
            }
        )
        root = Path(__file__).resolve().parents[1]
        sys.path[:0] = [str(root / "src"), str(root / "ilsa/src")]
        from .pages_worker import database

        with database(address):
            rows = measure()
    print(json.dumps(rows, ensure_ascii=False))
    return 0


def measure() -> list[dict[str, Any]]:
    from django.core.management import call_command
    from django.db import connection
    from django.urls import reverse

    from .pages_worker import measuring_client, percentile, shown, timed

    call_command("migrate", verbosity=0)
    lay_out("vide", sheets=0)
    reader = lay_out("mesure", sheets=SHEETS)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    rows = []
    for who, account in (("the public", None), ("a team's member", reader)):
        client = measuring_client()
        if account is not None:
            client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        frame, _ = timed(client, reverse("comparison", args=["vide"]))
        taken, busy = timed(client, reverse("comparison", args=["mesure"]))
        rows.append(
            {
                "work": f"matrix of {COUNTRIES} countries × 40 cells, {SHEETS} sheets, for {who}",
                "median": shown(statistics.median(taken)),
                "p95": shown(percentile(taken)),
                # what this process itself worked, whatever else the machine was doing
                "cpu": shown(statistics.median(busy)),
                "frame": shown(statistics.median(frame)),
            }
        )
    return rows


def lay_out(slug: str, *, sheets: int) -> Any:
    """A programme by its verbs; its sheets straight into the table: what is measured is reading."""
    from polyphonie.kernel.actor import Actor
    from polyphonie.kernel.localised import LocalisedText
    from polyphonie.mobility.domain.grids import publish_grid
    from polyphonie.mobility.domain.programmes import open_flow, open_programme, publish_programme
    from polyphonie.mobility.domain.visits import name_host, plan_visit, publish_visit
    from polyphonie.mobility.models import Observation
    from polyphonie.network.domain.account import open_account
    from polyphonie.network.domain.organisation import register_organisation
    from polyphonie.network.domain.person import register_person
    from polyphonie.network.domain.territory import register_territory

    by = Actor.system("bench")

    def text(words: str) -> LocalisedText:
        return LocalisedText(fr=words, en=words)

    source: dict[str, Any] = {"source_label": "bench", "by": by, "at": AT}
    grid = publish_grid(
        code=slug,
        version="1.0.0",
        title=text("Grille"),
        themes=[(f"t{n}", text(f"Thème {n}")) for n in range(5)],
        elements=[(f"e{n}", text(f"Élément {n}")) for n in range(8)],
        **source,
    )
    bodies = [
        register_organisation(kind="academie", slug=f"{slug}-{n}", name=text(f"Académie {n}"), **source)
        for n in range(COUNTRIES)
    ]
    programme = open_programme(
        slug=slug,
        title=text("Programme"),
        grid=grid,
        from_date=date(2017, 9, 1),
        until_date=None,
        participants=bodies,
        **source,
    )
    publish_programme(programme=programme, by=by, at=AT)
    person = register_person(
        given_name="A", family_name=slug, language="fr", time_zone="Europe/Paris", by=by, at=AT
    )
    account = open_account(person=person, email=f"{slug}@example.org", by=by, at=AT)
    places = []
    for n, body in enumerate(bodies):
        territory = register_territory(
            kind="country", code=f"{slug}-{n}", name=text(f"Pays {n}"), time_zone="Europe/Vienna", **source
        )
        flow = open_flow(programme=programme, organiser=body, territory=territory, **source)
        for _ in range(VISITS):
            visit = plan_visit(
                flow=flow,
                title=text("Visite"),
                start_date=date(2018, 3, 12),
                end_date=date(2018, 3, 16),
                chair=person,
                by=by,
                at=AT,
            )
            publish_visit(visit=visit, by=by, at=AT)
            hosts = [name_host(visit=visit, function=text(f"H{h}"), by=by, at=AT) for h in range(3)]
            places.append((visit, hosts))
    cells = list(grid.criteria.order_by("pk"))
    dice = random.Random(20180312)
    rows = []
    for _ in range(sheets):
        visit, hosts = dice.choice(places)
        rows.append(
            Observation(
                visit=visit,
                criterion=dice.choice(cells),
                author=person,
                state="shared",
                audience=dice.choice(["team", "programme", "public"]),
                observed_at=AT,
                recorded_at=AT,
                host=dice.choice(hosts),
                fact="Un fait.",
            )
        )
    Observation.objects.bulk_create(rows)
    return account


if __name__ == "__main__":
    sys.exit(main())
