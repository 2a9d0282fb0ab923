"""Letters and faxes as PDF, by WeasyPrint: an extra (`pip install 'wellput[letters]'`), as it needs Pango.

The only place that knows WeasyPrint. Nothing is fetched: the page is made of the text alone.
"""

from __future__ import annotations

from html import escape
from importlib.util import find_spec
from typing import Any

from api.storage import SqlStorage
from replies.contacts import Channel
from replies.letters import Letter, letter_of
from replies.shop import Shop

PACKAGE_FIX = "pip install 'wellput[letters]'"
PANGO_FIX = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 (macOS: brew install pango)"

_STYLE = """
@page { size: A4; margin: 25mm 22mm 24mm 25mm;
  @bottom-center { content: string(foot); font: 8pt sans-serif; color: #444; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #444; } }
html { font: 11pt/1.45 "Liberation Serif", "DejaVu Serif", serif; color: #111; }
.letterhead { border-bottom: 0.6pt solid #333; margin-bottom: 9mm; padding-bottom: 2.5mm; }
.letterhead .name { font: bold 17pt sans-serif; }
.letterhead .where { font: 8.5pt sans-serif; color: #333; }
.fax { font: bold 13pt sans-serif; letter-spacing: 0.2em; float: right; }
.foot { string-set: foot content(); height: 0; font-size: 0; }
.block { margin: 0 0 5mm; white-space: pre-line; }
.reference { font: 9pt sans-serif; margin: 0 0 7mm; }
p { margin: 0 0 3.6mm; white-space: pre-line; orphans: 2; widows: 2; }
.enclosed { margin-top: 8mm; font-size: 10pt; }
.draft { font: bold 10pt sans-serif; color: #a00; border: 1pt solid #a00; padding: 1.5mm 3mm; }
"""


class LettersUnavailable(RuntimeError):
    """WeasyPrint or Pango is missing; the message names the way out."""


class NoLetter(LookupError):
    """There is nothing to print; the message says why."""


def lacking() -> str:
    """Return what keeps letters from being printed, with the way out; "" when nothing does."""
    if find_spec("weasyprint") is None:
        return f"WeasyPrint is not installed: {PACKAGE_FIX}"
    try:
        _weasyprint()
    except OSError:
        return f"Pango is missing on this machine: {PANGO_FIX}"
    return ""


def pdf_of(letter: Letter) -> bytes:
    """Return the letter as a PDF on A4. Raises LettersUnavailable."""
    missing = lacking()
    if missing:
        raise LettersUnavailable(missing)
    return bytes(_weasyprint().HTML(string=_page(letter), url_fetcher=_nothing_fetched).write_pdf())


class Letters:
    """Prints what was sent, and drafts marked as such."""

    def __init__(self, storage: SqlStorage, shop: Shop) -> None:
        self._storage = storage
        self._shop = shop

    def draft(self, contact_id: str, text: str) -> bytes:
        """Return a text as it would look on paper, marked as a draft. Raises UnknownContact, NoLetter."""
        return pdf_of(self.draft_parts(contact_id, text))

    def draft_parts(self, contact_id: str, text: str) -> Letter:
        """Return what `draft` prints. Raises UnknownContact, NoLetter."""
        if not text.strip():
            raise NoLetter("there is no text to print")
        with self._storage.reading() as unit:
            contact = unit.contacts.get(contact_id)
        return letter_of(text, shop=self._shop, channel=contact.channel, contact_id=contact_id, is_draft=True)

    def sent(self, message_id: str) -> bytes:
        """Return a reply that passed the gate as it goes into the envelope. Raises NoLetter."""
        return pdf_of(self.sent_parts(message_id))

    def sent_parts(self, message_id: str) -> Letter:
        """Return what `sent` prints. Raises NoLetter."""
        with self._storage.reading() as unit:
            message = unit.outbox.get(message_id)
        if message is None:
            raise NoLetter(f"no reply has the id {message_id!r}")
        return letter_of(
            message.text,
            shop=self._shop,
            channel=Channel(message.channel),
            contact_id=message.contact_id,
            is_draft=False,
        )


def _weasyprint() -> Any:
    import weasyprint

    return weasyprint


def _nothing_fetched(url: str, *_rest: object, **_more: object) -> Any:
    raise ValueError(f"a letter fetches nothing, not even {url}")


def _page(letter: Letter) -> str:
    shop = letter.shop
    contact = " · ".join(part for part in (shop.phone, shop.email, shop.website) if part)
    where = "<br>".join(escape(part) for part in (shop.address, contact) if part)
    fax = '<span class="fax">FAX</span>' if letter.is_fax else ""
    draft = '<p class="draft">Draft: not checked, not to be sent</p>' if letter.is_draft else ""
    head = "".join(f'<div class="block">{_lines(block)}</div>' for block in letter.head)
    body = "".join(f"<p>{escape(part)}</p>" for part in letter.paragraphs)
    enclosed = f'<p class="enclosed">Enclosed: {escape(letter.enclosed)}</p>' if letter.enclosed else ""
    title = escape(f"{shop.name}: {letter.reference}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>"
        f'<div class="foot">{escape(shop.name)}</div>'
        f'<div class="letterhead">{fax}<div class="name">{escape(shop.name)}</div>'
        f'<div class="where">{where}</div></div>{draft}{head}'
        f'<p class="reference">Our reference: {escape(letter.reference)}</p>{body}{enclosed}</body></html>'
    )


def _lines(block: tuple[str, ...]) -> str:
    return "<br>".join(escape(line) for line in block)
