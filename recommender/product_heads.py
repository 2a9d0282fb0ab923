"""What a product's names say that it is: the thing asked for, a part or accessory, or something for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.keyword_index import words

# Found on the rated half of the Icecat queries; neighbouring values lie within .01 (decision 0156).
PHRASE_WEIGHT = 0.3  # the query stands there word for word
NAME_WEIGHT = 0.3  # and a name ends with it: English names end with what the thing is
ACCESSORY_WEIGHT = 0.6  # "laptop sleeve" where a laptop is asked for
FOR_WEIGHT = 0.4  # "stand for a laptop"

_NAME_WORDS = 12  # a description of so many words at most is a name too
_FOR_REACH = 5  # words after "for" among which the thing is looked for
_BREAK = "|"  # between title and description: no word of `words` holds it
_FOR = frozenset({"for", "für", "pour", "para", "per", "voor", "fur"})
_ACCESSORIES = frozenset(
    words(
        "accessory adapter antenna arm backpack bag basket battery belt bin blade box bracket brush bulb "
        "cable  cap cartridge case chain charger cleaner cleaning clip collector converter cooler cord "
        "cover cushion  decal dock dongle driver drum enclosure extender extension filter frame fuser gift "
        "grip guide handle  head hinge holder hook hose housing hub insert insole kit knob label lace laces "
        "leg lens licence  license lid light liner lock manual mount nozzle oil pad paint panel part pillow "
        "pillowcase plate plug  polish pouch protector rack rail reader refill remote rest ribbon roller "
        "screw seat service shade  sheet shelf skin sleeve socket software spare splitter stand station "
        "sticker strap support switch  switcher tin toner tool tray tripod upgrade voucher warranty wheel "
        "wick wipe wrap wrapper wrist"
    )
)


def plain_names(title: str, description: str) -> str:
    """Return title and description as their words alone, for `head_scores` to read."""
    return f" {' '.join(words(title))} {_BREAK} {' '.join(words(description))} "


def head_scores(names: Iterable[str], said: Sequence[str]) -> list[float]:
    """Return what each product's `plain_names` add to its score where a customer `said` words.

    English and its like: a compound ends with the thing, and what it is for stands before it or after "for".
    """
    if not said:
        return [0.0 for _ in names]
    last, phrase = f" {said[-1]} ", f" {' '.join(said)} "
    return [_head_score(one, said, phrase) if last in one else 0.0 for one in names]


def _head_score(names: str, said: Sequence[str], phrase: str) -> float:
    score = PHRASE_WEIGHT if phrase in names else 0.0
    title, _, description = names.partition(_BREAK)
    if title.endswith(phrase) or (description.endswith(phrase) and description.count(" ") <= _NAME_WORDS + 1):
        score += NAME_WEIGHT
    named = title.split()
    things = [place for place, word in enumerate(named) if word == said[-1]]
    followed = {named[at + 1] for at in things if at + 1 < len(named)}
    if not _ACCESSORIES.isdisjoint(followed.difference(said)):
        score -= ACCESSORY_WEIGHT
    before = [word for at in things for word in named[max(at - _FOR_REACH, 0) : at]]
    if not _FOR.isdisjoint(before) and _FOR.isdisjoint(said):
        score -= FOR_WEIGHT
    return score
