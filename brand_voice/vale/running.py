"""A pack run over a text: alerts, each with its place, as Vale reports them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from brand_voice.finding import Span
from brand_voice.markup.html_events import html_events
from brand_voice.markup.markdown_events import markdown_events
from brand_voice.markup.places import whole
from brand_voice.vale.blocks import Block, Document, lay_out, plain_document
from brand_voice.vale.building import ValeRule
from brand_voice.vale.comments import NOTHING_MUTED
from brand_voice.vale.definition import Level
from brand_voice.vale.formulas import BadFormula
from brand_voice.vale.pack import Pack
from brand_voice.vale.regexps import BrokenPattern, regexp
from brand_voice.vale.segments import paragraphs, sentences
from brand_voice.vale.strikes import Memory, Strike

Format = Literal["text", "markdown", "html"]
_ENDINGS: dict[Format, str] = {"text": "txt", "markdown": "md", "html": "html"}
_HIDDEN = "\ue000"
"""Stands for what the settings tell to ignore within prose; shows as stars, as code does."""
_ALERTS_PER_RULE = 5000


@dataclass(frozen=True, slots=True)
class Alert:
    """What a rule says at a place. `line` and `columns` count from one, the last column included."""

    check: str
    level: Level
    place: Span
    line: int
    columns: tuple[int, int]
    match: str
    message: str
    description: str
    link: str
    action: str
    params: tuple[str, ...]
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The alerts of one text in order of place, and the rules that could not finish, each with its fault."""

    alerts: tuple[Alert, ...]
    faults: dict[str, Exception] = field(default_factory=dict[str, Exception])


def run(pack: Pack, text: str, form: Format, names: Iterable[str], *, muting: bool = True) -> Report:
    """Run the rules that hold for a file known by any of `names` over its text.

    `muting` lets comments in the text switch rules off. A rule that fails or takes too long has its fault
    reported and no alert.
    """
    told = tuple(names)
    active = pack.active(told)
    if not active or not text.strip():
        return Report(())
    lines = _Lines(text)
    document = _document(pack, lines.plain, form, told)
    return _Run(pack, active, document, lines, muting=muting).report()


def _document(pack: Pack, plain: str, form: Format, names: tuple[str, ...]) -> Document:
    if form == "text":
        return plain_document(whole(plain))
    settings = pack.settings
    shown = _ignored(pack, plain, names)
    events = markdown_events(shown) if form == "markdown" else html_events(whole(shown))
    document = lay_out(
        events,
        whole(plain),
        _ENDINGS[form],
        skipped=settings.skipped_scopes,
        ignored=settings.ignored_scopes,
        classes=settings.ignored_classes,
    )
    if shown is plain:
        return document
    blocks = tuple(_starred(block) for block in document.blocks)
    return replace(document, blocks=blocks, summary=_starred(document.summary))


def _starred(block: Block) -> Block:
    if _HIDDEN not in block.text:
        return block
    return replace(block, content=replace(block.content, text=block.text.replace(_HIDDEN, "*")))


def _ignored(pack: Pack, text: str, names: tuple[str, ...]) -> str:
    """Return the text with blocks to ignore blanked and tokens to ignore hidden, all else in its place."""
    for section in pack.settings.sections_for(names):
        for source, filler in (
            *((one, " ") for one in section.block_ignores),
            *((one, _HIDDEN) for one in section.token_ignores),
        ):
            try:
                found = regexp(source).found(text)
            except BrokenPattern:
                continue
            for one in found:
                start, end = next(((a, b) for a, b in one.groups if a >= 0), (one.start, one.end))
                blank = re.sub(r"[^\n]", filler, text[start:end])
                if filler == " " and text[end : end + 1] not in {"", "\n"}:
                    blank = _not_indenting(blank)
                text = text[:start] + blank + text[end:]
    return text


def _not_indenting(blank: str) -> str:
    """Return what stands for an ignored block so that the prose behind it is not taken for indented code."""
    head, line_break, last = blank.rpartition("\n")
    return head + line_break + _HIDDEN * len(last)


class _Lines:
    """A text with plain line ends, and where each code point of it stands in the text as given."""

    def __init__(self, text: str) -> None:
        self.given = text
        self.plain = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
        self._dropped = [found.start() for found in re.finditer("\r(?=\n)", text)]
        self._shifts = [place - number for number, place in enumerate(self._dropped)]
        self._starts = [0, *(found.end() for found in re.finditer("\n", self.plain))]

    def given_place(self, place: int) -> int:
        """Return where a code point of the plain text stands in the text as given."""
        return place + bisect_right(self._shifts, place) if self._shifts else place

    def line_of(self, place: int) -> tuple[int, int, int]:
        """Return the number of the line, counted from one, where it starts and how long it is."""
        number = bisect_right(self._starts, place)
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.plain)
        return number, start, end - start


@dataclass(slots=True)
class _Run:
    pack: Pack
    active: tuple[tuple[int, ValeRule], ...]
    document: Document
    lines: _Lines
    muting: bool
    alerts: dict[str, dict[tuple[int, int], Alert]] = field(
        default_factory=dict[str, dict[tuple[int, int], Alert]]
    )
    faults: dict[str, Exception] = field(default_factory=dict[str, Exception])
    memories: dict[str, Memory] = field(default_factory=dict[str, Memory])
    chosen: dict[frozenset[str], list[ValeRule]] = field(default_factory=dict[frozenset[str], list[ValeRule]])

    def report(self) -> Report:
        prose = "\n".join(block.text for block in (*self.document.blocks, self.document.raw))
        woken = self.pack.possible(prose)
        self.active = tuple(one for one in self.active if one[0] in woken)
        for block in self._all_blocks():
            for rule in self._rules_for(block.scope):
                if not (self.muting and block.muted.mutes(rule.about.check)):
                    self._look(rule, block)
        found = [alert for by_place in self.alerts.values() for alert in by_place.values()]
        found.sort(key=lambda alert: (alert.line, alert.columns, alert.check))
        return Report(tuple(found), self.faults)

    def _rules_for(self, scope: frozenset[str]) -> list[ValeRule]:
        rules = self.chosen.get(scope)
        if rules is None:
            rules = [rule for _number, rule in self.active if rule.about.scope.matches(scope)]
            self.chosen[scope] = rules
        return rules

    def _all_blocks(self) -> Iterator[Block]:
        asked = {
            one: any(rule.about.scope.asks_for(one) for _number, rule in self.active)
            for one in ("sentence", "paragraph")
        }
        for block in self.document.blocks:
            if block.prose and asked["paragraph"]:
                yield from _parts(block, "paragraph", paragraphs(block.text))
            if asked["sentence"] and "text" in block.scope:
                yield from _parts(block, "sentence", sentences(block.text))
            yield block
        yield self.document.summary
        yield self.document.raw

    def _look(self, rule: ValeRule, block: Block) -> None:
        check = rule.about.check
        if check in self.faults:
            return
        memory = self.memories.get(check)
        if memory is None:
            memory = self.memories[check] = Memory(self.document)
        muted = block.muted if self.muting else NOTHING_MUTED
        try:
            for strike in rule.kind.strikes(rule.about, block, memory):
                if muted.matches and (check, strike.match) in muted.matches:
                    continue
                if not self._keep(rule, block, strike):
                    return
        except (TimeoutError, BrokenPattern, BadFormula, RecursionError) as fault:
            self.faults[check] = fault
            self.alerts.pop(check, None)

    def _keep(self, rule: ValeRule, block: Block, strike: Strike) -> bool:
        """Add the alert of a strike, one a place; say whether the rule may have more."""
        about = rule.about
        place, line, columns = self._place(block, strike)
        alerts = self.alerts.setdefault(about.check, {})
        most = about.limit or _ALERTS_PER_RULE
        if len(alerts) >= most:  # reached in an earlier block
            return False
        alerts.setdefault(
            (line, columns[0]),
            Alert(
                check=about.check,
                level=about.level,
                place=place,
                line=line,
                columns=columns,
                match=strike.match,
                message=strike.message,
                description=strike.description,
                link=about.link,
                action=strike.action.name,
                params=strike.action.params,
                wordings=strike.wordings,
            ),
        )
        return len(alerts) < most

    def _place(self, block: Block, strike: Strike) -> tuple[Span, int, tuple[int, int]]:
        lines = self.lines
        if strike.start == strike.end:  # about the block as a whole
            span = block.content.span(0, len(block.text))
            line = 1 if {"summary", "raw"} & block.scope else lines.line_of(span.start)[0]
            return Span(lines.given_place(span.start), lines.given_place(span.end)), line, (1, 1)
        span = block.content.span(strike.start, strike.end)
        line, start, length = lines.line_of(span.start)
        first = span.start - start + 1
        last = max(min(span.end - start, length), first)
        given = Span(lines.given_place(span.start), lines.given_place(max(span.end - 1, span.start)) + 1)
        return given if span.end > span.start else Span(given.start, given.start), line, (first, last)


def _parts(block: Block, section: str, places: list[tuple[int, int]]) -> Iterator[Block]:
    scope = block.scope | {section}
    for start, end in places:
        yield Block(block.content.cut(start, end), scope, block.muted)
