"""Comments that switch rules off and on: `<!-- vale off -->`, `<!-- vale Style.Rule = NO -->`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import cast

_RULE = re.compile(r"vale (?P<name>[^\s=\[]+)(?P<matches>\[.*\])? = (?P<state>YES|NO)")


@dataclass(frozen=True, slots=True)
class Muted:
    """What the comments read so far have switched off: all, rules, styles, single matches of a rule."""

    everything: bool = False
    names: frozenset[str] = frozenset()
    matches: frozenset[tuple[str, str]] = frozenset()

    def after(self, comment: str) -> Muted:
        """Return the state after one more comment (its text, without white space around it)."""
        if comment in {"vale off", "vale on"}:
            return replace(self, everything=comment == "vale off")
        told = _RULE.fullmatch(comment)
        if told is None:
            return self
        name, off = told["name"], told["state"] == "NO"
        if told["matches"] is None:
            return replace(self, names=self.names | {name} if off else self.names - {name})
        told_matches = frozenset((name, one) for one in _strings(told["matches"]))
        return replace(self, matches=self.matches | told_matches if off else self.matches - told_matches)

    def at_end(self) -> Muted:
        """Return what still holds for what looks at the whole document: only `vale off`."""
        return Muted(self.everything)

    def mutes(self, check: str) -> bool:
        """Say whether a rule, by its full name, is switched off."""
        if self.everything:
            return True
        return bool(self.names) and (check in self.names or check.split(".", maxsplit=1)[0] in self.names)


NOTHING_MUTED = Muted()


def _strings(source: str) -> list[str]:
    try:
        read: object = json.loads(source)
    except (ValueError, RecursionError):
        return []
    return [str(one) for one in cast("list[object]", read)] if isinstance(read, list) else []
