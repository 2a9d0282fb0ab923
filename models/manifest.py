"""What an artefact is: its manifest, as a value and as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, ClassVar, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    ConfigDict,
    Field,
    FiniteFloat,
    TypeAdapter,
    ValidationError,
)

MANIFEST_FILE = "manifest.json"

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,79}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ArtefactError(ValueError):
    """Something is wrong with an artefact; the message names it and the way out."""


class ManifestError(ArtefactError):
    """The manifest is not one of ours, or does not say what it must."""


def check_name(name: str) -> str:
    """Return `name`; raise ValueError unless it is lower-case letters, digits and hyphens."""
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"{name!r} is not an artefact name: use lower-case letters, digits and hyphens")
    return name


def check_version(version: str) -> str:
    """Return `version`; raise ValueError unless it is letters, digits and hyphens."""
    if _VERSION.fullmatch(version) is None:
        raise ValueError(f"{version!r} is not an artefact version: only letters, digits and hyphens are")
    return version


def check_file(path: str) -> str:
    """Return `path`; raise ValueError unless it stays inside the artefact's folder.

    Paths are relative, with forward slashes, in one spelling only (no `.`, `..`, doubled or closing slash).
    """
    parts = PurePosixPath(path).parts
    escapes = path.startswith("/") or ".." in parts or any(mark in path for mark in "\\:\0")
    if not parts or escapes or "/".join(parts) != path:
        raise ValueError(f"file path {path!r} does not stay inside the artefact's folder")
    if path == MANIFEST_FILE:
        raise ValueError(f"{MANIFEST_FILE} cannot list itself")
    return path


def _check_sha256(text: str) -> str:
    if _SHA256.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a sha256 in lower-case hex")
    return text


_Setting = str | int | FiniteFloat | bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one version of an artefact is made from and made of.

    `data_fingerprint` says which rows it learned from; `encoder` and `dimension` which vectors it holds
    (the encoder's name and 0 when it holds none); `files` maps each file's path inside the folder, with
    forward slashes, to its sha256. `format` is raised when old readers must not read new folders.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, AfterValidator(check_name)]
    version: Annotated[str, AfterValidator(check_version)]
    created_at: AwareDatetime
    data_fingerprint: str
    encoder: str
    dimension: Annotated[int, Field(ge=0)]
    metrics: Mapping[str, FiniteFloat]
    settings: Mapping[str, _Setting]
    files: Mapping[Annotated[str, AfterValidator(check_file)], Annotated[str, AfterValidator(_check_sha256)]]
    format: Literal[1] = 1

    def to_json(self) -> bytes:
        """Return the manifest as indented UTF-8 JSON; raise ManifestError where a value is not allowed."""
        text = _MANIFEST.dump_json(self, indent=1) + b"\n"
        from_json(text)
        return text


_MANIFEST: TypeAdapter[Manifest] = TypeAdapter(Manifest)


def from_json(text: bytes) -> Manifest:
    """Return the manifest written in `text`; raise ManifestError naming every wrong field."""
    try:
        return _MANIFEST.validate_json(text)
    except ValidationError as error:
        faults = (
            f"{'.'.join(map(str, fault['loc'])) or 'document'}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_url=False, include_input=False)
        )
        raise ManifestError("manifest.json is not valid: " + "; ".join(faults)) from None
