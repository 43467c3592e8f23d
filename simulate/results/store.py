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
from simulate.results.files import checksum, exchanged, leftovers, write_all, write_whole
from simulate.results.folder import refuse_strangers
from simulate.results.lock import HOLDER, LOCK, Lock
from simulate.results.manifest import NAME, SCENARIO, Manifest, read_manifest
from simulate.results.provenance import new_manifest, now, series_of
from simulate.results.shelf import SeriesShelf
from simulate.scenario.explicit import explicit
from simulate.scenario.loading import Scenario

PYTHON = "Python"
"""The command of a study that was started from Python."""
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
        command: str = PYTHON,
        tell: Callable[[str], None] = tell_on_stderr,
    ) -> None:
        if chunk is not None and chunk < 1:
            raise UsageError(f"chunks of {chunk} worlds: at least one is needed")
        if not str(path).strip():
            raise UsageError("name a folder for the results; an empty name is none")
        self.path = Path(path)
        self.force = force
        self.chunk = chunk
        self.keep_events = keep_events
        self.command = command
        self.tell = tell
        self.target = Path(os.path.realpath(path))
        self.place = self.target
        self.made = False
        self.locks: list[Lock] = []
        self.manifest: Manifest | None = None
        self.new: Manifest
        self.text = b""
        self.names: tuple[str, ...] = ()
        self.grows = self.nested = False
        self.later = ""
        self.written = 0
        self.last_written = 0.0
        self.one_at_a_time = threading.Lock()
        self.shelves: dict[str, SeriesShelf] = {}

    def __enter__(self) -> ResultFolder:
        refuse_strangers(self.path, self.force)
        recover(self.target)
        self.lock(self.target)
        refuse_strangers(self.path, self.force)
        return self

    def lock(self, place: Path) -> None:
        """Make a folder unless it is there, and take the right to write into it."""
        made = False
        lock = Lock(place, self.path, self.command)
        try:
            made = not place.exists()
            place.mkdir(parents=True, exist_ok=True)
            if said := lock.acquire():
                self.tell(said)
        except (OSError, UsageError) as error:
            if made and place.is_dir():
                lock.sweep()
                place.rmdir()
            if isinstance(error, SimulateError):
                raise
            raise OutputError(f"cannot write {self.path}: {error.strerror or error}") from error
        self.locks.append(lock)
        self.made = self.made or (made and place == self.target)
        for left in leftovers(place):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)

    def begin(
        self,
        kind: str,
        scenario: Scenario,
        series: Sequence[str],
        seed: int,
        worlds: int,
        max_events: int,
        *,
        engine: str,
        grows: bool = False,
        nested: bool = False,
        choice: str = "",
        outcomes: Sequence[str] = (),
        precision: float | None = None,
    ) -> None:
        """Get ready for a study of so many worlds (or, if it `grows`, more), and refuse what belongs to another."""
        if not self.locks:
            raise UsageError("use a ResultFolder in a `with` block: outside it holds no lock, and never finishes")
        self.text = explicit(scenario).encode()
        self.new = new_manifest(
            kind, scenario, checksum(self.text), seed, worlds, max_events, self.keep_events, self.command
        )
        self.new.choice = choice
        self.new.engine, self.new.outcomes, self.new.precision = engine, list(outcomes), precision
        self.names, self.grows, self.nested = tuple(series), grows, nested
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
                if found.worlds is not None and chunk.first < found.worlds:
                    found.worlds = found.finished = each.result_hash = None
            each.chunks = [chunk for chunk in each.chunks if chunk not in gone]
        there, wanted = kept_worlds(found), self.new.asked * (1 if self.nested else len(self.names))
        if there < wanted:
            self.later = f"{self.path} holds {there:,} of {wanted:,} worlds; going on from there"
        found.asked = max(self.new.asked, found.worlds or 0)
        found.engine, found.outcomes, found.precision = self.new.engine, self.new.outcomes, self.new.precision

    def found(self) -> Manifest | None:
        """The manifest of a run of the same study that is there already; none if all is to be run."""
        if not (self.place / NAME).exists():
            return None
        try:
            old = read_manifest(self.place, self.path)
            if file_checksum(self.place / SCENARIO) != old.scenario_sha256:
                return self.refuse(f"{self.path / SCENARIO} is damaged or missing")
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
        new = series_of(scenario, compiled)
        if known is not None and (known.model_hash, known.parameters) != (new.model_hash, new.parameters):
            unlike = same.models_that_differ(series, known, new)
            self.refuse(f"{self.path} holds another result: {unlike}")
            self.manifest = self.start()
            known = self.manifest.series.get(series)
            for shelf in self.shelves.values():
                shelf.restart(self.manifest)
        if self.later:
            self.tell(self.later)
            self.later = ""
        if known is None:
            with self.one_at_a_time:
                self.manifest.series[series] = new
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
        assert self.manifest is not None
        self.manifest.added = sorted({*self.manifest.added, *write_all(self.place, fill)})

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self.manifest is not None:
                self.finish(self.manifest)
            elif self.manifest is not None and self.written:
                with suppress(OutputError):
                    self.manifest.write(self.place)
        finally:
            if error is not None and not isinstance(error, UsageError) and self.manifest is not None:
                self.say_what_is_kept(error, kept_worlds(self.manifest))
            self.leave()

    def say_what_is_kept(self, error: BaseException, kept: int) -> None:
        """Let an error tell how much of the work is not lost."""
        if kept:
            goes_on = isinstance(error, (OutputError, KeyboardInterrupt))
            more = "; the same command goes on from there" if goes_on else ""
            error.add_note(f"{kept:,} worlds are kept in {self.path}{more}")

    def finish(self, manifest: Manifest) -> None:
        """Mark the result as finished, and put it in its place."""
        done = min(shelf.digest.done for shelf in self.shelves.values()) if self.grows else manifest.asked
        if not (self.grows and done < (manifest.worlds or 0)):
            for name, shelf in self.shelves.items():
                manifest.series[name].result_hash = shelf.digest.hexdigest()
            manifest.worlds = manifest.asked = done
        manifest.finished = now()
        manifest.write(self.place)
        if self.place != self.target:
            self.replace()
        if self.force:
            # What was replaced, or what a forced run that was killed had begun.
            for rest in (".new", ".old"):
                shutil.rmtree(self.target.with_name(f".{self.target.name}{rest}"), ignore_errors=True)

    def replace(self) -> None:
        """Put the new result in the place of the old one, which comes back if that cannot be done."""
        old = self.target.with_name(f".{self.target.name}.old")
        try:
            shutil.rmtree(old, ignore_errors=True)
            if not exchanged(self.place, self.target):
                self.swap(old)
        except OSError as error:
            raise OutputError(f"cannot replace {self.path}: {error.strerror or error}") from error
        self.place = self.target

    def swap(self, old: Path) -> None:
        """Put the new result in the place of the old one where a system cannot do so in one step."""
        os.replace(self.target, old)
        try:
            os.replace(self.place, self.target)
        except OSError:
            os.replace(old, self.target)
            raise

    def leave(self) -> None:
        """Give the locks back; a folder into which nothing was put goes again."""
        for lock in self.locks:
            lock.release()
        self.locks = []
        if self.made and self.manifest is not None and not any(each.chunks for each in self.manifest.series.values()):
            empty(self.target)
        if self.made and self.target.is_dir() and not any(self.target.iterdir()):
            self.target.rmdir()


def recover(target: Path) -> None:
    """Mend what a kill left between two renames: the old result comes back, or goes for good."""
    old = target.with_name(f".{target.name}.old")
    if old.is_dir():
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.replace(old, target)


def file_checksum(path: Path) -> str:
    """The checksum of a file, empty if it cannot be read."""
    try:
        return checksum(path.read_bytes())
    except OSError:
        return ""


def kept_worlds(manifest: Manifest) -> int:
    """How many worlds a folder holds, over all series."""
    return sum(chunk.last - chunk.first for each in manifest.series.values() for chunk in each.chunks)


def empty(folder: Path) -> None:
    """Remove all that a folder holds, its lock apart."""
    for entry in folder.iterdir():
        if entry.name not in (LOCK, HOLDER):
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
