"""What use teaches: trust freed from place, proposals that tell of nobody, what may not teach."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from brand_voice.finding import CheckResult, Verdict, text_sha256
from replies.articles import CannedReply
from replies.confidence import Confidence, Evidence, Example
from replies.contacts import ContactStatus, Message, Role
from replies.hygiene import teaching
from replies.proposals import Band, Source, SourceKind, Suggestion, SuggestionKind
from replies.records import SuggestionAct
from replies.reuse import SentEdit, proposals_from
from replies.silence import SilenceCosts
from replies.taken import Habits, SeenSuggestion, examples_of, read_ones
from tests.fakes.encoder import HashingEncoder

from .conftest import NOW, a_contact

MADE = "Your parcel is on its way. It will be with you in two working days."
SENT = "Your parcel is on its way. It will be with you within two working days, by courier."


def a_suggestion(source_id: str, text: str = MADE, rank: int = 1) -> Suggestion:
    return Suggestion(
        id=f"S-{source_id}-{rank}",
        rank=rank,
        kind=SuggestionKind.MACRO,
        text=text,
        confidence=0.6,
        band=Band.MEDIUM,
        sources=(Source(SourceKind.CANNED_REPLY, source_id, "Delivery", text),),
        reasons=(),
        check=CheckResult(Verdict.PASS, (), "rules@1", text_sha256(text)),
        reply_id=source_id,
        evidence=Evidence(cosine=0.5).named(),
    )


def seen(
    assist: str,
    *acts: Sequence[SuggestionAct],
    agent: str = "jo",
    reason: str = "wrong_topic",
    order: str = "ABC",
) -> list[SeenSuggestion]:
    """One assist whose suggestions A, B, C (or in another order) had these acts, in order of rank."""
    return [
        SeenSuggestion(
            assist,
            a_suggestion(order[place], rank=place + 1),
            NOW,
            frozenset(done),
            agent=agent,
            reason=reason if DISMISSED in done else "",
            question="where is my parcel",
        )
        for place, done in enumerate(acts)
    ]


ENCODER = HashingEncoder(64)
QUESTIONS = {
    "parcel": "where is my parcel",
    "refund": "when do I get the refund paid",
    "lamp": "does this lamp dim",
}
PARCEL = ENCODER.encode([QUESTIONS["parcel"]])[0]
SHOWN, SENT_ACT, DISMISSED = (SuggestionAct.SHOWN, SuggestionAct.SENT, SuggestionAct.DISMISSED)


def test_what_stands_below_the_taken_one_was_perhaps_never_read() -> None:
    read = read_ones(seen("1", [SHOWN], [SHOWN, SENT_ACT], [SHOWN]))
    assert [one.suggestion.reply_id for one in read] == ["A", "B"]
    assert [one.suggestion.reply_id for one in read_ones(seen("2", [SHOWN], [SHOWN], [DISMISSED]))] == [
        "A",
        "C",
    ]
    assert [one.suggestion.reply_id for one in read_ones(seen("3", [SHOWN], [SHOWN]))] == ["A"]


@pytest.mark.parametrize(
    ("reason", "counts"),
    [
        ("wrong_topic", True),
        ("wrong_fact", True),
        ("Out of  date", True),
        ("tone", False),
        ("wrote_own", False),
        ("incomplete", False),
        ("not now", False),
        ("", False),
    ],
)
def test_a_dismissal_counts_when_it_says_that_the_answer_was_wrong(reason: str, counts: bool) -> None:
    read = read_ones(seen("1", [SHOWN, DISMISSED], [SHOWN], reason=reason))
    assert [one.was_wrong for one in read] == ([True] if counts else [])
    assert [one.suggestion.reply_id for one in examples_and(read)] == (["A"] if counts else [])


def examples_and(read: Sequence[SeenSuggestion]) -> Sequence[SeenSuggestion]:
    """What was read, after checking that each is an example of trust."""
    assert len(examples_of(read)) == len(read)
    return read


def test_a_source_that_agents_take_gains_and_one_passed_over_loses(tmp_path: Path) -> None:
    read = read_ones(
        one
        for n in range(20)
        for one in seen(str(n), [SHOWN], [SHOWN, SENT_ACT], [SHOWN], agent=f"agent {n % 5}")
    )
    habits = Habits.of(read, ENCODER, NOW)
    assert habits.acceptance["B"] > 0.3 and habits.acceptance["A"] < -0.3 and "C" not in habits.acceptance
    habits.save(tmp_path)
    again, like = Habits.load(tmp_path), habits.tried.fit(PARCEL)
    assert (again.acceptance, again.taken_at) == (habits.acceptance, habits.taken_at)
    assert again.tried.fit(PARCEL) == like and like["B"] > 0.8 and "A" not in like
    nothing = Habits.load(tmp_path / "none")
    assert (nothing.acceptance, nothing.taken_at, nothing.tried.fit(PARCEL)) == ({}, {}, {})
    base = Evidence(cosine=0.5)
    now = habits.added_to(base, "B", NOW, {})
    later = habits.added_to(base, "B", NOW + timedelta(days=90), {})
    assert now.recency == 1.0 and later.recency == pytest.approx(0.5) and now.acceptance > 0
    trust = Confidence()
    macro = SuggestionKind.MACRO
    assert trust.of(macro, now) > trust.of(macro, base) > trust.of(macro, habits.added_to(base, "A", NOW, {}))


def test_an_answer_found_wrong_stays_right_for_other_questions() -> None:
    read = [
        replace(one, question=QUESTIONS[subject])
        for agent in ("ann", "bo", "cy")
        for subject, act in (("parcel", DISMISSED), ("refund", SENT_ACT))
        for one in read_ones(seen(f"{agent}/{subject}", [SHOWN, act], agent=agent))
    ]
    habits, trust, macro = Habits.of(read, ENCODER, NOW), Confidence(), SuggestionKind.MACRO
    base = Evidence(cosine=0.5, probability=0.6)
    after = {
        subject: habits.added_to(base, "A", NOW, habits.tried.fit(ENCODER.encode([words])[0]))
        for subject, words in QUESTIONS.items()
    }
    assert after["parcel"].tried < -0.5 and after["refund"].tried > 0.5 and after["lamp"].tried == 0.0
    assert (
        trust.of(macro, after["parcel"]) < trust.of(macro, after["lamp"]) < trust.of(macro, after["refund"])
    )
    past = SuggestionKind.PAST_REPLY
    assert trust.doubted(past, 0.8, after["parcel"]) < 0.5
    assert trust.doubted(past, 0.8, after["lamp"]) == trust.doubted(past, 0.8, after["refund"]) == 0.8


def worked(days: int, agents: Mapping[str, str]) -> tuple[list[str], Habits]:
    """Let agents work with suggestions for so many days of learning: B is right, A looks as good and stands
    first. Return which stood first each day, and the habits at the end.

    An agent is "careful" (takes B, says why not A), "careless" (takes what stands first) or "hostile" (calls
    B wrong, ten times a day).
    """
    evidence = {"A": Evidence(cosine=0.55, probability=0.4), "B": Evidence(cosine=0.5, probability=0.4)}
    habits, trust, first, read = Habits(), Confidence(), list[str](), list[SeenSuggestion]()
    for day in range(days):
        like = habits.tried.fit(PARCEL)
        order = sorted(
            evidence,
            key=lambda one: -trust.of(SuggestionKind.MACRO, habits.added_to(evidence[one], one, NOW, like)),
        )
        first.append(order[0])
        for agent, manner in agents.items():
            for time in range(10 if manner == "hostile" else 1):
                acts = {one: [SHOWN] for one in order}
                if manner == "careless":
                    acts[order[0]].append(SENT_ACT)
                elif manner == "hostile":
                    acts["B"].append(DISMISSED)
                else:
                    acts["B"].append(SENT_ACT)
                    if order[0] == "A":
                        acts["A"].append(DISMISSED)
                name = f"{day}/{agent}/{time}"
                read += read_ones(
                    seen(name, *(acts[one] for one in order), agent=agent, order="".join(order))
                )
        habits = Habits.of(read, ENCODER, NOW)
    return first, habits


def test_ranking_improves_with_use() -> None:
    first, _ = worked(4, {"ann": "careful", "bo": "careful", "cy": "careless"})
    assert first[0] == "A" and first[1:] == ["B"] * 3


@pytest.mark.parametrize("manner", ["hostile", "careless"])
def test_one_agent_cannot_sink_a_good_reply(manner: str) -> None:
    agents = {"ann": "careful", "bo": "careful", "cy": "careful", "mal": manner}
    first, habits = worked(20, agents)
    assert first[1:] == ["B"] * 19
    assert habits.tried.fit(PARCEL)["B"] > 0.3 and habits.acceptance["B"] > 0
    alone, sunk = worked(20, {"mal": "hostile"})
    trust, evidence = Confidence(), Evidence(cosine=0.5, probability=0.4)
    left = trust.of(SuggestionKind.MACRO, sunk.added_to(evidence, "B", NOW, sunk.tried.fit(PARCEL)))
    assert alone[-1] == "A" and left > trust.of(SuggestionKind.MACRO, evidence) / 4


def test_trust_moves_only_as_far_as_the_rows_demand(tmp_path: Path) -> None:
    evidence = Evidence(cosine=0.6, probability=0.9)
    stated = Confidence()
    rows = [Example(SuggestionKind.MACRO, evidence, right=False) for _ in range(400)]
    few, many = stated.learned_from(rows[:2]), stated.learned_from(rows)
    before, little, much = (trust.of(SuggestionKind.MACRO, evidence) for trust in (stated, few, many))
    assert before > little > much and before - little < 0.25 and much < 0.05
    assert many.extract == stated.extract and stated.learned_from([]) == stated
    many.save(tmp_path)
    again = Confidence.load(tmp_path)
    assert again.of(SuggestionKind.MACRO, evidence) == pytest.approx(much)
    assert Confidence.load(tmp_path / "none") == stated
    assert examples_of(read_ones(seen("1", [SHOWN, SENT_ACT])))[0].right


def test_silence_follows_from_the_costs() -> None:
    strict = Confidence().silent_below(SilenceCosts(10, 1))
    assert strict.band(0.89) is Band.SILENT and strict.band(0.91) is Band.HIGH
    assert Confidence().silent_below(SilenceCosts(1, 1)).band(0.01) is Band.LOW


def test_answers_that_are_likely_only_together_are_shown_as_low() -> None:
    trust = Confidence(low=0.4)
    assert trust.shown([0.26, 0.18, 0.17, 0.12], 3) == 3  # one of three is right in one case of two
    assert trust.shown([0.2, 0.1, 0.05], 3) == 0
    assert trust.shown([0.9, 0.14, 0.13], 3) == 2, "what has little chance is clutter"
    assert trust.shown([], 3) == 0
    assert [trust.band_shown(chance) for chance in (0.2, 0.8)] == [Band.LOW, Band.HIGH]


def an_edit(number: int, sent: str, source: str = "R-1") -> SentEdit:
    return SentEdit(f"K-{number}", "email", "delivery", a_suggestion(source), sent, NOW)


def test_what_three_contacts_agree_on_is_proposed_once() -> None:
    edits = [an_edit(n, f"Dear Ms Hall,\n\n{SENT}\n\nKind regards\nJo") for n in range(3)]
    (proposal,) = proposals_from(edits, NOW)
    assert proposal.text == SENT and proposal.contacts == 3 and proposal.instead_of == "R-1"
    assert (proposal.topics, proposal.channels) == (("delivery",), ("email",))
    assert proposals_from(edits[:2], NOW) == []
    assert proposals_from([an_edit(7, SENT)] * 5, NOW) == []  # one contact, five times


def test_what_a_draft_puts_around_the_answer_is_neither_proposed_nor_in_the_way() -> None:
    answer = "Dry the pan and oil it at 220 degrees for 1 hour. Two rounds will do for most pans."
    around = ("Thank you for asking.", "I will keep your question open until Thursday 26 November 2026.")
    made = replace(
        a_suggestion("R-1", "\n\n".join((around[0], answer, around[1]))),
        sources=(Source(SourceKind.CANNED_REPLY, "R-1", "Pans", answer),),
    )
    changed = answer + " Never leave it to soak."
    edits = [
        replace(an_edit(n, "\n\n".join((around[0], changed, around[1]))), suggestion=made) for n in range(3)
    ]
    (proposal,) = proposals_from(edits, NOW)
    assert proposal.text == changed
    own_figure = [replace(one, final_text=one.final_text.replace("220", "230")) for one in edits]
    assert proposals_from(own_figure, NOW) == []


@pytest.mark.parametrize(
    "sent",
    [
        SENT + " Your order is 104233.",
        SENT + " Write to jo.hall@mail.example.",
        "Something else altogether that nobody was ever shown by us, at great length and in other words.",
        MADE,
    ],
)
def test_what_tells_of_somebody_or_is_no_near_miss_is_not_proposed(sent: str) -> None:
    assert proposals_from([an_edit(n, sent) for n in range(4)], NOW) == []


def test_only_approved_replies_in_date_and_words_still_true_teach() -> None:
    library = [
        CannedReply("good", "Yes.", approved_by="R"),
        CannedReply("unapproved", "No."),
        CannedReply("old", "Once.", approved_by="R", review_by=date(2020, 1, 1)),
        CannedReply("stale", "Was so.", approved_by="R", articles=("a",), stale=True),
    ]
    ids = ("good", "unapproved", "old", "stale", "own name")
    messages = tuple(Message(Role.AGENT, f"text {one}", NOW, one) for one in ids)
    contact = a_contact(None, id="D-1", messages=messages, status=ContactStatus.CLOSED)
    (taught,) = teaching([contact], library, NOW.date(), {("D-1", "text own name")})
    assert [message.reply_id for message in taught.messages] == ["good", None, None, None, None]
    assert [message.text for message in taught.messages] == ["text good", "", "", "", ""]
    (kept,) = teaching([replace(contact, id="D-2")], library[:1], NOW.date(), {("D-1", "text good")})
    assert [message.reply_id for message in kept.messages] == list(ids)


def test_weights_kept_before_the_catalogue_answered_have_its_stated_ones(tmp_path: Path) -> None:
    kept = Confidence().learned_from([])
    kept.save(tmp_path)
    file = tmp_path / "confidence.json"
    before = json.loads(file.read_text(encoding="utf-8"))
    for weights in before.values():
        del weights["mention"], weights["untold"]
    file.write_text(json.dumps(before), encoding="utf-8")
    assert Confidence.load(tmp_path) == kept


def test_one_agents_readings_of_a_source_count_for_as_much_as_is_assumed_before() -> None:
    def trust(agents: Sequence[str]) -> float:
        read = [
            one
            for number, agent in enumerate(agents)
            for one in seen(f"{number}", [SHOWN, DISMISSED], [SHOWN, SENT_ACT], agent=agent)
        ]
        return Habits.of(read_ones(read), ENCODER, NOW).acceptance["A"]

    assert trust(["jo"] * 40) == pytest.approx(trust(["jo"] * 4))
    assert trust([f"agent-{number}" for number in range(40)]) < trust(["jo"] * 40)
