"""What a reader sees of a text, where code points hide it.

Soft hyphens, zero-width and direction marks, combining marks and ASCII controls go; full-width,
mathematical, circled and small capital letters, ligatures and the look-alikes of other alphabets become
plain letters; letters lose their accents; what a right-to-left override turns round is turned back.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from brand_voice.finding import Fix, Span

_ODD = re.compile(
    r"[^\x09\x0a\x0d\x20-\x7e\u00a3\u20ac\u2010-\u2015\u2018\u2019\u201c\u201d\u2022\u2026\u00a0\u00b0]"
)
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u17b4\u17b5\u034f\ufffc")
_BLANKS = frozenset("\u2800")
_BOXED = {chr(first + place): chr(ord("A") + place) for first in (0x1F150, 0x1F170) for place in range(26)}
"""Letters in a filled circle or square, which no normal form knows as letters."""
_OVERRIDE, _POP = "\u202e", frozenset("\u202c\u2069\n")
_LOOK_ALIKES = dict(
    zip(
        # Cyrillic, Greek, Armenian, barred letters, Lisu, Cherokee (large, small), IPA and small capitals,
        # in the order of what they look like
        "аеорсухіјѕһԁԛԝкмнтвгпьёїАВЕКМНОРСТХІЈЅУ"
        "αορνικτυεηγχωσςΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
        "օսոհցղԼՏՍ"
        "đłøħŧȷƀƚɇɍɏƶɨʉǥĐŁØĦŦɃƗɄ"
        "ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ"
        "ᎠᎡᎢᎥᎪᎫᎬᎳᎷᎻᎽᎾᏀᏃᏏᏒᏔᏕᏙᏚᏞᏟᏢᏦᏴ"
        "ꭰꭱꭲꭵꭺꭻꭼꮃꮇꮋꮍꮎꮐꮓꮟꮢꮤꮥꮩꮪꮮꮯꮲꮶ"
        "ɑɡıɩᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢⅼⅰⅴⅹⅽⅾⅿ",
        "aeopcyxijshdqwkmhtbrnbeiABEKMHOPCTXIJSY"
        "aopviktuenyxwscABEZHIKMNOPTYX"
        "ounhgnLSU"
        "dlohtjbleryziugDLOHTBIU"
        "BPDTGKJCZFMNLSRVHWXYAEIOU"
        "DRTIAJEWMHYOGZBRWSVSLCPKB"
        "drtiajewmhyogzbrwsvslcpk"
        "agiiabcdefghijklmnoprstuvwyzlivxcdm",
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Revealed:
    """The text as it is seen; code point i of it stands at `places[i]` of the text as given."""

    text: str
    places: tuple[int, ...]

    def given(self, span: Span) -> Span:
        """Return where a place of the revealed text lies in the text as given."""
        if not self.places:
            return Span(0, 0)
        if span.start >= span.end:
            spot = self.places[span.start] if span.start < len(self.places) else self.places[-1] + 1
            return Span(spot, spot)
        covered = self.places[span.start : span.end]
        return Span(min(covered), max(covered) + 1)

    def given_fix(self, fix: Fix) -> Fix:
        """Return a fix with its place in the text as given."""
        return Fix(self.given(fix.span), fix.replacement)


def revealed(text: str) -> Revealed | None:
    """Return the text as it is seen; None when that is the text itself."""
    if _ODD.search(text) is None:
        return None
    letters: list[str] = []
    places: list[int] = []
    for place in _order(text):
        letter = _SEEN[ord(text[place])]
        letters.extend(letter)
        places.extend([place] * len(letter))
    plain = _like_latin("".join(letters))
    return None if plain == text else Revealed(plain, tuple(places))


def seen(text: str) -> str:
    """Return the text as it is seen, hidden or not."""
    found = revealed(text)
    return text if found is None else found.text


class _Seen(dict[int, str]):
    """What one code point looks like, filled as code points are met."""

    def __missing__(self, code: int) -> str:
        self[code] = looks_like = _seen(chr(code))
        return looks_like


def _seen(char: str) -> str:
    if char in "\t\n\r" or " " <= char <= "~":
        return char
    if char in _BLANKS:
        return " "
    kind = unicodedata.category(char)
    if kind in {"Cf", "Mn", "Me", "Cc", "Cn", "Co", "Cs"} or char in _FILLERS:
        return " " if char in "\x0b\x0c\x85" else ""
    if char in _BOXED:
        return _BOXED[char]
    return _plain_form(char) if kind[0] in "LNS" and not "\u3040" <= char <= "\uabff" else char


def _plain_form(char: str) -> str:
    """Return the letter or digit that a character is a form of, else the character."""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    base = "".join(one for one in unicodedata.normalize("NFKD", char) if unicodedata.category(one) != "Mn")
    inner = base.strip("(.)")  # a letter or a number in brackets, a number with its stop
    if inner.isascii() and inner.isalnum():
        return inner
    return base if len(base) == 1 else char


_SEEN = _Seen()
_WORD = re.compile(r"[^\W\d_]+")


def _like_latin(text: str) -> str:
    """Return the text with each word in Latin letters that looks as if it were in them."""
    if text.isascii():
        return text
    return _WORD.sub(lambda found: _latin_word(found.group()), text)


def _latin_word(word: str) -> str:
    if word.isascii():
        return word
    plain = "".join(_LOOK_ALIKES.get(char, char) for char in word)
    return plain if plain.isascii() else word


def _order(text: str) -> list[int]:
    """Return the places in the order in which they are seen."""
    if _OVERRIDE not in text:
        return list(range(len(text)))
    order: list[int] = []
    place = 0
    while place < len(text):
        if text[place] != _OVERRIDE:
            order.append(place)
            place += 1
            continue
        end = place + 1
        while end < len(text) and text[end] not in _POP:
            end += 1
        order.extend(range(end - 1, place, -1))
        place = end
    return order
