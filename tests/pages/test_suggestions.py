"""What the administrator decides on suggestions, and the evaluation that analysts read."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from flask import Flask
from flask.testing import FlaskClient

from api.learned import FORMAT_SETTING, FORMATS, REPLIES
from replies.held_out import HeldOut
from replies.reuse import ProposalState
from replies.silence import SilenceCosts
from tests.fakes.values import NOON
from tests.pages.fake_service import FakeService
from tests.pages.page_audit import faults_of

SignIn = Callable[[str], FlaskClient]


def _learned(service: FakeService) -> HeldOut:
    """Promote a ranking that was judged on 100 turns: sure and right, or unsure and wrong."""
    sure = np.linspace(0.01, 0.99, 100)
    held = HeldOut(sure, sure > 0.3, np.minimum(sure * 1.2, 1.0), sure > 0.2)
    writing = service.artefacts.write(
        REPLIES,
        data_fingerprint="data",
        encoder="",
        dimension=0,
        metrics={},
        settings={FORMAT_SETTING: FORMATS[REPLIES]},
        clock_now=NOON,
    )
    with writing as made:
        held.save(made)
    service.artefacts.promote(REPLIES, made.version, at=NOON)
    return held


def test_stated_costs_move_the_silence_and_show_their_effect(signed_in: SignIn, service: FakeService) -> None:
    held = _learned(service)
    admin = signed_in("admin")
    before = admin.get("/admin/suggestions").text
    assert "below 40.0 %" in before and "On 100 held-out turns" in before
    answer = admin.post("/admin/suggestions/costs", data={"wrong": "10", "none": "1"}, follow_redirects=True)
    assert "below 90.0 %" in answer.text and service.reuse.costs == SilenceCosts(10, 1)
    answered = held.effect(SilenceCosts(10, 1)).answered
    assert answered < held.effect(SilenceCosts()).answered and f"{answered:.1%}"[:-1] in answer.text
    wrong = admin.post("/admin/suggestions/costs", data={"wrong": "no", "none": "1"}, follow_redirects=True)
    assert "Nothing was changed" in wrong.text and service.reuse.costs == SilenceCosts(10, 1)


def test_a_proposed_reply_is_approved_once(signed_in: SignIn, service: FakeService) -> None:
    admin = signed_in("admin")
    shown = admin.get("/admin/suggestions").text
    assert "Sent in 4 contacts instead of R-1" in shown and "&lt;b&gt;today" in shown
    path = "/admin/suggestions/proposals/proposal-1"
    assert "Approved as new-1" in admin.post(path, data={"act": "approve"}, follow_redirects=True).text
    assert [one.state for one in service.reuse.decided] == [ProposalState.APPROVED]
    assert "decided already" in admin.post(path, data={"act": "decline"}, follow_redirects=True).text
    assert admin.post(path, data={"act": "eat"}).status_code == 400


def test_looking_at_what_was_sent_is_a_deed_and_showing_is_not(
    signed_in: SignIn, service: FakeService
) -> None:
    admin = signed_in("admin")
    assert admin.get("/admin/suggestions").status_code == 200 and service.reuse.looked == 0
    answer = admin.post("/admin/suggestions/proposals", follow_redirects=True)
    assert "2 newly proposed, 0 newly out of date" in answer.text and service.reuse.looked == 1


def test_a_reply_out_of_date_is_said_to_be_still_right(signed_in: SignIn, service: FakeService) -> None:
    admin = signed_in("admin")
    assert "Rests on returns, which changed" in admin.get("/admin/suggestions").text
    assert admin.post("/admin/suggestions/replies/R-9").status_code == 302
    assert service.reuse.stale == []
    assert admin.post("/admin/suggestions/replies/R-9").status_code == 404


def test_the_evaluation_shows_reliability_and_risk(
    app: Flask, signed_in: SignIn, service: FakeService
) -> None:
    assert "Nothing is measured yet" in signed_in("analyst").get("/insight/evaluation").text
    _learned(service)
    answer = signed_in("analyst").get("/insight/evaluation")
    assert answer.text.count("<polyline") == 2 and 'aria-label="Reliability"' in answer.text
    assert "So few turns say little" in answer.text and "95 % intervals" in answer.text
    assert faults_of(app, answer, answer.headers["Content-Security-Policy"]) == []
    assert signed_in("analyst").get("/admin/suggestions").status_code == 403
