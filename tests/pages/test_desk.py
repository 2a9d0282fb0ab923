"""The desk: queue, contact, composer, gate, outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.web.desk.queue import PAGE_SIZE
from replies.contacts import Channel, ContactStatus, Role
from replies.proposals import Assist
from replies.records import OfferAct, OutboxState, SuggestionAct
from tests.fakes.values import a_contact, a_message, after
from tests.pages.fake_service import FakeService

CONTACT = "/desk/contacts/K-1"


def _send(client: FlaskClient, **changes: Any) -> TestResponse:
    return client.post(
        f"{CONTACT}/send", data={"text": "Dear you", "seen_version": "1", "key": "k-1"} | changes
    )


def _acts(service: FakeService) -> list[str]:
    with service.storage.reading() as unit:
        return [event.act.value for event in unit.assists.suggestion_events("K-1")]


def _assist(service: FakeService) -> Assist:
    with service.storage.reading() as unit:
        latest = unit.assists.latest("K-1")
    assert latest is not None
    return latest


def test_queue_is_ordered_by_due_time_and_says_it_in_words(agent: FlaskClient, service: FakeService) -> None:
    service.contacts.receive(
        a_contact("K-0", received_at=after(-600), messages=(a_message("Early bird"),)), "import"
    )
    page = agent.get("/desk").text
    assert page.index("Early bird") < page.index("Where is my order LR-1?") < page.index("Hello?")
    assert "Overdue by 2 h" in page
    assert "Due in 7 h 59 min" in page
    assert "Olive Hall" in page
    assert "Not linked to a customer" in page


def test_queue_is_filtered_by_channel(agent: FlaskClient) -> None:
    page = agent.get("/desk?channel=chat").text
    assert "Hello?" in page
    assert "Where is my order LR-1?" not in page
    assert agent.get("/desk?channel=pigeon").status_code == 200


def test_queue_pages_miss_nobody_and_repeat_nobody(agent: FlaskClient, service: FakeService) -> None:
    for number in range(PAGE_SIZE * 2):
        channel = Channel.FAX if number % 2 else Channel.EMAIL
        message = a_message(f"Fax number {number:03d}.")
        service.contacts.receive(a_contact(f"F-{number:03d}", channel=channel, messages=(message,)), "import")
    seen: list[str] = []
    path = "/desk?channel=fax"
    for _ in range(5):
        page = agent.get(path).text
        seen += [line.split("Fax number ")[1][:3] for line in page.splitlines() if "Fax number " in line]
        if 'rel="next"' not in page:
            break
        path = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert seen == [f"{number:03d}" for number in range(1, PAGE_SIZE * 2, 2)]


def test_contact_page_shows_everything_with_its_origin(agent: FlaskClient) -> None:
    page = agent.get(CONTACT).text
    expected = (
        "Where is my order LR-1?", "Olive Hall", "customer record", "Dear Ms Hall", "High confidence",
        "3 to 5 working days", "Delivery times", "Tea cosy", "£12.50", "7 in stock",
        "bought together in 41 of 300 orders",
    )  # fmt: skip
    for words in expected:
        assert words in page


def test_shown_is_recorded_once_and_a_reload_assists_no_more(
    agent: FlaskClient, service: FakeService
) -> None:
    agent.get(CONTACT)
    first = _assist(service)
    agent.get(CONTACT)
    assert _assist(service) == first
    assert _acts(service) == ["shown"]
    with service.storage.reading() as unit:
        assert [event.act for event in unit.assists.offer_events("K-1")] == [OfferAct.IMPRESSION]


def test_nothing_suggested_is_said_with_the_question(agent: FlaskClient, service: FakeService) -> None:
    proposed = service.make_assist

    def none(contact: object) -> Assist:
        return replace(
            proposed(contact),
            suggestions=(),
            question="Which order, please?",
            offers=(),
            no_offer_reason="open complaint",
        )

    service.make_assist = none
    page = agent.get(CONTACT).text
    assert "No suggestion." in page
    assert "Which order, please?" in page
    assert "No offer.</strong> open complaint" in page


def test_an_unlearned_home_still_lets_people_answer(agent: FlaskClient, service: FakeService) -> None:
    service.lacking = ["nothing is learned yet: run 'wellput learn'"]
    page = agent.get(CONTACT)
    assert page.status_code == 200
    assert "nothing is learned yet" in page.text
    assert _send(agent).status_code == 302


def test_check_says_where_why_and_what_instead(agent: FlaskClient) -> None:
    answer = agent.post(f"{CONTACT}/check", data={"text": "Dear you, 😀 a cheap jug", "revision": "7"}).text
    assert 'data-revision="7"' in answer
    assert 'data-blocked="yes"' in answer
    assert 'data-start="14" data-end="19"' in answer
    assert 'data-replacement="good value"' in answer
    assert "Our voice says so." in answer


def test_check_counts_line_ends_as_the_composer_does(agent: FlaskClient) -> None:
    answer = agent.post(f"{CONTACT}/check", data={"text": "Dear you\r\n\r\ncheap", "revision": "1"}).text
    assert 'data-start="10" data-end="15"' in answer


def test_blocked_text_is_not_sent_and_not_lost(agent: FlaskClient, service: FakeService) -> None:
    answer = _send(agent, text="Dear you, a cheap jug")
    assert answer.status_code == 409
    assert "Dear you, a cheap jug</textarea>" in answer.text
    assert "Do not call our goods cheap" in answer.text
    assert service.carrier.taken == []


def test_sent_text_is_the_text_with_plain_line_ends(agent: FlaskClient, service: FakeService) -> None:
    assert _send(agent, text="Dear you,\r\nall is well").status_code == 302
    assert [message.text for message in service.carrier.taken] == ["Dear you,\nall is well"]


def test_a_second_click_sends_once(agent: FlaskClient, service: FakeService) -> None:
    first, second = _send(agent), _send(agent)
    assert first.location == second.location
    assert len(service.carrier.taken) == 1


def test_the_same_page_with_other_words_is_not_taken_for_sent(
    agent: FlaskClient, service: FakeService
) -> None:
    _send(agent)
    answer = _send(agent, text="Dear you, other words")
    assert answer.status_code == 409
    assert "Dear you, other words</textarea>" in answer.text
    assert 'name="key" value="k-1"' not in answer.text
    assert len(service.carrier.taken) == 1


def test_stale_reply_is_refused_and_kept(agent: FlaskClient, service: FakeService) -> None:
    agent.get(CONTACT)
    before = _assist(service)
    service.contacts.add_message("K-1", a_message("Never mind, it came!", minutes=5), "import")
    answer = _send(agent)
    assert answer.status_code == 409
    assert "has moved on" in answer.text
    assert "Never mind, it came!" in answer.text
    assert "Dear you</textarea>" in answer.text
    assert 'name="seen_version" value="2"' in answer.text
    assert _assist(service).id != before.id
    assert service.carrier.taken == []


def test_news_withdraws_suggestions_only_when_the_customer_wrote(
    agent: FlaskClient, service: FakeService
) -> None:
    assert agent.get(f"{CONTACT}/news?seen=1").status_code == 204
    service.contacts.add_message("K-1", replace(a_message("looked up"), role=Role.RECORD), "import")
    assert agent.get(f"{CONTACT}/news?seen=1").status_code == 204
    service.contacts.add_message("K-1", a_message("And one more thing"), "import")
    answer = agent.get(f"{CONTACT}/news?seen=1").text
    assert "written again" in answer
    assert 'id="suggestions" hx-swap-oob="true"' in answer
    assert agent.get(f"{CONTACT}/news?seen=x").status_code == 400


def test_a_check_after_news_locks_sending(agent: FlaskClient, service: FakeService) -> None:
    written = {"text": "Hello Sam,\n\nyour lamp is on its way.", "seen_version": "1", "revision": "3"}
    assert "written again" not in agent.post(f"{CONTACT}/check", data=written).text
    service.contacts.add_message("K-1", a_message("And one more thing"), "import")
    late = agent.post(f"{CONTACT}/check", data=written).text
    assert 'data-blocked="yes"' in late and "Send is locked: the customer has written again" in late
    read = agent.post(f"{CONTACT}/check", data={**written, "seen_version": "2"}).text
    assert "written again" not in read


def test_refresh_shows_the_new_and_keeps_the_text(agent: FlaskClient, service: FakeService) -> None:
    service.contacts.add_message("K-1", a_message("And one more thing"), "import")
    page = agent.post(
        f"{CONTACT}/refresh", data={"text": "half a repl", "key": "k-9", "seen_version": "1"}
    ).text
    assert "And one more thing" in page
    assert "half a repl</textarea>" in page
    assert 'name="seen_version" value="2"' in page


def test_outcome_is_recorded_and_shown_and_the_contact_closed(
    agent: FlaskClient, service: FakeService
) -> None:
    agent.get(CONTACT)
    made = _assist(service)
    suggestion, offer = made.suggestions[0], made.offers[0]
    assert agent.post(f"{CONTACT}/suggestions/{suggestion.id}/inserted").status_code == 204
    text = agent.post(f"{CONTACT}/offers/{offer.id}/text", data={"text": suggestion.text}).text
    assert "Tea cosy" in text
    _send(agent, text=text, suggestion_id=suggestion.id, offer_ids=[offer.id])
    assert _acts(service) == ["shown", "inserted", "sent"]
    page = agent.get(CONTACT).text
    for words in (
        "What went out",
        "<strong>Sent</strong>",
        "hall@example.org",
        "33 characters changed",
        "Tea cosy",
    ):
        assert words in page
    closed = agent.post(f"{CONTACT}/close", data={"wrap_up_code": "resolved"})
    assert closed.location == "/desk"
    with service.storage.reading() as unit:
        assert unit.contacts.get("K-1").status is ContactStatus.CLOSED
    assert "Closed: Resolved" in agent.get(CONTACT).text
    assert agent.post(f"{CONTACT}/close", data={"wrap_up_code": "made up"}).status_code == 400


def test_dismissal_needs_its_reason_and_stays(agent: FlaskClient, service: FakeService) -> None:
    agent.get(CONTACT)
    suggestion = _assist(service).suggestions[0]
    path = f"{CONTACT}/suggestions/{suggestion.id}/dismiss"
    assert agent.post(path, data={"reason": "because"}).status_code == 400
    answer = agent.post(path, data={"reason": "wrong_fact"}, headers={"HX-Request": "true"})
    assert "States something wrong" in answer.text
    assert "put aside: States something wrong" in agent.get(CONTACT).text
    with service.storage.reading() as unit:
        last = unit.assists.suggestion_events("K-1")[-1]
    assert (last.act, last.reason, last.actor) == (SuggestionAct.DISMISSED, "wrong_fact", "agent")


def test_declined_offer_is_recorded(agent: FlaskClient, service: FakeService) -> None:
    agent.get(CONTACT)
    offer = _assist(service).offers[0]
    assert (
        agent.post(f"{CONTACT}/offers/{offer.id}/decline", data={"reason": "wrong_moment"}).status_code == 302
    )
    with service.storage.reading() as unit:
        assert unit.assists.offer_events("K-1")[-1].act is OfferAct.DECLINE


def test_another_contacts_proposals_are_not_touched(agent: FlaskClient, service: FakeService) -> None:
    agent.get(CONTACT)
    made = _assist(service)
    suggestion, offer = made.suggestions[0].id, made.offers[0].id
    for path in (f"suggestions/{suggestion}/inserted", f"offers/{offer}/text", "suggestions/none/inserted"):
        assert agent.post(f"/desk/contacts/K-2/{path}").status_code == 404


def test_doubt_is_shown_to_a_person_and_settled_by_one(agent: FlaskClient, service: FakeService) -> None:
    service.carrier.loses_answers = True
    _send(agent)
    assert "Nobody knows whether this went out" in agent.get(CONTACT).text
    page = agent.get("/desk").text
    assert "Replies in doubt" in page
    message_id = service.in_doubt()[0].id
    service.carrier.loses_answers = False
    answer = agent.post(f"/desk/messages/{message_id}/settle", data={"verdict": "not_sent"})
    assert answer.location == "/desk"
    assert [message.id for message in service.carrier.taken] == [message_id]
    again = agent.post(f"/desk/messages/{message_id}/settle", data={"verdict": "sent"}, follow_redirects=True)
    assert "settled that reply already" in again.text
    assert agent.post("/desk/messages/none/settle", data={"verdict": "sent"}).status_code == 404


def test_sent_by_hand_is_believed(agent: FlaskClient, service: FakeService) -> None:
    service.carrier.loses_answers = True
    _send(agent)
    message_id = service.in_doubt()[0].id
    agent.post(f"/desk/messages/{message_id}/settle", data={"verdict": "sent"})
    with service.storage.reading() as unit:
        message = unit.outbox.get(message_id)
    assert message is not None
    assert message.state is OutboxState.SENT


def test_a_call_is_typed_in(agent: FlaskClient, service: FakeService) -> None:
    data = {
        "channel": "phone",
        "customer_id": " C-1 ",
        "order_ids": "LR-1, LR-2 LR-1",
        "text": "My jug\r\nleaks",
    }
    answer = agent.post("/desk/new", data=data)
    assert answer.status_code == 302
    contact_id = answer.location.rsplit("/", 1)[1]
    with service.storage.reading() as unit:
        contact = unit.contacts.get(contact_id)
    assert (contact.channel, contact.customer_id, contact.order_ids) == (
        Channel.PHONE,
        "C-1",
        ("LR-1", "LR-2"),
    )
    assert contact.question == "My jug\nleaks"
    assert contact.due_at is not None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"channel": "pigeon", "text": "x"}, "Choose the channel"),
        ({"channel": "phone", "text": "  "}, "Write down what was said"),
        ({"channel": "phone", "text": "x" * 100_001}, "at most 100,000"),
    ],
)
def test_a_faulty_call_is_not_taken_in(agent: FlaskClient, data: dict[str, str], words: str) -> None:
    answer = agent.post("/desk/new", data=data)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_further_message_and_a_look_up_are_added(agent: FlaskClient, service: FakeService) -> None:
    agent.post(f"{CONTACT}/messages", data={"role": "record", "text": "parcel at depot\x00"})
    agent.post(f"{CONTACT}/messages", data={"role": "customer", "text": "It is late"})
    assert agent.post(f"{CONTACT}/messages", data={"role": "agent", "text": "sneaky"}).status_code == 400
    with service.storage.reading() as unit:
        said = [(message.role, message.text) for message in unit.contacts.get("K-1").messages[1:]]
    assert said == [(Role.RECORD, "parcel at depot"), (Role.CUSTOMER, "It is late")]


def test_unknown_contacts_and_cursors_are_not_found(agent: FlaskClient) -> None:
    for path in ("/desk/contacts/none", "/desk/contacts/none/news?seen=1", "/desk?after=none"):
        assert agent.get(path).status_code == 404
    assert agent.post("/desk/contacts/none/send", data={"text": "Dear", "key": "k"}).status_code == 404


def test_an_id_with_a_slash_is_reached(signed_in: Callable[[str], FlaskClient], service: FakeService) -> None:
    service.contacts.receive(a_contact("2026/11/K 9", messages=(a_message("Slashed"),)), "import")
    client = signed_in("agent")
    page = client.get("/desk").text
    link = page.split("Slashed")[0].rsplit('href="', 1)[1].split('"')[0]
    assert "Slashed" in client.get(link).text
