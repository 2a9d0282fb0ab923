"""What a rule looks at: blocks by their scope, code and addresses passed over, comments obeyed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from brand_voice.vale.pack import load_pack
from brand_voice.vale.running import Alert, run

Told = Callable[..., list[str]]
PAGE = """# word h1

word p and `word` and [word link](https://word.example/word "word")
word https://word.example/word.

## word h2

> word quote

- word one
- word two
  word more

| word head | b |
|---|---|
| word cell | c |

![word alt](word.png)

```word
word
```

<!-- word -->
"""


@pytest.mark.parametrize(
    ("scope", "lines"),
    [
        ("text", [1, 3, 3, 4, 6, 8, 10, 11, 12, 14, 16, 18]),
        ("heading", [1, 6]),
        ("heading.h2", [6]),
        ("paragraph", [3, 3, 4]),
        ("list", [10, 11, 12]),
        ("blockquote", [8]),
        ("table.header", [14]),
        ("table.cell", [16]),
        ("table", [14, 16]),
        ("alt", [18]),
        ("link", [3]),
        ("text & ~heading & ~table", [3, 3, 4, 8, 10, 11, 12, 18]),
        (["heading.h1", "blockquote"], [1, 8]),
        ("summary", [3, 3, 4, 8, 10, 11, 12]),
        ("text.html", []),
    ],
)
def test_scopes(told: Told, scope: object, lines: list[int]) -> None:
    rule = {"extends": "existence", "tokens": ["word"], "scope": scope}
    assert [int(said.split(":")[0]) for said in told(rule, PAGE)] == lines


def test_raw_sees_everything_as_it_is_written(told: Told) -> None:
    rule = {"extends": "existence", "tokens": ["word"], "scope": "raw"}
    assert len(told(rule, PAGE)) == PAGE.count("word")


def test_places_hold_across_markup_entities_and_line_ends(alerts: Callable[..., list[Alert]]) -> None:
    text = "It *is* &amp; \\* not\r\nso **very good** now\r\n"
    rule = {"extends": "existence", "tokens": ["very good", r"& \* not", "is"], "nonword": True}
    found = alerts(rule, text)
    assert [text[one.place.start : one.place.end] for one in found] == ["is", "&amp; \\* not", "very good"]
    assert [(one.line, one.columns) for one in found] == [(1, (5, 6)), (1, (9, 20)), (2, (6, 14))]


def test_html_is_read_by_its_tags(told: Told) -> None:
    rule = {"extends": "existence", "tokens": ["word"]}
    page = "<h1 class='word'>word</h1><script>word</script><p>a <code>word</code>\n<b>word</b></p><pre>word"
    assert told(rule, page, "html") == ["1:18 found 'word'", "2:4 found 'word'"]
    assert told({**rule, "scope": "heading.h1"}, page, "html") == ["1:18 found 'word'"]


def test_plain_text_is_one_block(told: Told) -> None:
    rule = {"extends": "existence", "tokens": ["word"]}
    assert told(rule, "`word`\n\n# word", "text") == ["1:2 found 'word'", "3:3 found 'word'"]


def test_comments_switch_rules_off_and_on(told: Told) -> None:
    rule = {"extends": "existence", "tokens": ["word", "other"]}
    text = """word 1

<!-- vale off -->

word 3

<!-- vale on -->

word 4

<!-- vale Ours.Rule = NO -->

word 6

<!-- vale Ours.Rule = YES -->
<!-- vale Ours.Rule["other"] = NO -->

word 8 other
"""
    assert [said.split(":")[0] for said in told(rule, text)] == ["1", "9", "18"]


def test_a_reply_cannot_switch_off_its_own_check(style: Callable[..., object]) -> None:
    pack = load_pack(style(Rule={"extends": "existence", "tokens": ["word"]}))
    text = "<!-- vale off -->\n\nword"
    assert run(pack, text, "markdown", ("a.md",)).alerts == ()
    assert len(run(pack, text, "markdown", ("a.md",), muting=False).alerts) == 1
