"""One export of the packaged encoder for all tests of `models` (it takes ten seconds); an empty store."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.artefact_store import ArtefactStore
from models.encoder_export import export_encoder


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    export_encoder(None, folder)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "artefacts"


@pytest.fixture
def store(root: Path) -> ArtefactStore:
    return ArtefactStore(root)
