"""A run that is killed, whenever that is, goes on with the same command as if nothing had happened."""

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulate import open_result
from simulate.errors import UsageError
from simulate.results.lock import LOCK, Lock
from simulate.results.manifest import read_manifest

from .kept import contents, copied, final, hashes, hidden, keep, manifest, stamps

VICTIM = Path(__file__).with_name("victim.py")
KILLS = 25


@pytest.fixture(scope="module")
def victim():
    """Gives jobs to the process that runs studies and kills them."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, str(VICTIM)], **pipes) as process:

        def give(study, **how):
            process.stdin.write(json.dumps({"study": study, **how}) + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert "error" not in answer, answer
            return answer

        yield give
        process.stdin.close()


def check_nothing_is_half_written(folder, *whole):
    """Whatever lies under a final name is, byte by byte, what an uninterrupted run puts there."""
    for name, content in contents(folder).items():
        if not hidden(name) and name != "manifest.json":
            assert any(each.get(name) == content for each in whole), name
    if (folder / "manifest.json").exists():
        read_manifest(folder)


def finish(victim, study):
    """Run a study to its end; what it said."""
    answer = victim(study)
    assert not answer["killed"]
    return answer["said"]


@pytest.mark.parametrize("policies", [None, ["calm"]], ids=["run", "compare"])
def test_a_run_killed_at_any_moment_goes_on(place, victim, policies):
    """At seeded random moments, over as many rounds as it takes; fifty times in all."""
    draw = random.Random(1)
    how = {"worlds": 12, "policies": policies, "chunk": 2, "events": policies is None}
    for name in ("first", "whole"):
        began = time.monotonic()
        finish(victim, {"place": str(place / name), **how})
    span = time.monotonic() - began
    whole, expected = final(place / "whole"), hashes(place / "whole")
    kills = rounds = 0
    while kills < KILLS:
        rounds += 1
        folder = place / f"round{rounds}"
        study = {"place": str(folder), **how}
        before = {}
        while victim(study, seconds=draw.uniform(0.0, span))["killed"]:
            kills += 1
            # Where a machine is busy, what took so long before takes longer now.
            span *= 1.2 if stamps(folder) == before else 1.0
            check_nothing_is_half_written(folder, whole)
            assert before.items() <= stamps(folder).items(), "a chunk that was kept is run again"
            before = stamps(folder)
        assert before.items() <= stamps(folder).items(), "a chunk that was kept is run again"
        assert final(folder) == whole and hashes(folder) == expected
        assert contents(folder).keys() == contents(place / "whole").keys(), "something was left behind"


def kills_at_every_write(victim, prepare, study, check, stride, last=12):
    """Kill a study at each thing that it does to the disk, one by one, and let the same command end it.

    At every so-manieth thing, and at each of the first and the last, where a folder comes and goes.
    """
    prepare()
    writes = victim(study)["writes"]
    assert writes > 20
    for at in sorted({*range(0, writes, stride), *range(8), *range(writes - last, writes)}):
        prepare()
        assert victim(study, at=at)["killed"], at
        check(at)
        before = stamps(study["place"])
        said = finish(victim, study)
        yield at, before, said


def test_a_run_killed_at_any_write_goes_on(place, victim):
    study = {"place": str(place / "out"), "worlds": 4, "chunk": 2}
    keep(place / "whole", 4, chunk=2)
    whole = final(place / "whole")

    def prepare():
        shutil.rmtree(place / "out", ignore_errors=True)

    def check(at):
        check_nothing_is_half_written(place / "out", whole)

    for at, before, _ in kills_at_every_write(victim, prepare, study, check, stride=5):
        assert before.items() <= stamps(place / "out").items(), at
        assert final(place / "out") == whole and hashes(place / "out") == hashes(place / "whole"), at
        assert contents(place / "out").keys() == contents(place / "whole").keys(), at
        assert {path.name for path in place.iterdir()} == {"out", "whole"}, at


def test_a_forced_run_killed_at_any_write_goes_on(place, victim):
    """The old result can be read until the new one takes its place, and one of the two always can."""
    how = {"worlds": 4, "chunk": 4, "events": False}
    keep(place / "old", **how)
    keep(place / "new", seed=2, **how)
    old, new = (open_result(place / name).worlds() for name in ("old", "new"))
    study = {"place": str(place / "out"), "seed": 2, "force": True, **how}
    failed = []

    def prepare():
        for name in (".out.new", ".out.old"):
            shutil.rmtree(place / name, ignore_errors=True)
        copied(place / "old", "out")

    def check(at):
        try:
            found = open_result(place / "out").worlds()
            if not (found.equals(old) or found.equals(new)):
                failed.append((at, "mixed"))
        except UsageError as error:
            failed.append((at, f"neither can be read: {error}"))

    for at, _, said in kills_at_every_write(victim, prepare, study, check, stride=9, last=26):
        if final(place / "out") != final(place / "new"):
            failed.append((at, "another result"))
        left = {path.name for path in place.iterdir()} - {"old", "new", "out"}
        if left:
            failed.append((at, f"left behind: {left}"))
        if any("going on" in each and "holds" in each for each in said) and manifest(place / "out")["seed"] != 2:
            failed.append((at, "goes on with the old one"))
    assert not failed


def test_forcing_always_is_no_trap(place, victim):
    """Whoever always says `--force` can go on, too, wherever the first run was killed."""
    study = {"place": str(place / "out"), "worlds": 4, "chunk": 4, "events": False, "force": True}
    keep(place / "whole", 4, chunk=4, events=False)
    failed = []
    for at in range(0, 24):
        shutil.rmtree(place / "out", ignore_errors=True)
        victim(study, at=at)
        try:
            finish(victim, study)
        except AssertionError as error:
            failed.append((at, str(error).splitlines()[0]))
        else:
            assert hashes(place / "out") == hashes(place / "whole")
    assert not failed


def test_adding_worlds_or_policies_can_be_killed_at_any_write(place, victim):
    """What was finished before stays readable until there is more, and is never taken for more than it is."""
    keep(place / "old", 4, policies=["calm"], chunk=2, events=False)
    keep(place / "new", 6, policies=["calm", "visit"], chunk=3, events=False)
    study = {"place": str(place / "out"), "worlds": 6, "policies": ["calm", "visit"], "chunk": 2, "events": False}
    failed = []

    def check(at):
        try:
            stored = open_result(place / "out")
            sizes = {name: len(stored.result(name).table.numbers) for name in stored.series}
            if set(sizes.values()) not in ({4}, {6}) or "calm" not in sizes:
                failed.append((at, sizes))
        except Exception as error:
            failed.append((at, repr(error)))

    ways = kills_at_every_write(victim, lambda: copied(place / "old", "out"), study, check, stride=13, last=6)
    for at, before, _ in ways:
        if not before.items() <= stamps(place / "out").items() or hashes(place / "out") != hashes(place / "new"):
            failed.append((at, "another result"))
    assert not failed


def started(home, line):
    """A command in a process of its own, stopped as soon as it has kept a few chunks, so that it holds its folder."""
    command = [sys.executable, "-m", "simulate", *line.split()]
    process = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(list((home / "out").rglob("worlds/*.parquet"))) < 5:
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGSTOP)
    return process


def test_one_writes_at_a_time_and_the_lock_of_the_dead_is_no_obstacle(simulate, home):
    """By the command line: a second one is refused and told who holds the folder; after `kill -9` it runs."""
    line = "run pact.yaml -n 400 --chunk 2 -o out"
    process = started(home, line)
    holder = json.loads((home / "out" / ".holder.json").read_text(encoding="utf-8"))
    who = f"process {process.pid} on {holder['machine']} (since {holder['since']}: simulate {line})"
    for other in (line, f"{line} --force", f"{line} --seed 2 --force"):
        refused = simulate(other)
        assert (refused.status, refused.stdout) == (2, "")
        assert refused.stderr == (
            f"simulate: out is being written by {who}; wait until it ends, or name another folder\n"
        )
    process.kill()
    process.wait()
    before = stamps(home / "out")
    there = 2 * sum(path.parts[1] == "worlds" for path in before)
    unfinished = simulate("verify out")
    assert unfinished.status == 2
    assert unfinished.stderr == (
        f"simulate: out is not finished: {there:,} of 400 worlds are there; go on with: simulate {line}\n"
    )
    again = simulate(line)
    assert again.status == 0
    assert again.stderr == (
        f"simulate: the lock on out was left by {who}, which has ended without giving it back; going on\n"
        f"simulate: out holds {there:,} of 400 worlds; going on from there\n"
    )
    assert before.items() <= stamps(home / "out").items()
    simulate(line.replace("-o out", "-o whole"))
    assert final(home / "out") == final(home / "whole") and hashes(home / "out") == hashes(home / "whole")


def test_a_lock_is_never_held_by_two(place):
    """Not even if the second takes it while the first gives it back."""
    first, second, third = (Lock(place, Path("out"), name) for name in ("first", "second", "third"))
    first.acquire()
    unlink = Path.unlink
    taken = []

    def interleave(path, missing_ok=False):
        if path.name == LOCK and not taken:
            taken.append(True)
            try:
                second.acquire()
            except UsageError:
                taken.append(False)
        unlink(path, missing_ok)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "unlink", interleave)
        first.release()
    if taken == [True]:
        with pytest.raises(UsageError):
            third.acquire()
        second.release()
