"""What the agent must know of a message before replying, in words; shown beside the suggestions."""

from __future__ import annotations

from replies.case import Case
from replies.language import guess_language, language_name
from replies.meant import meant_numbers
from replies.proposals import Understanding
from replies.several_questions import questions_in
from replies.understanding import Question


def foreign(question: Question) -> tuple[str, ...]:
    """Return, in words for the agent, that the message is in a language in which nothing can be suggested."""
    if question.in_our_language:
        return ()
    name = language_name(guess_language(question.text))
    return (f"The message looks to be in {name}, in which this shop does not answer: nothing is suggested.",)


def taken_back(question: Question) -> tuple[str, ...]:
    """Return, in words for the agent, what the customer does not wish, or no longer."""
    if question.withdrawn is None:
        return ()
    said = "; ".join(f"“{one}”" for one in question.withdrawn.quotes)
    what = "nothing is suggested" if question.asks_nothing else "only what else is asked is answered"
    return (f"The customer takes a wish back or rules it out ({said}): {what}.",)


def several(question: Question) -> tuple[str, ...]:
    """Return, in words for the agent, that the message asks several things: a suggestion may answer one."""
    asked = questions_in(question.sought) if question.in_our_language else ()
    if not asked:
        return ()
    said = "; ".join(f"“{one}”" for one in asked)
    return (f"The customer asks {len(asked)} things: {said}. Look that the reply answers each.",)


def unknown_orders(case: Case, understanding: Understanding) -> tuple[str, ...]:
    """Return, in words for the agent, the order numbers given that are not on record for this customer."""
    return tuple(
        f"The order number {number} is not on record for this customer: look it up before you reply."
        for number in dict.fromkeys(meant_numbers(understanding.facts, understanding.record))
        if case.own_order(number) is None
    )
