"""Telling those who cite a figure that another one has taken its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.domain.notice import send_notice
from polyphonie.network.domain.queries.standing import mandates_in_force, person_of
from polyphonie.network.models import Person

from .. import citations
from ..citations import Citer
from ..models import EvidenceStatement, Figure
from ..rules import WRITING, line_of


def claims_resting_on(figure: Figure, at: datetime) -> list[EvidenceStatement]:
    """The claims that stand at the instant, drafts included, and give the figure."""
    rows = EvidenceStatement.objects.standing(at).filter(figures=figure)
    return list(rows.select_related("keeper__successor__successor").order_by("code", "pk"))


def keepers_of(statements: Sequence[EvidenceStatement], at: datetime) -> list[Citer]:
    """The people who write evidence, at the instant, for the bodies that keep some claims."""
    found = []
    for statement in statements:
        what = in_each_language(
            lambda s=statement: _("constat %(code)s") % {"code": s.code or _("sans numéro")}
        )
        for person in people_writing_for(statement, at):
            found.append(Citer(person, what))
    return found


def people_writing_for(statement: EvidenceStatement, at: datetime) -> list[Person]:
    """Everybody whose mandate lets them keep a claim."""
    bodies = line_of(statement.keeper)
    urns = [body.urn for body in bodies]
    holders = mandates_in_force(at).filter(
        Q(organisation__in=bodies) | Q(organisation=None, scope__in=urns), role__in=WRITING
    )
    return list(Person.objects.filter(pk__in=holders.order_by().values("person")).order_by("pk"))


def tell_who_cites(*, figure: Figure, by: Actor, at: datetime) -> int:
    """Tell each person once, naming all that they answer for and that rests on the figure; nobody is told
    of their own act. Returns how many were told."""
    claims = claims_resting_on(figure, at)
    named: dict[int, tuple[Person, list[LocalisedText]]] = {}
    author = person_of(by)
    for citer in [*keepers_of(claims, at), *citations.registered(figure, claims, at)]:
        if author is None or citer.person.pk != author.pk:
            _person, what = named.setdefault(citer.person.pk, (citer.person, []))
            if citer.what not in what:
                what.append(citer.what)
    for person, what in named.values():
        send_notice(
            person=person,
            subject_urn=figure.urn,
            expectation=in_each_language(lambda w=what: _replaced(figure, w)),
            link=f"/id/{figure.urn_kind}/{figure.uid}",
            by=by,
            at=at,
        )
    return len(named)


def in_each_language(sentence) -> LocalisedText:  # type: ignore[no-untyped-def]  # a function without argument
    """A sentence in every language of the interface, for a reader who is not the one who acts."""
    texts = {}
    for tag, _name in settings.LANGUAGES:
        with translation.override(tag):
            texts[tag] = str(sentence())
    return LocalisedText(texts)


def _replaced(figure: Figure, what: Sequence[LocalisedText]) -> str:
    return _("Le chiffre « %(label)s » a été remplacé ; relisez ce qui s'y appuie : %(what)s.") % {
        "label": figure.label,
        "what": ", ".join(str(w) for w in what),
    }
