"""The instants between which a visitor of the demonstration moves the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Moment:
    """``conference`` names the one that is on air at that moment: its own clock is then followed."""

    key: str
    label: Any
    instant: datetime | None
    conference: str = ""


MOMENTS = (
    Moment(
        "dropout",
        _("9 novembre 2017 : la conférence sur le décrochage"),
        datetime(2017, 11, 9, 11, 20, tzinfo=PARIS),
        "decrochage-2017",
    ),
    Moment(
        "dropout-published",
        _("11 décembre 2017 : les préconisations sont publiées"),
        datetime(2017, 12, 11, 10, 0, tzinfo=PARIS),
    ),
    Moment(
        "visit",
        _("15 mars 2018 : quatrième jour d'une visite en Autriche"),
        datetime(2018, 3, 15, 18, 0, tzinfo=PARIS),
    ),
    Moment(
        "twelve",
        _("1er octobre 2018 : douze partenaires, un écran"),
        datetime(2018, 10, 1, 10, 0, tzinfo=PARIS),
    ),
    Moment(
        "guidance",
        _("8 novembre 2018 : la conférence sur l'orientation, exposé de Malte"),
        datetime(2018, 11, 8, 11, 40, tzinfo=PARIS),
        "orientation-2018",
    ),
    Moment(
        "languages",
        _("13 mars 2019 : la conférence sur les langues"),
        datetime(2019, 3, 13, 10, 5, tzinfo=PARIS),
        "langues-2019",
    ),
    Moment(
        "bureau",
        _("15 novembre 2019 : le Bureau de la CONFEMEN, à Sèvres"),
        datetime(2019, 11, 15, 10, 0, tzinfo=PARIS),
    ),
    Moment(
        "early-access",
        _("15 octobre 2024 : un document s'ouvre aux partenaires"),
        datetime(2024, 10, 15, 9, 5, tzinfo=PARIS),
    ),
    Moment("today", _("aujourd'hui"), None),
)
BY_KEY = {moment.key: moment for moment in MOMENTS}
