"""The brand owner's pages: rules found and tried, a rule rehearsed on what left, findings, the starter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.rulebook_store import RulebookState
from brand_voice.finding import CheckResult, Finding, Severity, Span, Verdict, text_sha256
from replies.articles import CannedReply
from replies.contacts import Role
from replies.departures import GateAct, GateRecord
from replies.records import AuditEntry, OutboxMessage
from tests.fakes.values import NOON, a_contact, a_message, after
from tests.pages.fake_voice import VoicedService
from tests.pages.page_audit import faults_of
from tests.pages.test_hostile import EVIL, harm

DRAFT = """\
- id: words.lamp
  kind: forbidden
  severity: warn
  message: 'Not "{found}".'
  why: Trying it.
  phrases: [lamp]
"""
TOLD = ("message:", "why:", "better:", "source:", "owner:")
PAGES = ("/voice", "/voice/rule?id=words.cheap", "/voice/rehearse", "/voice/findings", "/voice/starter")


@pytest.fixture
def supervisor(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return signed_in("supervisor")


def say(service: VoicedService, *texts: str) -> None:
    """Let our replies leave, oldest first, each in a contact of its own."""
    with service.books.writing() as unit:
        for number, text in enumerate(texts):
            asked = a_message("Hello?", minutes=2 * number)
            said = a_message(text, Role.AGENT, minutes=2 * number + 1)
            unit.contacts.add(a_contact(f"S-{number}", customer_id=None, messages=(asked, said)))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_sound(app: Flask, supervisor: FlaskClient, page: str) -> None:
    answer = supervisor.get(page)
    assert answer.status_code == 200
    assert faults_of(app, answer, answer.headers["Content-Security-Policy"]) == []


def test_rules_are_found_by_words_and_filters(supervisor: FlaskClient) -> None:
    def shown(**asked: str) -> list[str]:
        text = supervisor.get("/voice", query_string=asked).text
        return [
            name for name in ("words.cheap", "words.shipment", "words.unproven") if f">{name}</a>" in text
        ]

    assert shown() == ["words.cheap", "words.shipment", "words.unproven"]
    assert shown(words="guide GOOD") == ["words.cheap"]
    assert shown(kind="preferred") == ["words.shipment"]
    assert shown(severity="advise") == ["words.unproven"] == shown(owner="Bea")
    assert shown(channel="post") == ["words.cheap", "words.unproven"]
    assert shown(file="rules/words.yaml", severity="block") == ["words.cheap"]
    assert shown(words="nothing at all") == []


def test_the_version_in_force_and_the_refused_one_are_told(
    supervisor: FlaskClient, service: VoicedService
) -> None:
    service.rulebook_state = RulebookState("own@1", "own@2", ("rule a: no good", "rule b: worse"))
    text = supervisor.get("/voice").text
    assert all(told in text for told in ("own@1", "own@2", "rule a: no good", "rule b: worse"))


def test_a_rule_shows_why_and_whether_its_texts_hold(supervisor: FlaskClient) -> None:
    good = supervisor.get("/voice/rule?id=words.cheap").text
    assert "Say good value." in good and "Voice guide, page 3" in good and "All 2 texts do" in good
    wrong = supervisor.get("/voice/rule?id=words.shipment").text
    assert "1 of 3 texts go wrong" in wrong and "the rule finds something in it" in wrong
    assert "No text proves this rule." in supervisor.get("/voice/rule?id=words.unproven").text
    assert supervisor.get("/voice/rule?id=none").status_code == 404


def test_a_text_is_tried_on_one_rule_alone(supervisor: FlaskClient) -> None:
    def tried(text: str, rule: str = "words.shipment") -> str:
        return supervisor.post("/voice/try", data={"id": rule, "text": text, "channel": "email"}).text

    found = tried("Your <b>cheap</b> shipment")
    assert "<mark>shipment</mark>" in found and "“delivery”" in found
    assert "&lt;b&gt;cheap&lt;/b&gt;" in found and "sells us short" not in found
    assert "nothing to say" in tried("Your delivery left.")
    assert "Nothing written yet" in tried("  ")
    assert "too long" in tried("x" * 20_001)


def test_a_draft_is_rehearsed_on_what_left_last_and_nothing_is_written(
    supervisor: FlaskClient, service: VoicedService
) -> None:
    say(service, "The lamp of old.", "Your vase is ready.", "A lamp & a <i>lamp</i> more.")
    asked = {"draft": DRAFT, "last": "2"}
    text = supervisor.post("/voice/rehearse", data=asked).text
    assert "stopped 0, warned of 1 and advised on 0; 1 pass untouched" in text
    assert "A <mark>lamp</mark> &amp; a &lt;i&gt;<mark>lamp</mark>&lt;/i&gt; more." in text
    assert "of old" not in text and "S-2" in text and "and 1 more" in text
    with service.books.reading() as unit:
        assert list(unit.audit.recent()) == []
    assert "words.lamp" not in supervisor.get("/voice").text


def test_a_rule_in_force_starts_its_own_draft(supervisor: FlaskClient, service: VoicedService) -> None:
    say(service, "A cheap lamp.")
    page = supervisor.get("/voice/rehearse?id=words.cheap").text
    assert "kind: forbidden" in page and "- cheap" in page
    run = supervisor.post("/voice/rehearse", data={"id": "words.cheap", "draft": "", "last": "5"}).text
    assert "It would have stopped 1," in run


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"last": "501"}, "from 1 to 500"),
        ({"last": "many"}, "from 1 to 500"),
        ({"draft": ""}, "Write a rule"),
        ({"draft": DRAFT.replace("forbidden", "odd")}, "rule words.lamp"),
        ({"draft": DRAFT.replace("[lamp]", "[lamp")}, "not YAML"),
        ({"draft": DRAFT + DRAFT.replace("lamp", "vase")}, "holds 2 rules"),
        ({"draft": DRAFT.replace("phrases: [lamp]", "patterns: ['(lamp']")}, "rule words.lamp: patterns"),
        ({"draft": DRAFT.replace("[lamp]", "&a [*a]")}, "references"),
        ({"draft": "x" * 20_001}, "too long"),
    ],
)
def test_what_cannot_be_rehearsed_is_told_in_words(
    app: Flask, supervisor: FlaskClient, change: dict[str, str], told: str
) -> None:
    answer = supervisor.post("/voice/rehearse", data={"draft": DRAFT, "last": "10"} | change)
    assert answer.status_code == 422 and told in answer.text
    assert faults_of(app, answer, answer.headers["Content-Security-Policy"]) == []


def left(
    service: VoicedService, contact: str, findings: tuple[str, ...], aside: tuple[str, ...] = ()
) -> None:
    text = f"Reply in {contact}"

    def found(rules: tuple[str, ...]) -> tuple[Finding, ...]:
        return tuple(Finding(rule, Severity.WARN, Span(0, 1), "m") for rule in rules)

    check = CheckResult(Verdict.WARN, found(findings), "own@1", text_sha256(text), found(aside))
    with service.books.writing() as unit:
        unit.contacts.add(a_contact(contact, customer_id=None))
        unit.outbox.add(
            OutboxMessage(
                f"m-{contact}", f"k-{contact}", contact, "email", "x", text, check, "agent", after(1)
            )
        )


def test_noisy_rules_stand_first_with_the_share_overridden(
    supervisor: FlaskClient, service: VoicedService
) -> None:
    for number in range(6):
        left(service, f"L-{number}", ("words.shipment",))
    left(service, "R-1", ("words.cheap",), ("words.gone",))
    week = timedelta(days=7)
    with service.books.writing() as unit:
        unit.gate.add(
            GateRecord(
                "g", GateAct.DEPARTED, "R-1", text_sha256("Reply in R-1"), NOON, "s", "supervisor", "why so",
                ("words.cheap",), expires_at=NOON + week,
            )
        )  # fmt: skip
        for contact in ("R-1", "H-1", "H-1", "H-2", "H-3"):
            unit.audit.add(AuditEntry(NOON - week, "agent", "reply blocked", contact, "words.cheap, words.x"))
    figures = service.brand_desk.figures.over(4)
    by_rule = {one.rule: one for one in figures.rules}
    assert figures.rules[0].rule == "words.shipment" and by_rule["words.shipment"].share == 1.0
    cheap = by_rule["words.cheap"]
    assert (cheap.struck, cheap.held, cheap.released, cheap.ignored, cheap.overridden) == (5, 4, 1, 0, 1)
    assert cheap.weeks == (0, 0, 4, 1)
    assert by_rule["words.gone"].set_aside == 1 and by_rule["words.x"].overridden == 0
    text = supervisor.get("/voice/findings?weeks=4").text
    assert "100.0 %" in text and "20.0 %" in text and "not in force now" in text
    assert text.index("words.shipment") < text.index("words.cheap")


@pytest.fixture
def with_replies(service: VoicedService) -> VoicedService:
    texts = [
        f"Hello Sam{number},\n\nI've found your parcel {number}. It's on its way.\n\nKind regards,\nAnn"
        for number in range(60)
    ]
    with service.books.writing() as unit:
        unit.intake.put_canned_replies(
            [CannedReply(f"r-{number}", text, approved_by="Ann") for number, text in enumerate(texts)]
        )
    return service


def test_the_starter_says_what_it_needs(supervisor: FlaskClient) -> None:
    assert "50" in supervisor.get("/voice/starter").text


def test_proposals_are_accepted_or_dismissed_one_by_one(
    app: Flask, signed_in: Callable[[str], FlaskClient], with_replies: VoicedService
) -> None:
    admin, house_rules = signed_in("admin"), with_replies.house_rules
    ids = [one.id for one in house_rules.proposals()]
    first = admin.get("/voice/starter")
    assert f"Proposal 1 of {len(ids)}" in first.text and ids[0] in first.text
    assert faults_of(app, first, first.headers["Content-Security-Policy"]) == []
    assert "An administrator decides." in signed_in("supervisor").get("/voice/starter").text
    answer = admin.post("/voice/starter/accept", data={"id": ids[0]}, follow_redirects=True)
    assert "is in force now, with version 1" in answer.text
    gone = admin.post("/voice/starter/dismiss", data={"id": ids[1]}, follow_redirects=True)
    assert "1 dismissed" in gone.text
    assert [one.id for one in house_rules.proposals()] == ids[2:]
    admin.post("/voice/starter/again", data={"id": ids[1]})
    assert [one.id for one in house_rules.proposals()] == ids[1:]
    refused = admin.post("/voice/starter/accept", data={"id": "made.up"}, follow_redirects=True)
    assert "not proposed any more" in refused.text
    with with_replies.books.reading() as unit:
        assert [entry.act for entry in unit.audit.recent()] == [
            "rule proposed again", "rule dismissed", "rulebook in force: starter",
        ]  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
def test_what_replies_and_rules_say_is_only_ever_words(
    supervisor: FlaskClient, service: VoicedService, evil: str
) -> None:
    quoted = evil.replace("'", "''")
    service.rules = "\n".join(
        f"{line.split(':')[0]}: '{quoted}'" if line.strip().startswith(TOLD) else line
        for line in service.rules.splitlines()
    ).replace("[A cheap lamp.]", f"['cheap {quoted}']")  # fmt: skip
    service.rulebook_state = RulebookState(evil, evil, (evil,))
    say(service, f"{evil} lamp {evil}")
    left(service, "L-1", (evil,))
    with service.books.writing() as unit:
        unit.contacts.add(replace(a_contact("E-1"), customer_id=None))
        unit.audit.add(AuditEntry(NOON, evil, "reply blocked", "E-1", evil))
    answers = [
        supervisor.get("/voice", query_string={"words": evil, "kind": evil, "channel": evil}),
        *(supervisor.get(page) for page in PAGES),
        supervisor.get("/voice/starter", query_string={"at": evil}),
        supervisor.post("/voice/try", data={"id": "words.cheap", "text": f"{evil} cheap", "channel": evil}),
        supervisor.post("/voice/rehearse", data={"draft": DRAFT, "last": "9"}),
        supervisor.post("/voice/rehearse", data={"draft": evil, "last": evil}),
        supervisor.get("/voice/rehearse", query_string={"id": evil}),
    ]
    for answer in answers:
        assert answer.status_code < 500
        assert harm(answer.text) == [], answer.request.url
    assert "lamp" in answers[-3].text


def test_a_reply_is_read_in_its_case_as_it_stood(supervisor: FlaskClient, service: VoicedService) -> None:
    turns = [
        ("Hello?", Role.CUSTOMER),
        ("A lamp.", Role.AGENT),
        ("And?", Role.CUSTOMER),
        ("My lamp.", Role.AGENT),
    ]
    messages = tuple(a_message(text, role, minutes=number) for number, (text, role) in enumerate(turns))
    with service.books.writing() as unit:
        unit.contacts.add(a_contact("S-1", customer_id=None, messages=messages))
    draft = DRAFT + "  when: [first_reply]\n"
    text = supervisor.post("/voice/rehearse", data={"draft": draft, "last": "9"}).text
    assert "A <mark>lamp</mark>." in text and "My <mark>lamp</mark>" not in text
