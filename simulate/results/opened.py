"""A result folder opened for reading."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulate.compile import compile_scenario
from simulate.errors import DamageError, UsageError
from simulate.results.chunks import read_checked, read_file
from simulate.results.files import checksum
from simulate.results.manifest import EVENTS, SCENARIO, TRAJECTORIES, WORLDS, Chunk, Manifest, read_manifest
from simulate.results.provenance import scenario_of
from simulate.results.store import PYTHON, kept_worlds
from simulate.scenario.loading import Scenario, load
from simulate.scenario.nearest import suggestion
from simulate.studies.compare import Comparison
from simulate.studies.nested import Drawn
from simulate.studies.outcomes import chosen_outcomes
from simulate.studies.priors import priors_of
from simulate.studies.run import Result
from simulate.studies.tables import Collector, joined

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


class StoredResult:
    """A finished result that lies in a folder; nothing of its worlds is read before it is asked for.

    Attributes
    ----------
    folder : Path
    manifest : Manifest
        What was run, by what, and which chunks there are.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as resolved, under no policy.

        Raises
        ------
        DamageError
            If it is not what was written.
        """
        path = self.folder / SCENARIO
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DamageError(f"{path} cannot be read: {error.strerror or error}") from None
        if checksum(content) != self.manifest.scenario_sha256:
            raise DamageError(f"{path} is damaged: its checksum is not that of what was written")
        return load(path)

    @property
    def series(self) -> list[str]:
        """The names of the models whose worlds are finished: `baseline` and policies, points, or draws."""
        return [name for name, each in self.manifest.series.items() if each.result_hash is not None]

    def chunks(self, series: str | None = None) -> list[tuple[str, Chunk]]:
        """The finished chunks of a series, with its name; of the first if none is named, or of all draws.

        Raises
        ------
        UsageError
            If there is no such series.
        """
        if series is None and self.manifest.is_nested:
            return [found for name in self.series for found in self.chunks(name)]
        name = self.series[0] if series is None else series
        if name not in self.series:
            raise UsageError(f"{self.folder} holds no '{name}'{suggestion(name, self.series)}")
        worlds = self.manifest.worlds or 0
        found = [chunk for chunk in self.manifest.series[name].chunks if chunk.last <= worlds]
        gaps = [after.first for before, after in itertools.pairwise(found) if before.last != after.first]
        if not found or gaps:
            at = gaps[0] if gaps else 0
            raise DamageError(f"{self.folder} is not whole: worlds before {at:,} of {name} are missing")
        return [(name, chunk) for chunk in found]

    def frames(self, series: str | None, kind: str, columns: Sequence[str] | None) -> pd.DataFrame:
        """Files of one kind as one table, of which the named columns are read."""
        import pandas as pd
        import pyarrow.parquet as pq

        frames = []
        for name, chunk in self.chunks(series):
            if kind in chunk.files:
                content = io.BytesIO(read_file(self.folder, name, chunk, kind))
                frames.append(pq.read_table(content, columns=None if columns is None else list(columns)).to_pandas())
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    def worlds(self, series: str | None = None, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """One row for each world, as in `Result.worlds`, with `events` and `history`; or only the named columns.

        Raises
        ------
        UsageError
            If there is no such series or column.
        DamageError
            If a chunk is not what was written.
        """
        known = self.columns_of(series, WORLDS)
        for name in columns or ():
            if name not in known:
                raise UsageError(f"{self.folder} has no column '{name}'{suggestion(name, known)}")
        frame = self.frames(series, WORLDS, None if columns is None else [known[0], *columns])
        for name in (each for each in frame.columns if "_reached" in each):
            if frame[name].dtype in (object, bool):
                frame[name] = frame[name].astype(float)
        return frame.set_index(known[0]).rename_axis("world")

    def columns_of(self, series: str | None, kind: str) -> list[str]:
        """The columns of a kind of file."""
        import pyarrow.parquet as pq

        name, chunk = self.chunks(series)[0]
        return list(pq.read_schema(io.BytesIO(read_file(self.folder, name, chunk, kind))).names)

    def trajectories(self, series: str | None = None) -> xr.Dataset:
        """Every trajectory of the first 10,000 worlds, with dimensions world and day.

        Raises
        ------
        UsageError
            If there is no such series.
        DamageError
            If a chunk is not what was written.
        """
        import xarray as xr

        frame = self.frames(series, TRAJECTORIES, None)
        if frame.empty:
            return xr.Dataset()
        first, second = frame.columns[:2]
        frame = frame.rename_axis(index=None).set_index([first, second]).rename_axis(["world", "day"])
        names = {name: f"{name}_" for name in frame.columns if name in ("world", "day")}
        dataset = frame.rename(columns=names).to_xarray()
        start = self.scenario.resolved().start.date().isoformat()
        dataset["day"].attrs["units"] = f"days since {start}"
        dataset.attrs["start"] = start
        return dataset

    def events(self, series: str | None = None) -> pd.DataFrame:
        """Every event of every world, one row each.

        Raises
        ------
        UsageError
            If there is no such series, or events were not kept.
        DamageError
            If a chunk is not what was written.
        """
        if not self.manifest.keeps_events:
            raise UsageError(f"{self.folder} holds no events; run with --events to keep them")
        return self.frames(series, EVENTS, None)

    def result(self, series: str | None = None) -> Result:
        """All of one series in memory, as `run` gave it: of draws, if none is named, a `Drawn` of them all.

        Raises
        ------
        UsageError
            If there is no such series, or this version of simulate compiles another model of the scenario.
        DamageError
            If a chunk is not what was written.
        """
        if series is None and self.manifest.is_nested:
            return self.drawn()
        chunks = self.chunks(series)
        name = chunks[0][0]
        known = self.manifest.series[name]
        scenario = scenario_of(known, self.scenario)
        compiled = compile_scenario(scenario.resolved())
        if compiled.hash != known.model_hash:
            raise UsageError(
                f"{self.folder} was made by simulate {self.manifest.version}, which made another model of the same "
                "scenario; its Parquet files can still be read"
            )
        collector = Collector(compiled, chunks[0][1].first, chunks[-1][1].last)
        for _, chunk in chunks:
            collector.add(read_checked(self.folder, name, chunk, compiled))
        return Result(
            compiled, self.manifest.file, collector.collected(), self.manifest.seed, self.manifest.engine, known.told
        )

    def drawn(self) -> Drawn:
        """All draws of the parameters in memory, as `run_drawn` gave them."""
        results = [self.result(name) for name in self.series]
        values = [self.manifest.series[name].set for name in self.series]
        told = self.manifest.series[self.series[0]].told
        base = scenario_of(self.manifest.series[self.series[0]], self.scenario)
        base = replace(base, overrides={name: value for name, value in values[0].items() if name in told})
        priors = priors_of(base, [name for name in values[0] if name not in told])
        return Drawn(
            compile_scenario(base.resolved()),
            self.manifest.file,
            joined([result.table for result in results]),
            self.manifest.seed,
            self.manifest.engine,
            told,
            priors,
            np.array([[each[name] for name in priors] for each in values]),
            np.array([len(result.table.numbers) for result in results]),
        )

    def comparison(self) -> Comparison:
        """All of a comparison in memory, as `compare` gave it.

        Raises
        ------
        UsageError
            If the folder is none of `compare`.
        DamageError
            If a chunk is not what was written.
        """
        if self.manifest.kind != "compare":
            raise UsageError(f"{self.folder} is of `simulate {self.manifest.kind}`, and compares nothing")
        base, *others = (self.result(name) for name in self.series)
        labels = chosen_outcomes(base.compiled.labels.outcomes, self.manifest.outcomes)
        return Comparison(base, dict(zip(self.series[1:], others, strict=True)), labels, self.manifest.precision)

    def __repr__(self) -> str:
        told = self.manifest
        return (
            f"<Result folder {self.folder}: '{told.scenario}', {', '.join(self.series)}; "
            f"{told.worlds or 0:,} worlds, seed {told.seed}>"
        )

    def to_dict(self) -> dict[str, Any]:
        """The manifest as plain values."""
        return self.manifest.model_dump(mode="json")


def open_result(folder: str | Path) -> StoredResult:
    """Open a result folder.

    Parameters
    ----------
    folder : str or Path
        As given to `simulate run -o` or `ResultFolder`.

    Returns
    -------
    StoredResult
        Of which nothing is read but the manifest.

    Raises
    ------
    UsageError
        If it holds no finished result, or the manifest is damaged.

    Examples
    --------
    See `ResultFolder`.
    """
    folder = Path(folder)
    manifest = read_manifest(folder, folder)
    if manifest.worlds is None:
        there, wanted = kept_worlds(manifest), manifest.wanted
        # Series that have not begun are not known.
        there_of = f"{there:,} of {wanted:,}" if there < wanted else f"{there:,}"
        raise UsageError(
            f"{folder} is not finished: {there_of} worlds are there; "
            + ("run the same study into it again" if manifest.command == PYTHON else f"go on with: {manifest.command}")
        )
    return StoredResult(folder, manifest)
