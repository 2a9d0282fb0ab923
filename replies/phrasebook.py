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

    `acknowledgements` go by cue ("complaint"), with "" for any other message. `frame` is the whole form:
    it places {{ part.… }} of the composed reply. `most_words` is how many people read on it (0: no matter).
    """

    greeting_named: str
    greeting: str
    acknowledgements: Mapping[str, str]
    next_step: str
    closing: str
    sign_off: str
    frame: str
    offer: str
    answer_lead: str
    question: str
    separator: str
    most_words: int


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    greeting_named: str
    greeting: str
    acknowledgements: dict[str, str]
    next_step: str
    closing: str
    sign_off: str
    frame: str
    offer: str
    answer_lead: str = ""
    question: str
    separator: str = "\n\n"
    most_words: int = 0


@lru_cache(maxsize=16)
def packaged_phrases(channel: Channel) -> Phrases:
    """Return the wording that ships for `channel`.

    Raises UnsafeMacro or pydantic's ValidationError when the packaged file was damaged.
    """
    text = resources.files("replies").joinpath(f"phrasebook/{channel.value}.yaml").read_text("utf-8")
    row = _Row.model_validate(yaml.safe_load(text))
    single = (
        row.greeting_named,
        row.greeting,
        row.next_step,
        row.closing,
        row.sign_off,
        row.frame,
        row.offer,
    )
    for template in (*single, row.answer_lead, row.question, *row.acknowledgements.values()):
        require_safe(template)
    return Phrases(**row.model_dump())
