"""Template syntax and script in every field that reaches a draft or a page: shown as words, never run."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask

from api.app import create_app
from api.settings import Settings
from api.wiring import Wellput, open_wellput
from replies.silence import SilenceCosts
from tests.contract.conftest import Rest
from tests.contract.visitor import Visitor, harm_in

SCRIPT = "<script>alert(1)</script>"
HANDLER = "\"><img src=x onerror=alert(1)>'><svg/onload=alert(1)>"
ADDRESS = "javascript:alert(1)"
TEMPLATE = "{{ 7001*7013 }}{% for x in range(9) %}ha{% endfor %}{{ ''.__class__ }}"
MARKDOWN = "[click](javascript:alert(1)) ![x](javascript:alert(1)) <b onmouseover=alert(1)>x</b>"
EVIL = f"{SCRIPT}{HANDLER}{TEMPLATE}"
RUN = ("49098013", "hahaha", "&lt;class", "<class")
"""What would stand there had a template been run."""

PASSWORD = "a password for tests"
QUESTION = "Is the zorbleflux gadget waterproof? I want to buy the zorbleflux gadget ZRB-0001 for my boat."


def write(folder: Path, name: str, rows: list[dict[str, object]]) -> Path:
    file = folder / name
    if name.endswith(".jsonl"):
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return file
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def plant(wellput: Wellput, folder: Path) -> None:
    """Bring hostile words in through every kind of file."""
    when = "2026-11-02T10:00:00Z"
    product = {
        "description": f"zorbleflux gadget {EVIL}", "category": EVIL, "brand": EVIL, "price": "9.00",
        "currency": "GBP", "stock": "7", "url": ADDRESS, "image_url": ADDRESS,
        "attributes": json.dumps({EVIL: EVIL}),
        "buy_at": json.dumps([{"channel": EVIL, "url": ADDRESS, "note": EVIL}]),
    }  # fmt: skip
    body = (
        f"Yes, the zorbleflux gadget is waterproof {SCRIPT}{HANDLER} to ten metres and floats on the sea. "
        f"{MARKDOWN}\n\nMore {EVIL}"
    )
    orders = [
        {"order_id": f"ZR-{n}", "sku": sku, "quantity": 1, "ordered_at": when, "customer_id": "C-OTHER",
         "channel": EVIL, "status": EVIL[:60]}
        for n in range(40) for sku in ("ZRB-0001", "ZRB-0002")
    ]  # fmt: skip
    files = {
        "catalogue": write(folder, "c.csv", [
            {"sku": "ZRB-0001", "title": f"zorbleflux gadget {EVIL}", **product},
            {"sku": "ZRB-0002", "title": f"zorbleflux strap {EVIL}", **product, "price": "1.50"},
        ]),
        "customers": write(folder, "u.csv", [{
            "customer_id": "C-EVIL", "name": f"{SCRIPT}{HANDLER} Smith", "email": EVIL, "phone": EVIL,
            "postcode": EVIL,
        }]),
        "stores": write(folder, "s.csv", [
            {"store_id": EVIL, "name": EVIL, "address": EVIL, "phone": EVIL, "opening_hours": EVIL}]),
        "store_stock": write(folder, "k.csv", [{"sku": "ZRB-0002", "store_id": EVIL, "quantity": "3"}]),
        "articles": write(folder, "a.jsonl", [{
            "id": f"zorble {SCRIPT}", "title": f"Is the zorbleflux gadget waterproof? {EVIL}", "body": body,
            "owner": EVIL, "source_url": ADDRESS,
        }]),
        "replies": write(folder, "r.jsonl", [{
            "id": f"zorble {SCRIPT}", "title": EVIL, "approved_by": EVIL, "actions": [EVIL],
            "text": f"Yes, {{{{ customer.name }}}}, the zorbleflux gadget is waterproof. {SCRIPT}{HANDLER}",
        }]),
        "orders": write(folder, "o.csv", orders),
        "contacts": write(folder, "p.jsonl", [{
            "id": f"past {SCRIPT}", "channel": "email", "customer_id": "C-EVIL", "topic": EVIL,
            "wrap_up_code": EVIL, "order_ids": ["ZR-1", EVIL], "messages": [
                {"role": "customer", "text": f"{QUESTION} {EVIL}", "at": when},
                {"role": "agent", "text": f"Yes. {EVIL}", "at": when, "reply_id": f"zorble {SCRIPT}"},
            ],
        }]),
    }  # fmt: skip
    for kind, file in files.items():
        report = wellput.import_file(kind, file)
        assert report.rejected == 0, report.rejects_file and report.rejects_file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wellput(learned_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wellput]:
    """A shop whose every fact is hostile."""
    import shutil

    folder = tmp_path_factory.mktemp("hostile")
    home = shutil.copytree(learned_template, folder / "home")
    shop = home / "shop.toml"
    shop.write_text(
        f"[shop]\nname = '''{SCRIPT}'''\nteam = '''{HANDLER}'''\nphone = '''{SCRIPT}'''\n"
        f"email = '''{SCRIPT}'''\nwebsite = '{ADDRESS}'\naddress = '''{SCRIPT}'''\n",
        encoding="utf-8",
    )
    with open_wellput(Settings(home=home)) as opened:
        plant(opened, folder)
        opened.learn(only="search")
        opened.learn(only="cross-sell")
        opened.learn(only="replies")
        for role in ("admin", "agent"):
            opened.people.add_user(f"the {role}", EVIL, role, PASSWORD, actor=EVIL)
        yield opened


@pytest.fixture(scope="module")
def app(wellput: Wellput) -> APIFlask:
    return create_app(wellput)


@pytest.fixture(scope="module")
def admin(app: APIFlask) -> Visitor:
    visitor = Visitor(app)
    assert visitor.sign_in("the admin", PASSWORD).status_code == 302
    return visitor


@pytest.fixture(scope="module")
def contact(rest: Rest) -> str:
    """A hostile contact, waiting for an answer."""
    made = rest.post(
        "/contacts",
        {
            "id": EVIL.replace("/", "")[:200].strip(),
            "channel": "email",
            "customer_id": "C-EVIL",
            "order_ids": ["ZR-1", "ZR-2"],
            "messages": [
                {"text": f"{QUESTION} {EVIL} {MARKDOWN}"},
                {"role": "record", "text": f"looked up {EVIL}"},
                {"role": "agent", "text": f"We shall see. {EVIL} {MARKDOWN}"},
                {"text": QUESTION},
            ],
        },
    )
    assert made.status_code == 201, made.get_data(as_text=True)
    return str(made.get_json()["id"])


def assert_nothing_ran(text: str) -> None:
    for sign in RUN:
        assert sign not in text, text[max(0, text.index(sign) - 200) : text.index(sign) + 100]


@pytest.fixture
def plainly_signed(wellput: Wellput) -> Iterator[Rest]:
    """The same home under a name that may stand in a reply, and with so little to lose by a wrong suggestion
    that it quotes the hostile article."""
    shop = wellput.home.shop_file
    hostile = shop.read_text(encoding="utf-8")
    costs = wellput.reuse.costs
    shop.write_text("[shop]\nname = 'Zorble & \"Sons\"'\n", encoding="utf-8")
    wellput.reuse.state_costs(SilenceCosts(wrong=1.0, none=1.0), EVIL)
    try:
        with open_wellput(Settings(home=wellput.home.root)) as opened:
            token = opened.people.add_token("plainly signed", actor=EVIL)
            yield Rest(create_app(opened).test_client(), token)
    finally:
        shop.write_text(hostile, encoding="utf-8")
        wellput.reuse.state_costs(costs, EVIL)


def test_drafts_hold_the_words_as_they_were_written(plainly_signed: Rest, contact: str) -> None:
    from urllib.parse import quote

    listed = plainly_signed.get(f"/contacts/{quote(contact, safe='')}")
    assert listed.status_code == 200
    made = plainly_signed.post("/assists", {"contact_id": contact})
    assert made.status_code == 201
    assist = made.get_json()
    assert_nothing_ran(json.dumps(assist))
    assert "zorbleflux" in json.dumps(assist["suggestions"]), "the hostile article has to be quoted"
    assert "zorbleflux strap" in json.dumps(assist["offers"]), assist["no_offer_reason"]
    texts = [suggestion["text"] for suggestion in assist["suggestions"]]
    assert any("alert(1)" in text for text in texts), "its words are kept, as words"
    for text in texts:
        assert re.search(r"\{\{|\{%|<script|<img|<svg", text) is None, text


def test_a_shop_whose_own_name_is_hostile_gets_no_draft_under_it(rest: Rest, contact: str) -> None:
    assist = rest.post("/assists", {"contact_id": contact}).get_json()
    assert_nothing_ran(json.dumps(assist))
    assert assist["suggestions"] == [], "every draft is signed with raw markup, which the check blocks"


@pytest.mark.parametrize(
    "text", [TEMPLATE, "{{ order.id }}", "{% include '/etc/passwd' %}", "{{'a'*50000000}}"]
)
def test_a_placeholder_in_the_final_text_is_never_filled_but_blocked(rest: Rest, text: str) -> None:
    made = rest.post("/contacts", {"channel": "email", "messages": [{"text": "Hello?"}]}).get_json()
    final = f"Dear you,\n\nThank you for writing. {text}\n\nKind regards,\nCustomer Care"
    sent = rest.post(f"/contacts/{made['id']}/send", {"text": final, "seen_version": 1})
    assert sent.status_code == 409
    assert_nothing_ran(sent.get_data(as_text=True))


def pages(contact: str) -> list[tuple[str, dict[str, str]]]:
    from urllib.parse import quote

    there = f"/desk/contacts/{quote(contact, safe='')}"
    return [
        ("/", {}), ("/desk", {}), ("/desk", {"show": EVIL, "channel": EVIL, "after": contact}),
        (there, {}), (there, {"sent": EVIL}), (f"{there}/news", {"seen": "0"}),
        ("/desk/new", {}), ("/merchandising", {}), ("/merchandising", {"skus": f"ZRB-0001,{EVIL}"}),
        ("/insight", {}), ("/insight", {"days": EVIL}), ("/admin/users", {}), ("/admin/audit", {}),
        ("/admin/audit", {"subject": EVIL}), ("/admin/versions", {}), ("/admin/health", {}),
        ("/account", {}), (f"/{quote(EVIL, safe='')}", {}),
        (f"/desk/contacts/{quote(f'past {SCRIPT}')}", {}),
    ]  # fmt: skip


def test_every_page_shows_hostile_words_and_runs_none(admin: Visitor, contact: str) -> None:
    shown = 0
    for path, query in pages(contact):
        page = admin.get(path, query_string=query, follow_redirects=True)
        assert page.status_code < 500, path
        assert harm_in(page.text) == [], path
        assert_nothing_ran(page.text)
        shown += "&lt;script&gt;alert(1)" in page.text
    assert shown >= 8, "the hostile words have to get as far as the pages"


def test_what_is_typed_into_forms_comes_back_as_words(admin: Visitor, contact: str) -> None:
    from urllib.parse import quote

    there = f"/desk/contacts/{quote(contact, safe='')}"
    answers = [
        admin.post(f"{there}/check", text=EVIL, revision=EVIL),
        admin.post(f"{there}/send", text=EVIL, key=EVIL, seen_version="4", suggestion_id="", offer_ids=""),
        admin.post(f"{there}/refresh", text=EVIL, key=EVIL, seen_version=EVIL),
        admin.post(f"{there}/close", wrap_up_code=EVIL),
        admin.post(f"{there}/messages", role=EVIL, text=EVIL),
        admin.post(f"{there}/suggestions/{quote(EVIL, safe='')}/dismiss", reason=EVIL),
        admin.post("/desk/new", channel=EVIL, customer_id=EVIL, order_ids=EVIL, text=EVIL),
        admin.post("/admin/users", username=EVIL, display_name=EVIL, role=EVIL, password=EVIL),
        admin.post(f"/admin/users/{quote(EVIL, safe='')}", role="agent", act="role"),
        admin.post("/account", password=EVIL, new_password=EVIL, repeated=EVIL),
        admin.post("/signin", username=EVIL, password=EVIL, next=EVIL),
    ]
    for answer in answers:
        assert answer.status_code < 500, answer.request.path
        assert harm_in(answer.text) == [], answer.request.path
        assert_nothing_ran(answer.text)


def test_pages_may_run_only_our_own_scripts(admin: Visitor, contact: str) -> None:
    for path, query in pages(contact):
        page = admin.get(path, query_string=query)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["X-Content-Type-Options"] == "nosniff"
    first, second = (admin.get("/desk").headers["Content-Security-Policy"] for _ in range(2))
    assert first != second, "a nonce is used once"


def test_the_reader_of_harm_sees_harm() -> None:
    for evil in (SCRIPT, HANDLER, f'<a href=" {ADDRESS}">x</a>', "<p style='x'>", "<b onclick=x>"):
        assert harm_in(evil)


def test_line_breaks_do_not_forge_log_lines(
    rest: Rest, capsys: pytest.CaptureFixture[str], app: APIFlask
) -> None:
    from api.logs import configure_logs

    configure_logs()
    forged = '\n{"event":"forged"}\r\n'
    rest.client.get("/api/v1/contacts/x%0A%7B%22event%22%3A%22forged%22%7D", headers=rest.headers)
    rest.client.get("/desk", headers={"X-Forwarded-For": "1", "User-Agent": "x", "Referer": "y"})
    rest.post("/contacts", {"channel": "email", "messages": [{"text": forged}]})
    Visitor(app).sign_in(f"someone{forged}", "wrong")
    lines = [line for line in capsys.readouterr().err.splitlines() if line.strip()]
    assert lines
    for line in lines:
        assert json.loads(line)["event"] == "request", line
