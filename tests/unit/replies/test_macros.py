"""Canned replies are filled, gaps stay visible, and nothing but placeholders runs."""

from __future__ import annotations

from datetime import date

import pytest

from recommender.money import Money
from replies.macros import UnsafeMacro, render, require_safe


def test_values_are_said_as_a_customer_reads_them() -> None:
    values = {
        "order.date": date(2026, 11, 3),
        "order.total": Money(1250, "GBP"),
        "order.items": ["a pan", "a brush", "a lid"],
        "due_date": date(2026, 11, 24),
    }
    text = render(
        "{{ order.date|date }} {{ order.total|money }} {{ order.items|list }} {{ due_date }}", values
    )
    assert text == "Tuesday 3 November 2026 £12.50 a pan, a brush and a lid Tuesday 24 November 2026"


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("order {{ order.id }}.", "order {{ order.id }}."),
        ("{{ order.date | date }}", "{{ order.date }}"),
        ("{{ nobody.knows.this }}", "{{ nobody.knows.this }}"),
        ("{{ customer }}", "{{ customer }}"),
        ("{{ due_date }}", "{{ due_date }}"),
    ],
)
def test_what_nobody_knows_stays_a_visible_placeholder(template: str, shown: str) -> None:
    assert render(template, {"order.id": None, "order.date": "", "customer.name": "Joan"}) == shown


def test_a_condition_takes_the_branch_of_what_is_known() -> None:
    template = "{% if order.id %}order {{ order.id }}{% else %}your order{% endif %}"
    assert render(template, {"order.id": "LR-1"}) == "order LR-1"
    assert render(template, {}) == "your order"


def test_a_value_is_never_a_template() -> None:
    assert (
        render("{{ customer.name }}", {"customer.name": "{{ shop.name }}", "shop.name": "Rowe"})
        == "{{ shop.name }}"
    )


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'a' * 50000000 }}",
        "{{ 'a' ~ 'b' }}",
        "{{ '%s' % 1 }}",
        "{{ range(10) }}",
        "{% for i in items %}x{% endfor %}",
        "{% set x = 1 %}",
        "{{ customer['name'] }}",
        "{{ [1, 2] }}",
        "{% include 'other' %}",
        "{% macro m() %}{% endmacro %}",
        "{{ 'a' | upper }}",
        "{{ 'a' | center(99999999) }}",
        "{{ order.items | list(1) }}",
        "{{ broken",
        "{% if x %}no end",
        "{{ " + "(" * 3000 + "x" + ")" * 3000 + " }}",
        "x" * 20_001,
    ],
)
def test_everything_else_is_refused(template: str) -> None:
    with pytest.raises(UnsafeMacro):
        require_safe(template)


@pytest.mark.parametrize("attribute", ["__class__", "__init__", "values", "name.__class__.__mro__"])
def test_no_python_attribute_is_ever_reached(attribute: str) -> None:
    shown = render(f"{{{{ customer.{attribute} }}}}", {"customer.name": "Joan"})
    assert shown.startswith("{{ ") and shown.endswith(f"{attribute.removeprefix('name.')} }}}}")
