"""Files as streams of lines: plain or gzip, bounded in memory, broken ones named."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, NamedTuple, cast

from api.importing.report import NotImported

LONGEST_LINE = 64 * 1024 * 1024
_BLOCK = 1024 * 1024
_GZIP = b"\x1f\x8b"
_SHOWN = 1000
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class _TooLong(bytes):
    """The beginning of a line that is longer than is taken."""


class Line(NamedTuple):
    """One line without its end: its text, or why it has none (`fault`) with what can be shown of it."""

    number: int
    text: str
    fault: str | None = None


@contextmanager
def opened(path: Path, name: str) -> Generator[BinaryIO]:
    """Open a file, or standard input for "-"; gzip is undone. Raises NotImported where it breaks off."""
    try:
        with _raw(path) as raw:
            buffered = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(cast("Any", raw))
            if buffered.peek(2)[:2] == _GZIP:
                with gzip.GzipFile(fileobj=buffered) as unpacked:
                    yield cast("BinaryIO", unpacked)
            else:
                yield cast("BinaryIO", buffered)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise NotImported(f"{name} is damaged or cut off ({error}); nothing was imported") from error
    except OSError as error:
        raise NotImported(f"{name} cannot be read: {error.strerror or error}") from error


@contextmanager
def _raw(path: Path) -> Generator[IO[bytes]]:
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    with path.open("rb") as file:
        yield file


def lines_of(stream: BinaryIO, name: str, encoding: str = "utf-8") -> Iterator[list[Line]]:
    """Yield the lines of a text, about a megabyte at a time.

    A byte-order mark is taken off. A line that is not in `encoding`, or longer than 64 MB, is yielded
    with its fault. Raises NotImported for UTF-16, which is no text of lines.
    """
    number = 0
    for index, raw in enumerate(_raw_lines(stream)):
        if index == 0:
            if raw[0].startswith(_UTF16_MARKS):
                raise NotImported(f"{name} is UTF-16 (line 1); save it as UTF-8 and import that")
            raw[0] = raw[0].removeprefix(_UTF8_MARK)
        yield _decoded(raw, number, encoding)
        number += len(raw)


def _raw_lines(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Yield lists of lines without their ends; of a line that is too long only the beginning is kept."""
    rest = b""
    while block := stream.read(_BLOCK):
        *whole, tail = block.split(b"\n")
        if whole:
            whole[0] = rest if isinstance(rest, _TooLong) else _bounded(rest + whole[0])
            rest = tail
            yield whole
        elif not isinstance(rest, _TooLong):
            rest = _bounded(rest + tail)
    if rest:
        yield [_bounded(rest)]


def _bounded(line: bytes) -> bytes:
    return _TooLong(line[:_SHOWN]) if isinstance(line, _TooLong) or len(line) > LONGEST_LINE else line


def _decoded(raw: list[bytes], before: int, encoding: str) -> list[Line]:
    try:
        texts = b"\n".join(raw).decode(encoding).split("\n")
        if len(texts) == len(raw) and not isinstance(raw[0], _TooLong):
            return [Line(n, text.removesuffix("\r")) for n, text in enumerate(texts, start=before + 1)]
    except UnicodeDecodeError:
        pass
    return [_line(n, line, encoding) for n, line in enumerate(raw, start=before + 1)]


def _line(number: int, raw: bytes, encoding: str) -> Line:
    if isinstance(raw, _TooLong):
        shown = raw.decode(encoding, "replace")
        return Line(number, shown, f"the line is longer than {LONGEST_LINE // 1024 // 1024} MB")
    try:
        return Line(number, raw.decode(encoding).removesuffix("\r"))
    except UnicodeDecodeError as error:
        byte = raw[error.start]
        fault = (
            f"not {encoding.upper()}: byte 0x{byte:02X} at place {error.start + 1} of the line; "
            'save the file as UTF-8, or state [file] encoding = "cp1252" in a map'
        )
        return Line(number, raw.decode(encoding, "replace").removesuffix("\r"), fault)
