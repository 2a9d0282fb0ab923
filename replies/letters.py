"""A letter or fax taken apart, so that it can be set on paper: head, greeting, paragraphs, closing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from replies.contacts import Channel
from replies.shop import Shop

_GREETING = re.compile(
    r"^[ \t]*(?:dear|hello|good (?:morning|afternoon|evening))\b[^\n]*$", re.IGNORECASE | re.MULTILINE
)
_ENCLOSED = re.compile(r"^Enclosed: (?P<things>[^\n]+)$", re.MULTILINE)
_REFERENCE = re.compile(r"^Our reference: (?P<words>[^\n]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands on the paper. `head` are blocks of lines above the greeting (date, recipient); the shop's
    own name and address are the letterhead's business. `is_draft` marks what has not passed the gate."""

    shop: Shop
    is_fax: bool
    head: tuple[tuple[str, ...], ...]
    reference: str
    paragraphs: tuple[str, ...]
    enclosed: str
    is_draft: bool


def letter_of(text: str, *, shop: Shop, channel: Channel, contact_id: str, is_draft: bool) -> Letter:
    """Return the letter that `text`, as composed or as edited, is. Text without a greeting is all body."""
    greeting = _GREETING.search(text)
    place = greeting.start() if greeting is not None else 0
    head, body = text[:place], text[place:]
    reference = _REFERENCE.search(head)
    enclosed = _ENCLOSED.search(body)
    plain = _ENCLOSED.sub("", body).strip()
    return Letter(
        shop=shop,
        is_fax=channel is Channel.FAX,
        head=_blocks(_REFERENCE.sub("", head), shop),
        reference=reference["words"].strip() if reference is not None else contact_id,
        paragraphs=tuple(part.strip() for part in re.split(r"\n\s*\n", plain) if part.strip()),
        enclosed=enclosed["things"].strip() if enclosed is not None else "",
        is_draft=is_draft,
    )


def _blocks(head: str, shop: Shop) -> tuple[tuple[str, ...], ...]:
    own = {"fax", shop.name.lower(), shop.address.lower()}
    blocks = (
        tuple(line.strip() for line in block.split("\n") if line.strip() and line.strip().lower() not in own)
        for block in re.split(r"\n\s*\n", head)
    )
    return tuple(block for block in blocks if block)
