"""What is wrong with a rule, by field, in words for its owner."""

from __future__ import annotations

import re
from collections.abc import Callable

_PLACE = re.compile(
    r"^(?:draft|[\w.-]+\.yaml): (?:rule (?P<rule>[^:]+): )?(?:(?P<field>[a-z_]+)(?:\.[^:\s]+)?: )?"
)
_WORDINGS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"^Field required$", lambda _: "is missing"),
    (r"^Extra inputs are not permitted$", lambda _: "is no field of this kind of rule; take it out"),
    (r"^Input should be (?P<choices>'.+')$", lambda found: f"must be {found['choices']}"),
    (r"^\w+ should have at least", lambda _: "is empty; write something, or leave the field out"),
    (
        r"^String should match pattern '\^\[a-z\]",
        lambda _: "must begin with a small letter and hold small letters, digits, _ and dots: words.sofa",
    ),
    (r"^Input should be a valid (\w+)", lambda found: f"must be a {_THINGS.get(found[1], found[1])}"),
    (
        r"^Input tag '(?P<tag>[^']*)' found using 'kind'",
        lambda found: f"there is no kind '{found['tag']}'; choose one of the list",
    ),
    (r"^Unable to extract tag using discriminator 'kind'", lambda _: "is missing; choose one of the list"),
    (r"^Input should be greater than or equal to (\S+)", lambda found: f"must be {found[1]} or more"),
    (r"^Input should be greater than (\S+)", lambda found: f"must be more than {found[1]}"),
)
_THINGS = {
    "string": "text",
    "tuple": "list, such as [one, two]",
    "list": "list, such as [one, two]",
    "dictionary": "list of names and values",
    "integer": "whole number",
    "date": "day such as 2026-11-30",
    "boolean": "yes or no: true or false",
}


def problems_of(faults: str) -> tuple[tuple[str, str], ...]:
    """Return the faults, one a line, each as the field it is about ("": the whole) and what is wrong."""
    return tuple(dict.fromkeys(_problem(line) for line in faults.splitlines() if line.strip()))


def _problem(line: str) -> tuple[str, str]:
    found = _PLACE.match(line)
    if found is None:
        return "", line
    return found["field"] or "", _in_words(line[found.end() :])


def _in_words(said: str) -> str:
    for pattern, words in _WORDINGS:
        found = re.match(pattern, said)
        if found is not None:
            return words(found)
    return said
