"""Settings: where the home is, which database, which encoder. From arguments, then the environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator may set; each has the environment variable `WELLPUT_<NAME>`.

    `encoder` names another sentence-transformers folder (or hub id) than the packaged model; it is
    exported once by `wellput learn`. `threads` is how many threads one encoder pass may use.
    `ease_memory_mb` is what one square of EASE may take while offers are learned (0: no EASE), `counts_mb`
    what the counts may take that the next `wellput learn` goes on from (0: it counts all orders each time).
    `writer_address` is an endpoint with the chat-completions protocol that may word drafts anew; none is
    asked while it is not set. `writer_key` is sent to it as a bearer token and nowhere else.
    """

    model_config = SettingsConfigDict(env_prefix="WELLPUT_", extra="ignore")

    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("wellput", appauthor=False)))
    database_url: str | None = None
    encoder: str | None = None
    threads: int = Field(default=1, ge=1, le=64)
    tuning_minutes: float = Field(default=10, ge=0, le=24 * 60)
    ease_memory_mb: int = Field(default=2_000, ge=0, le=1_000_000)
    counts_mb: int = Field(default=1_000, ge=0, le=1_000_000)
    session_idle_minutes: int = Field(default=60, ge=1, le=24 * 60)
    secure_cookies: bool = False
    writer_address: str | None = None
    writer_model: str = ""
    writer_key: SecretStr = SecretStr("")
    writer_timeout_s: float = Field(default=8.0, gt=0, le=60)

    @field_validator("writer_address")
    @classmethod
    def _reachable(cls, address: str | None) -> str | None:
        """Refuse an address at which no writer can be as the settings are read, not at the first assist."""
        if address and not is_writer_address(address):
            raise PydanticCustomError("writer_address", WRITER_ADDRESS)
        return address


WRITER_ADDRESS = "the writer's address is http:// or https://, a host and a path: http://127.0.0.1:8080/v1"


def is_writer_address(address: str) -> bool:
    """Whether requests can be sent to a base address: web, with a host, without user name or query."""
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and not (parts.username or parts.query)
            and parts.port != 0
        )
    except ValueError:  # a port that is no number, a bracket left open
        return False


@dataclass(frozen=True, slots=True)
class Home:
    """The home folder's rooms."""

    root: Path

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.root.resolve() / 'wellput.db'}"

    @property
    def artefacts(self) -> Path:
        return self.root / "artefacts"

    @property
    def counts(self) -> Path:
        return self.root / "counts"

    @property
    def outbox(self) -> Path:
        return self.root / "outbox"

    @property
    def rejects(self) -> Path:
        return self.root / "rejects"

    @property
    def shop_file(self) -> Path:
        return self.root / "shop.toml"

    @property
    def rulebook(self) -> Path:
        return self.root / "rulebook"

    @property
    def secret_key_file(self) -> Path:
        return self.root / "secret.key"

    @property
    def exists(self) -> bool:
        return self.root.is_dir()

    def make(self) -> None:
        """Create the folder, readable by its owner alone."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
