"""Files as streams of lines: plain or gzip, bounded in memory, broken ones named."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from api.importing.report import NotImported

LONGEST_LINE = 64 * 1024 * 1024
_BLOCK = 1024 * 1024
GZIP_SUFFIXES = frozenset({".gz", ".gzip"})
_GZIP = b"\x1f\x8b"
_SHOWN = 1000
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class _TooLong(bytes):
    """The beginning of a line that is longer than is taken."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that follow one another, without their ends; `first` is the number of the first.

    `faults` says by index which of them could not be read, and why; their text is what can be shown.
    """

    first: int
    texts: list[str]
    faults: Mapping[int, str] = field(default_factory=dict[int, str])


@contextmanager
def opened(path: Path, name: str) -> Generator[BinaryIO]:
    """Open a file, or standard input for "-"; gzip is undone. Raises NotImported where it breaks off."""
    try:
        with _raw(path) as raw:
            buffered = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(cast("Any", raw))
            packed = buffered.peek(2)[:2] == _GZIP
            if not packed and path.suffix.lower() in GZIP_SUFFIXES:
                raise NotImported(f"{name} is not gzip, as its name says; rename it or pack it")
            if packed:
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


def lines_of(stream: BinaryIO, name: str, encoding: str = "utf-8") -> Iterator[Lines]:
    """Yield the lines of a text, about a megabyte at a time.

    A byte-order mark is taken off. A line that is not in `encoding`, or longer than 64 MB, is yielded
    with its fault. Raises NotImported for UTF-16, which is no text of lines.
    """
    number = 1
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


def _decoded(raw: list[bytes], first: int, encoding: str) -> Lines:
    if not isinstance(raw[0], _TooLong):
        try:
            texts = b"\n".join(raw).decode(encoding).replace("\r\n", "\n").split("\n")
        except UnicodeDecodeError:
            texts = []
        if len(texts) == len(raw):
            texts[-1] = texts[-1].removesuffix("\r")
            return Lines(first, texts)
    faults: dict[int, str] = {}
    texts = []
    for index, line in enumerate(raw):
        text, fault = _line(line, encoding)
        texts.append(text)
        if fault is not None:
            faults[index] = fault
    return Lines(first, texts, faults)


def _line(raw: bytes, encoding: str) -> tuple[str, str | None]:
    shown = raw.decode(encoding, "replace").removesuffix("\r")
    if isinstance(raw, _TooLong):
        return shown, f"the line is longer than {LONGEST_LINE // 1024 // 1024} MB"
    try:
        raw.decode(encoding)
    except UnicodeDecodeError as error:
        byte = raw[error.start]
        return shown, (
            f"not {encoding.upper()}: byte 0x{byte:02X} at place {error.start + 1} of the line; "
            'save the file as UTF-8, or state [file] encoding = "cp1252" in a map'
        )
    return shown, None
