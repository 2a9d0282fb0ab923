"""A rule as a form: the fields that every rule has, and in YAML what its kind says besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import yaml
from werkzeug.datastructures import MultiDict

from brand_voice.drafted_rule import LONGEST_DRAFT, as_item
from brand_voice.entries.base import RuleEntry
from brand_voice.finding import Severity
from brand_voice.rulebook_file import kinds

_WORDS = ("id", "kind", "severity", "message", "why", "better", "owner", "source", "valid_from", "valid_to")
_FIRST = _WORDS[:8]
_MOST_TEXTS = 200


@dataclass(frozen=True, slots=True)
class RuleForm:
    """What stands in the form. `words` are the single fields by name; `rest` is YAML; `fails` and `passes`
    are texts that stand alone, those told for a certain case stay in `rest`."""

    words: Mapping[str, str]
    channels: tuple[str, ...] = ()
    rest: str = ""
    fails: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()

    @classmethod
    def read(cls, form: MultiDict[str, Any]) -> RuleForm:
        """Read the form as it was sent."""
        return cls(
            words={name: _plain(form.get(name, "")).strip() for name in _WORDS},
            channels=tuple(form.getlist("channels")),
            rest=_plain(form.get("rest", "")),
            fails=_texts(form.getlist("fails")),
            passes=_texts(form.getlist("passes")),
        )

    @classmethod
    def of(cls, text: str) -> RuleForm | None:
        """Return the YAML of a rule as a form; None where it is no YAML of one rule."""
        try:
            found = cast(object, yaml.safe_load(as_item(text)))
        except (yaml.YAMLError, ValueError, RecursionError):
            return None
        if not (isinstance(found, list) and len(found) == 1 and isinstance(found[0], dict)):
            return None
        told = cast("dict[str, Any]", found[0])
        words = {name: str(told.pop(name)) for name in _WORDS if _is_word(told.get(name))}
        channels = told.pop("channels") if _are_words(told.get("channels")) else ()
        fails, passes = (_taken(told, name) for name in ("fails", "passes"))
        rest = _dumped(told) if told else ""
        return cls({name: words.get(name, "") for name in _WORDS}, tuple(channels), rest, fails, passes)

    @property
    def text(self) -> str:
        """The rule in YAML; what stands in `rest` and is no YAML stands in it as it was written."""
        told: dict[str, Any] = {name: self.words[name] for name in _FIRST if self.words[name]}
        told |= {"channels": list(self.channels)} if self.channels else {}
        told |= {name: self.words[name] for name in _WORDS[8:] if self.words[name]}
        texts = {"fails": list(self.fails), "passes": list(self.passes)}
        try:
            rest: object = yaml.safe_load(self.rest)
        except (yaml.YAMLError, ValueError, RecursionError):
            rest = self.rest
        if rest is not None and not isinstance(rest, dict):
            return _dumped(told) + self.rest.rstrip() + "\n" + _dumped(_some(texts))
        said = cast("dict[str, Any]", rest or {})
        for name, plain in texts.items():
            if plain:
                there = said.get(name)
                said[name] = [*(cast("list[Any]", there) if isinstance(there, list) else ()), *plain]
        return _dumped(told | {name: value for name, value in said.items() if name not in told})


@dataclass(frozen=True, slots=True)
class KindHelp:
    """What a kind of rule asks, and the fields it takes besides those of every rule, with their meaning."""

    name: str
    about: str
    fields: tuple[tuple[str, str, bool], ...]

    @classmethod
    def all(cls) -> tuple[KindHelp, ...]:
        """Return the kinds there are, by name."""
        shared = RuleEntry.model_fields.keys() | {"kind"}
        return tuple(
            cls(
                name,
                " ".join((entry.__doc__ or "").split()),
                tuple(
                    (field, told.description or "", told.is_required())
                    for field, told in entry.model_fields.items()
                    if field not in shared
                ),
            )
            for name, entry in sorted(kinds().items())
        )


def new_form(kind: str) -> RuleForm:
    """Return the form of a rule yet to be written."""
    words = dict.fromkeys(_WORDS, "") | {"kind": kind, "severity": Severity.WARN.value}
    asked = next((one for one in KindHelp.all() if one.name == kind), None)
    needed = [name for name, _, required in asked.fields if required] if asked is not None else []
    rest = "".join(f"{name}: \n" for name in needed) or ("phrases: []\n" if kind == "forbidden" else "")
    return RuleForm(words, rest=rest)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")[: LONGEST_DRAFT + 1]


def _texts(given: list[str]) -> tuple[str, ...]:
    return tuple(text for text in map(_plain, given[:_MOST_TEXTS]) if text.strip())


def _is_word(value: object) -> bool:
    return value is not None and not isinstance(value, dict | list)


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in cast("list[object]", value))


def _taken(told: dict[str, Any], name: str) -> tuple[str, ...]:
    """Take the texts that stand alone out of `told`."""
    given = told.get(name)
    if not isinstance(given, list):
        return ()
    texts = cast("list[object]", told.pop(name))
    others = [one for one in texts if not isinstance(one, str)]
    if others:
        told[name] = others
    return tuple(one for one in texts if isinstance(one, str))


def _some(texts: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: given for name, given in texts.items() if given}


def _dumped(told: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(told), allow_unicode=True, sort_keys=False, width=100) if told else ""
