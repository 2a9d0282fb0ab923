"""One export of the packaged encoder for all tests of `models`: it takes ten seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.encoder_export import export_encoder


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    export_encoder(None, folder)
    return folder
