"""A result folder that is being filled: chunk by chunk, so that a run which was killed goes on where it was."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from simulate.compiled import Compiled
from simulate.errors import OutputError, SimulateError, UsageError
from simulate.results import same
from simulate.results.chunks import read_checked
from simulate.results.digest import Digest
from simulate.results.files import checksum, leftovers, write_all, write_whole
from simulate.results.folder import refuse_strangers
from simulate.results.lock import HOLDER, LOCK, Lock
from simulate.results.manifest import NAME, Chunk, File, Manifest, Series, read_manifest
from simulate.results.parquet import chunk_files
from simulate.results.provenance import new_manifest, now, series_of
from simulate.scenario.explicit import explicit
from simulate.scenario.loading import Scenario
from simulate.studies.keeping import Part
from simulate.studies.tables import WorldTable

SCENARIO = "scenario.yaml"
FEW_CHUNKS = 200
SECONDS_BETWEEN = 1.0
"""A kill loses at most the chunks of so many seconds: a manifest of very many chunks is long."""


def tell_on_stderr(message: str) -> None:
    """Say something to whoever watches."""
    print(f"simulate: {message}", file=sys.stderr, flush=True)


class ResultFolder:
    """A folder for the results of a study, to be used in a `with` block.

    What was finished before the process was killed is found again when the same study is given the same
    folder, and is not run anew. At the end of the block the result is marked as finished.

    Parameters
    ----------
    path : str or Path
    force : bool
        Replace a finished result of another study, once the new one is whole; never mix the two.
    chunk : int, optional
        Worlds in a chunk; by default a fiftieth of the run, 50 at least (reference engine: 4) and 2,000 at most.
    keep_events : bool
        Also keep every event of every world.
    command : str
        What to say in the manifest and to others who want the folder.
    tell : callable
        Told what is worth knowing; prints on stderr by default.

    Raises
    ------
    UsageError
        If the folder holds something else, belongs to another study, or is being written by another process.
    OutputError
        If it cannot be written; an earlier result stays readable.

    Examples
    --------
    >>> import tempfile
    >>> from simulate import ResultFolder, loads, open_result, run
    >>> coin = loads('''
    ... scenario: Coin
    ... start: 2022-08-01
    ... horizon: 1 yr
    ... shocks: {ruling: {rate: 2/yr}}
    ... outcomes: {rulings: {count: ruling}}
    ... ''')
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with ResultFolder(f"{place}/coin") as folder:
    ...         result = run(coin, 100, folder=folder)
    ...     open_result(f"{place}/coin").worlds()["rulings"].equals(result.worlds["rulings"])
    True
    """

    def __init__(
        self,
        path: str | Path,
        *,
        force: bool = False,
        chunk: int | None = None,
        keep_events: bool = False,
        command: str = "Python",
        tell: Callable[[str], None] = tell_on_stderr,
    ) -> None:
        if chunk is not None and chunk < 1:
            raise UsageError(f"chunks of {chunk} worlds: at least one is needed")
        self.path = Path(path)
        self.force = force
        self.chunk = chunk
        self.keep_events = keep_events
        self.command = command
        self.tell = tell
        self.target = Path(os.path.abspath(path))
        self.place = self.target
        self.made = False
        self.locks: list[Lock] = []
        self.manifest: Manifest | None = None
        self.new: Manifest
        self.text = b""
        self.names: tuple[str, ...] = ()
        self.grows = False
        self.written = 0
        self.last_written = 0.0
        self.one_at_a_time = threading.Lock()
        self.shelves: dict[str, SeriesShelf] = {}

    def __enter__(self) -> ResultFolder:
        refuse_strangers(self.path, self.force)
        self.made = self.lock(self.target)
        return self

    def lock(self, place: Path) -> bool:
        """Make a folder unless it is there, and take the right to write into it; returns whether it was made."""
        try:
            made = not place.exists()
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot write {self.path}: {error.strerror or error}") from error
        lock = Lock(place, self.path, self.command)
        if said := lock.acquire():
            self.tell(said)
        self.locks.append(lock)
        for left in leftovers(place):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
        return made

    def begin(
        self,
        kind: str,
        scenario: Scenario,
        series: Sequence[str],
        seed: int,
        worlds: int,
        max_events: int,
        grows: bool = False,
    ) -> None:
        """Get ready for a study of so many worlds (or, if it `grows`, more), and refuse what belongs to another."""
        self.text = explicit(scenario).encode()
        self.new = new_manifest(
            kind, scenario, checksum(self.text), seed, worlds, max_events, self.keep_events, self.command
        )
        self.names, self.grows = tuple(series), grows
        self.manifest = self.start()

    def start(self) -> Manifest:
        """The manifest to go on with: of the same study if there is one, else a new one."""
        found = self.found()
        if found is not None:
            self.go_on(found)
            return found
        write_whole(self.place / SCENARIO, self.text)
        self.new.write(self.place)
        return self.new

    def go_on(self, found: Manifest) -> None:
        """Go on with a run that is there already; chunks whose files are gone are run again."""
        for name, each in found.series.items():
            gone = [c for c in each.chunks if not all((self.place / c.path(name, kind)).exists() for kind in c.files)]
            for chunk in gone:
                self.tell(f"worlds {chunk.first:,} to {chunk.last - 1:,} of {name} are gone from {self.path}")
            each.chunks = [chunk for chunk in each.chunks if chunk not in gone]
        there, wanted = kept_worlds(found), self.new.asked * len(self.names)
        if there < wanted:
            self.tell(f"{self.path} holds {there:,} of {wanted:,} worlds; going on from there")
        found.asked = max(self.new.asked, found.worlds or 0)

    def found(self) -> Manifest | None:
        """The manifest of a run of the same study that is there already; none if all is to be run."""
        if not (self.place / NAME).exists():
            return None
        try:
            old = read_manifest(self.place)
            unlike = same.difference(old, self.new, self.names, self.place / SCENARIO, self.text, self.grows)
        except UsageError as error:
            return self.refuse(str(error))
        return self.refuse(f"{self.path} holds another result: {unlike}") if unlike else old

    def refuse(self, why: str) -> Manifest | None:
        """Refuse what is there; or, if it may be replaced, write beside it from now on, while it stays.

        Raises
        ------
        UsageError
            Unless it may be replaced.
        """
        if not self.force:
            raise UsageError(f"{why}; name another folder, or replace it with --force")
        if self.place != self.target:
            empty(self.place)
            return None
        self.place = self.target.with_name(f".{self.target.name}.new")
        self.lock(self.place)
        return self.found()

    def shelf(self, series: str, scenario: Scenario, compiled: Compiled, first: int = 0) -> SeriesShelf:
        """Where one series is kept, whose first world has number `first`.

        Raises
        ------
        UsageError
            If the folder holds worlds of another model under that name.
        """
        assert self.manifest is not None
        known = self.manifest.series.get(series)
        if known is not None and known.model_hash != compiled.hash:
            unlike = same.models_that_differ(series, known, series_of(scenario, compiled))
            self.refuse(f"{self.path} holds another result: {unlike}")
            self.manifest = self.start()
            known = self.manifest.series.get(series)
        if known is None:
            with self.one_at_a_time:
                self.manifest.series[series] = series_of(scenario, compiled)
        self.shelves[series] = shelf = SeriesShelf(self, self.manifest, series, compiled, first)
        return shelf

    def write_manifest(self) -> None:
        """Write down which chunks there are: at each of the first, later at most once a second."""
        assert self.manifest is not None
        self.written += 1
        if self.written <= FEW_CHUNKS or time.monotonic() - self.last_written > SECONDS_BETWEEN:
            self.manifest.write(self.place)
            self.last_written = time.monotonic()

    def add(self, fill: Callable[[Path], object]) -> None:
        """Put pictures and summaries into the folder, as `fill` writes them into another."""
        write_all(self.place, fill)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self.manifest is not None:
                self.finish(self.manifest)
            elif self.manifest is not None and isinstance(error, (SimulateError, KeyboardInterrupt)):
                with suppress(OutputError):
                    self.manifest.write(self.place)
        finally:
            if error is not None and self.manifest is not None and (kept := kept_worlds(self.manifest)):
                error.add_note(f"{kept:,} worlds are kept in {self.path}; the same command goes on from there")
            self.leave()

    def finish(self, manifest: Manifest) -> None:
        """Mark the result as finished, and put it in its place."""
        for name, shelf in self.shelves.items():
            manifest.series[name].result_hash = shelf.digest.hexdigest()
        if self.grows:
            manifest.asked = min(shelf.digest.done for shelf in self.shelves.values())
        manifest.worlds = manifest.asked
        manifest.finished = now()
        manifest.write(self.place)
        if self.place != self.target:
            self.replace()

    def replace(self) -> None:
        """Put the new result in the place of the old one."""
        old = self.target.with_name(f".{self.target.name}.old")
        try:
            shutil.rmtree(old, ignore_errors=True)
            os.replace(self.target, old)
            os.replace(self.place, self.target)
        except OSError as error:
            raise OutputError(f"cannot replace {self.path}: {error.strerror or error}") from error
        self.place = self.target
        shutil.rmtree(old, ignore_errors=True)

    def leave(self) -> None:
        """Give the locks back; a folder into which nothing was put goes again."""
        for lock in self.locks:
            lock.release()
        if self.made and self.manifest is not None and not any(each.chunks for each in self.manifest.series.values()):
            empty(self.target)
        if self.made and self.target.is_dir() and not any(self.target.iterdir()):
            self.target.rmdir()


def kept_worlds(manifest: Manifest) -> int:
    """How many worlds a folder holds, over all series."""
    return sum(chunk.last - chunk.first for each in manifest.series.values() for chunk in each.chunks)


def empty(folder: Path) -> None:
    """Remove all that a folder holds, its lock apart."""
    for entry in folder.iterdir():
        if entry.name not in (LOCK, HOLDER):
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


class SeriesShelf:
    """Keeps one series of a result folder; a `Shelf` of `simulate.studies.keeping`."""

    def __init__(self, folder: ResultFolder, manifest: Manifest, series: str, compiled: Compiled, first: int) -> None:
        self.folder = folder
        self.name = series
        self.compiled = compiled
        self.manifest = manifest
        self.keeps_events = folder.keep_events
        self.digest = Digest(first)

    @property
    def series(self) -> Series:
        """What the manifest says of it."""
        return self.manifest.series[self.name]

    @property
    def parts(self) -> list[Part]:
        """The parts that are there already."""
        return [(chunk.first, chunk.last) for chunk in self.series.chunks]

    @property
    def size(self) -> int | None:
        """How many worlds a new part has; none leaves it to the run."""
        return self.folder.chunk

    def take(self, part: Part) -> WorldTable:
        """A part that is there.

        Raises
        ------
        OutputError
            If it is not what was written.
        """
        chunk = next(chunk for chunk in self.series.chunks if (chunk.first, chunk.last) == part)
        table = read_checked(self.folder.place, self.name, chunk, self.compiled)
        self.digest.add(self.compiled, table)
        return table

    def put(self, table: WorldTable) -> None:
        """Keep a new part: its files first, then the manifest that names them."""
        first, last = int(table.numbers[0]), int(table.numbers[-1]) + 1
        files = chunk_files(self.compiled, table)
        chunk = Chunk(
            first=first,
            last=last,
            files={kind: File(sha256=checksum(content), bytes=len(content)) for kind, content in files.items()},
        )
        for kind, content in files.items():
            write_whole(self.folder.place / chunk.path(self.name, kind), content)
        with self.folder.one_at_a_time:
            self.add(chunk)
        self.digest.add(self.compiled, table)

    def add(self, chunk: Chunk) -> None:
        """Name a chunk in the manifest, in the place of any that holds some of its worlds."""
        first, last = chunk.first, chunk.last
        kept = [each for each in self.series.chunks if each.last <= first or last <= each.first]
        self.series.chunks = sorted([*kept, chunk], key=lambda each: each.first)
        self.folder.write_manifest()
