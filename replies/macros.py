"""Canned replies with placeholders, rendered in a sandbox that leaves open what it cannot fill.

The one place that knows jinja2. A template is allowed only what the list of node kinds below allows:
text, placeholders, `if` on values, and the filters `date`, `money`, `list`. No calls, loops, arithmetic
or string building: `{{ 'a' * 50000000 }}` renders 50 MB in jinja2's own sandbox. What a customer wrote
is only ever a value, never a template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from jinja2 import Environment, Template, TemplateSyntaxError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from recommender.money import Money

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


class _Open(Undefined):
    """A value nobody has: it prints as the placeholder it came from, so that the gate sees it."""

    __slots__ = ()

    def _path(self) -> str:
        owner: object = self._undefined_obj
        name = str(self._undefined_name)
        if isinstance(owner, _Open):
            return f"{owner._path()}.{name}"
        return f"{owner.name}.{name}" if isinstance(owner, _Group) else name

    def __str__(self) -> str:
        return f"{{{{ {self._path()} }}}}"


class _Sandbox(ImmutableSandboxedEnvironment):
    """Reads groups and nothing else: no Python attribute is ever reached."""

    def getattr(self, obj: object, attribute: str) -> object:
        if isinstance(obj, _Group):
            value = obj.values.get(attribute)
            if value is not None and value != "":  # a blank would be a gap that nobody sees
                return value
        return self.undefined(obj=obj, name=attribute)


def _say(value: object) -> str:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return f"{value:%A} {value.day} {value:%B %Y}"
    if isinstance(value, (list, tuple)):
        return _in_words(cast("Sequence[object]", value))
    return str(value)


def _in_words(values: Sequence[object]) -> str:
    words = [_say(value) for value in values]
    return "".join(words) if len(words) < 2 else ", ".join(words[:-1]) + " and " + words[-1]


def _joined(value: object) -> object:
    return _in_words(cast("Sequence[object]", value)) if isinstance(value, (list, tuple)) else value


def _as_date(value: object) -> object:
    return _say(value) if isinstance(value, date) else value


def _as_money(value: object) -> object:
    return str(value) if isinstance(value, Money) else value


def _environment() -> Environment:
    sandbox: Any = _Sandbox(undefined=_Open, autoescape=False, finalize=_say, keep_trailing_newline=True)
    sandbox.filters = {"date": _as_date, "money": _as_money, "list": _joined}
    sandbox.globals = {}
    sandbox.tests = {"defined": sandbox.tests["defined"]}
    return sandbox


_SANDBOX = _environment()


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
def _compiled(text: str) -> Template:
    if len(text) > MAX_TEMPLATE_CHARS:
        raise UnsafeMacro(f"a reply of {len(text)} characters is too long; {MAX_TEMPLATE_CHARS} are allowed")
    try:
        _refuse_unsafe(_SANDBOX.parse(text))
        return _SANDBOX.from_string(text)
    except (TemplateSyntaxError, RecursionError) as error:
        raise UnsafeMacro(f"not a readable reply template: {error}") from error


def require_safe(text: str) -> None:
    """Raise UnsafeMacro, in words, when `text` is no template that `render` would take."""
    _compiled(text)


def render(text: str, values: MacroValues) -> str:
    """Return `text` with its placeholders filled; those without a value stay as they stand.

    Raises UnsafeMacro when the template asks for anything not allowed.
    """
    groups: dict[str, dict[str, MacroValue]] = {}
    plain: dict[str, MacroValue] = {}
    for path, value in values.items():
        group, dot, name = path.partition(".")
        if dot:
            groups.setdefault(group, {})[name] = value
        elif value is not None and value != "":
            plain[group] = value
    return _compiled(text).render(plain | {name: _Group(name, held) for name, held in groups.items()})
