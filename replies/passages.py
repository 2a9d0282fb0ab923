"""Articles cut into passages: paragraph-sized pieces of plain text along the Markdown structure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from replies.article_marks import markdown_of, rows_as_lines
from replies.articles import Article

MAX_PASSAGE_WORDS = 120
_MIN_WORDS = 12  # a shorter block says little alone and joins the one before it

_HEADING = re.compile(r"^(?:#{1,6})\s+(?P<text>.*?)\s*#*$")
_LINK = re.compile(r"!?\[(?P<text>[^\]]{0,500})\]\((?P<url>[^)\s]{0,2000})[^)]{0,200}\)")
_EMPHASIS = re.compile(
    r"(\*\*|__|`+)(?P<text>[^*_`]{1,2000}?)\1|(?<!\w)[*_](?P<plain>[^*_\n]{1,2000}?)[*_](?!\w)"
)
_TAG = re.compile(r"<(?:/?[A-Za-z][^<>]{0,500}|!--.{0,2000}?--)>", re.DOTALL)
_MARKER = re.compile(r"^(?:>\s?)+", re.MULTILINE)
_RULE = re.compile(r"^(?:[-*_]\s?){3,}$|^\|?(?:\s*:?-+:?\s*\|)+\s*:?-*:?\s*$", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9£“\"'])")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of an article: the heading it stands under ("" for none) and its plain text."""

    heading: str
    text: str


def plain_text(markdown: str) -> str:
    """Return Markdown or HTML without its marks: links as their words, lists as lines, of a table a line for
    each row that says what stands under which heading."""
    text = rows_as_lines(markdown_of(markdown))
    text = _TAG.sub("", text)
    text = _LINK.sub(lambda match: match["text"], text)
    text = _EMPHASIS.sub(lambda match: match["text"] or match["plain"] or "", text)
    text = _RULE.sub("", _MARKER.sub("", text))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def chunks(markdown: str) -> tuple[Chunk, ...]:
    """Return the paragraphs of an article in order; long ones cut at sentences, tiny ones joined on."""
    pieces: list[Chunk] = []
    for heading, block in _blocks(markdown_of(markdown)):
        for text in _sized(plain_text(block)):
            last = pieces[-1] if pieces else None
            if last is not None and last.heading == heading and _joins(last.text, text):
                pieces[-1] = Chunk(heading, f"{last.text}\n{text}")
            else:
                pieces.append(Chunk(heading, text))
    return tuple(pieces)


def says(article: Article, quote: str) -> bool:
    """Whether the article as it stands has `quote` as its title or as one of its passages."""
    return quote == article.title or any(chunk.text == quote for chunk in _chunks_of(article.body))


@lru_cache(maxsize=512)
def _chunks_of(body: str) -> tuple[Chunk, ...]:
    return chunks(body)


def _joins(before: str, text: str) -> bool:
    words, more = len(before.split()), len(text.split())
    lead_in = before.endswith(":")  # "You need:" belongs to the list after it
    return (min(words, more) < _MIN_WORDS or lead_in) and words + more <= MAX_PASSAGE_WORDS


def _blocks(markdown: str) -> Iterator[tuple[str, str]]:
    heading = ""
    lines: list[str] = []
    for line in [*markdown.replace("\r\n", "\n").split("\n"), ""]:
        title = _HEADING.match(line)
        if line.strip() and title is None:
            lines.append(line.rstrip())
            continue
        if lines:
            yield heading, "\n".join(lines)
            lines = []
        if title is not None:
            heading = plain_text(title["text"])


def _sized(text: str) -> Iterator[str]:
    if not text:
        return
    if len(text.split()) <= MAX_PASSAGE_WORDS:
        yield text
        return
    held: list[str] = []
    count = 0
    for sentence in _SENTENCE_END.split(text):
        for part in _word_runs(sentence):
            words = len(part.split())
            if held and count + words > MAX_PASSAGE_WORDS:
                yield " ".join(held)
                held, count = [], 0
            held.append(part)
            count += words
    yield " ".join(held)


def _word_runs(sentence: str) -> Iterator[str]:
    words = sentence.split(" ")
    if len(words) <= MAX_PASSAGE_WORDS:
        yield sentence
        return
    for start in range(0, len(words), MAX_PASSAGE_WORDS):
        yield " ".join(words[start : start + MAX_PASSAGE_WORDS])
