"""Canned replies with placeholders, rendered in a sandbox that leaves open what it cannot fill.

The one place that knows jinja2. A template is allowed only what the list of node kinds below allows: text,
placeholders, `if` on values (the channel and the topic are among them), and the filters `date`, `money`,
`list`. No calls, loops, arithmetic or string building: `{{ 'a' * 50000000 }}` renders 50 MB in jinja2's
own sandbox. What a customer wrote is only ever a value, never a template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, cast

from jinja2 import Environment, StrictUndefined, Template, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from recommender.money import Money
from replies.macro_words import DEFAULT_LOCALE, day_in_words, list_in_words, money_in_words

MacroValue = str | int | date | Money | Sequence[str] | None
MacroValues = Mapping[str, MacroValue]
"""Values by dotted name: {"order.id": "LR-104233", "due_date": date(2026, 11, 24)}."""

MAX_TEMPLATE_CHARS = 20_000
_MAX_DEPTH = 20

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.Filter,
    nodes.If,
    nodes.Compare,
    nodes.Operand,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.CondExpr,
)


class UnsafeMacro(ValueError):
    """A template asks for more than placeholders, conditions and the known filters."""


class _Group:
    """The values under one name, e.g. `order`; knows its name so that a gap can show its placeholder."""

    __slots__ = ("name", "values")

    def __init__(self, name: str, values: Mapping[str, MacroValue]) -> None:
        self.name = name
        self.values = values

    def __str__(self) -> str:
        return f"{{{{ {self.name} }}}}"


class _Open(StrictUndefined):
    """A value nobody has: it prints as the placeholder it came from, so that the gate sees it.

    It is false and equal to nothing in a condition; any other use of it is refused, as StrictUndefined does.
    """

    __slots__ = ()

    def _path(self) -> str:
        owner: object = self._undefined_obj
        name = str(self._undefined_name)
        if isinstance(owner, _Open):
            return f"{owner._path()}.{name}"
        return f"{owner.name}.{name}" if isinstance(owner, _Group) else name

    def __str__(self) -> str:
        return f"{{{{ {self._path()} }}}}"

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Open)

    def __ne__(self, other: object) -> bool:
        return not isinstance(other, _Open)

    __hash__ = StrictUndefined.__hash__


class _Sandbox(ImmutableSandboxedEnvironment):
    """Reads groups and nothing else: no Python attribute is ever reached."""

    def getattr(self, obj: object, attribute: str) -> object:
        if isinstance(obj, _Group):
            value = obj.values.get(attribute)
            if value is not None and value != "":  # a blank would be a gap that nobody sees
                return value
        return self.undefined(obj=obj, name=attribute)


@dataclass(frozen=True, slots=True)
class _Words:
    """Says values in the words of one locale."""

    locale: str

    def say(self, value: object) -> str:
        if isinstance(value, date):
            return day_in_words(value, self.locale)
        if isinstance(value, Money):
            return money_in_words(value, self.locale)
        if isinstance(value, (list, tuple)):
            return list_in_words([self.say(one) for one in cast("Sequence[object]", value)], self.locale)
        return str(value)

    def as_date(self, value: object) -> object:
        return self.say(value) if isinstance(value, date) else value

    def as_money(self, value: object) -> object:
        return self.say(value) if isinstance(value, Money) else value

    def as_list(self, value: object) -> object:
        return self.say(cast("object", value)) if isinstance(value, (list, tuple)) else value


@lru_cache(maxsize=16)
def _environment(locale: str) -> Environment:
    words = _Words(locale)
    sandbox: Any = _Sandbox(undefined=_Open, autoescape=False, finalize=words.say, keep_trailing_newline=True)
    sandbox.filters = {"date": words.as_date, "money": words.as_money, "list": words.as_list}
    sandbox.globals = {}
    sandbox.tests = {"defined": sandbox.tests["defined"]}
    return sandbox


def _refuse_unsafe(node: nodes.Node, depth: int = 0) -> None:
    if not isinstance(node, _ALLOWED) or depth > _MAX_DEPTH:
        raise UnsafeMacro(
            f"line {node.lineno}: a reply may hold placeholders, if, and the filters date, money and list; "
            f"{type(node).__name__} is not among them"
        )
    if isinstance(node, nodes.Filter) and (node.args or node.kwargs or node.dyn_args or node.dyn_kwargs):
        raise UnsafeMacro(f"line {node.lineno}: the filter {node.name} takes no arguments")
    for child in node.iter_child_nodes():
        _refuse_unsafe(child, depth + 1)


@lru_cache(maxsize=2048)
def _compiled(text: str, locale: str = DEFAULT_LOCALE) -> Template:
    if len(text) > MAX_TEMPLATE_CHARS:
        raise UnsafeMacro(f"a reply of {len(text)} characters is too long; {MAX_TEMPLATE_CHARS} are allowed")
    sandbox = _environment(locale)
    try:
        _refuse_unsafe(sandbox.parse(text))
        return sandbox.from_string(text)
    except UnsafeMacro:
        raise
    except (TemplateSyntaxError, RecursionError, ValueError) as error:
        raise UnsafeMacro(f"not a readable reply template: {error}") from error


def require_safe(text: str) -> None:
    """Raise UnsafeMacro, in words, when `text` is no template that `render` would take."""
    _compiled(text)


def names_used(text: str) -> frozenset[str]:
    """Return the dotted names that a template asks for ("order.id"). Raises UnsafeMacro."""
    require_safe(text)
    found: set[str] = set()
    pending: list[nodes.Node] = [_environment(DEFAULT_LOCALE).parse(text)]
    while pending:
        node = pending.pop()
        path = _dotted(node)
        if path:
            found.add(path)
        else:
            pending.extend(node.iter_child_nodes())
    return frozenset(found)


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        owner = _dotted(node.node)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def render(text: str, values: MacroValues, locale: str = DEFAULT_LOCALE) -> str:
    """Return `text` with its placeholders filled; those without a value stay as they stand.

    Dates, amounts and lists are said in the words of `locale`. Raises UnsafeMacro when the template asks for
    anything not allowed, or compares what cannot be compared.
    """
    groups: dict[str, dict[str, MacroValue]] = {}
    plain: dict[str, MacroValue] = {}
    for path, value in values.items():
        group, dot, name = path.partition(".")
        if dot:
            groups.setdefault(group, {})[name] = value
        elif value is not None and value != "":
            plain[group] = value
    grouped = {name: _Group(name, held) for name, held in groups.items()}
    try:
        return _compiled(text, locale).render(plain | grouped)
    except (UndefinedError, TypeError) as error:
        raise UnsafeMacro(f"a condition compares what cannot be compared: {error}") from error
