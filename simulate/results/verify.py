"""Whether a result folder holds what it says, and whether the same worlds come out again."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulate.compile import compile_scenario
from simulate.compiled import Compiled
from simulate.engines.cache import digest_of_rules
from simulate.engines.state import UNBRANCHED
from simulate.errors import DamageError, UsageError
from simulate.results.chunks import read_checked
from simulate.results.digest import Digest, rows_of
from simulate.results.manifest import WORLDS
from simulate.results.opened import StoredResult, open_result
from simulate.results.provenance import scenario_of
from simulate.studies.keeping import Workers
from simulate.studies.pools import Settings, run_parts
from simulate.studies.progress import Progress, part_of
from simulate.studies.tables import WorldTable
from simulate.studies.worlds import Engine

SAMPLE = 100
"""How many worlds of each series are run again unless another number is asked for."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found.

    Attributes
    ----------
    worlds : int
        How many worlds the folder holds, over all series.
    chunks : int
        How many chunks were read.
    again : int
        How many worlds were run again.
    faults : tuple of str
        What is wrong, one line each; empty if nothing is.
    notes : tuple of str
        What is good to know.
    """

    worlds: int
    chunks: int
    again: int
    faults: tuple[str, ...]
    notes: tuple[str, ...]


def verify(
    folder: str | Path,
    sample: int = SAMPLE,
    *,
    engine: Engine = "batch",
    workers: Workers = 1,
    progress: Progress | None = None,
) -> Verdict:
    """Read every chunk of a finished result, and run a sample of its worlds again.

    Parameters
    ----------
    folder : str or Path
    sample : int
        How many worlds of each series are run again, spread evenly over all; 0 for none.
    engine : {'batch', 'reference'}
    workers : int or str
        Threads, or the address of a cluster.
    progress : callable, optional
        Told how many worlds were run again, of how many.

    Returns
    -------
    Verdict

    Raises
    ------
    UsageError
        If the folder holds no finished result, or its manifest is damaged.
    """
    if sample < 0:
        raise UsageError(f"a sample of {sample} worlds: give 0 or more")
    stored = open_result(folder)
    faults: list[str] = []
    notes: list[str] = []
    if stored.manifest.rules != digest_of_rules():
        notes.append(
            f"made by simulate {stored.manifest.version} with rules {stored.manifest.rules}; "
            f"here they are {digest_of_rules()}, which may give other worlds"
        )
    chunks = again = 0
    try:
        stored.scenario  # noqa: B018 (it is checked as it is read)
    except DamageError as error:
        return Verdict(0, 0, 0, (str(error),), tuple(notes))
    worlds = stored.manifest.worlds or 0
    chosen = np.unique(np.linspace(0, worlds - 1, min(sample, worlds)).astype(int)) if sample else np.empty(0, int)
    for place, name in enumerate(stored.series):
        told = part_of(progress, place, len(stored.series))
        read, run_again, wrong = verify_series(stored, name, chosen, engine, workers, told)
        chunks, again = chunks + read, again + run_again
        faults += wrong
    held = sum(chunk.last - chunk.first for name in stored.series for _, chunk in stored.chunks(name))
    return Verdict(held, chunks, again, tuple(faults), tuple(notes))


def verify_series(
    stored: StoredResult,
    name: str,
    chosen: np.ndarray[tuple[int], np.dtype[np.int_]],
    engine: Engine,
    workers: Workers,
    progress: Progress | None,
) -> tuple[int, int, list[str]]:
    """One series: how many chunks were read, how many worlds run again, and what is wrong."""
    told = stored.manifest.series[name]
    compiled = compile_scenario(scenario_of(told, stored.scenario).resolved())
    if compiled.hash != told.model_hash:
        return (
            0,
            0,
            [f"{name}: the scenario compiles to another model ({compiled.hash}) than was run ({told.model_hash})"],
        )
    settings = Settings(compiled, engine, stored.manifest.seed, stored.manifest.max_events, UNBRANCHED, False)
    faults: list[str] = []
    chunks = stored.chunks(name)
    first, last = chunks[0][1].first, chunks[-1][1].last
    chosen = chosen[(chosen >= first) & (chosen < last)]
    digest = Digest(first)
    again = read = 0
    with closing(run_parts(settings, [(world, world + 1) for world in chosen.tolist()], workers)) as fresh:
        for _, chunk in chunks:
            worlds = range(*np.searchsorted(chosen, (chunk.first, chunk.last)).tolist())
            anew = [next(fresh) for _ in worlds]
            again += len(anew)
            if progress is not None:
                progress(again, len(chosen))
            try:
                kept = read_checked(stored.folder, name, chunk, compiled)
            except DamageError as error:
                faults.append(str(error))
                continue
            read += 1
            digest.add(compiled, kept)
            changed = other_worlds(compiled, kept, anew)
            if changed:
                world = changed[0]
                path = stored.folder / chunk.path(name, WORLDS)
                faults.append(f"{path}: world {world:,} comes out otherwise when it is run again")
    if not faults and digest.hexdigest() != told.result_hash:
        faults.append(f"{name}: the hash of all its worlds is {digest.hexdigest()}, but {told.result_hash} was written")
    return read, again, faults


def other_worlds(compiled: Compiled, kept: WorldTable, anew: list[WorldTable]) -> list[int]:
    """Which worlds that were run again are not those that were kept."""
    if not anew:
        return []
    rows, paths = rows_of(compiled, kept)
    found = []
    for fresh in anew:
        world = int(fresh.numbers[0])
        row = world - int(kept.numbers[0])
        again, again_paths = rows_of(compiled, fresh)
        same_paths = row >= len(paths) or np.array_equal(paths[row], again_paths[0])
        if not (same_paths and np.array_equal(rows[row], again[0])):
            found.append(world)
    return found
