"""The encoder: exported once to int8 ONNX, then served by ONNX Runtime."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from api.learned import ENCODER
from api.learning.bench import KEPT, PROMOTED, Outcome
from models.artefact_store import ArtefactStore
from replies.ports import Clock

_PACKAGED = "packaged"


def ensure_encoder(
    store: ArtefactStore, source: str | None, clock: Clock, tell: Callable[[str], None]
) -> Outcome:
    """Export the encoder unless the one in use already comes from `source` (None: the packaged model)."""
    wanted = source or _PACKAGED
    in_use = store.current(ENCODER)
    if in_use is not None and in_use.manifest.settings.get("source") == wanted:
        return Outcome(ENCODER, in_use.version, KEPT, f"{in_use.manifest.encoder} is exported already")
    tell("encoder: exporting to int8 ONNX, once")
    from models.encoder_export import export_encoder

    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside) / "encoder"
        folder.mkdir()
        made = export_encoder(source, folder)
        with store.write(
            ENCODER,
            data_fingerprint=made.name,
            encoder=made.name,
            dimension=made.dimension,
            metrics={},
            settings={"source": wanted},
            clock_now=clock.now(),
        ) as draft:
            shutil.copytree(folder, draft, dirs_exist_ok=True)
    store.promote(ENCODER, draft.version, at=clock.now())
    return Outcome(ENCODER, draft.version, PROMOTED, f"{made.name} exported to int8 ONNX")
