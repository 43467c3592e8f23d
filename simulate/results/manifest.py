"""What a result folder says of itself: what was run, by what, and which chunks of worlds it holds."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from simulate.errors import UsageError
from simulate.results.files import checksum, write_whole

NAME = "manifest.json"
SCENARIO = "scenario.yaml"
EVERY_KIND = (WORLDS, TRAJECTORIES, DAYS, EVENTS) = ("worlds", "trajectories", "days", "events")
"""Kinds of files that a chunk has."""
FORMAT: Literal[1] = 1


class Record(BaseModel):
    """A part of the manifest; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class File(Record):
    """One file of a chunk: its SHA-256 and its length in bytes."""

    sha256: str
    bytes: int


class Chunk(Record):
    """Worlds `first` to `last`, the last one outside, and the files that hold them, by kind."""

    first: int
    last: int
    files: dict[str, File]

    def path(self, series: str, kind: str) -> Path:
        """Where a file of this chunk lies in the folder."""
        return Path(series) / kind / f"{self.first:010d}-{self.last:010d}.parquet"


class Series(Record):
    """One model in all its worlds.

    `policies`, `set`, `without`, `inject` and `initial` are what was chosen, `set` with times in days; `told` are the
    settings as written. `parameters` are the values of all parameters. `result_hash` is that of all worlds,
    null while some are missing.
    """

    policies: list[str]
    set: dict[str, float]
    told: dict[str, str]
    without: list[str]
    inject: list[tuple[str, float]]
    initial: dict[str, str | float]
    model_hash: str
    parameters: dict[str, float]
    result_hash: str | None = None
    chunks: list[Chunk] = []


class Manifest(Record):
    """The whole.

    `asked` is how many worlds were asked for; `worlds` how many are there and finished, null before that.
    """

    format: Literal[1] = FORMAT
    kind: str
    scenario: str
    file: str
    scenario_sha256: str
    seed: int
    asked: int
    worlds: int | None
    max_events: int
    keeps_events: bool
    choice: str = ""
    engine: str = "batch"
    outcomes: list[str] = []
    precision: float | None = None
    added: list[str] = []
    version: str
    rules: str
    libraries: dict[str, str]
    machine: dict[str, str | int]
    command: str
    started: str
    finished: str | None
    series: dict[str, Series]

    @property
    def is_nested(self) -> bool:
        """Whether its series are draws of the parameters, each with worlds of its own."""
        return self.kind == "run" and len(self.series) > 1

    @property
    def wanted(self) -> int:
        """How many worlds it takes to be finished, over all series."""
        return self.asked * (1 if self.is_nested else len(self.series))

    def write(self, folder: Path) -> None:
        """Put it into a folder, with a checksum of its own."""
        content = self.model_dump(mode="json")
        write_whole(folder / NAME, rendered(content))


def rendered(content: dict[str, Any]) -> bytes:
    """The manifest as it is written, with its checksum."""
    return json.dumps({**content, "checksum": checksum(canonical(content))}, indent=1).encode() + b"\n"


def canonical(content: dict[str, Any]) -> bytes:
    """Plain values as bytes, the same however they are laid out."""
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def read_manifest(folder: Path, name: Path | None = None) -> Manifest:
    """The manifest of a folder, which may be told of under another name.

    Raises
    ------
    UsageError
        If there is none, or it is damaged.
    """
    name = folder if name is None else name
    path = name / NAME
    if os.path.isfile(folder):
        raise UsageError(f"{name} is a file; name a result folder")
    if not os.path.isdir(folder):
        raise UsageError(f"there is no folder {name}")
    try:
        raw = (folder / NAME).read_bytes()
        content = json.loads(raw)
    except FileNotFoundError:
        raise UsageError(f"{name} holds no result: there is no {NAME} in it") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    except ValueError:
        raise damaged(path) from None
    if isinstance(content, dict) and isinstance(content.get("format"), int) and content["format"] != FORMAT:
        raise UsageError(f"{path} has format {content['format']}; this version of simulate reads format {FORMAT}")
    if not isinstance(content, dict) or content.pop("checksum", None) is None or rendered(content) != raw:
        raise damaged(path)
    try:
        return Manifest.model_validate_json(json.dumps(content))
    except ValidationError:
        raise damaged(path) from None


def damaged(path: Path) -> UsageError:
    """The error for a manifest that is not what was written."""
    return UsageError(f"{path} is damaged: it is not what was written")
