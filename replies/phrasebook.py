"""The shop's wording per channel: greeting, acknowledgement, next step, closing, sign-off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from replies.contacts import Channel
from replies.macros import require_safe


@dataclass(frozen=True, slots=True)
class Phrases:
    """The wording of one channel; every text is a macro template, "" leaves the part out.

    `acknowledgements` go by cue ("complaint"), with "" for any other message and "again" for a reply of the
    customer's. `about` says what they asked, `read_back` a fact
    they gave later in the conversation, `follow_up` when we look whether a thing done has worked.
    `head` stands above the greeting (a letterhead). `frame` is the whole form: it places {{ part.… }} of the
    composed reply. `most_words` is how many people read on it, `turn_words` how many at once (0: no matter).
    """

    greeting_named: str
    greeting: str
    acknowledgements: Mapping[str, str]
    card_note: str
    about: str
    next_step: str
    follow_up: str
    options_lead: str
    option: str
    options_question: str
    closing: str
    sign_off: str
    head: str
    frame: str
    offer: str
    answer_lead: str
    read_back: str
    question: str
    separator: str
    most_words: int
    turn_words: int


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    greeting_named: str
    greeting: str
    acknowledgements: dict[str, str]
    card_note: str
    about: str
    next_step: str
    follow_up: str
    options_lead: str
    option: str
    options_question: str
    closing: str
    sign_off: str
    head: str
    frame: str
    offer: str
    answer_lead: str = ""
    read_back: str = ""
    question: str
    separator: str = "\n\n"
    most_words: int = 0
    turn_words: int = 0


@lru_cache(maxsize=16)
def packaged_phrases(channel: Channel) -> Phrases:
    """Return the wording that ships for `channel`.

    Raises UnsafeMacro or pydantic's ValidationError when the packaged file was damaged.
    """
    text = resources.files("replies").joinpath(f"phrasebook/{channel.value}.yaml").read_text("utf-8")
    row = _Row.model_validate(yaml.safe_load(text))
    texts = (value for value in row.model_dump().values() if isinstance(value, str))
    for template in (*texts, *row.acknowledgements.values()):
        require_safe(template)
    return Phrases(**row.model_dump())
