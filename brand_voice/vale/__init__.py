"""Vale styles, run as they are: https://vale.sh describes what their files may say."""

from __future__ import annotations

from brand_voice.vale.definition import ValeError
from brand_voice.vale.house import ValeEntry, load_vale
from brand_voice.vale.pack import is_vale
from brand_voice.vale.settings import settings_file

__all__ = ["ValeEntry", "ValeError", "is_vale", "load_vale", "settings_file"]
