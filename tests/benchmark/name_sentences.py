"""Sentences to fit the tagger of names on: the lines of the training files, filled by chance."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from brand_voice.finding import Span
from brand_voice.name_lexicon import lexicon
from brand_voice.name_tagger import Tagged
from tests.benchmark.name_fitting import Marked

SENTENCES = Path(__file__).parent / "names"
_SLOT = re.compile(r"\[([A-Za-z])\]")
_SLOT_LABELS = {
    "N": "name", "S": "name", "F": "name", "T": "name", "C": "place", "L": "place", "O": "organisation",
    "A": "address", "Z": "address", "J": "", "D": "",
}  # fmt: skip
_SYLLABLES = [
    "ka",
    "la",
    "mi",
    "ro",
    "ta",
    "ne",
    "so",
    "vi",
    "ju",
    "ha",
    "be",
    "do",
    "ri",
    "sa",
    "lu",
    "ma",
    "ni",
    "ko",
    "te",
    "ya",
    "zo",
    "fe",
    "gi",
    "pa",
    "li",
    "mo",
    "dra",
    "kri",
    "sta",
    "vel",
    "mar",
    "lor",
    "ben",
    "tor",
    "gar",
    "hel",
    "win",
    "ash",
    "øs",
    "å",
    "ñe",
    "ły",
    "šk",
    "ček",
    "žu",
    "ü",
    "ör",
    "éc",
    "zh",
    "sch",
    "th",
    "br",
    "gr",
    "st",
]
_PLACE_ENDS = [
    "ville",
    "ton",
    "ham",
    "burg",
    "berg",
    "dorf",
    "by",
    "stad",
    "hausen",
    "bach",
    "wil",
    "ovo",
    "ice",
    "ano",
    "ella",
    "port",
    "field",
    "mouth",
    "as",
    "ow",
]
_NAME_ENDS = [
    "s",
    "n",
    "a",
    "ić",
    "ov",
    "ova",
    "sen",
    "son",
    "ez",
    "ski",
    "enko",
    "mann",
    "i",
    "o",
    "ini",
    "er",
    "el",
    "ein",
    "us",
    "is",
    "ak",
]
_STREETS_BEFORE = [
    "Rue",
    "Rue de la",
    "Rue du",
    "Via",
    "Via del",
    "Calle",
    "Avenida",
    "ul.",
    "Rua",
    "Piazza",
    "Largo",
    "Trg",
    "Plaza",
    "Viale",
]
_STREETS_AFTER = [
    "Street",
    "Road",
    "Avenue",
    "Lane",
    "Close",
    "Drive",
    "St",
    "Rd",
    "Ave",
    "Court",
    "Way",
    "Gardens",
    "Terrace",
    "Crescent",
    "Place",
    "Hill",
    "Boulevard",
    "straat",
    "straße",
    "gata",
    "vej",
    "vägen",
    "utca",
    "weg",
    "gatan",
    "gade",
    "katu",
    "tie",
    "Green",
    "Row",
    "Square",
    "Park",
    "Highway",
]
_FIRM_ENDS = [
    "Ltd",
    "Ltd.",
    "Inc",
    "Inc.",
    "LLC",
    "plc",
    "GmbH",
    "Group",
    "& Sons",
    "and Sons",
    "Partners",
    "Bank",
    "Systems",
    "Labs",
    "Services",
]


@dataclass(frozen=True, slots=True)
class Writer:
    """Fills the sentences of the gazetteer's training files; `rng` decides everything."""

    rng: random.Random

    def sentences(self, rounds: int) -> list[Marked]:
        """Return every line filled `rounds` times, some of them in small letters or in capitals."""
        lines = _lines("training_lines.txt")
        made = [self._filled(line) for line in lines for _ in range(rounds)]
        made += [self._recased(one) for one in made[::4]]
        plain = [
            Marked(line, ()) for line in _lines("training_plain.txt") for _ in range(max(1, rounds // 3))
        ]
        return made + plain + [self._recased(one) for one in plain[::3]]

    def _recased(self, sentence: Marked) -> Marked:
        text = sentence.text.lower() if self.rng.random() < 0.8 else sentence.text.upper()
        return sentence if len(text) != len(sentence.text) else Marked(text, sentence.pieces)

    def _filled(self, line: str) -> Marked:
        text, pieces, place = "", list[Tagged](), 0
        for slot in _SLOT.finditer(line):
            text += line[place : slot.start()]
            kind = slot.group(1).upper()
            value = self._value(kind)
            value = value.lower() if slot.group(1).islower() else value
            if _SLOT_LABELS[kind]:
                pieces.append(Tagged(_SLOT_LABELS[kind], Span(len(text), len(text) + len(value))))
            text, place = text + value, slot.end()
        return Marked(text + line[place:], tuple(pieces))

    def _value(self, kind: str) -> str:
        pick, chance = self.rng.choice, self.rng.random()
        lists = lexicon()
        if kind == "N":
            return pick(_sorted(lists.given)).title() if chance < 0.7 else self._made(_NAME_ENDS)
        if kind == "S":
            return self._surname()
        if kind == "F":
            middle = f"{pick('ABCDEFGHJKLMNPRSTW')}. " if chance < 0.1 else ""
            return f"{self._value('N')} {middle}{self._surname()}"
        if kind == "T":
            return pick(("Mr", "Mrs", "Ms", "Miss", "Dr", "Mr.", "Mrs.", "Ms.", "Dr.", "Prof."))
        if kind in "CL":
            return self._place(kind, chance)
        if kind == "O":
            return self._firm(chance)
        if kind == "A":
            return self._street(chance)
        if kind == "Z":
            return self._post_code(chance)
        if kind == "J":
            job = pick(_jobs())
            return job.capitalize() if chance < 0.4 else job
        return pick(("3 May 1961", "12/04/1984", "1990-02-11", "July 4, 1972"))

    def _surname(self) -> str:
        chance = self.rng.random()
        if chance < 0.55:
            return self.rng.choice(_sorted(lexicon().surnames)).title()
        made = self._made(_NAME_ENDS)
        return f"{self.rng.choice(('van', 'de', 'von', 'Mc', 'O’', 'del'))} {made}" if chance > 0.95 else made

    def _made(self, ends: Sequence[str]) -> str:
        syllables = self.rng.choices(_SYLLABLES, k=self.rng.choice((1, 2, 2, 3)))
        return ("".join(syllables) + self.rng.choice(ends)).capitalize()

    def _place(self, kind: str, chance: float) -> str:
        if kind == "L" and chance < 0.8:
            return _titled(self.rng.choice(_sorted(lexicon().countries)))
        if chance < 0.4:
            return _titled(self.rng.choice(_sorted(lexicon().places)))
        made = self._made(_PLACE_ENDS)
        lead = self.rng.choice(("", "", "", "", "Las ", "Saint ", "San ", "Bad ", "Upper ", "Le "))
        tail = self.rng.choice(("", "", "", "", "", " East", "-sur-" + self._made(_PLACE_ENDS)))
        town = f"{lead}{made}{tail}"
        return town.upper() if chance > 0.92 else town

    def _firm(self, chance: float) -> str:
        name = self._surname() if self.rng.random() < 0.5 else self._made(_NAME_ENDS + _PLACE_ENDS)
        if chance < 0.45:
            return f"{name} {self.rng.choice(_FIRM_ENDS)}"
        if chance < 0.6:
            return f"{self._surname()}, {self._surname()} and {self._surname()}"
        if chance < 0.7:
            return f"{self._surname()}-{self._surname()}"
        if chance < 0.85:
            words = self.rng.sample(
                ["National", "Open", "United", "Data", "Home", "Garden", "Smart", "Green", "First", "Global",
                 "Health", "Energy", "Food", "Media", "Design", "Transport"], 2
            )  # fmt: skip
            kinds = ("Network", "Services", "Group", "Company", "Council", "Labs")
            return f"{' '.join(words)} {self.rng.choice(kinds)}"
        return name

    def _street(self, chance: float) -> str:
        rng = self.rng
        if chance < 0.08:
            return f"{rng.choice(('P.O. Box', 'PO Box', 'Box', 'GPO Box'))} {rng.randrange(1, 9999)}"
        if chance < 0.14:
            base, code = rng.choice(("APO", "FPO", "DPO")), rng.choice(("AA", "AE", "AP"))
            unit = rng.choice(("PSC {0}, Box {1}", "Unit {0} Box {1}", "USS {2}"))
            first = unit.format(rng.randrange(999, 9999), rng.randrange(999, 9999), self._surname())
            return f"{first}\n{base} {code} {rng.randrange(10000, 99999)}"
        number = f"{rng.randrange(1, 400)}{rng.choice(('', '', '', 'a', 'B'))}"
        name = self._surname() if rng.random() < 0.6 else self._made(_PLACE_ENDS)
        if rng.random() < 0.5:
            after = rng.choice(_STREETS_AFTER)
            street = f"{name}{after}" if after[0].islower() else f"{name} {after}"
            line = f"{number} {street}" if rng.random() < 0.7 else f"{street} {number}"
        elif rng.random() < 0.6:
            street = f"{rng.choice(_STREETS_BEFORE)} {name}"
            line = f"{number} {street}" if rng.random() < 0.4 else f"{street} {number}"
        else:
            line = f"{name} {number}"
        if rng.random() < 0.25:
            line = f"{rng.randrange(1, 99):02} {line}"
        if rng.random() < 0.3:
            kind = rng.choice(("Apt.", "Flat", "Suite", "Unit", "Floor", "Apartment"))
            unit = f"{kind} {rng.randrange(1, 900)}"
            gap = rng.choice((", ", " ", "\n", "\n "))
            line = f"{unit}{gap}{line}" if rng.random() < 0.4 else f"{line}{gap}{unit}"
        return line

    def _post_code(self, chance: float) -> str:
        digits, letters = self.rng.randrange, "ABDEFGHJLNPQRSTUWXYZ"
        if chance < 0.4:
            area = "".join(self.rng.choices(letters, k=self.rng.choice((1, 2))))
            return f"{area}{digits(1, 30)} {digits(1, 9)}{''.join(self.rng.choices(letters, k=2))}"
        code = str(digits(10000, 99999)) if chance < 0.9 else str(digits(1000, 9999))
        return f"{''.join(self.rng.choices(letters, k=2))} {code}" if chance > 0.7 else code


def _lines(name: str) -> list[str]:
    lines = (SENTENCES / name).read_text("utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in lines if line and not line.startswith("#")]


def _jobs() -> list[str]:
    return [job.strip() for job in (SENTENCES / "occupations.txt").read_text("utf-8").split(";")]


_ordered: dict[int, list[str]] = {}


def _sorted(words: frozenset[str]) -> list[str]:
    return _ordered.setdefault(id(words), sorted(words))


def _titled(place: str) -> str:
    return " ".join(word if word in {"and", "of", "the"} else word.capitalize() for word in place.split())
