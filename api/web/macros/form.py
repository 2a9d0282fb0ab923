"""The macro editor's form, and examples as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from api.macros import MacroExample
from replies.articles import CannedReply
from replies.contacts import Channel

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_MOST_EXAMPLES = 20
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class MacroForm:
    """A macro as typed; `problem` is what cannot be read in it, in words."""

    reply_id: str = ""
    title: str = ""
    text: str = ""
    topics: str = ""
    channels: tuple[str, ...] = ()
    actions: str = ""
    review_by: str = ""
    approved: bool = False
    examples_written: str = ""
    contact_id: str = ""

    @classmethod
    def of(cls, reply: CannedReply, examples_written: str) -> MacroForm:
        return cls(
            reply_id=reply.id,
            title=reply.title,
            text=reply.text,
            topics=", ".join(reply.topics),
            channels=reply.channels,
            actions=", ".join(reply.actions),
            review_by=reply.review_by.isoformat() if reply.review_by is not None else "",
            approved=bool(reply.approved_by),
            examples_written=examples_written,
        )

    @classmethod
    def read(cls, form: MultiDict[str, Any]) -> MacroForm:
        return cls(
            reply_id=form.get("id", "").strip(),
            title=" ".join(form.get("title", "").replace("\x00", "").split())[:200],
            text=_lines(form.get("text", "")).strip()[: _LONGEST + 1],
            topics=form.get("topics", "")[:1000],
            channels=tuple(dict.fromkeys(one for one in form.getlist("channels") if one in set(Channel))),
            actions=form.get("actions", "")[:1000],
            review_by=form.get("review_by", "").strip()[:10],
            approved=form.get("approved") == "yes",
            examples_written=_lines(form.get("examples", ""))[:_LONGEST],
            contact_id=form.get("contact_id", "").replace("\x00", "").strip()[:100],
        )

    @property
    def problem(self) -> str | None:
        """What keeps it from being read, in words; None when nothing does."""
        if _ID.fullmatch(self.reply_id) is None:
            return "An id is letters, digits, dots, hyphens and underscores, 100 at most."
        if not self.text:
            return "There is nothing to say yet."
        try:
            self._review_day()
        except ValueError:
            return f"{self.review_by!r} is no date such as 2027-06-30."
        try:
            list(self.examples)
        except ValueError as error:
            return str(error)
        return None

    @property
    def examples(self) -> tuple[MacroExample, ...]:
        """The examples. Raises ValueError, in words, for what is no example."""
        found = tuple(read_examples(self.examples_written))
        if len(found) > _MOST_EXAMPLES:
            raise ValueError(f"{len(found)} examples are too many; {_MOST_EXAMPLES} are enough")
        return found

    def reply(self, approver: str) -> CannedReply:
        """Return the canned reply, approved by `approver` where the form says so."""
        return CannedReply(
            id=self.reply_id,
            text=self.text,
            title=self.title,
            topics=_list_of(self.topics),
            channels=self.channels,
            actions=_list_of(self.actions),
            approved_by=approver if self.approved else "",
            review_by=self._review_day(),
        )

    def _review_day(self) -> date | None:
        return date.fromisoformat(self.review_by) if self.review_by else None


def read_examples(written: str) -> Iterator[MacroExample]:
    """Yield examples from blocks of lines, a blank line between two.

    A line is `name: …`, `channel: …`, `topic: …`, `says: …` or `placeholder = value`. Raises ValueError
    naming the line that is none of these.
    """
    for number, block in enumerate(re.split(r"\n\s*\n", written.strip()), 1):
        if block.strip():
            yield _example(block, number)


def examples_text(examples: Iterable[MacroExample]) -> str:
    """Return examples as the editor shows them; `read_examples` reads them back."""
    return "\n\n".join("\n".join(_written(example)) for example in examples)


def _example(block: str, number: int) -> MacroExample:
    stated = {"name": f"example {number}", "channel": Channel.EMAIL.value, "topic": ""}
    values: list[tuple[str, str]] = []
    says: list[str] = []
    for line in block.splitlines():
        key, colon, rest = (part.strip() for part in line.partition(":"))
        name, equals, value = (part.strip() for part in line.partition("="))
        if colon and key == "says":
            says.append(rest)
        elif colon and key in stated:
            stated[key] = rest
        elif equals and name:
            values.append((name, value))
        else:
            raise ValueError(f"“{line.strip()}” in example {number} is neither 'name: …' nor 'order.id = …'")
    if stated["channel"] not in set(Channel):
        raise ValueError(f"{stated['channel']!r} in example {number} is no channel")
    return MacroExample(
        stated["name"], tuple(values), stated["channel"], stated["topic"] or None, tuple(says)
    )


def _written(example: MacroExample) -> Iterator[str]:
    yield f"name: {example.name}"
    yield f"channel: {example.channel}"
    if example.topic is not None:
        yield f"topic: {example.topic}"
    yield from (f"{name} = {value}" for name, value in example.values)
    yield from (f"says: {words}" for words in example.must_say)


def _list_of(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in written.split(",") if part.strip()))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
