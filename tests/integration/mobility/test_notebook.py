"""What a notebook takes along and sends: each thing once, nothing overwritten, no photo without consent."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.kernel.models import LedgerEvent, StoredFile
from polyphonie.mobility.domain.observations import change_observation, share_observation
from polyphonie.mobility.domain.visits import name_host, withdraw_consent
from polyphonie.mobility.models import Observation, Photo, SentEdit
from tests.factories.mobility import DURING, FIRST, Team, flow, observation, programme, sheet, team
from tests.factories.network import signed_in, text
from tests.unit.mobility.test_pictures import JPEG, SECRET

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

NUMBER = "0190f2f2-0000-7000-8000-000000000001"
EDITS = [f"0190f2f2-0000-7000-8000-0000000000e{n}" for n in range(5)]
PICTURE = "0190f2f2-0000-7000-8000-0000000000f1"


@pytest.fixture
def ours() -> Team:
    return team()


@pytest.fixture
def phone(client: Client, ours: Team) -> Client:
    return signed_in(client, ours.member)


def said(fact: str = "Vu hors ligne", **fields: Any) -> dict[str, Any]:
    return {"fact": fact, "day": "2018-03-14", "hour": "10:30", "language": "fr", "rating": None, **fields}


def sending(ours: Team, n: int = 0, *, base: int = 0, **fields: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "edit": EDITS[n],
        "sheet": NUMBER,
        "base": base,
        "grid": "1.0.0",
        "cell": ours.cell(3).code,
        "said": said(),
    }
    return {**values, **fields}


def send(phone: Client, ours: Team, data: Any) -> Any:
    body = data if isinstance(data, str) else json.dumps(data)
    return phone.post(reverse("notebook_send", args=[ours.visit.uid]), body, content_type="application/json")


def test_the_pack_holds_the_grid_and_no_name(phone: Client, ours: Team) -> None:
    name_host(
        visit=ours.visit,
        function=text("Directrice"),
        name="Wolkenstein",
        consent_on=FIRST,
        by=ours.chair,
        at=DURING,
    )
    observation(ours, cell=0, fact="D'un autre")
    observation(ours, by=ours.member, cell=1, fact="Le mien")
    answer = phone.get(reverse("notebook_pack", args=[ours.visit.uid]))
    pack = answer.json()
    assert (len(pack["cells"]), pack["grid"], pack["days"][0]) == (40, "1.0.0", "2018-03-12")
    assert pack["observed"] == ["theme-1_element-1", "theme-1_element-2"]
    assert [draft["said"]["fact"] for draft in pack["drafts"]] == ["Le mien"]
    assert "Wolkenstein" not in answer.content.decode()
    assert "D'un autre" not in answer.content.decode()


def test_the_pack_is_the_teams_and_the_page_says_nothing(client: Client, ours: Team) -> None:
    other = team(flow(programme(slug="autre")))
    pack = reverse("notebook_pack", args=[ours.visit.uid])
    assert client.get(pack).status_code == 302
    shell = client.get(reverse("notebook", args=[ours.visit.uid]))
    assert shell.status_code == 200
    assert "Cinq jours" not in shell.content.decode()
    signed_in(client, other.chair)
    assert client.get(pack).status_code == 403
    for data in (sending(ours), "{"):
        assert send(client, ours, data).status_code == 403


def test_the_worker_and_the_manifest_keep_to_the_notebook(client: Client, ours: Team) -> None:
    worker = client.get(reverse("notebook_worker", args=[ours.visit.uid]))
    assert worker["Content-Type"].startswith("text/javascript")
    assert worker.content
    manifest = client.get(reverse("notebook_manifest", args=[ours.visit.uid]))
    assert manifest["Content-Type"] == "application/manifest+json"
    assert manifest.json()["scope"] == reverse("notebook", args=[ours.visit.uid])


def test_a_sheet_sent_many_times_arrives_once(phone: Client, ours: Team) -> None:
    answers = [send(phone, ours, sending(ours)).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert (answers[0]["outcome"], answers[0]["version"]) == ("written", 1)
    written = Observation.objects.get()
    assert (written.fact, written.state) == ("Vu hors ligne", "draft")
    assert written.observed_at.isoformat() == "2018-03-14T09:30:00+00:00"


def test_a_change_follows_its_sheet_even_when_an_answer_was_lost(phone: Client, ours: Team) -> None:
    send(phone, ours, sending(ours))
    assert send(phone, ours, sending(ours)).json()["version"] == 1
    changed = send(phone, ours, sending(ours, 1, base=1, said=said("Changé"))).json()
    assert (changed["outcome"], changed["version"]) == ("changed", 2)
    # the first sending again, long after: it neither undoes the change nor counts as one
    assert send(phone, ours, sending(ours)).json()["version"] == 1
    assert Observation.objects.get().fact == "Changé"


def test_two_edits_of_one_sheet_are_both_kept_for_review(phone: Client, ours: Team) -> None:
    send(phone, ours, sending(ours))
    standing = Observation.objects.get()
    change_observation(
        observation=standing, version=1, sheet=sheet("Écrit en ligne"), by=ours.member, at=DURING
    )
    kept = send(phone, ours, sending(ours, 1, base=1, said=said("Écrit au téléphone"))).json()
    assert kept["outcome"] == "kept"
    standing.refresh_from_db()
    assert standing.fact == "Écrit en ligne"
    page = phone.get(standing.get_absolute_url()).content.decode()
    assert "Écrit en ligne" in page
    assert "Écrit au téléphone" in page
    edit = SentEdit.objects.get(outcome="kept")
    address = reverse("edit_settle", args=[edit.uid])
    assert phone.post(address, {"take": "mine"}).status_code == 303
    standing.refresh_from_db()
    assert (standing.fact, standing.version) == ("Écrit au téléphone", 3)
    edit.refresh_from_db()
    assert edit.said == {}
    assert phone.post(address, {"take": "mine"}).status_code == 422


def test_what_stands_may_be_kept_instead(phone: Client, ours: Team) -> None:
    send(phone, ours, sending(ours))
    standing = Observation.objects.get()
    share_observation(observation=standing, by=ours.member, at=DURING)
    assert send(phone, ours, sending(ours, 1, base=1, said=said("Trop tard"))).json()["outcome"] == "kept"
    edit = SentEdit.objects.get(outcome="kept")
    address = reverse("edit_settle", args=[edit.uid])
    assert phone.post(address, {"take": "mine"}).status_code == 422
    assert phone.post(address, {"take": "theirs"}).status_code == 303
    standing.refresh_from_db()
    assert standing.fact == "Vu hors ligne"


def test_a_version_kept_aside_is_its_authors(client: Client, ours: Team) -> None:
    signed_in(client, ours.member)
    send(client, ours, sending(ours))
    send(client, ours, sending(ours, 1, base=7, said=said("Autre version")))
    edit = SentEdit.objects.get(outcome="kept")
    share_observation(observation=edit.observation, by=ours.member, at=DURING)
    signed_in(client, ours.chair)
    assert "Autre version" not in client.get(edit.observation.get_absolute_url()).content.decode()
    assert client.post(reverse("edit_settle", args=[edit.uid])).status_code == 404


def test_a_sheet_of_another_version_of_the_grid_is_refused_by_its_name(phone: Client, ours: Team) -> None:
    answer = send(phone, ours, sending(ours, grid="0.9.0"))
    assert answer.status_code == 422
    assert answer.json()["sentence"] == (
        "Cette fiche suit la version 0.9.0 de la grille ; la visite suit la version 1.0.0. "
        "Rouvrez le carnet en ligne pour prendre la bonne grille ; la fiche reste dans le téléphone."
    )
    answer = send(phone, ours, sending(ours, cell="ailleurs"))
    assert "« ailleurs »" in answer.json()["sentence"]
    assert "version 1.0.0" in answer.json()["sentence"]
    assert not Observation.objects.exists()
    assert not SentEdit.objects.exists()


def test_the_number_of_somebody_elses_sheet_is_refused(client: Client, ours: Team) -> None:
    signed_in(client, ours.member)
    send(client, ours, sending(ours))
    signed_in(client, ours.chair)
    for data in (sending(ours), sending(ours, 1)):
        answer = send(client, ours, data)
        assert answer.status_code == 422
        assert "Vu hors ligne" not in answer.content.decode()
    assert SentEdit.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        "{",
        "[]",
        '{"said": 3}',
        {"edit": "rien"},
        {"sheet": 5},
        {"base": "un"},
        {"base": -1},
        {"base": True},
        {"said": {"fact": 4}},
        {"said": {**said(), "day": "hier"}},
        {"said": {**said(), "rating": "2"}},
        {"said": {**said(), "host": "lui"}},
        {"said": {**said(), "fact": "x" * 10_001}},
        {"said": said("")},
        {"said": said(rating=9)},
        {"said": said(day="2018-03-20")},
    ],
)
def test_what_is_no_sheet_is_refused_with_a_sentence(phone: Client, ours: Team, data: Any) -> None:
    whole = data if isinstance(data, str) else {**sending(ours), **data}
    events = LedgerEvent.objects.count()
    answer = send(phone, ours, whole)
    assert answer.status_code == 422
    assert answer.json()["sentence"]
    assert LedgerEvent.objects.count() == events
    assert not Observation.objects.exists()


def send_photo(phone: Client, ours: Team, **fields: Any) -> Any:
    data = {
        "photo": PICTURE,
        "sheet": NUMBER,
        "caption": "Le tableau du lundi",
        "consent_on": "2018-03-14",
        "consent_scope": "team",
        "file": BytesIO(JPEG),
        **fields,
    }
    data["file"].name = "IMG_0042.jpg"
    return phone.post(reverse("notebook_photo", args=[ours.visit.uid]), data)


def test_a_photo_without_consent_stays_on_the_telephone(phone: Client, ours: Team) -> None:
    send(phone, ours, sending(ours))
    answer = send_photo(phone, ours, consent_on="")
    assert (answer.status_code, answer.json()["sentence"]) == (
        422,
        "Sans accord écrit, cette photo reste sur votre téléphone.",
    )
    assert not StoredFile.objects.exists()
    assert send_photo(phone, ours, caption=" ").status_code == 422
    assert send_photo(phone, ours, consent_on="2030-01-01").status_code == 422
    assert send_photo(phone, ours, file=BytesIO(b"%PDF-1.7 " + SECRET)).status_code == 422
    assert not Photo.objects.exists()


def test_a_photo_is_kept_once_and_without_what_the_camera_wrote(phone: Client, ours: Team) -> None:
    send(phone, ours, sending(ours))
    assert [send_photo(phone, ours).status_code for _ in range(2)] == [200, 200]
    photo = Photo.objects.get()
    assert photo.uid == UUID(PICTURE)
    shown = phone.get(reverse("stored_file", args=[photo.file.uid]))
    content = b"".join(shown)
    assert shown["Content-Type"] == "image/jpeg"
    assert SECRET not in content
    page = phone.get(photo.observation.get_absolute_url()).content.decode()
    assert "Le tableau du lundi" in page


def test_a_photo_goes_as_far_as_its_sheet_and_its_consent(client: Client, ours: Team) -> None:
    signed_in(client, ours.member)
    send(client, ours, sending(ours))
    send_photo(client, ours, consent_scope="programme")
    photo = Photo.objects.get()
    address = reverse("stored_file", args=[photo.file.uid])

    def seen_by(actor: Any) -> int:
        client.logout()
        if actor is not None:
            signed_in(client, actor)
        answer = client.get(address)
        if answer.streaming:
            b"".join(answer)  # read to its end, and so closed
        return int(answer.status_code)

    other = team(flow(ours.visit.flow.programme))
    assert [seen_by(who) for who in (ours.member, ours.chair, other.chair, None)] == [200, 404, 404, 404]
    share_observation(observation=photo.observation, by=ours.member, at=DURING)
    share_observation(observation=photo.observation, audience="public", by=ours.chair, at=DURING)
    assert [seen_by(who) for who in (ours.member, ours.chair, other.chair, None)] == [200, 200, 200, 404]
    page = client.get(photo.observation.get_absolute_url()).content.decode()
    assert "Le tableau du lundi" not in page
    withdraw_consent(consent=photo.consent, by=ours.chair, at=DURING)
    assert [seen_by(who) for who in (ours.member, ours.chair)] == [404, 404]


def test_a_photo_of_somebody_elses_sheet_is_refused(client: Client, ours: Team) -> None:
    signed_in(client, ours.member)
    send(client, ours, sending(ours))
    signed_in(client, ours.chair)
    assert send_photo(client, ours).status_code == 404
    share_observation(observation=Observation.objects.get(), by=ours.member, at=DURING)
    assert send_photo(client, ours).status_code == 404
    assert not Photo.objects.exists()
