"""HTML and tables in articles, made into the Markdown and the lines that passages are cut from."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

_HAS_BLOCK = re.compile(
    r"<(?:p|h[1-6]|ul|ol|li|table|tr|td|th|div|br|section|article)\b[^<>]{0,500}>", re.IGNORECASE
)
_BREAK = re.compile(
    r"</?(?:p|div|section|article|ul|ol|table|thead|tbody|tfoot|blockquote|header|footer|figure|dl|h[1-6])"
    r"\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_OPENS_HEADING = re.compile(r"<h([1-6])\b[^<>]{0,500}>\s*", re.IGNORECASE)
_OPENS_ITEM = re.compile(r"\s*<(?:li|dt|dd)\b[^<>]{0,500}>\s*", re.IGNORECASE)
_NEW_LINE = re.compile(r"<br\b[^<>]{0,100}>|\s*<tr\b[^<>]{0,500}>", re.IGNORECASE)
_ENDS_ROW = re.compile(r"\s*</tr\s*>", re.IGNORECASE)
_CELL = re.compile(r"\s*<t[dh]\b[^<>]{0,500}>\s*", re.IGNORECASE)
_ENDS_CELL = re.compile(r"\s*</t[dh]\s*>|</(?:li|dt|dd)\s*>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style|head|template)\b.{0,20000}?</\1\s*>", re.IGNORECASE | re.DOTALL)
_ROW = re.compile(r"^\s*\|(?P<cells>.*?)\|?\s*$")
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_BARS = re.compile(r"(?<!\\)\|")


def markdown_of(text: str) -> str:
    """Return an article written in HTML as Markdown: headings, paragraphs, items and rows on lines of their
    own, and no script. Other text is returned as it is."""
    if _HAS_BLOCK.search(text) is None:
        return text
    text = _UNSEEN.sub("\n\n", text)
    text = _OPENS_HEADING.sub(lambda match: f"\n\n{'#' * int(match[1])} ", text)
    text = _OPENS_ITEM.sub("\n- ", text)
    text = _ENDS_CELL.sub("", _CELL.sub(" | ", text))
    text = _NEW_LINE.sub("\n", _ENDS_ROW.sub(" |", text))
    text = html.unescape(_BREAK.sub("\n\n", text)).replace("\xa0", " ")
    lines = "\n".join(line.strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def rows_as_lines(markdown: str) -> str:
    """Return `markdown` with each row of a table as a line that can be read by itself: "- Standard – price:
    £4.50; how long: 3 to 5 days". The first row is taken for the headings."""
    lines: list[str] = []
    table: list[list[str]] = []
    for line in [*markdown.split("\n"), ""]:
        cells = _cells(line)
        if cells is not None or (table and _RULE.match(line) is not None):
            table += [cells] if cells else []
            continue
        lines += _said(table)
        table = []
        lines.append(line)
    return "\n".join(lines[:-1])


def _cells(line: str) -> list[str] | None:
    """Return what stands in the cells of a table's row; [] for the line under its head, None for others."""
    row = _ROW.match(line)
    if row is None or len(_BARS.findall(line)) < 2:
        return None
    return [] if _RULE.match(line) else [cell.strip() for cell in _BARS.split(row["cells"])]


def _said(table: Sequence[Sequence[str]]) -> Iterator[str]:
    if len(table) == 1:
        yield " ".join(cell for cell in table[0] if cell)
    if len(table) < 2:
        return
    head, *rows = table
    for row in rows:
        lead = f"{head[0]} {row[0]}".strip() if row[0][:1].isdigit() else row[0]
        told = [
            f"{name[:1].lower()}{name[1:]}: {cell}" if name else cell
            for name, cell in zip((*head[1:], *[""] * len(row)), row[1:], strict=False)
            if cell
        ]
        yield f"- {lead} – {'; '.join(told)}" if told else f"- {lead}"
