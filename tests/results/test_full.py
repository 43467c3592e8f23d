"""A disk that is full, or fails, at any write: an error that names the file and the cause, and nothing is lost."""

import re
import shutil
import subprocess
import sys

import pytest

from simulate import ResultFolder, loads, open_result, run
from simulate.errors import OutputError, SimulateError
from simulate.results.files import write_all, write_whole

from .faults import Faults, full
from .kept import PACT, contents, copied, final, hashes, hidden, keep

FULL = "No space left on device"
SCENARIO = loads(PACT)
HOW = {"scenario": SCENARIO, "chunk": 4, "events": False}


def faults_at_every_write(prepare, study, lasts):
    """Let a study fail at each write, one by one; gives which one it was and the error.

    At every second one (a fault that lasts: every fourth), which leaves no kind of write out, and the last dozen.
    """
    prepare()
    with Faults(-1, full) as counted:
        study()
    assert len(counted.done) > 20
    count = len(counted.done)
    for at in sorted({*range(0, count, 4 if lasts else 2), *range(3), *range(count - 12, count)}):
        what = counted.done[at]
        prepare()
        with Faults(at, full, lasts) as faults:
            try:
                study()
                error = None
            except SimulateError as caught:
                error = caught
        assert faults.done[at] == what
        yield at, what, error


def check_message(error, place):
    """The message names what could not be written, and why."""
    assert isinstance(error, OutputError)
    named = re.fullmatch(rf"cannot (write|write into|lock|replace) ({re.escape(str(place))}\S*): {FULL}", str(error))
    assert named, str(error)


@pytest.mark.parametrize("lasts", [False, True], ids=["once", "from then on"])
def test_a_new_run_fails_at_any_write_and_goes_on(place, lasts):
    keep(place / "whole", 4, **HOW)
    failed = []
    ways = faults_at_every_write(
        lambda: shutil.rmtree(place / "out", ignore_errors=True), lambda: keep(place / "out", 4, **HOW), lasts
    )
    for at, what, error in ways:
        try:
            if error is not None:
                check_message(error, place / "out")
            unknown = {name for name in contents(place / "out") if hidden(name)}
            assert not unknown, unknown
            for name, content in final(place / "out").items():
                assert content == final(place / "whole")[name], name
            keep(place / "out", 4, **HOW)
            assert final(place / "out") == final(place / "whole") and hashes(place / "out") == hashes(place / "whole")
            assert {path.name for path in place.iterdir()} == {"out", "whole"}
        except (AssertionError, SimulateError) as fault:
            failed.append((at, what, str(fault).splitlines()[0]))
    assert not failed


@pytest.mark.parametrize("lasts", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("change", [{"worlds": 8}, {"worlds": 4, "seed": 2, "force": True}], ids=["grown", "forced"])
def test_an_earlier_result_stays_readable_at_any_failing_write(place, lasts, change):
    """And the same command, given again, ends as if nothing had happened."""
    keep(place / "old", 4, **HOW)
    keep(place / "new", **change, **HOW)
    old, new = (open_result(place / name).worlds() for name in ("old", "new"))
    failed = []

    def prepare():
        for name in (".out.new", ".out.old"):
            shutil.rmtree(place / name, ignore_errors=True)
        copied(place / "old", "out")

    for at, what, error in faults_at_every_write(prepare, lambda: keep(place / "out", **change, **HOW), lasts):
        try:
            if error is not None:
                check_message(error, place)
            found = open_result(place / "out").worlds()
            assert found.equals(old) or found.equals(new), "mixed"
            keep(place / "out", **change, **HOW)
            assert final(place / "out") == final(place / "new") and hashes(place / "out") == hashes(place / "new")
            assert {path.name for path in place.iterdir()} == {"out", "old", "new"}
        except (AssertionError, SimulateError) as fault:
            failed.append((at, what, str(fault).splitlines()[0]))
    assert not failed


@pytest.mark.parametrize(
    ("number", "path", "kept"),
    [(0, "scenario.yaml", None), (1, "manifest.json", None),
     (2, "baseline/worlds/0000000000-0000000004.parquet", None),
     (6, "baseline/worlds/0000000004-0000000008.parquet", 4), (10, "result.json", 8)],
)  # fmt: skip
def test_an_error_names_the_file_and_says_what_is_kept(place, number, path, kept):
    """By whole messages; `number` counts the files that are put in their place."""
    with Faults(-1, full) as counted:
        keep(place / "whole", 8, **HOW)
    at = [index for index, what in enumerate(counted.done) if what == "replace"][number]
    with Faults(at, full), pytest.raises(OutputError) as error:
        keep(place / "out", 8, **HOW)
    assert str(error.value) == f"cannot write {place / 'out' / path}: {FULL}"
    note = f"{kept} worlds are kept in {place / 'out'}; the same command goes on from there"
    assert getattr(error.value, "__notes__", []) == ([note] if kept else [])


def test_single_files_and_several_at_once(place):
    """What stood there before stands there still."""
    write_whole(place / "file", b"old")
    with Faults(3, full), pytest.raises(OutputError) as error:
        write_whole(place / "file", b"new")
    assert str(error.value) == f"cannot write {place / 'file'}: {FULL}"
    with Faults(0, full), pytest.raises(OutputError) as error:
        write_all(place, lambda into: None)
    assert str(error.value) == f"cannot write into {place}: {FULL}"
    with Faults(1, full), pytest.raises(OutputError) as error:
        write_all(place, lambda into: (into / "file").write_text("new"))
    assert str(error.value) in (f"cannot write into {place}: {FULL}", f"cannot write {place / 'file'}: {FULL}")
    assert contents(place) == {"file": b"old"}


def test_a_lock_that_cannot_be_made(place, monkeypatch):
    """A folder that was made for it goes again."""
    for patched, message in (
        ("filelock.FileLock.acquire", f"cannot lock {place / 'out'}: {FULL}"),
        ("pathlib.Path.write_text", f"cannot write {place / 'out' / '.holder.json'}: {FULL}"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(patched, lambda *_, **__: (_ for _ in ()).throw(full()))
            with pytest.raises(OutputError) as error, ResultFolder(place / "out") as folder:
                run(SCENARIO, 5, folder=folder)
        assert str(error.value) == message
        assert not list(place.iterdir())


@pytest.fixture
def disk(place):
    """A disk of its own, with 150 kB of room."""
    (place / "disk").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=150k", "tmpfs", str(place / "disk")]
    try:
        tried = subprocess.run(mount, capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"no disk can be made here: {error}")
    if tried.returncode:
        pytest.skip(f"no disk can be made here: {tried.stderr.strip()}")
    yield place / "disk"
    subprocess.run(["umount", str(place / "disk")], check=True)


def test_a_full_disk_stops_a_command_and_more_room_lets_it_go_on(place, disk):
    """A real one, by the command line."""
    (place / "pact.yaml").write_text(PACT, encoding="utf-8")
    line = ["run", "pact.yaml", "-n", "300", "--chunk", "3", "-o", "disk/out"]
    told = subprocess.run(
        [sys.executable, "-m", "simulate", *line], cwd=place, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (1, "")
    pattern = (
        r"simulate: cannot write \S*disk/out/\S+: No space left on device\n"
        r"simulate: \d+ worlds are kept in disk/out; the same command goes on from there\n"
    )
    assert re.fullmatch(pattern, told.stderr), told.stderr
    assert not [name for name in contents(disk / "out") if hidden(name)]
    subprocess.run(["mount", "-o", "remount,size=20m", str(disk)], check=True)
    keep(disk / "out", 300, chunk=3, events=False)
    keep(place / "whole", 300, chunk=3, events=False)
    assert final(disk / "out") == final(place / "whole") and hashes(disk / "out") == hashes(place / "whole")
