"""From approved replies to a first rulebook: rules proposed one by one, each with what it rests on.

A proposal is a rule as a rulebook file tells it, so that its owner takes it as it stands or mends it.
The texts that must pass are taken from the approved replies, those that must fail are made or others'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from brand_voice.house_style import HouseStyle, house_style
from brand_voice.reading import read

LEAST_REPLIES = 50
_USUAL, _HARDLY_EVER = 0.8, 0.02
_LEAST_PLACES = 20
_MOST_EXAMPLES = 3
_MOST_AVOIDED = 15
_VARIANTS = tuple(
    tuple(line.split(" / "))
    for line in """\
delivery / shipping
order / purchase
parcel / package
basket / cart
refund / reimbursement
please / kindly
enquiry / inquiry
apologise / apologize
e-mail / email
telephone / phone
customer / client
write to / reach out to
about / regarding""".splitlines()
)
_SHORT_FORMS = {
    line.partition(": ")[0]: line.partition(": ")[2]
    for line in """\
can't: cannot
won't: will not
don't: do not
doesn't: does not
isn't: is not
aren't: are not
didn't: did not
haven't: have not
i'm: I am
i've: I have
i'll: I will
we're: we are
we've: we have
we'll: we will
you're: you are
you'll: you will
you've: you have
it's: it is
that's: that is""".splitlines()
}

RuleDocument = Mapping[str, object]
"""A rule as a rulebook file tells it; see `rulebook_file.json_schema`."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule to accept or leave; `because` says what it rests on, with its counts."""

    rule: RuleDocument
    because: str

    @property
    def id(self) -> str:
        """The rule's id."""
        return str(self.rule["id"])


def propose(replies: Sequence[str], general: Sequence[str]) -> tuple[Proposal, ...]:
    """Return rules that the habits of `replies` speak for, most telling first.

    `general` is support English of other companies. Raises ValueError with fewer than LEAST_REPLIES replies.
    """
    texts = list(dict.fromkeys(text.strip() for text in replies if text.strip()))
    if len(texts) < LEAST_REPLIES:
        raise ValueError(
            f"{len(texts)} different replies are too few to see habits in; give at least {LEAST_REPLIES}"
        )
    style = house_style(texts, general)
    steps: tuple[Callable[[HouseStyle, _Texts], Iterator[Proposal]], ...] = (
        _greeting,
        _sign_off,
        _short_forms,
        _person,
        _exclamation,
        _lengths,
        _variants,
        _avoided,
    )
    said = _Texts(texts, list(general))
    return tuple(proposal for step in steps for proposal in step(style, said))


@dataclass(frozen=True, slots=True)
class _Texts:
    """The approved replies and the general ones, to take examples from."""

    ours: Sequence[str]
    general: Sequence[str]

    def sentences(self, texts: Sequence[str], holds: Callable[[str], bool]) -> list[str]:
        """Return up to three sentences of the texts for which `holds` is true of their small letters."""
        found: list[str] = []
        for text in texts:
            reading = read(text)
            for span in reading.sentences:
                if holds(reading.low[span.start : span.end]):
                    found.append(text[span.start : span.end])
                if len(found) == _MOST_EXAMPLES:
                    return found
        return found

    def whole(self, holds: Callable[[str], bool]) -> list[str]:
        """Return up to three approved replies for which `holds` is true of their small letters."""
        return [text for text in self.ours if holds(text.lower())][:_MOST_EXAMPLES]


def _rule(rule_id: str, kind: str, message: str, why: str, **rest: object) -> dict[str, object]:
    return {
        "id": f"style.{rule_id}",
        "kind": kind,
        "severity": "advise",
        "message": message,
        "why": why,
        **rest,
    }


def _greeting(style: HouseStyle, said: _Texts) -> Iterator[Proposal]:
    usual = style.greeting
    if usual.of < _LEAST_PLACES or usual.value < _USUAL:
        return
    word = usual.most_usual.capitalize()
    yield Proposal(
        _rule(
            "greeting",
            "required",
            f'We greet with "{word}".',
            "Approved replies greet in one way.",
            channels=["email", "post", "fax"],
            place="opening",
            any_of=[rf"\A\s*{usual.most_usual}\b"],
            add=f"{word} {{name}},",
            fails=[f"{_other_greeting(word)} Sam,\n\nYour parcel left us this morning."],
            passes=said.whole(lambda text: text.startswith(usual.most_usual)),
        ),
        f'{usual.count} of {usual.of} replies that greet begin with "{word}".',
    )


def _other_greeting(word: str) -> str:
    return "Hello" if word != "Hello" else "Dear"


def _sign_off(style: HouseStyle, said: _Texts) -> Iterator[Proposal]:
    usual = style.sign_off
    if usual.of < _LEAST_PLACES or usual.value < _USUAL:
        return
    words = usual.most_usual
    other = "Best wishes" if words != "best wishes" else "Kind regards"
    yield Proposal(
        _rule(
            "sign_off",
            "required",
            f'We sign off with "{words.capitalize()}".',
            "Approved replies take leave in one way.",
            channels=["email", "post", "fax"],
            place="closing",
            any_of=[rf"\b{words}\b"],
            add=f"{words.capitalize()},",
            fails=[f"Dear Sam,\n\nYour parcel left us this morning.\n\n{other},\nAnn"],
            passes=said.whole(lambda text: words in text[-120:]),
        ),
        f'{usual.count} of {usual.of} replies that sign off use "{words.capitalize()}".',
    )


def _short_forms(style: HouseStyle, said: _Texts) -> Iterator[Proposal]:
    counted = style.contractions
    if counted.of < _LEAST_PLACES or counted.value > _HARDLY_EVER:
        return
    swaps = [{"say": [short], "use": long} for short, long in _SHORT_FORMS.items()]
    yield Proposal(
        _rule(
            "short_forms",
            "preferred",
            'We write it out: not "{found}".',
            "Approved replies use no short forms.",
            channels=["email", "post", "fax"],
            swaps=swaps,
            fails=["We can't say yet when it leaves.", "It's on its way to you.", "I've asked the courier."],
            passes=said.sentences(said.ours, lambda text: " not " in text),
        ),
        f"{counted.count} of {counted.of} places where a short form could stand have one.",
    )


def _person(style: HouseStyle, said: _Texts) -> Iterator[Proposal]:
    counted = style.as_we
    if counted.of < _LEAST_PLACES or _HARDLY_EVER < counted.value < 1 - _HARDLY_EVER:
        return
    as_we = counted.value > 0.5
    count = counted.count if as_we else counted.of - counted.count
    ours = "we" if as_we else "I"
    theirs = r"\bi(?:'m|'ve|'ll)?\b" if as_we else r"\bwe(?:'re|'ve|'ll)?\b"
    yield Proposal(
        _rule(
            "person",
            "forbidden",
            f'We say "{ours}" of ourselves, not "{{found}}".',
            "Approved replies speak in one person.",
            patterns=[theirs],
            fails=["I have asked the courier." if as_we else "We have asked the courier."],
            passes=said.sentences(said.ours, lambda text: text.startswith(f"{ours.lower()} ")),
        ),
        f'{count} of {counted.of} times a reply speaks of us it says "{ours}".',
    )


def _exclamation(style: HouseStyle, said: _Texts) -> Iterator[Proposal]:
    counted = style.exclaiming
    if counted.of < LEAST_REPLIES or counted.value > _HARDLY_EVER:
        return
    yield Proposal(
        _rule(
            "exclamation",
            "exclamation",
            "We do without exclamation marks.",
            "Approved replies are calm.",
            most=0,
            fails=["Thank you for your order!"],
            passes=said.whole(lambda text: "!" not in text),
        ),
        f"{counted.count} of {counted.of} replies have an exclamation mark.",
    )


def _lengths(style: HouseStyle, said: _Texts) -> Iterator[Proposal]:
    most = max(style.longest_sentence, 15)
    long = " ".join(["word"] * (most + 1)).capitalize() + "."
    yield Proposal(
        _rule(
            "sentence_length",
            "length",
            f"A sentence of ours has {most} words at most.",
            "Short sentences are read once.",
            of="sentence",
            most={"default": most},
            fails=[long],
            passes=said.sentences(said.ours, lambda text: len(text.split()) < most - 3),
        ),
        f"95 of 100 sentences have {most} words or fewer.",
    )


def _variants(style: HouseStyle, said: _Texts) -> Iterator[Proposal]:
    del style
    low = [read(text).low for text in said.ours]
    for one, other in _VARIANTS:
        for kept, left in ((one, other), (other, one)):
            has, lacks = (sum(_stands(word, text) for text in low) for word in (kept, left))
            if has < max(5, len(low) // 20) or lacks:
                continue
            yield Proposal(
                _rule(
                    f"{_slug(kept)}_not_{_slug(left)}",
                    "preferred",
                    f'We say "{kept}", not "{{found}}".',
                    "One word for one thing.",
                    swaps=[{"say": [left], "use": kept}],
                    fails=[f"This is about your {left}."],
                    passes=said.sentences(said.ours, lambda text, word=kept: _stands(word, text)),
                ),
                f'{has} of {len(low)} replies say "{kept}", none says "{left}".',
            )


def _avoided(style: HouseStyle, said: _Texts) -> Iterator[Proposal]:
    proposed = {word for pair in _VARIANTS for word in pair}
    for wording, count in style.avoided[:_MOST_AVOIDED]:
        fails = said.sentences(said.general, lambda text, word=wording: _stands(word, text))
        if wording in proposed or not fails:
            continue
        yield Proposal(
            _rule(
                f"avoid_{_slug(wording)}",
                "forbidden",
                'We do not write "{found}".',
                "None of our approved replies says so.",
                phrases=[wording],
                fails=fails,
                passes=said.whole(lambda text, word=wording: not _stands(word, text)),
            ),
            f"None of {style.replies} replies says it; {count} of {len(said.general)} of other companies do.",
        )


def _stands(wording: str, text: str) -> bool:
    padded = "".join(sign if sign.isalnum() or sign in "'-" else " " for sign in text)
    return f" {wording} " in f" {' '.join(padded.split())} "


def _slug(wording: str) -> str:
    return "".join(sign if sign.isalnum() else "_" for sign in wording)
