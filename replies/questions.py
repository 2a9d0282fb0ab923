"""The question bank: the approved questions that ask for the facts a topic needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib import resources

import yaml
from pydantic import TypeAdapter

from replies.fact_reading import kinds_asked, needed_kinds
from replies.proposals import FactKind
from replies.shop import TopicPolicy


@lru_cache(maxsize=1)
def packaged_questions() -> Mapping[FactKind, str]:
    """Return the question that ships for each kind of fact. Raises pydantic's ValidationError when the
    packaged file was damaged."""
    text = resources.files("replies").joinpath("phrasebook/questions.yaml").read_text("utf-8")
    return TypeAdapter(dict[FactKind, str]).validate_python(yaml.safe_load(text))


def question_for(
    policy: TopicPolicy | None, missing: Collection[FactKind], given: Collection[FactKind] = ()
) -> str:
    """Return what asks for the missing facts and for nothing that is known; "" where nothing is missing.

    While all that the topic needs is missing, its own question asks for it at once, unless its words ask for
    something besides that was `given` ("your order number and the date you were expecting it").
    """
    if policy is None or not missing:
        return ""
    asks_again = kinds_asked(policy.question, ()).keys() & set(given)
    if policy.question and set(needed_kinds(policy)) <= set(missing) and not asks_again:
        return policy.question
    bank = packaged_questions()
    return " ".join(policy.questions.get(kind.value) or bank[kind] for kind in FactKind if kind in missing)
