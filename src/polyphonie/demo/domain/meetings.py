"""CONFEMEN and its Bureau: members with sources, the meeting of November 2019, an invented decision."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from polyphonie.conferences.domain.conferences import announce_conference, close_conference
from polyphonie.governance.domain.decision_texts import draft_decision, table_decision
from polyphonie.governance.domain.decisions import (
    adopt_decision,
    open_debate,
    record_objection,
    set_aside_decision,
)
from polyphonie.governance.domain.delegations import (
    call_the_roll,
    invite_member,
    name_delegate,
    receive_credential,
    settle_credential,
)
from polyphonie.governance.domain.documents import announce_document, deposit_version, issue_version
from polyphonie.governance.domain.follow_up import Proof, Report, report_follow_up
from polyphonie.governance.domain.meetings import (
    Calling,
    ItemWording,
    add_item,
    advance_meeting,
    call_meeting,
    hold_session,
    seat_room,
)
from polyphonie.governance.domain.members import record_member, set_rules, state_fact
from polyphonie.governance.domain.quorum import Share
from polyphonie.governance.models import AgendaItem, Delegate, Delegation, Meeting
from polyphonie.network.domain.account import open_account
from polyphonie.network.domain.mandate import give_mandate
from polyphonie.network.domain.organisation import register_organisation
from polyphonie.network.domain.person import register_person
from polyphonie.network.domain.territory import register_territory
from polyphonie.network.models import Organisation, Person
from polyphonie.recommendations.domain.panels import Seat
from polyphonie.recommendations.domain.wording import compose

from ..data import meetings as data
from .shelf import FOUNDED, LOADER, Shelf, both

PARIS = ZoneInfo("Europe/Paris")
CALLED = datetime(2019, 10, 1, 9, 0, tzinfo=PARIS)
ADOPTED = datetime(2019, 11, 15, 11, 0, tzinfo=PARIS)
SEATED = data.EXAMPLES[:9]


def load_meetings(shelf: Shelf) -> None:
    """Everything of the instance, in the order in which it happened."""
    _bodies(shelf)
    people = _people(shelf)
    bathurst = _bathurst(shelf)
    bureau = _bureau(shelf, bathurst, people)
    items = _agenda(bureau)
    delegations = _delegations(shelf, bureau)
    _documents(bureau, items)
    _decisions(shelf, bureau, items, delegations)


def _body(shelf: Shelf, slug: str, kind: str, fr: str, en: str, *, short: str = "", parent: str = "") -> None:
    shelf.bodies[slug] = register_organisation(
        kind=kind,
        slug=slug,
        name=both(fr, en),
        short_name=both(short, short) if short else None,
        parent=shelf.bodies.get(parent),
        territory=shelf.territories.get("senegal") if slug == "confemen" else None,
        languages=["fr"],
        by=LOADER,
        at=FOUNDED,
        **data.INSTANCES.as_fields(),
    )


def _bodies(shelf: Shelf) -> None:
    for code, iso_code, kind, fr, en, zone, parent in (
        ("senegal", "SN", "country", "Sénégal", "Senegal", "Africa/Dakar", ""),
        (
            "nouveau-brunswick",
            "",
            "government",
            "Nouveau-Brunswick",
            "New Brunswick",
            "America/Moncton",
            "canada",
        ),
    ):
        shelf.territories[code] = register_territory(
            kind=kind,
            code=code,
            iso_code=iso_code,
            name=both(fr, en),
            parent=shelf.territories.get(parent),
            time_zone=zone,
            languages=["fr"],
            by=LOADER,
            at=FOUNDED,
            **data.INSTANCES.as_fields(),
        )
    _body(
        shelf,
        "confemen",
        "intergovernmental",
        "Conférence des ministres de l'éducation des États et gouvernements de la Francophonie",
        "Conference of the ministers of education of French-speaking states and governments",
        short="CONFEMEN",
    )
    _body(
        shelf,
        "confemen-bureau",
        "instance",
        "Bureau de la CONFEMEN",
        "Bureau of CONFEMEN",
        parent="confemen",
    )
    _body(
        shelf,
        "confemen-conference",
        "instance",
        "Conférence ministérielle de la CONFEMEN",
        "Ministerial Conference of CONFEMEN",
        parent="confemen",
    )
    for order, fact in enumerate(data.FACTS):
        state_fact(
            body=shelf.bodies[fact.body],
            kind=fact.kind,
            text=both(fact.fr, fact.en),
            number=fact.number,
            year=fact.year,
            order=order,
            by=LOADER,
            at=FOUNDED,
            **fact.source.as_fields(),
        )
    for member in data.MEMBERS:
        shelf.bodies[member.slug] = register_organisation(
            kind="member_government",
            slug=member.slug,
            name=both(member.fr, member.en),
            territory=shelf.territories.get(member.territory),
            by=LOADER,
            at=FOUNDED,
            **member.source.as_fields(),
        )
        record_member(
            body=shelf.bodies["confemen"],
            member=shelf.bodies[member.slug],
            attested=both(member.attested_fr, member.attested_en),
            year=member.year,
            by=LOADER,
            at=FOUNDED,
            **member.source.as_fields(),
        )
    _seats(shelf)


def _seats(shelf: Shelf) -> None:
    """The seats of the Bureau: one is sourced; those of the example members are invented."""
    bureau = shelf.bodies["confemen-bureau"]
    record_member(
        body=bureau,
        member=shelf.bodies["membre-nouveau-brunswick"],
        attested=both("présidence en exercice", "presidency in office"),
        year=2019,
        by=LOADER,
        at=FOUNDED,
        **data.BUREAU_2019.as_fields(),
    )
    for letter in data.EXAMPLES:
        slug = f"membre-exemple-{letter.lower()}"
        shelf.bodies[slug] = register_organisation(
            kind="member_government",
            slug=slug,
            name=both(f"Membre d'exemple {letter}", f"Example member {letter}"),
            is_fictitious=True,
            by=LOADER,
            at=FOUNDED,
        )
        record_member(
            body=bureau,
            member=shelf.bodies[slug],
            attested=both("siège d'exemple", "example seat"),
            year=2019,
            is_fictitious=True,
            by=LOADER,
            at=FOUNDED,
        )
    for instance, seats, prefix in (
        (bureau, 17, "CONFEMEN/BUR"),
        (shelf.bodies["confemen-conference"], 44, "CONFEMEN/SM"),
    ):
        # the body's own rule could not be verified: this one says that it is an example
        set_rules(
            instance=instance,
            seats=seats,
            quorum=Share(1, 2, strict=True),
            symbol_prefix=prefix,
            languages=["fr", "en"],
            is_fictitious=True,
            by=LOADER,
            at=FOUNDED,
        )


def _person(shelf: Shelf, key: str, given: str, family: str) -> Person:
    person = register_person(
        given_name=given,
        family_name=family,
        language="fr",
        time_zone="Africa/Dakar",
        is_fictitious=True,
        by=LOADER,
        at=FOUNDED,
    )
    open_account(person=person, email=f"{key}@example.org", by=LOADER, at=FOUNDED)
    shelf.people[key] = person
    return person


def _mandate(person: Person, role: str, body: Organisation, held_for: Organisation) -> None:
    give_mandate(
        person=person,
        role=role,
        scope=body.urn,
        organisation=held_for,
        from_date=FOUNDED.date(),
        is_fictitious=True,
        by=LOADER,
        at=FOUNDED,
    )


def _people(shelf: Shelf) -> dict[str, Person]:
    people = {
        "secretariat": _person(shelf, "secretariat", "Mariama", "Sow"),
        "rapporteur": _person(shelf, "rapporteur", "Étienne", "Lavoie"),
        "correspondance": _person(shelf, "correspondance", "Fatou", "Camara"),
        "correspondance-b": _person(shelf, "correspondance-b", "Jonas", "Keller"),
    }
    confemen = shelf.bodies["confemen"]
    for slug in ("confemen-bureau", "confemen-conference"):
        _mandate(people["secretariat"], "host_coordinator", shelf.bodies[slug], confemen)
    for key, letter in (("correspondance", "a"), ("correspondance-b", "b")):
        member = shelf.bodies[f"membre-exemple-{letter}"]
        _mandate(people[key], "national_correspondent", member, member)
    return people


def _bathurst(shelf: Shelf) -> Meeting:
    at = datetime(2018, 3, 1, 9, 0, tzinfo=PARIS)
    source = data.NOTE.as_fields()
    meeting = call_meeting(
        instance=shelf.bodies["confemen-conference"],
        calling=Calling(
            slug="confemen-bathurst-2018",
            acronym="CONFEMEN58",
            title=both("58e session ministérielle, Bathurst", "58th ministerial session, Bathurst"),
            summary=both(
                "Favoriser le développement de la petite enfance et garantir l'accès à une éducation "
                "préscolaire équitable et de qualité : un socle pour la réussite des apprentissages",
                "Early childhood development and access to fair, good preschool education: a base for "
                "success in learning",
            ),
            series="58",
            number=58,
            place=both("Bathurst, Nouveau-Brunswick (Canada)", "Bathurst, New Brunswick (Canada)"),
            time_zone="America/Moncton",
            start_date=date(2018, 5, 20),
            end_date=date(2018, 5, 24),
            source=source,
        ),
        by=LOADER,
        at=at,
    )
    hold_session(
        meeting=meeting,
        title=both("Session ministérielle", "Ministerial session"),
        start_at=datetime(2018, 5, 22, 9, 0, tzinfo=ZoneInfo("America/Moncton")),
        end_at=datetime(2018, 5, 22, 12, 0, tzinfo=ZoneInfo("America/Moncton")),
        hour_is_invented=True,
        source=source,
        by=LOADER,
        at=at,
    )
    announce_conference(conference=meeting.conference, by=LOADER, at=at)
    close_conference(conference=meeting.conference, by=LOADER, at=datetime(2018, 5, 25, 9, 0, tzinfo=PARIS))
    for version, to in enumerate(
        ("documents_open", "experts", "ministers", "adopted", "acts_published", "followed"), start=1
    ):
        advance_meeting(
            meeting=meeting,
            to=to,
            version=version,
            by=LOADER,
            at=datetime(2018, 5, 25, 9, version, tzinfo=PARIS),
        )
    return meeting


def _bureau(shelf: Shelf, before: Meeting, people: dict[str, Person]) -> Meeting:
    source = data.BUREAU_2019.as_fields()
    meeting = call_meeting(
        instance=shelf.bodies["confemen-bureau"],
        calling=Calling(
            slug="confemen-bureau-2019",
            acronym="CONFEMENBUR19",
            title=both("Bureau de la CONFEMEN, novembre 2019", "Bureau of CONFEMEN, November 2019"),
            series="2019",
            place=both(
                "Ministère de l'Éducation nationale, Paris, puis France Éducation international, Sèvres",
                "Ministry of National Education, Paris, then France Éducation international, Sèvres",
            ),
            start_date=date(2019, 11, 13),
            end_date=date(2019, 11, 15),
            is_closed=True,
            partners=[shelf.bodies["fei"]],
            themes=[shelf.themes["decrochage-scolaire"]],
            presiding=shelf.bodies["membre-nouveau-brunswick"],
            continues=before,
            source=source,
        ),
        by=LOADER,
        at=CALLED,
    )
    seat_room(
        meeting=meeting,
        officers=[Seat(people["secretariat"]), Seat(people["rapporteur"], "rapporteur")],
        by=LOADER,
        at=CALLED,
    )
    meeting.refresh_from_db()
    for day, hour, closed, fr, en in (
        (13, 10, False, "Ouverture du Bureau", "Opening of the Bureau"),
        (14, 9, True, "Séance des ministres", "Sitting of the ministers"),
        (15, 9, True, "Adoption des décisions", "Adoption of the decisions"),
    ):
        hold_session(
            meeting=meeting,
            title=both(fr, en),
            start_at=datetime(2019, 11, day, hour, 0, tzinfo=PARIS),
            end_at=datetime(2019, 11, day, hour + 2, 0, tzinfo=PARIS),
            closed=closed,
            hour_is_invented=True,
            source=source,
            by=LOADER,
            at=CALLED,
        )
    announce_conference(conference=meeting.conference, by=LOADER, at=CALLED)
    return meeting


def _agenda(meeting: Meeting) -> list[AgendaItem]:
    found = []
    for point in data.AGENDA:
        wordings = [
            ItemWording(text=both(point.fr, point.en), **(point.source.as_fields() if point.source else {}))
        ]
        if point.other_source:
            wordings.append(
                ItemWording(text=both(point.other_fr, point.other_en), **point.other_source.as_fields())
            )
        found.append(
            add_item(
                meeting=meeting,
                wordings=wordings,
                purpose=point.purpose,
                distribution=point.distribution,
                is_fictitious=point.source is None,
                by=LOADER,
                at=CALLED,
            )
        )
    return found


def _delegations(shelf: Shelf, meeting: Meeting) -> dict[str, Delegation]:
    """Invented: the example members come, their credentials are accepted. One has still to name hers."""
    found = {}
    for letter in data.EXAMPLES:
        member = shelf.bodies[f"membre-exemple-{letter.lower()}"]
        delegation = invite_member(
            meeting=meeting,
            member=member,
            name_by=datetime(2019, 11, 4, 18, 0, tzinfo=PARIS),
            languages=["fr"],
            is_fictitious=True,
            by=LOADER,
            at=CALLED,
        )
        found[letter] = delegation
        if letter not in SEATED:
            continue
        at = CALLED + timedelta(days=14)
        if letter == "A":
            person = shelf.people["correspondance"]
        else:
            person = register_person(
                given_name="Déléguée",
                family_name=f"d'exemple {letter}",
                is_fictitious=True,
                by=LOADER,
                at=at,
            )
        delegate = name_delegate(
            delegation=delegation,
            person=person,
            capacity="alternate" if letter == "A" else "head",
            by=LOADER,
            at=at,
        )
        receive_credential(
            credential=delegate.credential,
            authority=f"Ministère de l'éducation, {member.name.read('fr')}",
            by=LOADER,
            at=at,
        )
        for step, version in (("checked", 2), ("accepted", 3)):
            settle_credential(credential=delegate.credential, to=step, version=version, by=LOADER, at=at)
    return found


def _documents(meeting: Meeting, items: list[AgendaItem]) -> None:
    """Invented: three documents, one of them late, one language still awaited."""
    due = datetime(2019, 11, 6, 18, 0, tzinfo=PARIS)
    for number, (kind, fr, en, distribution, days) in enumerate(
        (
            ("agenda", "Projet d'ordre du jour", "Draft agenda", "general", -2),
            (
                "reflection",
                "Évaluer pour piloter : document de réflexion",
                "Assess to steer: reflection document",
                "limited",
                -1,
            ),
            (
                "report",
                "Rapport au Bureau sur l'intersession",
                "Report to the Bureau on the intersession",
                "restricted",
                3,
            ),
        )
    ):
        document = announce_document(
            meeting=meeting,
            kind=kind,
            title=both(fr, en),
            due_at=due,
            item=items[number],
            distribution=distribution,
            is_fictitious=True,
            by=LOADER,
            at=CALLED,
        )
        at = due + timedelta(days=days)
        deposit_version(
            document=document,
            language="fr",
            content=io.BytesIO(f"{document.symbol}\n{fr}\nExemple fictif.\n".encode()),
            filename=f"{document.symbol.replace('/', '-')}-fr.txt",
            by=LOADER,
            at=at,
        )
        issue_version(document=document, language="fr", by=LOADER, at=at)


def _decisions(
    shelf: Shelf, meeting: Meeting, items: list[AgendaItem], delegations: dict[str, Delegation]
) -> None:
    """Invented: a decision taken up from the host's point 1b, with a reservation kept; one put off; a
    first report with its proof."""
    for to, version in (("documents_open", 1), ("experts", 2), ("ministers", 3)):
        advance_meeting(
            meeting=meeting, to=to, version=version, by=LOADER, at=CALLED + timedelta(days=version)
        )
    evening = datetime(2019, 11, 14, 18, 0, tzinfo=PARIS)
    decision = draft_decision(
        meeting=meeting,
        item=items[3],
        texts={
            "fr": compose(data.DECISION_FR, data.DECISION_TEXT_FR),
            "en": compose(data.DECISION_EN, data.DECISION_TEXT_EN, translation="reviewed"),
        },
        rapporteur=shelf.bodies["membre-exemple-b"],
        recipients=both("États et gouvernements membres", "Member states and governments"),
        source=shelf.points[("decrochage-2017", "1b")],
        reason=data.REASON,
        report_due=date(2020, 11, 15),
        is_fictitious=True,
        by=LOADER,
        at=evening,
    )
    later = draft_decision(
        meeting=meeting,
        item=items[2],
        texts={
            "fr": compose(data.DEFERRED_FR),
            "en": compose(data.DEFERRED_EN, translation="reviewed"),
        },
        rapporteur=shelf.bodies["membre-exemple-c"],
        is_fictitious=True,
        by=LOADER,
        at=evening,
    )
    for one in (decision, later):
        table_decision(decision=one, version=1, by=LOADER, at=evening)
    set_aside_decision(decision=later, to="deferred", version=2, by=LOADER, at=evening)
    morning = ADOPTED - timedelta(hours=2)
    everybody = (
        Delegate.objects.filter(delegation__meeting=meeting).order_by("pk").values_list("pk", flat=True)
    )
    call_the_roll(meeting=meeting, present=list(everybody), by=LOADER, at=morning)
    open_debate(decision=decision, version=2, window_closes_at=ADOPTED, by=LOADER, at=morning)
    record_objection(
        decision=decision,
        delegation=delegations["C"],
        kind="reservation",
        reason=data.OBJECTION,
        block_id="b1",
        by=LOADER,
        at=morning + timedelta(minutes=30),
    )
    adopt_decision(decision=decision, version=3, by=LOADER, at=ADOPTED)
    for to, version in (("adopted", 4), ("acts_published", 5), ("followed", 6)):
        advance_meeting(
            meeting=meeting, to=to, version=version, by=LOADER, at=ADOPTED + timedelta(days=version)
        )
    close_conference(conference=meeting.conference, by=LOADER, at=ADOPTED + timedelta(days=7))
    report_follow_up(
        decision=decision,
        member=shelf.bodies["membre-exemple-b"],
        report=Report(period="2020", progress="under_way", text=data.REPORT, started=date(2020, 2, 3)),
        proofs=[Proof(label="Circulaire d'exemple", link="https://www.example.org/circulaire")],
        is_fictitious=True,
        by=LOADER,
        at=datetime(2020, 6, 1, 9, 0, tzinfo=PARIS),
    )
