"""A small study that is kept in a folder, and what its folder has to look like."""

import importlib.util
import json
import shutil
import tempfile
from pathlib import Path

from simulate import ResultFolder, compare, loads, open_result, run
from simulate.results.files import checksum

PACT = """
scenario: A pact
start: 2022-08-01
horizon: 5 yr
sample_every: 90 d
parameters: {anger: 0.5, rare: 0.00001}
mechanisms: {pact: {stages: [in_force, lapsed], start: in_force, transitions: [
  {from: in_force, to: lapsed, on: ruling, probability: anger}]}}
shocks:
  ruling: {rate: 0.5/yr, mark: {exponential: {mean: 1}}}
  flood: {rate: rare/yr}
actors: {tokyo: {actions: {visit: {when: pact == in_force}}}}
outcomes:
  ends: {ever: pact == lapsed}
  when: {first: pact == lapsed}
  again: {ever: count(ruling) > 1, given: count(ruling) > 0}
  standing: {trajectory: pact == in_force}
policies:
  calm: {set: {anger: 0.1}}
  visit: {at: [{event: tokyo.visit, on: 2023-06-01}, {event: tokyo.visit, on: 2026-01-01}]}
"""
PLACE = Path("/dev/shm")
"""Memory, where there is some: what is put onto a disk thousands of times takes time there."""


def neighbour(name):
    """A module of other tests, by its path below `tests`."""
    spec = importlib.util.spec_from_file_location(Path(name).stem, Path(__file__).parents[1] / name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scratch():
    """A new folder, in memory if that can be."""
    return Path(tempfile.mkdtemp(prefix="kept-", dir=PLACE if PLACE.is_dir() else None))


def keep(
    place, worlds=20, seed=1, *, scenario=None, policies=None, chunk=5, force=False, events=True, said=None, **how
):
    """Run (or, given policies, compare) and keep all of it, with a summary and a picture as the commands do."""
    scenario = scenario or loads(PACT)
    told = [] if said is None else said
    with ResultFolder(place, chunk=chunk, force=force, keep_events=events, tell=told.append, command="keep") as folder:
        if policies is None:
            result = run(scenario, worlds, seed, folder=folder, **how)
        else:
            result = compare(scenario, policies, worlds, seed, folder=folder, **how)

        def fill(into):
            (into / "result.json").write_text(json.dumps(result.to_json()), encoding="utf-8")
            (into / "stages.png").write_bytes(b"a picture" * 100)

        folder.add(fill)
    return result


def manifest(place):
    """The manifest as it lies there."""
    return json.loads((Path(place) / "manifest.json").read_text(encoding="utf-8"))


def rewrite(place, **changes):
    """Give the manifest other values, and the checksum that goes with them."""
    told = manifest(place) | changes
    told.pop("checksum")
    told["checksum"] = checksum(json.dumps(told, sort_keys=True, separators=(",", ":")).encode())
    (Path(place) / "manifest.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def hashes(place):
    """The result hash of every series."""
    return {name: series["result_hash"] for name, series in manifest(place)["series"].items()}


def chunk_paths(place):
    """The files of all chunks that the manifest names."""
    return [
        Path(place) / name / kind / f"{chunk['first']:010d}-{chunk['last']:010d}.parquet"
        for name, series in manifest(place)["series"].items()
        for chunk in series["chunks"]
        for kind in chunk["files"]
    ]


def stamps(place):
    """When every chunk that the manifest names was put there, and which file it is; nothing without a manifest."""
    if not (Path(place) / "manifest.json").exists():
        return {}
    found = ((path, path.stat()) for path in chunk_paths(place) if path.exists())
    return {path.relative_to(place): (told.st_mtime_ns, told.st_ino) for path, told in found}


def contents(place):
    """Every file below a folder with its bytes, by its path; empty if there is no folder."""
    place = Path(place)
    return {str(path.relative_to(place)): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


def final(place):
    """As `contents`, without the manifest and without hidden files."""
    return {name: data for name, data in contents(place).items() if not hidden(name) and name != "manifest.json"}


def hidden(name):
    """Whether a path is that of a lock, or of a file that is being written."""
    return any(part.startswith(".") for part in Path(name).parts)


def readable(place):
    """All that a finished folder gives: the frames of each series, and the result."""
    stored = open_result(place)
    frames = {name: (stored.worlds(name), stored.events(name)) for name in stored.series}
    return frames, {name: json.dumps(stored.result(name).to_json()) for name in stored.series}


def is_same(one, other):
    """Whether two answers of `readable` are the same to the bit."""
    (frames, results), (others, other_results) = one, other
    return (
        results == other_results
        and frames.keys() == others.keys()
        and all(a.equals(b) for name in frames for a, b in zip(frames[name], others[name], strict=True))
    )


def copied(place, name="copy"):
    """A copy of a folder beside it."""
    copy = Path(place).with_name(name)
    shutil.rmtree(copy, ignore_errors=True)
    return shutil.copytree(place, copy)
