"""`verify`: what was written is there, and the same worlds come out again."""

import json

import pyarrow.parquet as pq
import pytest

from simulate import loads, verify
from simulate.errors import UsageError
from simulate.results.files import checksum

from .kept import PACT, keep, manifest, rewrite


@pytest.fixture
def out(place):
    """A finished comparison."""
    keep(place / "out", 20, policies=["calm", "visit"])
    return place / "out"


def change_world(out, column, change):
    """Give one column of the first chunk other values, and the manifest the checksums that go with them."""
    path = out / "baseline" / "worlds" / "0000000000-0000000005.parquet"
    table = pq.read_table(path)
    place = table.column_names.index(column)
    pq.write_table(table.set_column(place, column, [change(table[column].to_pylist())]), path)
    series = manifest(out)["series"]
    content = path.read_bytes()
    series["baseline"]["chunks"][0]["files"]["worlds"] = {"sha256": checksum(content), "bytes": len(content)}
    rewrite(out, series=series)
    return path


@pytest.mark.parametrize("engine", ["batch", "reference"])
@pytest.mark.parametrize("sample", [0, 1, 7, 100])
def test_a_sound_folder_is_found_sound(out, engine, sample):
    found = verify(out, sample, engine=engine)
    assert (found.worlds, found.chunks, found.again) == (60, 12, 3 * min(sample, 20))
    assert found.faults == found.notes == ()


def test_capped_worlds_come_out_again(place):
    keep(place / "out", 20, max_events=4, allow_capped=True)
    assert verify(place / "out").faults == ()


def test_worlds_under_settings_come_out_again(place):
    """Under the policies, settings and injected events that they were run with."""
    scenario = loads(PACT).with_policy("visit").with_parameters({"anger": "0.3"}).with_injected("ruling", at=9.0)
    keep(place / "out", 20, scenario=scenario, engine="reference")
    assert verify(place / "out", workers=2).faults == ()


def test_progress_goes_up_to_the_whole_sample(out):
    told = []
    verify(out, 5, progress=lambda done, of: told.append((done, of)))
    assert told == sorted(told) and told[-1] == (15, 15)


def test_a_world_that_comes_out_otherwise_is_named(out):
    path = change_world(out, "ends", lambda values: [*values[:3], 1.0 - values[3], *values[4:]])
    assert f"{path}: world 3 comes out otherwise when it is run again" in verify(out, 20).faults


def test_a_hash_that_is_not_that_of_the_worlds_is_told(out):
    """A change that the sample misses is still one of the hash."""
    before = manifest(out)["series"]["baseline"]["result_hash"]
    change_world(out, "history", lambda values: [*values[:3], 12345, *values[4:]])
    (fault,) = verify(out, 1).faults
    assert fault.startswith("baseline: the hash of all its worlds is ")
    assert fault.endswith(f", but {before} was written") and len(fault.split()[8].rstrip(",")) == 64


def test_a_folder_of_another_model_is_told(out):
    series = manifest(out)["series"]
    ours = series["calm"]["model_hash"]
    series["calm"]["model_hash"] = "0" * 16
    rewrite(out, series=series)
    assert verify(out, 0).faults == (
        f"calm: the scenario compiles to another model ({ours}) than was run (0000000000000000)",
    )


def test_a_folder_of_other_rules_is_noted(out, monkeypatch):
    rules = manifest(out)["rules"]
    rewrite(out, rules="0" * 16)
    assert verify(out, 5).notes == (
        f"made by simulate 0.1.0 with rules 0000000000000000; here they are {rules}, which may give other worlds",
    )


def test_a_sample_below_zero(out):
    with pytest.raises(UsageError) as error:
        verify(out, -1)
    assert str(error.value) == "a sample of -1 worlds: give 0 or more"


def test_the_command_prints_what_it_found(simulate, home):
    simulate("run pact.yaml -n 20 --chunk 5 -o out")
    found = simulate("verify out --sample 3")
    assert (found.status, found.stderr) == (0, "")
    assert found.stdout == "out: 20 worlds in 4 chunks read, 3 worlds run again\nall as it was written\n"
    assert json.loads(simulate("verify out --sample 3 --json").stdout) == {
        "folder": "out", "intact": True, "worlds": 20, "chunks": 4, "again": 3, "faults": [], "notes": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("verify none", "there is no folder none"),
        ("verify pact.yaml", "pact.yaml is a file; name a result folder"),
        ("verify .", ". holds no result: there is no manifest.json in it"),
        (f"verify {'x' * 300}", f"there is no folder {'x' * 300}"),
    ],
    ids=["none", "file", "no result", "long name"],
)
def test_what_is_no_result_is_refused(simulate, home, line, message):
    found = simulate(line)
    assert (found.status, found.stdout, found.stderr) == (2, "", f"simulate: {message}\n")


def test_a_result_that_is_not_finished_is_refused(simulate, home):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep("out", 20, progress=stop)
    found = simulate("verify out")
    assert found.status == 2
    assert found.stderr == "simulate: out is not finished: 5 of 20 worlds are there; go on with: keep\n"
