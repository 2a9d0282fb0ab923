"""A letter on paper: looked at as a picture, read as text, and honest about what it is."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

import api.letters
from api.letters import LettersUnavailable, lacking, pdf_of
from replies.contacts import Channel
from replies.letters import letter_of
from replies.shop import Shop


@pytest.fixture(autouse=True)
def _prints() -> None:
    if lacking():
        pytest.fail(f"Letters cannot be tested: {lacking()} 'make test' installs what they need.")


SHOP = Shop(name="Larkfield & Rowe", address="12 Stonegate, York YO1 8AS", phone="01632 960142")
TEXT = (
    "Larkfield & Rowe\n12 Stonegate, York YO1 8AS\n\nMonday 23 November 2026\n\n"
    "Kenneth Arkwright\nYO41 5HE\n\n"
    "Our reference: CT-1, order LR-104233\n\nDear Kenneth Arkwright,\n\n{body}\n\nYours sincerely,\n\n"
    "Customer Care\nLarkfield & Rowe\n\nEnclosed: returns label"
)


def printed(body: str, *, channel: Channel = Channel.POST, is_draft: bool = False) -> pypdfium2.PdfDocument:
    letter = letter_of(
        TEXT.format(body=body), shop=SHOP, channel=channel, contact_id="CT-1", is_draft=is_draft
    )
    return pypdfium2.PdfDocument(BytesIO(pdf_of(letter)))


def picture(page: pypdfium2.PdfPage) -> NDArray[np.uint8]:
    """Return (height, width) grey values; 72 dots an inch."""
    return np.asarray(page.render(scale=1.0).to_pil().convert("L"))


def words(page: pypdfium2.PdfPage) -> str:
    return page.get_textpage().get_text_range()


def ink(area: NDArray[np.uint8]) -> float:
    return float((area < 128).mean())


def test_a_letter_looks_like_one(tmp_path: Path) -> None:
    document = printed("You may return the throw within 35 days.\n\nWe refund you within 14 days.")
    page = document[0]
    seen = picture(page)
    page.render(scale=2).to_pil().save(tmp_path / "letter.png")
    assert len(document) == 1
    assert seen.shape == (842, 596)  # A4
    assert ink(seen[:60]) == 0 and ink(seen[:, :60]) == 0  # margins
    assert ink(seen[70:130, 70:300]) > 0.01  # letterhead
    rule = seen[100:140, 80:520].mean(axis=1).min()
    assert rule < 220  # the line under it runs across the page
    assert ink(seen[140:560, 70:540]) > 0.005 and ink(seen[620:780]) == 0  # text above, the foot empty
    said = words(page)
    assert said.index("Kenneth Arkwright") < said.index("Our reference: CT-1") < said.index("Dear Kenneth")
    assert said.count("12 Stonegate") == 1 and "Enclosed: returns label" in said and "Draft" not in said
    document.close()


def test_a_long_letter_goes_on_and_counts_its_pages() -> None:
    document = printed("\n\n".join(f"Paragraph {number} says a little more." for number in range(80)))
    assert len(document) >= 2
    assert "1 / " in words(document[0]) and "Paragraph 79" in words(document[len(document) - 1])
    document.close()


def test_a_draft_is_marked_and_a_fax_says_so() -> None:
    document = printed("Yes.", channel=Channel.FAX, is_draft=True)
    said = words(document[0])
    assert "Draft: not checked, not to be sent" in said and "FAX" in said.replace(" ", "")
    document.close()


def test_what_is_written_is_text_and_fetches_nothing() -> None:
    hostile = '<img src="http://192.0.2.1/x.png"><script>alert(1)</script><link href="file:///etc/passwd">'
    document = printed(hostile)
    assert "<img src=" in words(document[0])
    document.close()


def test_what_is_missing_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_pango() -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(api.letters, "_weasyprint", no_pango)
    assert "apt-get install libpango-1.0-0" in lacking()
    with pytest.raises(LettersUnavailable, match="Pango is missing"):
        printed("Yes.")
    monkeypatch.setattr(api.letters, "find_spec", lambda _name: None)
    assert "pip install 'wellput[letters]'" in lacking()
