from __future__ import annotations

from pathlib import Path

import pytest

from brand_voice.dictionary import Dictionary, NoDictionary


def test_a_dictionary_of_one_s_own_is_read_with_its_endings(tmp_path: Path) -> None:
    (tmp_path / "own.aff").write_text("SET UTF-8\nSFX S Y 1\nSFX S 0 s .\n")
    (tmp_path / "own.dic").write_text("2\nkettle/S\nlid\n")
    own = Dictionary("own", path=tmp_path / "own")
    assert [own.knows(word) for word in ("kettles", "kettle", "lids", "x" * 100)] == [True, True, False, True]
    assert "kettle" in own.near("ketle")


def test_a_missing_dictionary_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoDictionary, match="xx-XX"):
        Dictionary("xx-XX")
    with pytest.raises(NoDictionary, match=r"own: \.aff and \.dic are needed"):
        Dictionary("own", path=tmp_path / "own")
