"""Canned replies are filled, gaps stay visible, and nothing but placeholders runs."""

from __future__ import annotations

from datetime import date

import pytest

from recommender.money import Money
from replies.macro_words import locale_of
from replies.macros import UnsafeMacro, names_used, render, require_safe


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
        "{{ " + "1" * 6000 + " }}",
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


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en_GB", "Tuesday 24 November 2026, £1,250.00, a pan, a brush and a lid"),
        ("en_US", "Tuesday, November 24, 2026, £1,250.00, a pan, a brush, and a lid"),
        ("de_DE", "Dienstag, 24. November 2026, 1.250,00 £, a pan, a brush und a lid"),
    ],
)
def test_dates_amounts_and_lists_are_said_in_the_shops_locale(locale: str, said: str) -> None:
    values = {
        "due_date": date(2026, 11, 24),
        "order.total": Money(125000, "GBP"),
        "order.items": ["a pan", "a brush", "a lid"],
    }
    assert render("{{ due_date }}, {{ order.total }}, {{ order.items }}", values, locale).replace(
        "\xa0", " "
    ) == (said)


def test_a_locale_is_found_for_every_language_and_country() -> None:
    assert locale_of("en", "GB") == "en_GB"
    assert locale_of("de", "AT") == "de_AT"
    assert locale_of("not a language", "??") == "en_GB"


def test_a_condition_may_ask_for_the_channel_and_the_topic() -> None:
    template = '{% if channel == "chat" or topic == "gift" %}Short.{% else %}Long.{% endif %}'
    assert render(template, {"channel": "chat"}) == "Short."
    assert render(template, {"channel": "post", "topic": "gift"}) == "Short."
    assert render(template, {"channel": "post"}) == "Long."


@pytest.mark.parametrize(
    "template", ["{% if order.date > today %}x{% endif %}", '{% if today > "a" %}x{% endif %}']
)
def test_a_comparison_that_cannot_be_made_is_refused_in_words(template: str) -> None:
    with pytest.raises(UnsafeMacro, match="cannot be compared"):
        render(template, {"today": date(2026, 11, 24)})


def test_the_names_a_template_asks_for_are_told() -> None:
    used = names_used("{% if order.id %}{{ order.date | date }}{% endif %} {{ due_date }} {{ a.b.c }}")
    assert used == {"order.id", "order.date", "due_date", "a.b.c"}
