"""Rules proposed from approved replies: what they rest on is true, and they hold on their own texts."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from brand_voice.general_support import general_replies
from brand_voice.house_style import house_style
from brand_voice.proof import prove
from brand_voice.rulebook import load_rulebook
from brand_voice.starter import Proposal, propose

THINGS = ("kettle", "lamp", "cloth", "parcel", "refund", "card", "table", "teapot", "rug", "vase")
ENDS = ("You will hear from us by Friday.", "We will not send it before you say so.", "It is in your basket.")
CALM = [
    f"Dear Mrs {name},\n\nThank you for writing about the {thing}. We have looked after its delivery. {end}"
    "\n\nWith kind regards\nNadia"
    for name in ("Carter", "Okafor")
    for thing in THINGS
    for end in ENDS
]
BREEZY = [
    text.replace("Dear Mrs", "Hi").replace("We have", "I've").replace("will not", "won't").replace(".", "!")
    for text in CALM
]


def by_id(replies: list[str]) -> dict[str, Proposal]:
    return {one.id: one for one in propose(replies, general_replies())}


def test_habits_become_rules() -> None:
    found = by_id(CALM)
    assert found["style.greeting"].because == '60 of 60 replies that greet begin with "Dear".'
    assert {"style.sign_off", "style.short_forms", "style.person", "style.exclamation"} <= found.keys()
    assert {"style.delivery_not_shipping", "style.basket_not_cart"} <= found.keys()


def test_other_habits_become_other_rules() -> None:
    found = by_id(BREEZY)
    assert '"Hi"' in found["style.greeting"].because
    assert not {"style.short_forms", "style.exclamation"} & found.keys()
    assert "style.avoid_hi" not in found


def test_what_nobody_does_is_counted_right() -> None:
    style = house_style(CALM, general_replies())
    assert (style.exclaiming.count, style.exclaiming.of) == (0, 60)
    assert style.contractions.count == 0
    assert style.as_we.value == 1.0
    said = [wording for wording, _ in style.avoided]
    assert said
    assert not [wording for wording in said if any(f" {wording} " in text.lower() for text in CALM)]


@pytest.mark.parametrize("replies", [CALM, BREEZY], ids=["calm", "breezy"])
def test_every_proposal_is_a_rule_that_proves_itself(replies: list[str], tmp_path: Path) -> None:
    rules = [dict(one.rule) for one in propose(replies, general_replies())]
    document = {"owner": "Brand owner", "about": "Ours.", "rules": rules}
    (tmp_path / "style.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    rulebook = load_rulebook(tmp_path)
    assert len(rulebook.rules) == len(rules)
    assert prove(rulebook) == ()


def test_too_few_replies_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="1 different replies are too few"):
        propose([CALM[0]] * 60, general_replies())
