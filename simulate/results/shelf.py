"""Where one series of a result folder is kept, chunk by chunk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulate.compiled import Compiled
from simulate.results.chunks import read_checked
from simulate.results.digest import Digest
from simulate.results.files import checksum, write_whole
from simulate.results.manifest import Chunk, File, Manifest, Series
from simulate.results.parquet import chunk_files
from simulate.studies.keeping import Part
from simulate.studies.tables import WorldTable

if TYPE_CHECKING:
    from simulate.results.store import ResultFolder


class SeriesShelf:
    """Keeps one series of a result folder; a `Shelf` of `simulate.studies.keeping`."""

    def __init__(self, folder: ResultFolder, manifest: Manifest, series: str, compiled: Compiled, first: int) -> None:
        self.folder = folder
        self.name = series
        self.compiled = compiled
        self.manifest = manifest
        self.keeps_events = folder.keep_events
        self.digest = Digest(first)
        self.told = manifest.series[series]

    def restart(self, manifest: Manifest) -> None:
        """Begin anew in another place."""
        self.manifest = manifest
        manifest.series.setdefault(self.name, self.told.model_copy(update={"chunks": [], "result_hash": None}))

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
