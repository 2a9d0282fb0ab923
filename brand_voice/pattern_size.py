"""How large a pattern becomes when its repeats are written out, so that none fills the memory."""

from __future__ import annotations

import re

LARGEST = 50_000
"""Parts of a pattern, repeats written out. The house's largest has some thousands."""

_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(\d*)(?:,(\d*))?\}|.", re.DOTALL)


def parts_written_out(source: str) -> int:
    """Return about how many parts `source` has when each counted repeat is written out."""
    sums, last = [0], [0]
    for piece in _PIECE.finditer(source):
        said = piece.group()
        if said == "(":
            sums.append(0)
            last.append(0)
        elif said == ")" and len(sums) > 1:
            group = sums.pop()
            last.pop()
            sums[-1] += group
            last[-1] = group
        elif piece.group(1) is not None or piece.group(2) is not None:
            most = max((int(digits[:9]) for digits in piece.groups() if digits), default=1)
            sums[-1] += last[-1] * max(most - 1, 0)
            last[-1] *= max(most, 1)
        else:
            sums[-1] += 1
            last[-1] = 1
    return sum(sums)
