"""What customers take back or rule out: no topic comes of it, and no suggestion carries it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from replies.assist import Desk, assist
from replies.taking_back import Kind, clauses_in
from replies.understanding import Understander
from replies.withdrawn import withdrawn_in
from tests.unit.replies.test_assist import SHOP, a_contact

MakeDesk = Callable[..., Desk]
Floats = NDArray[np.float32]

TAKEN_BACK = """
Please do not cancel my order after all.
I no longer want to cancel my order.
Hi, please don't cancel order LR-104233, I still want it. Thanks
I’ve decided not to cancel it.
I don't want my order cancelled.
There is no need to cancel my order any more.
You don't have to cancel it.
Please cancel my order.|Ignore that, I'll keep it.
I would like to withdraw my cancellation request.
It is no longer necessary to cancel my order.
Please stop the cancellation, I still want the table.
I'd rather you didn't cancel my order.
Let's not cancel it then.
Don't bother with the cancellation.
Can you please ignore my cancellation request?
The cancellation is no longer needed.
Please cancel it.|No, please don't.
Could you please not cancel my order?
Please stop the cancellation, I want my order.
I want to undo my cancellation.
I've had a rethink and won't be cancelling.
I was told to cancel but please don't.
We are no longer interested in cancelling the order.
My request to cancel the order can be ignored.
Can we forget about the cancellation?
The cancellation of this morning was made by mistake.
I cancelled by accident, please reinstate my order.
""".strip()

STANDS = """
I don't want it, please cancel it
my parcel did not arrive, please cancel
I can't log in to cancel
I have not received my refund, so cancel the rest
why did you not cancel my order
don't you cancel orders?
I don't want to wait any longer, cancel my order
if you can't deliver by Friday I want to cancel
I no longer want my order, cancel it.
Please don't forget to cancel my order.
I don't want the reed diffuser, cancel that line
I don't want to cancel the whole order, just cancel the lamp please.
Please do not send me an invoice, cancel the order.
I do not want to keep it, please cancel.
You said you would not cancel my order.
You should not have cancelled my order, where is it?
Don't cancel all of it, only the lamp.
I do not know how to cancel.
Why is there no option to cancel?
Please cancel it. I ordered it an hour ago by mistake.
I have ordered two by accident, cancel one please
""".strip()


class ByWord:
    """Two topics: one of every text with the word "cancel", the other of one with "where" and without it."""

    labels = ("cancel_order", "delivery_status")
    threshold = 0.5

    def chances(self, text: str, _vector: Floats) -> Floats:
        cancels = "cancel" in text.lower()
        asks = not cancels and "where" in text.lower()
        return np.asarray([0.95 if cancels else 0.01, 0.9 if asks else 0.02], dtype=np.float32)


def no_vectors(texts: Sequence[str]) -> Floats:
    return np.zeros((len(texts), 1), dtype=np.float32)


def topic_left(text: str) -> str | None:
    """The topic that `text` surely has in the end."""
    found = withdrawn_in(text, no_vectors([text])[0], ByWord(), no_vectors)
    chances = ByWord().chances(text, no_vectors([text])[0]) if found is None else found.chances
    best = int(chances.argmax())
    return ByWord.labels[best] if chances[best] >= ByWord.threshold else None


@pytest.mark.parametrize("text", TAKEN_BACK.split("\n"))
def test_a_wish_taken_back_is_no_topic(text: str) -> None:
    assert topic_left(text.replace("|", "\n")) is None  # a bar between two messages of a burst


@pytest.mark.parametrize("text", STANDS.split("\n"))
def test_a_wish_beside_another_negation_stands(text: str) -> None:
    assert topic_left(text) == "cancel_order"


def test_what_is_asked_beside_the_wish_taken_back_is_the_topic() -> None:
    assert topic_left("I do not want to cancel any more, but where is my parcel?") == "delivery_status"
    assert topic_left("Cancel my order.\nForget that. Where is my parcel?") == "delivery_status"


def test_what_a_customer_does_not_mind_is_no_clause() -> None:
    assert clauses_in("Never mind the delay, but where is it?") == ()
    assert clauses_in("There is no need for such packaging!") == ()


def test_a_clause_names_its_wish_and_its_places() -> None:
    text = "Hello, I no longer want to return the kettle because it works."
    (clause,) = clauses_in(text)
    assert (clause.kind, clause.wish) == (Kind.RULED_OUT, "return the kettle")
    assert text[clause.start : clause.end].strip() == "I no longer want to return the kettle"


def test_the_agent_is_told_and_nothing_is_suggested_on_it(make_desk: MakeDesk) -> None:
    desk = make_desk(understander=Understander(SHOP, ByWhere()))
    asked = assist(a_contact("Where is my parcel? I want a tracking link."), desk)
    assert asked.understanding.topic == "delivery_status" and asked.suggestions
    made = assist(a_contact("Please do not track my parcel any more."), desk)
    assert made.understanding.topic is None
    assert made.suggestions == ()
    assert made.question == "Thank you for letting me know. Is there anything else that I can help you with?"
    assert any("takes a wish back or rules it out" in note and "do not track" in note for note in made.notes)


def test_a_topic_on_record_does_not_stand_where_it_is_taken_back(make_desk: MakeDesk) -> None:
    desk = make_desk(understander=Understander(SHOP, ByWhere()))
    made = assist(a_contact("Please do not track my parcel any more.", topic="delivery_status"), desk)
    assert made.understanding.topic is None and made.suggestions == ()


class ByWhere:
    """Every text that speaks of tracking or asks where is on delivery_status."""

    labels = ("delivery_status", "complaint")
    threshold = 0.6

    def chances(self, text: str, _vector: Floats) -> Floats:
        sure = "track" in text.lower() or "where" in text.lower()
        return np.asarray([0.9 if sure else 0.1, 0.05], dtype=np.float32)
