"""Events laid out as blocks, each with its scope, as Vale lays out a page it is to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from brand_voice.markup.events import Closes, Comment, Event, Opens, Text
from brand_voice.markup.places import Placed, inserted, joined
from brand_voice.vale.comments import NOTHING_MUTED, Muted

SKIPPED_TAGS = ("script", "style", "pre", "figure", "noscript", "iframe")
IGNORED_TAGS = ("tt", "code", "kbd")
_SKIPPED_CLASSES = frozenset({"problematic", "pre", "code"})
_INLINE = frozenset(
    [
        "b",
        "big",
        "i",
        "small",
        "abbr",
        "acronym",
        "cite",
        "dfn",
        "em",
        "kbd",
        "strong",
        "a",
        "br",
        "img",
        "span",
        "sub",
        "sup",
        "code",
        "tt",
        "del",
        "s",
        "u",
        "mark",
        "ins",
        "q",
    ]
)
_HEADING = re.compile(r"h\d")
_SCOPES = {
    "th": ("text", "table", "header"),
    "td": ("text", "table", "cell"),
    "caption": ("text", "table", "caption"),
    "li": ("text", "list"),
    "blockquote": ("text", "blockquote"),
    "figcaption": ("text", "figure", "caption"),
}
_INLINE_SCOPES = {
    "strong": "strong", "b": "strong", "a": "link", "em": "emphasis", "i": "emphasis", "code": "code",
}  # fmt: skip
_CLINGING = frozenset(".?!,:;)]}\u2014\u2013")
_OPENING = ("(", "[", "{", "\u2014", "\u2013")


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a document that rules look at as one text; `prose` blocks are made of paragraphs."""

    content: Placed
    scope: frozenset[str]
    muted: Muted = NOTHING_MUTED
    prose: bool = False

    @property
    def text(self) -> str:
        return self.content.text


@dataclass(frozen=True, slots=True)
class Document:
    """A text as rules look at it: `blocks` in order; `summary` its sentences without headings and cells;
    `raw` all of it as written. `counts` are those of its parts ("list", "heading.h1", …)."""

    blocks: tuple[Block, ...]
    summary: Block
    raw: Block
    counts: dict[str, int]


@dataclass(slots=True)
class _Page:
    """The state of laying out, named as in Vale's own account of it."""

    kind: str
    skipped: frozenset[str]
    ignored: frozenset[str]
    classes: frozenset[str]
    blocks: list[Block] = field(default_factory=list[Block])
    summary: list[Placed] = field(default_factory=list[Placed])
    counts: dict[str, int] = field(default_factory=dict[str, int])
    buffer: list[Placed] = field(default_factory=list[Placed])
    history: list[str] = field(default_factory=list[str])
    inner: list[str] = field(default_factory=list[str])
    muted: Muted = NOTHING_MUTED
    skipping: list[str] = field(default_factory=list[str])
    inline: bool = False
    starred: bool = False
    trailing: Placed | None = None  # the white space after the text read last

    def opens(self, event: Opens) -> None:
        tag = event.tag
        classed = self._classed(event)
        if self.skipping:
            if tag == self.skipping[-1]:
                self.skipping.append(tag)
            return
        if tag in self.skipped or (classed and tag not in _INLINE):
            self.counts[tag] = self.counts.get(tag, 0) + 1
            self.skipping.append(tag)
            return
        self.inline = tag in _INLINE
        self.starred = tag in self.ignored or event.bare_link or (classed and tag in _INLINE)
        self.history.append(tag)
        if tag in _INLINE_SCOPES:
            self.inner.append(tag)
        alt = event.attributes.get("alt")
        if tag == "img" and alt is not None and alt.text and "alt" not in self.skipped:
            self._add(alt, ("text", "attr", "alt"))

    def _classed(self, event: Opens) -> bool:
        named = event.attributes.get("class")
        return named is not None and not self.classes.isdisjoint(named.text.split())

    def closes(self, tag: str) -> None:
        if self.skipping:
            if tag == self.skipping[-1]:
                self.skipping.pop()
            return
        if tag in _INLINE:
            if tag in self.inner:
                del self.inner[len(self.inner) - 1 - self.inner[::-1].index(tag)]
            return
        self.flush()

    def reads(self, content: Placed) -> None:
        stripped = content.stripped()
        if self.skipping or not stripped.text:
            self._gap(content)
            return
        if self.inner and not self.starred:
            self._add(stripped, (_INLINE_SCOPES[self.inner[-1]],))
        elif self.starred and self.inner and self.inner[-1] == "code":
            self._add(stripped, ("code",))
        clings = stripped.text[0] in _CLINGING and not self.starred
        shown = stripped.starred() if self.starred else stripped
        self.starred = False
        spaced = (self.inline and not clings) or self._nested_item()
        if spaced and not (self.buffer and self.buffer[-1].text.endswith(_OPENING)):
            lead = len(content.text) - len(content.text.lstrip())
            space = content.cut(lead - 1, lead) if lead else self.trailing
            self.buffer.append(Placed(" ", space.runs[:1]) if space is not None else inserted(" "))
        self.buffer.append(shown)
        kept = len(content.text.rstrip())
        self.trailing = content.cut(kept, kept + 1) if kept < len(content.text) else None

    def _gap(self, content: Placed) -> None:
        if content.text and not self.skipping:
            self.trailing = content.cut(0, 1)

    def _nested_item(self) -> bool:
        return (
            bool(self.buffer)
            and len(self.history) > 3
            and self.history[-1] == "li"
            and self.history[-2] in {"ol", "ul"}
            and self.history[-3] == "li"
            and not self.inline
        )

    def flush(self) -> None:
        content = joined(self.buffer)
        history, self.history, self.buffer, self.inline = self.history, [], [], False
        self.trailing = None
        if not content.text.strip():
            return
        for tag in history:
            scope = _SCOPES.get(tag) or (("text", "heading", tag) if _HEADING.fullmatch(tag) else None)
            if scope is None:
                continue
            if tag in {"li", "blockquote"}:
                self.summary.append(content)
            name = ".".join(scope[1:])
            self.counts[name] = self.counts.get(name, 0) + 1
            self._add(
                content.cut(len(content.text) - len(content.text.lstrip(" ")), len(content.text)), scope
            )
            return
        self.summary.append(content)
        self._add(content, ("text",), prose=True)

    def _add(self, content: Placed, scope: tuple[str, ...], *, prose: bool = False) -> None:
        self.blocks.append(Block(content, frozenset({*scope, self.kind}), self.muted, prose))


def lay_out(
    events: Iterable[Event],
    raw: Placed,
    kind: str,
    *,
    skipped: Iterable[str] = (),
    ignored: Iterable[str] = (),
    classes: Iterable[str] = (),
) -> Document:
    """Return the blocks of a text in markup; `kind` is its ending (md, html).

    `skipped` and `ignored` are tags to pass over and to star out instead of the usual ones, `classes` more
    class names to pass over.
    """
    page = _Page(
        kind,
        frozenset(skipped) or frozenset(SKIPPED_TAGS),
        frozenset(ignored) or frozenset(IGNORED_TAGS),
        _SKIPPED_CLASSES | frozenset(classes),
    )
    for event in _merged(events):
        match event:
            case Opens():
                page.opens(event)
            case Closes():
                page.closes(event.tag)
            case Text():
                page.reads(event.content)
            case Comment():
                page.muted = page.muted.after(event.content.strip())
    page.flush()
    at_end = page.muted.at_end()
    summary = joined(part for content in page.summary for part in (content, inserted("\n\n")))
    return Document(
        tuple(page.blocks),
        Block(summary, frozenset({"summary", kind}), at_end),
        Block(raw, frozenset({"raw", kind}), at_end),
        page.counts,
    )


def _merged(events: Iterable[Event]) -> Iterator[Event]:
    """Yield the events with the texts that follow on each other as one."""
    texts: list[Placed] = []
    for event in events:
        if isinstance(event, Text):
            texts.append(event.content)
            continue
        if texts:
            yield Text(joined(texts) if len(texts) > 1 else texts[0])
            texts = []
        yield event
    if texts:
        yield Text(joined(texts))


def plain_document(content: Placed, kind: str = "txt") -> Document:
    """Return a text without markup: one block of prose."""
    block = Block(content, frozenset({"text", kind}), prose=True)
    return Document(
        (block,) if content.text.strip() else (),
        Block(content, frozenset({"summary", kind})),
        Block(content, frozenset({"raw", kind})),
        {},
    )
