"""The brand owner's editor: a rule written, tried, saved, put in force; the history and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.rulebook_versions import Maker
from api.storage.rulebook_book import VersionAct
from tests.pages.fake_voice import VoicedService
from tests.pages.page_audit import faults_of
from tests.pages.test_hostile import EVIL, harm

RULES = """\
owner: Ann of the brand
rules:
  - id: words.sofa  # since the spring
    kind: preferred
    severity: warn
    message: 'Say sofa, not "{found}".'
    why: Our shops say sofa.
    swaps: [{say: [settee], use: sofa}]
    fails: [A settee., {text: The settee., channel: email}]
    passes: [A sofa.]
"""
SOFA = {
    "id": "words.sofa", "kind": "preferred", "severity": "block", "message": "Say sofa.",
    "why": "It is ours.", "rest": "swaps: [{say: [settee, couch], use: sofa}]",
    "fails": ["A settee.", "The couch", ""],
    "passes": ["A sofa."],
}  # fmt: skip
Post = Callable[..., TestResponse]


@pytest.fixture
def service(service: VoicedService) -> VoicedService:
    """A shop whose first version holds one rule, with a comment behind it."""
    files = {"words.yaml": (RULES + "  # the end\n").encode()}
    service.versions.put_in_force(files, Maker(VersionAct.FILES, "ann", "The first one."), seen=0)
    return service


@pytest.fixture
def admin(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return signed_in("admin")


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def saved(client: FlaskClient, **changes: Any) -> str:
    """Save a draft of words.sofa as somebody begins it; return its id."""
    page = client.get("/voice/edit?id=words.sofa").text
    form = SOFA | {"rule_id": "words.sofa", "base": hidden(page, "base")} | changes
    answer = client.post("/voice/edit", data=form)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].partition("draft=")[2].partition("&")[0]


def force(client: FlaskClient, draft: str, **changes: Any) -> TestResponse:
    given = {"draft_id": draft, "revision": "1", "reason": "We mean it."} | changes
    return client.post("/voice/drafts/force", data=given)


def in_force(service: VoicedService, rule: str = "words.sofa") -> Any:
    return service.brand_desk.book.rule(rule)


@pytest.mark.parametrize(
    "page", ["/voice/drafts", "/voice/edit?id=words.sofa", "/voice/edit?kind=required", "/voice/history",
             "/voice/edit?id=words.sofa&as=yaml", "/voice/version?number=0"],
)  # fmt: skip
def test_every_page_is_sound(app: Flask, admin: FlaskClient, page: str) -> None:
    answer = admin.get(page)
    assert answer.status_code == 200
    assert faults_of(app, answer, answer.headers["Content-Security-Policy"]) == []


def test_texts_run_as_one_types_and_faults_are_told_by_field(admin: FlaskClient) -> None:
    def tried(**changes: Any) -> str:
        return admin.post("/voice/edit/try", data=SOFA | changes).text

    good = tried(text="One couch & a <b>settee</b>")
    assert "All 3 texts do as they must" in good and "The <mark>couch</mark>" in good
    assert "One <mark>couch</mark> &amp; a &lt;b&gt;<mark>settee</mark>" in good
    assert "1 of 4 texts go wrong" in tried(passes=["A sofa.", "My couch"]) and "is found" in tried(
        passes=["x couch"]
    )
    for change, told in (
        ({"message": ""}, "Message</strong> is missing"),
        ({"severity": "grave"}, "Severity</strong> must be"),
        ({"kind": "odd"}, "there is no kind &#39;odd&#39;"),
        ({"id": "Sofa!"}, "must begin with a small letter"),
        ({"rest": "swaps: [\n"}, "not YAML"),
        ({"rest": "swaps: [{say: [x]}]\nwurst: 1"}, "no field of this kind"),
        ({"rest": "swaps: [{match: '(x'}]"}, "Match<"),
    ):
        assert told in tried(**change), (change, tried(**change))


def test_a_rule_is_edited_rehearsed_and_put_in_force_without_a_restart(
    app: Flask, admin: FlaskClient, service: VoicedService
) -> None:
    draft = saved(admin)
    assert in_force(service).severity == "warn"
    page = admin.get(f"/voice/edit?draft={draft}")
    assert faults_of(app, page, page.headers["Content-Security-Policy"]) == []
    assert "Not rehearsed yet" in page.text and "The couch" in page.text
    rehearsal = admin.get(f"/voice/rehearse?draft_id={draft}").text
    asked = {"draft_id": draft, "last": "5", "draft": service.brand_desk.drafts.get(draft).text}
    assert hidden(rehearsal, "draft_id") == draft
    assert "Orders, prices and articles are those of today" in rehearsal
    assert admin.post("/voice/rehearse", data=asked).status_code == 200
    assert "Rehearsed: of the last 0 replies" in admin.get(f"/voice/edit?draft={draft}").text
    done = force(admin, draft)
    assert done.status_code == 302
    history = admin.get("/voice/history").text
    assert "Version 2 of the rulebook is in force" in history and "We mean it." in history
    assert in_force(service).severity == "block" == service.real_gate().checker.rulebook.rules[0].severity
    assert "There is no draft" in admin.get("/voice/drafts").text
    assert b"couch" in service.versions.copy.read()["words.yaml"]
    with service.books.reading() as unit:
        acts = [entry.act for entry in unit.audit.recent()]
    assert acts[:2] == ["rulebook in force: edited", "rule draft saved"]


def test_a_new_rule_is_written_beside_the_others_and_comments_stay(
    admin: FlaskClient, service: VoicedService
) -> None:
    assert "since the spring" in service.brand_desk.drafts.begin("words.sofa")
    new = SOFA | {"id": "words.chair", "rest": "swaps: [{say: [stool], use: chair}]", "fails": ["A stool"]}
    answer = admin.post("/voice/edit", data=new)
    draft = answer.headers["Location"].partition("draft=")[2]
    force(admin, draft)
    edited = saved(admin)
    force(admin, edited)
    text = service.versions.files(3)["words.yaml"].decode()
    assert "# the end" in text and "couch" in text and in_force(service, "words.chair").severity == "block"
    assert service.versions.get(3).rules == ("words.sofa",)
    diff = admin.get("/voice/version?number=3").text
    assert "Changed: <code>words.sofa</code>" in diff and "<ins>" in diff and "<del>" in diff


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"passes": ["A couch."]}, "should pass"),
        ({"message": ""}, "is missing"),
        ({"rest": ": ["}, "not YAML"),
    ],
)
def test_what_fails_its_proof_does_not_come_in_force_and_the_draft_is_kept(
    admin: FlaskClient, service: VoicedService, changes: dict[str, Any], told: str
) -> None:
    draft = saved(admin, **changes)
    answer = force(admin, draft)
    assert answer.status_code == 422 and told in answer.text and "the version in force stays" in answer.text
    assert service.versions.number() == 1 and service.brand_desk.drafts.get(draft)
    assert "Give the reason" in force(admin, saved(admin), reason=" ").text


def test_the_second_of_two_owners_is_told_and_loses_nothing(
    admin: FlaskClient, service: VoicedService
) -> None:
    mine = saved(admin)
    theirs = SOFA | {"draft_id": mine, "revision": "1", "why": "Because of THEM."}
    assert admin.post("/voice/edit", data=theirs).status_code == 302
    late = admin.post("/voice/edit", data=SOFA | {"draft_id": mine, "revision": "1", "why": "MINE all mine"})
    assert late.status_code == 409 and "MINE all mine" in late.text and "Because of THEM." in late.text
    anew = admin.post("/voice/edit", data=SOFA | {"draft_id": mine, "revision": "1", "anew": "yes"})
    assert anew.status_code == 302 and len(service.brand_desk.drafts.all()) == 2
    assert force(admin, mine).status_code == 409  # revision 1 was saved over
    first, second = saved(admin), saved(admin, severity="advise")
    assert force(admin, first).status_code == 302
    told = force(admin, second)
    assert told.status_code == 409 and "was changed by somebody else" in told.text
    assert in_force(service).severity == "block"
    assert force(admin, second, over=hidden(told.text, "over")).status_code == 302
    assert in_force(service).severity == "advise"


def test_going_back_adds_a_version_and_who_has_not_seen_the_last_is_told(
    app: Flask, admin: FlaskClient, service: VoicedService
) -> None:
    force(admin, saved(admin))
    force(admin, saved(admin, severity="advise"))
    page = admin.get("/voice/version?number=2")
    assert faults_of(app, page, page.headers["Content-Security-Policy"]) == []
    back = {"number": "2", "seen": hidden(page.text, "seen"), "reason": "Too many."}
    assert admin.post("/voice/rollback", data=back | {"reason": ""}).status_code == 422
    assert admin.post("/voice/rollback", data=back).status_code == 302
    assert in_force(service).severity == "block" and service.versions.get(4).restores == 2
    late = admin.post("/voice/rollback", data=back | {"number": "1"})
    assert late.status_code == 409 and "came in force since" in late.text
    assert admin.post("/voice/rollback", data=back | {"number": "9"}).status_code == 404
    assert "rolled back to 2" in admin.get("/voice/history").text


def test_supervisors_write_drafts_and_administrators_put_them_in_force(
    signed_in: Callable[[str], FlaskClient], service: VoicedService
) -> None:
    supervisor = signed_in("supervisor")
    draft = saved(supervisor)
    assert "An administrator puts it in force" in supervisor.get(f"/voice/edit?draft={draft}").text
    assert force(supervisor, draft).status_code == 403
    assert supervisor.post("/voice/rollback", data={"number": "0", "seen": "0"}).status_code == 403
    assert signed_in("agent").get("/voice/drafts").status_code == 403
    assert supervisor.post("/voice/drafts/drop", data={"draft_id": draft}).status_code == 302
    assert supervisor.get(f"/voice/edit?draft={draft}").status_code == 404


def test_what_owners_write_is_only_ever_words(admin: FlaskClient, service: VoicedService) -> None:
    for evil in EVIL:
        draft = saved(admin, message=evil, why=evil, rest=evil, fails=[evil], rule_id=evil, base=evil)
        good = saved(admin, message=evil, owner=evil)
        answers = [
            admin.get(f"/voice/edit?draft={draft}"),
            admin.get(f"/voice/edit?draft={draft}&as=yaml"),
            admin.get("/voice/drafts"),
            admin.post(
                "/voice/edit/try", data=SOFA | {"message": evil, "fails": [f"A settee {evil}"], "text": evil}
            ),
            admin.post("/voice/edit", data={"as": "yaml", "yaml": evil, "draft_id": evil, "revision": evil}),
            force(admin, draft, reason=evil),
            force(admin, good, reason=f"why {evil}"),
            admin.get("/voice/history", query_string={"before": evil}),
            admin.get("/voice/version?number=1"),
            admin.get("/voice/version", query_string={"number": evil}),
        ]
        for answer in answers:
            assert answer.status_code < 500
            assert harm(answer.text) == [], answer.request.url


def test_what_a_writer_mends_is_counted_and_no_word_of_it_is_kept(
    agent: FlaskClient, service: VoicedService
) -> None:
    def checked(text: str, spoken: str = "", contact: str = "K-1") -> str:
        form = {"text": text, "spoken": spoken}
        return hidden(agent.post(f"/desk/contacts/{contact}/check", data=form).text, "spoken")

    half = checked("Dear you, a cheap")
    assert half == ""  # nobody knows yet what is being typed
    spoken = checked("Dear you, a cheap shipment left.")
    assert checked("Dear you, all is well.", spoken) == spoken
    assert checked("Dear you, well.", spoken, "K-2") == "" == checked("Dear you, well.", f"{spoken}x")
    form = {"text": "No greeting", "seen_version": "1", "key": "k"}
    blocked = agent.post("/desk/contacts/K-1/send", data=form)
    assert blocked.status_code == 409
    data = {"text": "Dear you, your shipment left.", "seen_version": "1", "key": "k", "spoken": spoken}
    for _ in range(2):  # the same reply again counts no more
        assert agent.post("/desk/contacts/K-1/send", data=data).status_code == 302
    figures = {one.rule: one for one in service.brand_desk.figures.over(4).rules}
    assert figures["forbidden.cheap"].mended == 1 == figures["forbidden.cheap"].struck
    assert figures["forbidden.cheap"].share == 0.0 and "preferred.post" not in figures
