"""What a careless or hostile client may send to the REST service, alone and all at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from apiflask import APIFlask
from werkzeug.test import TestResponse

from api.wiring import Wellput
from tests.contract.conftest import Rest
from tests.contract.visitor import Visitor

GOOD = {"channel": "email", "messages": [{"text": "Where is my order?"}]}
AT_ONCE = 8


def problem_of(answer: TestResponse) -> dict[str, object]:
    assert answer.content_type == "application/problem+json", answer.get_data(as_text=True)[:200]
    stated = json.loads(answer.get_data())
    assert stated["status"] == answer.status_code
    assert stated["detail"]
    return stated


# --- bodies


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe\x00", 400),
        (b'{"channel":NaN}', 400),
        (b"1" * 5000, 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"email"', 422),
        (b'{"channel":"email","messages":' + b"[" * 500 + b"]" * 500 + b"}", 422),
        (b'{"channel":"email","messages":[{"text":"\\ud800"}]}', 422),
        (b'{"channel":"email","messages":[{"text":"a\\u0000b"}]}', 422),
        (b'{"\\ud800":1,"channel":"email"}', 422),
        (b'{"channel":"email","id":"a\\u202eb"}', 422),
        (b'{"channel":"email","id":"a\\nb"}', 422),
        (b'{"channel":"email","id":"../../etc/passwd"}', 422),
        (b'{"channel":"email","unknown":1}', 422),
        (b'{"channel":"email","__class__":{"__init__":1}}', 422),
        (b'{"channel":["email"]}', 422),
        (b"x" * 3_000_000, 413),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else "",
)
def test_a_bad_body_is_refused_in_words(rest: Rest, body: bytes, status: int) -> None:
    answer = rest.client.post(
        "/api/v1/contacts", data=body, content_type="application/json", headers=rest.headers
    )
    assert answer.status_code == status
    problem_of(answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": ""},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
    ids=str,
)
def test_what_is_not_plain_json_is_refused(rest: Rest, headers: dict[str, str]) -> None:
    answer = rest.client.post("/api/v1/contacts", data=json.dumps(GOOD), headers={**rest.headers, **headers})
    assert answer.status_code == 415
    problem_of(answer)


@pytest.mark.parametrize(
    "at",
    [
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+14:00",
        "2026-11-22T25:00:00Z",
        "2026-11-22T10:00:00",
        "99999999999999",
        1e300,
        -1,
        True,
    ],
)
def test_a_time_out_of_reach_is_refused_wherever_it_stands(rest: Rest, at: object) -> None:
    line = {"order_id": "T-1", "sku": "TEA-0101", "quantity": 1, "ordered_at": "2026-11-01T10:00:00Z"}
    answers = [
        rest.post("/contacts", {"channel": "chat", "messages": [{"text": "Hello?", "at": at}]}),
        rest.post("/orders", {"lines": [{**line, "ordered_at": at}]}),
        rest.post("/orders", {"lines": [{**line, "returned_at": at}]}),
        rest.client.get("/api/v1/reports/uptake", query_string={"since": at}, headers=rest.headers),
    ]
    assert [answer.status_code for answer in answers] == [422] * 4
    for answer in answers:
        problem_of(answer)


@pytest.mark.parametrize("size", [0, 100_000])
def test_an_empty_and_a_very_long_message_are_taken_and_answered(rest: Rest, size: int) -> None:
    text = ("Where is my order? " * 6000)[:size]
    made = rest.post("/assists", {"channel": "email", "message": text})
    assert made.status_code == 201
    assert made.get_json()["suggestions"] or made.get_json()["question"]
    contact = rest.get(f"/contacts/{made.get_json()['contact_id']}").get_json()
    assert contact["messages"][0]["text"] == text
    too_long = rest.post("/assists", {"channel": "email", "message": "x" * 100_001})
    assert too_long.status_code == 422
    assert "100000" in str(problem_of(too_long)["detail"])


# --- addresses, headers, tokens


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/contacts/%00", 404),
        ("/contacts/%ED%A0%80", 404),
        ("/contacts/..%2f..%2fetc%2fpasswd", 404),
        ("/contacts/" + "a" * 7000, 404),
        ("/contacts/%7B%7B7*7%7D%7D", 404),
        ("/contacts?after=nobody", 422),
        ("/contacts?after=%ED%A0%80", 422),
        ("/contacts?after=", 422),
        ("/contacts?limit=999999999999999999999999", 422),
        ("/contacts?limit=-1", 422),
        ("/contacts?status=gone", 422),
        ("/contacts?unknown=1", 422),
        ("/nowhere", 404),
        ("/", 404),
    ],
)
def test_a_bad_address_is_answered_in_words(rest: Rest, path: str, status: int) -> None:
    answer = rest.get(path)
    assert answer.status_code == status
    problem_of(answer)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "NONSENSE"])
def test_a_wrong_method_is_answered_in_words(rest: Rest, method: str) -> None:
    answer = rest.client.open("/api/v1/contacts", method=method, headers=rest.headers)
    assert answer.status_code == 405
    problem_of(answer)


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer " + "x" * 5000,
        "Bearer \xff\xfe",
        "bearer' OR '1'='1",
        "Token {token}",
        "Basic {token}",
        "Bearer {token}x",
        "Bearer {short}",
        "{token}",
    ],
)
def test_only_the_whole_token_opens(app: APIFlask, rest: Rest, authorization: str) -> None:
    header = authorization.format(token=rest.token, short=rest.token[:-1])
    answer = app.test_client().get("/api/v1/contacts", headers={"Authorization": header})
    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer.headers
    assert rest.token not in answer.get_data(as_text=True)


def test_a_token_in_the_address_does_not_open(app: APIFlask, rest: Rest) -> None:
    for name in ("token", "access_token", "Authorization"):
        answer = app.test_client().get("/api/v1/contacts", query_string={name: rest.token})
        assert answer.status_code == 401


def test_the_token_is_stored_only_as_its_hash(rest: Rest, wellput: Wellput) -> None:
    wellput.storage.close()
    held = [path for path in wellput.home.root.rglob("*") if path.is_file()]
    assert not [path for path in held if rest.token.encode() in path.read_bytes()]


def test_every_rest_route_asks_for_the_token(app: APIFlask) -> None:
    """Also one that is added tomorrow: the door stands before the whole blueprint."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("rest_v1.")]
    assert len(rules) >= 13
    for rule in rules:
        path = rule.rule.replace("<", "").replace(">", "")
        for method in rule.methods or ():
            answer = app.test_client().open(path, method=method, json={})
            assert answer.status_code == 401, (method, path)


def test_an_id_is_taken_once(rest: Rest) -> None:
    assert rest.post("/contacts", {**GOOD, "id": "TWICE-1"}).status_code == 201
    again = rest.post("/contacts", {**GOOD, "id": "TWICE-1", "messages": [{"text": "Other words"}]})
    assert again.status_code == 409
    problem_of(again)
    kept = rest.get("/contacts/TWICE-1").get_json()
    assert [message["text"] for message in kept["messages"]] == ["Where is my order?"]


def test_proposals_of_another_contact_cannot_be_used(rest: Rest) -> None:
    question = "Is the Stoneware Teapot, 1.2 Litre, Oatmeal (TEA-0101) dishwasher safe? I want to buy it."
    assist = rest.post("/assists", {"channel": "email", "message": question}).get_json()
    other = rest.post("/contacts", GOOD).get_json()["id"]
    text = assist["suggestions"][0]["text"]
    for stolen in (
        {"suggestion_id": assist["suggestions"][0]["id"]},
        {"offer_ids": [assist["offers"][0]["id"]]},
        {"suggestion_id": "nobody's"},
        {"offer_ids": ["nobody's"]},
    ):
        answer = rest.post(f"/contacts/{other}/send", {"text": text, "seen_version": 1, **stolen})
        assert answer.status_code == 422
        problem_of(answer)
    assert rest.get(f"/contacts/{other}").get_json()["version"] == 1


# --- all at once


def at_once(calls: Sequence[Callable[[], TestResponse]]) -> list[TestResponse]:
    """Make all calls as nearly at the same moment as threads can."""
    gate = threading.Barrier(len(calls))

    def call(one: Callable[[], TestResponse]) -> TestResponse:
        gate.wait(timeout=30)
        return one()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


@pytest.fixture
def clients(app: APIFlask, rest: Rest) -> list[Rest]:
    return [Rest(app.test_client(), rest.token) for _ in range(AT_ONCE)]


def ready_reply(rest: Rest) -> tuple[str, str]:
    """A contact and a text that the gate lets pass in it."""
    question = "How long do I have to return something?"
    assist = rest.post("/assists", {"channel": "email", "message": question}).get_json()
    return assist["contact_id"], assist["suggestions"][0]["text"]


def outbox_of(wellput: Wellput, contact: str) -> int:
    with wellput.storage.reading() as unit:
        return len(unit.outbox.of_contact(contact))


def test_the_same_key_from_many_threads_sends_once(rest: Rest, wellput: Wellput, clients: list[Rest]) -> None:
    contact, text = ready_reply(rest)
    body = {"text": text, "seen_version": 1, "key": f"one of {contact}"}
    answers = at_once([lambda one=one: one.post(f"/contacts/{contact}/send", body) for one in clients])
    assert [answer.status_code for answer in answers] == [200] * AT_ONCE
    assert len({answer.get_json()["message_id"] for answer in answers}) == 1
    assert outbox_of(wellput, contact) == 1
    assert len([file for file in wellput.home.outbox.glob("*.json") if contact in file.read_text()]) == 1


def test_two_agents_answer_at_once_and_one_of_them_wins(
    rest: Rest, wellput: Wellput, clients: list[Rest]
) -> None:
    contact, text = ready_reply(rest)
    answers = at_once(
        [
            lambda one=one, n=n: one.post(
                f"/contacts/{contact}/send", {"text": text, "seen_version": 1, "key": f"{n} of {contact}"}
            )
            for n, one in enumerate(clients)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (AT_ONCE - 1)
    for answer in answers:
        if answer.status_code == 409:
            assert problem_of(answer)["type"] == "/problems/stale-contact"
    assert outbox_of(wellput, contact) == 1


def test_writers_wait_for_one_another(rest: Rest, clients: list[Rest]) -> None:
    contact = rest.post("/contacts", GOOD).get_json()["id"]
    line = {"sku": "TEA-0101", "quantity": 1, "ordered_at": "2026-11-01T10:00:00Z"}

    def busy(one: Rest, number: int) -> TestResponse:
        for turn in range(4):
            for answer in (
                one.post("/contacts", GOOD),
                one.post(f"/contacts/{contact}/messages", {"text": f"{number}-{turn}"}),
                one.post("/orders", {"lines": [{**line, "order_id": f"P-{number}-{turn}"}]}),
                one.post("/assists", {"channel": "chat", "message": "Where is my order?"}),
            ):
                assert answer.status_code in (200, 201), answer.get_data(as_text=True)
        return answer

    at_once([lambda one=one, n=n: busy(one, n) for n, one in enumerate(clients)])
    kept = rest.get(f"/contacts/{contact}").get_json()
    said = [message["text"] for message in kept["messages"][1:]]
    assert sorted(said) == sorted(f"{number}-{turn}" for number in range(AT_ONCE) for turn in range(4))
    for number in range(AT_ONCE):
        own = [text for text in said if text.startswith(f"{number}-")]
        assert own == sorted(own), "each writer's messages stay in their order"


def test_the_same_new_id_from_many_threads_is_one_contact(rest: Rest, clients: list[Rest]) -> None:
    body = {**GOOD, "id": "RACE-1"}
    answers = at_once([lambda one=one: one.post("/contacts", body) for one in clients])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (AT_ONCE - 1)
    assert rest.get("/contacts/RACE-1").get_json()["version"] == 1


# --- forms


STRANGE = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\u202e",
    "😀",
    "x" * 100_001,
    "-1",
    "9" * 30,
    "٣",
    "{{7*7}}",
    "%00",
    "../..",
)


@pytest.fixture(scope="module")
def supervisor(app: APIFlask, wellput: Wellput) -> Visitor:
    wellput.people.add_user("strange", "S", "supervisor", "a password for tests", actor="tests")
    visitor = Visitor(app)
    assert visitor.sign_in("strange", "a password for tests").status_code == 302
    return visitor


@pytest.mark.parametrize(
    ("action", "good"),
    [
        ("check", {"text": "Dear you", "revision": "1", "offer_ids": ""}),
        ("send", {"text": "Dear you", "key": "k", "seen_version": "1", "suggestion_id": "", "offer_ids": ""}),
        ("refresh", {"text": "Dear you", "key": "k", "seen_version": "1"}),
        ("messages", {"role": "record", "text": "looked up"}),
        ("new", {"channel": "email", "customer_id": "", "order_ids": "", "text": "Hello"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_field_of_a_form_brings_the_desk_down(
    rest: Rest, supervisor: Visitor, action: str, good: dict[str, str]
) -> None:
    contact = rest.post("/contacts", GOOD).get_json()["id"]
    path = "/desk/new" if action == "new" else f"/desk/contacts/{contact}/{action}"
    token = supervisor.token()
    for field in good:
        for strange in STRANGE:
            answer = supervisor.post(path, token=token, **{**good, field: strange})
            assert answer.status_code < 500, (field, strange[:20])


def test_an_id_typed_with_what_cannot_be_seen_is_the_id_without_it(rest: Rest, supervisor: Visitor) -> None:
    typed = {
        "channel": "phone",
        "customer_id": " C-0\x000\u200b01 ",
        "order_ids": "LR-1\x00,\nLR-2\u202e",
        "text": "Hi",
    }
    made = supervisor.post("/desk/new", **typed)
    assert made.status_code == 302
    contact = rest.get(f"/contacts/{made.location.rpartition('/')[2]}").get_json()
    assert (contact["customer_id"], contact["order_ids"]) == ("C-0001", ["LR-1", "LR-2"])
