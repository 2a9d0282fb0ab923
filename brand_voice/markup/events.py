"""What a text in markup is made of, in reading order: tags that open and close, text, comments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from brand_voice.markup.places import Placed


@dataclass(frozen=True, slots=True)
class Opens:
    tag: str
    attributes: Mapping[str, Placed] = field(default_factory=dict[str, Placed])
    bare_link: bool = False  # an address that is its own link


@dataclass(frozen=True, slots=True)
class Closes:
    tag: str


@dataclass(frozen=True, slots=True)
class Text:
    content: Placed


@dataclass(frozen=True, slots=True)
class Comment:
    content: str


Event = Opens | Closes | Text | Comment
