"""The way past the gate as people meet it: an agent asks, another supervisor decides."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.pages.fake_service import FakeService

HELD = {"text": "Dear you, it is cheap", "seen_version": "1", "key": "k-9"}
ASK = {**HELD, "departure_reason": "The customer asked for the cheap one by that name."}


def test_an_agent_asks_a_supervisor_allows_and_the_text_goes(
    signed_in: Callable[[str], FlaskClient], agent: FlaskClient, service: FakeService
) -> None:
    held = agent.post("/desk/contacts/K-1/send", data=HELD)
    assert held.status_code == 409 and "Ask a supervisor" in held.text
    assert "A supervisor was asked" in agent.post("/desk/contacts/K-1/departures", data=ASK).text
    assert agent.get("/desk/departures").status_code == 403
    boss = signed_in("supervisor")
    page = boss.get("/desk/departures")
    assert "it is cheap" in page.text and "forbidden.cheap" in page.text
    (asked,) = service.departures.undecided()
    decided = boss.post(
        f"/desk/departures/{asked.id}",
        data={"decision": "allow", "reason": "It is the name of the range."},
        follow_redirects=True,
    )
    assert "departed" in decided.text and "Nothing waits" in decided.text
    sent = agent.post("/desk/contacts/K-1/send", data=HELD)
    assert sent.status_code == 302
    with service.storage.reading() as unit:
        said = [
            entry.detail for entry in unit.audit.recent(subject="K-1") if entry.act == "sent all the same"
        ]
    assert said and "by " in said[0]


def test_a_departure_ends_when_the_supervisor_said(
    signed_in: Callable[[str], FlaskClient], agent: FlaskClient, service: FakeService
) -> None:
    agent.post("/desk/contacts/K-1/departures", data=ASK)
    boss = signed_in("supervisor")
    (asked,) = service.departures.undecided()
    word = {"decision": "allow", "reason": "It is the name of the range."}
    assert boss.post(f"/desk/departures/{asked.id}", data={**word, "holds": "ever"}).status_code == 400
    assert list(service.departures.undecided()) == [asked]
    boss.post(f"/desk/departures/{asked.id}", data={**word, "holds": "an hour"})
    service.clock.forward(minutes=61)
    late = signed_in("agent").post("/desk/contacts/K-1/send", data=HELD)
    assert late.status_code == 409 and "Ask a supervisor" in late.text


def test_nobody_decides_on_their_own_question(
    signed_in: Callable[[str], FlaskClient], service: FakeService
) -> None:
    boss = signed_in("supervisor")
    boss.post("/desk/contacts/K-1/departures", data=ASK)
    (asked,) = service.departures.undecided()
    answer = boss.post(
        f"/desk/departures/{asked.id}",
        data={"decision": "allow", "reason": "It is the name of the range."},
        follow_redirects=True,
    )
    assert "Whoever asked does not decide" in answer.text
    assert list(service.departures.undecided()) == [asked]


def test_a_warning_is_set_aside_with_a_reason_alone(agent: FlaskClient, service: FakeService) -> None:
    text = "Dear you, your shipment"
    place = text.index("shipment")
    aside = f"preferred.post|{place}|{place + 8}"
    form = {"text": text, "seen_version": "1", "aside": aside}
    assert "reason" in agent.post("/desk/contacts/K-1/set-aside", data=form).text
    form[f"aside_reason_{place}_{place + 8}_preferred.post"] = "The customer calls it so."
    assert "set aside for this text" in agent.post("/desk/contacts/K-1/set-aside", data=form).text
    (line,) = service.departures.of_contact("K-1")
    assert (line.act.value, line.rules) == ("set aside", ("preferred.post",))
    for bad in ("x", "a|b|c", "preferred.post|1|" + "9" * 40):
        assert agent.post("/desk/contacts/K-1/set-aside", data={**form, "aside": bad}).status_code == 400
