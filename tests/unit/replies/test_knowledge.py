"""The knowledge search: passages, filters, past queries, and what is kept on disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from replies.articles import Article, Audience
from replies.contacts import Contact, ContactStatus, Message, Role
from replies.knowledge import Filters, KnowledgeSearch
from replies.passages import MAX_PASSAGE_WORDS, chunks
from tests.fakes.encoder import HashingEncoder

from .conftest import ARTICLES, CANNED, NOW, TODAY, a_contact, a_past_contact

ENCODER = HashingEncoder(256)
PAST = (
    a_past_contact("P-1", "How do I clean my cast iron pan?", "Wash it by hand and oil it.", "care_pan"),
    a_past_contact("P-2", "how do i clean my cast iron pan? ", "Wash it by hand and oil it.", "care_pan"),
    a_past_contact(
        "P-3", "Where is parcel LR-104233? Mail me at jo@mail.example", "Dear Jo, it is on its way."
    ),
)


@pytest.fixture(scope="module")
def search() -> KnowledgeSearch:
    return KnowledgeSearch.fit(ARTICLES, PAST, ENCODER, CANNED)


def ids(search: KnowledgeSearch, text: str, filters: Filters, n: int = 10) -> list[str]:
    found = search.search_articles(text, ENCODER.encode([text])[0], n, filters)
    assert all(0.0 <= passage.score <= 1.0 for passage in found)
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    return [passage.source.id for passage in found]


def test_the_fitting_article_comes_first_with_its_fitting_paragraph(search: KnowledgeSearch) -> None:
    text = "order by 14:00 for next working day delivery"
    best = search.search_articles(text, ENCODER.encode([text])[0], 1, Filters(TODAY))[0]
    assert best.source.id == "delivery"
    assert best.source.quote.startswith("Order by 14:00")
    assert best.topics == ("delivery_status",)


def test_readers_who_share_a_search_get_what_each_gets_alone() -> None:
    many = [
        Article(f"note-{n}", f"Note {n} on pans", f"Pan note number {n}: wash it by hand, dry it and oil it.")
        for n in range(120)
    ]
    hidden = [replace(many[n], audience=Audience.AGENT) for n in (3, 90)]
    every = KnowledgeSearch.fit([*many, *(replace(one, id=f"{one.id}-in") for one in hidden)], (), ENCODER)
    text = "how do I wash a pan"
    vector = ENCODER.encode([text])[0]
    asked = [(4, Filters(TODAY, Audience.PUBLIC)), (2, Filters(TODAY, Audience.AGENT)), (0, Filters(TODAY))]
    shared = every.search_articles_for(text, vector, asked)
    assert shared == tuple(every.search_articles(text, vector, n, filters) for n, filters in asked)
    assert [len(found) for found in shared] == [4, 2, 0]
    assert every.search_articles_for(text, vector, []) == ()


def test_a_hit_on_the_title_quotes_a_paragraph(search: KnowledgeSearch) -> None:
    text = "Looking after cast iron pans"
    best = search.search_articles(text, ENCODER.encode([text])[0], 1, Filters(TODAY))[0]
    assert best.source.quote.startswith("Wash the cast iron pan")


def test_a_word_that_names_one_article_outweighs_a_little_likeness() -> None:
    paying = [
        Article("right", "Paying in parts with Klarna", "Choose it at the till and pay a third now."),
        Article("rival", "Paying in parts with PayPal", "Choose it at the till and pay a third now."),
    ]
    others = [Article(f"other-{n}", f"Paying note {n}", f"Paying note number {n}.") for n in range(60)]
    titles = ENCODER.encode([one.title for one in paying])
    vector = 0.26 * titles[0] + 0.74 * titles[1]  # an encoder that hardly knows the name
    text = "can I use klarna"
    for articles, first in ((others, "right"), (others[:10], "rival")):
        found = KnowledgeSearch.fit([*paying, *articles], (), ENCODER)
        assert found.search_articles(text, vector, 1, Filters(TODAY))[0].source.id == first


def test_a_code_tells_the_articles_that_hold_it_while_they_are_few() -> None:
    kettle = Article("kettle", "How do I descale a kettle", "Boil water with vinegar to descale a kettle.")
    text = "how do I descale a kettle E204"
    for holding, best in ((1, "note-0"), (20, "kettle")):
        coded = [Article(f"note-{n}", f"Subject{n}", f"Fault E204 of thing{n}.") for n in range(holding)]
        search = KnowledgeSearch.fit([kettle, *coded], (), ENCODER)
        vector = 0.5 * ENCODER.encode([kettle.title])[0] + 0.5 * ENCODER.encode(["Subject0"])[0]
        assert search.search_articles(text, vector, 1, Filters(TODAY))[0].source.id == best


def test_expired_articles_never_answer(search: KnowledgeSearch) -> None:
    text = "gift wrapping in gold foil paper"
    assert "old-gifts" not in ids(search, text, Filters(TODAY))
    assert ids(search, text, Filters(date(2025, 12, 1)))[0] == "old-gifts"


def test_filters_hold_back_other_audiences_channels_and_topics() -> None:
    only_chat = Article("chat", "Pan lids", "Lids for pans.", channels=("chat",), topics=("lids",))
    search = KnowledgeSearch.fit((*ARTICLES, only_chat), (), ENCODER)
    assert "goodwill" not in ids(search, "goodwill vouchers", Filters(TODAY, audience=Audience.PUBLIC))
    assert "goodwill" in ids(search, "goodwill vouchers", Filters(TODAY))
    assert "chat" not in ids(search, "pan lids", Filters(TODAY, channel="email"))
    assert "chat" in ids(search, "pan lids", Filters(TODAY, channel="chat"))
    assert ids(search, "pan", Filters(TODAY, topic="lids")) == ["chat"]


def test_past_queries_are_kept_once_and_without_personal_data(search: KnowledgeSearch) -> None:
    found = search.search_past(ENCODER.encode(["How do I clean my cast iron pan?"])[0], 10)
    assert [hit.source.id for hit in found][:1] == ["P-1"]
    assert "P-2" not in {hit.source.id for hit in found}
    assert found[0].reply_id == "care_pan"
    assert "jo@mail.example" not in "".join(hit.source.quote for hit in found)


def test_only_answered_turns_of_settled_contacts_teach() -> None:
    waiting = a_contact("What do you sell?", id="W-1")
    half = replace(
        waiting,
        id="W-2",
        messages=(
            *waiting.messages,
            Message(Role.AGENT, "All sorts of pans.", NOW),
            Message(Role.CUSTOMER, "And?", NOW),
        ),
    )
    closed = replace(half, id="W-3", status=ContactStatus.CLOSED)
    search = KnowledgeSearch.fit((), (waiting, half, closed), ENCODER)
    assert [turn.contact_id for turn in search.cards.past] == ["W-3"]


def test_what_is_saved_is_what_is_loaded(search: KnowledgeSearch, tmp_path: Path) -> None:
    search.save(tmp_path)
    again = KnowledgeSearch.load(tmp_path)
    text = "standard delivery takes how many working days"
    vector = ENCODER.encode([text])[0]
    assert again.search_articles(text, vector, 5, Filters(TODAY)) == search.search_articles(
        text, vector, 5, Filters(TODAY)
    )
    assert again.search_past(vector, 5) == search.search_past(vector, 5)
    assert again.similar_replies(vector) == search.similar_replies(vector)
    assert again.says(TODAY).promises == search.says(TODAY).promises != frozenset()
    assert again.says(TODAY).titles == search.says(TODAY).titles != {}


def test_nothing_fitted_finds_nothing() -> None:
    empty = KnowledgeSearch.fit((), (), ENCODER)
    vector = ENCODER.encode(["anything"])[0]
    assert empty.search_articles("anything", vector, 5, Filters(TODAY)) == ()
    assert empty.search_past(vector, 5) == ()
    assert empty.similar_replies(vector) == {}


def test_passages_follow_the_structure_and_stay_paragraph_sized() -> None:
    long = " ".join(f"Sentence number {n} says a little more about pans." for n in range(60))
    body = (
        f"# Care\n\nYou **need**:\n\n- [oil](https://x.example)\n- a cloth\n\n## Never\n\n{long}\n\n<b>x</b>"
    )
    pieces = chunks(body)
    assert pieces[0].heading == "Care"
    assert pieces[0].text == "You need:\n- oil\n- a cloth"
    assert all(len(piece.text.split()) <= MAX_PASSAGE_WORDS for piece in pieces)
    assert {piece.heading for piece in pieces[1:]} == {"Never"}
    assert chunks("") == ()


def test_a_table_is_told_row_by_row() -> None:
    table = (
        "| Service | Price | How long |\n|---|---|---|\n| Standard | £4.50 | 3 to 5 days |\n| 2 days | £9 | |"
    )
    assert [piece.text for piece in chunks(table)] == [
        "- Standard – price: £4.50; how long: 3 to 5 days\n- Service 2 days – price: £9"
    ]


def test_an_article_in_html_keeps_its_words_and_blocks_apart() -> None:
    body = (
        "<style>p {color: red}</style><h2>Plants by post</h2><p>Plants go out on Mondays &amp; Tuesdays, "
        "so that none of them has to wait in a depot.</p><p>Send a photograph within 48&nbsp;hours, and we "
        "refund you or send new ones.</p><ul><li>pot</li><li>in vitro</li></ul>"
        "<table>\n  <tr>\n <th>Month</th><th>Heat pack</th></tr>\n<tr><td>November to March</td>"
        "<td>free</td></tr></table>"
    )
    pieces = chunks(body)
    assert {piece.heading for piece in pieces} == {"Plants by post"}
    said = "\n".join(piece.text for piece in pieces).split("\n")
    assert said == [
        "Plants go out on Mondays & Tuesdays, so that none of them has to wait in a depot.",
        "Send a photograph within 48 hours, and we refund you or send new ones.",
        "- pot",
        "- in vitro",
        "- November to March – heat pack: free",
    ]


def test_text_with_signs_of_less_and_bars_is_no_markup() -> None:
    text = "Keep it < 8 °C and > 2 °C, or a|b as you like."
    assert chunks(text)[0].text == text


def test_a_contact_with_many_turns_answers_once(search: KnowledgeSearch) -> None:
    turn = (
        Message(Role.CUSTOMER, "clean the cast iron pan", NOW),
        Message(Role.AGENT, "By hand, with oil.", NOW),
    )
    other = (Message(Role.CUSTOMER, "clean the iron pan lid", NOW), Message(Role.AGENT, "Also by hand.", NOW))
    contact: Contact = a_contact(None, id="M-1", messages=(*turn, *other), status=ContactStatus.CLOSED)
    both = KnowledgeSearch.fit((), (contact,), ENCODER)
    hits = both.search_past(ENCODER.encode(["clean the cast iron pan"])[0], 5)
    assert [(hit.source.id, hit.reply) for hit in hits] == [("M-1", "By hand, with oil.")]


def test_a_fact_names_the_public_articles_in_force_that_state_it(search: KnowledgeSearch) -> None:
    article = Article("wrap", "Gift wrap", "Gift wrap costs £4.50 until 24 December.", Audience.PUBLIC)
    inner = replace(article, id="cost", title="Our cost", audience=Audience.AGENT)
    old = replace(article, id="old", title="Old prices", review_by=date(2025, 1, 1))
    titles = KnowledgeSearch.fit((article, inner, old), (), ENCODER, ()).says(TODAY).titles
    assert titles["amount", "450 GBP"] == titles["date", "--12-24"] == ("Gift wrap",)
