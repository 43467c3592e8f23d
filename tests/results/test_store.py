"""What a folder is filled with, whom it is refused to, and what `--force` replaces when."""

import json
import os
from pathlib import Path

import pytest

from simulate import ResultFolder, load, loads, open_result, run
from simulate.errors import UsageError

from .kept import PACT, contents, copied, final, hashes, hidden, is_same, keep, manifest, readable, stamps

ELSE = "; name another folder, or replace it with --force\n"


@pytest.fixture
def kept(home, simulate):
    """The folder `out`, in which a run of 20 worlds is kept."""
    assert simulate("run pact.yaml -n 20 --chunk 5 -o out").status == 0
    return home / "out"


@pytest.mark.parametrize(
    ("line", "series", "summary"),
    [("run pact.yaml", ["baseline"], "result.json"), ("run pact.yaml -p calm", ["calm"], "result.json"),
     ("compare pact.yaml calm visit", ["baseline", "calm", "visit"], "comparison.json")],
)  # fmt: skip
def test_run_and_compare_write_one_kind_of_folder(home, simulate, line, series, summary):
    shown = json.loads(simulate(f"{line} -n 12 --chunk 5 --events --json -o out").stdout)
    chunks = ("0000000000-0000000005", "0000000005-0000000010", "0000000010-0000000012")
    kinds = ("worlds", "days", "trajectories", "events")
    parts = {f"{name}/{kind}/{chunk}.parquet" for name in series for kind in kinds for chunk in chunks}
    assert contents(home / "out").keys() == parts | {"manifest.json", "scenario.yaml", summary, "stages.png"}
    assert json.loads((home / "out" / summary).read_text(encoding="utf-8")) == shown
    told = manifest(home / "out")
    assert (told["kind"], told["seed"], told["asked"], told["worlds"]) == (line.split()[0], 1, 12, 12)
    assert told["command"] == f"simulate {line} -n 12 --chunk 5 --events --json -o out" and told["finished"]
    assert {path.name for path in home.iterdir()} == {"pact.yaml", "out"}


def test_the_scenario_in_a_folder_runs_the_same(home, simulate, kept):
    """A folder holds all that is needed to run its worlds again."""
    again = run(load(kept / "scenario.yaml"), 20)
    assert again.to_json() == json.loads((kept / "result.json").read_text(encoding="utf-8"))


def test_a_finished_result_is_not_run_again(simulate, kept):
    before = stamps(kept)
    again = simulate("run pact.yaml -n 20 --chunk 5 -o out")
    assert (again.status, again.stderr) == (0, "") and stamps(kept) == before


def test_more_worlds_are_added_to_those_that_are_there(simulate, home, kept):
    before = stamps(kept)
    grown = simulate("run pact.yaml -n 33 --chunk 5 -o out")
    assert grown.stderr == "simulate: out holds 20 of 33 worlds; going on from there\n"
    assert before.items() <= stamps(kept).items()
    simulate("run pact.yaml -n 33 --chunk 5 -o at_once")
    assert hashes(kept) == hashes(home / "at_once") and final(kept) == final(home / "at_once")


@pytest.mark.parametrize(
    ("line", "difference"),
    [
        ("compare pact.yaml calm -n 20", "it is of `run`, this is `compare`"),
        ("run other.yaml -n 20", "another scenario ('rate: 0.5/yr' there, 'rate: 0.6/yr' here)"),
        ("run renamed.yaml -n 20", "another scenario ('scenario: A pact' there, 'scenario: B' here, "
         "'rate: 0.5/yr' there, and 1 further line)"),
        ("run pact.yaml -n 20 --seed 2", "seed 1, here 2"),
        ("run pact.yaml -n 20 --set anger=0.3", "anger 0.5, here 0.3"),
        ("run pact.yaml -n 40 --set anger=0.3 --set rare=0.1", "anger 0.5, here 0.3; rare 1e-05, here 0.1"),
        ("run pact.yaml -n 20 -p calm", "worlds of baseline, which this study has not"),
        ("run pact.yaml -n 20 --max-events 500", "max events 1000000, here 500"),
        ("run pact.yaml -n 20 --events", "keeps events no, here yes"),
        ("run pact.yaml -n 19", "20 worlds, here 19"),
        ("run pact.yaml -n 9 --seed 0 --max-events 7", "seed 1, here 0; max events 1000000, here 7; 20 worlds, here 9"),
    ],
)  # fmt: skip
def test_another_study_is_refused_with_the_difference_shown(simulate, home, kept, line, difference):
    """And not a byte of what is there changes."""
    (home / "other.yaml").write_text(PACT.replace("0.5/yr", "0.6/yr"), encoding="utf-8")
    (home / "renamed.yaml").write_text(PACT.replace("0.5/yr", "0.6/yr").replace("A pact", "B"), encoding="utf-8")
    before = contents(kept)
    found = simulate(f"{line} -o out")
    assert (found.status, found.stdout) == (2, "")
    assert found.stderr == f"simulate: out holds another result: {difference}{ELSE}"
    assert contents(kept) == before


@pytest.mark.parametrize(
    ("patched", "value", "difference"),
    [
        ("simulate.results.provenance.__version__", "0.0.9", "made by simulate 0.1.0, this is 0.0.9"),
        ("simulate.results.provenance.digest_of_rules", lambda: "0" * 16,
         "made by other rules ({}) than this simulate's (0000000000000000)"),
    ],
)  # fmt: skip
def test_another_version_is_refused(simulate, kept, monkeypatch, patched, value, difference):
    monkeypatch.setattr(patched, value)
    found = simulate("run pact.yaml -n 20 -o out")
    difference = difference.format(manifest(kept)["rules"])
    assert (found.status, found.stderr) == (2, f"simulate: out holds another result: {difference}{ELSE}")


def test_another_set_of_policies_is_refused(simulate, home):
    simulate("compare pact.yaml calm visit -n 5 -o out")
    before = contents(home / "out")
    found = simulate("compare pact.yaml calm -n 5 -o out")
    assert found.stderr == f"simulate: out holds another result: worlds of visit, which this study has not{ELSE}"
    found = simulate("compare pact.yaml calm visit -n 5 --set rare=0.1 -o out")
    assert found.stderr == f"simulate: out holds another result: rare 1e-05, here 0.1{ELSE}"
    assert contents(home / "out") == before


def test_a_value_under_a_policy_that_differs_is_shown(home, simulate):
    simulate("compare pact.yaml calm -n 5 -o out")
    (home / "pact.yaml").write_text(PACT.replace("anger: 0.1", "anger: 0.2"), encoding="utf-8")
    found = simulate("compare pact.yaml calm -n 5 -o out")
    assert found.status == 2
    assert found.stderr.startswith("simulate: out holds another result: another scenario (") and "0.2" in found.stderr


def test_another_choice_that_no_parameter_shows_is_refused(home):
    """A study from Python may differ in what happens by hand; and a refusal says nothing of going on."""
    keep("out", 5, scenario=loads(PACT))
    with pytest.raises(UsageError) as error:
        keep("out", 5, scenario=loads(PACT).with_injected("ruling", at=3.0))
    assert str(error.value) == (
        "out holds another result: another choice of policies or events in the baseline" + ELSE.strip()
    )
    assert not getattr(error.value, "__notes__", [])


def test_force_replaces_only_when_the_new_result_is_whole(place):
    """The old one can be read until then, and afterwards nothing of it is left."""
    keep(place / "out", 20)
    before = readable(place / "out")
    during = []

    def look(done, total):
        during.append(is_same(readable(place / "out"), before))

    keep(place / "out", 10, seed=2, force=True, progress=look)
    assert during == [True, True]
    keep(place / "new", 10, seed=2)
    assert final(place / "out") == final(place / "new") and hashes(place / "out") == hashes(place / "new")
    assert {path.name for path in place.iterdir()} == {"out", "new"}


def test_force_on_the_same_study_runs_nothing_again(simulate, kept):
    before = stamps(kept)
    assert simulate("run pact.yaml -n 20 --chunk 5 -o out --force").status == 0
    assert stamps(kept) == before


def test_a_forced_run_that_was_stopped_goes_on(place):
    """With the same command; one of yet another study begins anew."""
    keep(place / "out", 20)
    before = readable(place / "out")

    class Stop(Exception):
        pass

    def stop(done, total):
        if done >= 10:
            raise Stop

    for seed in (2, 3):
        with pytest.raises(Stop):
            keep(place / "out", 20, seed=seed, force=True, progress=stop)
        assert is_same(readable(place / "out"), before)
    said = []
    keep(place / "out", 20, seed=3, force=True, said=said)
    assert said == [f"{place / 'out'} holds 10 of 20 worlds; going on from there"]
    keep(place / "new", 20, seed=3)
    assert final(place / "out") == final(place / "new")
    assert {path.name for path in place.iterdir()} == {"out", "new"}


def test_force_through_a_link_replaces_what_it_leads_to(place):
    keep(place / "real", 10)
    (place / "link").symlink_to(place / "real")
    keep(place / "link", 10, seed=2, force=True)
    assert (place / "link").is_symlink() and manifest(place / "real")["seed"] == 2
    assert {path.name for path in place.iterdir()} == {"real", "link"}


@pytest.mark.parametrize("force", ["", " --force"])
def test_a_folder_with_what_is_none_of_ours_is_refused(simulate, home, force):
    """Else a later `--force` would remove it."""
    before = contents(home)
    assert simulate(f"run pact.yaml -n 5 -o .{force}").status == 2
    assert contents(home) == before


def test_force_keeps_what_somebody_has_put_into_a_folder(simulate, home, kept):
    (kept / "notes.md").write_text("what I saw", encoding="utf-8")
    found = simulate("run pact.yaml -n 5 --seed 2 -o out --force")
    assert (kept / "notes.md").exists()
    assert found.stderr == "simulate: out holds 'notes.md', which belongs to no result; --force replaces results only\n"


@pytest.mark.parametrize(
    ("line", "status", "message"),
    [
        ("-o pact.yaml", 2, "pact.yaml is a file; name a folder for the results"),
        ("-o pact.yaml/out", 1, "cannot write pact.yaml/out: Not a directory"),
        (f"-o {'x' * 300}", 1, f"cannot write {'x' * 300}: File name too long"),
        ("--chunk 5", 2, "--chunk is about a result folder; name one with -o DIR"),
        ("--events", 2, "--events is about a result folder; name one with -o DIR"),
    ],
    ids=["file", "below a file", "long name", "chunk", "events"],
)
@pytest.mark.parametrize("command", ["run", "compare"])
def test_folders_that_cannot_be(simulate, home, command, line, status, message):
    found = simulate(f"{command} pact.yaml -n 5 {line}")
    assert (found.status, found.stdout, found.stderr) == (status, "", f"simulate: {message}\n")
    assert [path.name for path in home.iterdir()] == ["pact.yaml"]


def test_a_chunk_of_no_worlds():
    with pytest.raises(UsageError) as error:
        ResultFolder("out", chunk=0)
    assert str(error.value) == "chunks of 0 worlds: at least one is needed"


def test_a_study_that_fails_before_it_begins_leaves_nothing(simulate, home):
    assert simulate("run pact.yaml -n 5 --seed -1 -o out").status == 2
    assert [path.name for path in home.iterdir()] == ["pact.yaml"]


def test_a_run_that_fails_says_what_it_kept(place):
    """A world that means nothing stops the run; those before it are there."""
    text = PACT.replace("{rate: rare/yr}", "{rate: log(7 - count(ruling))/yr}")
    with pytest.raises(Exception, match="comes to -inf") as error:
        keep(place / "out", 200, scenario=loads(text), chunk=1)
    there = sum(chunk["last"] - chunk["first"] for chunk in manifest(place / "out")["series"]["baseline"]["chunks"])
    assert error.value.__notes__ == [f"{there:,} worlds are kept in {place / 'out'}"]


def test_a_run_from_elsewhere_finds_its_folder(home, monkeypatch):
    """A folder is that of its name when the study began, whatever the process does then."""
    with ResultFolder("out", chunk=5) as folder:
        run(loads(PACT), 10, folder=folder)
        monkeypatch.chdir("/")
    assert open_result(home / "out").manifest.worlds == 10


def test_files_can_be_read_by_others(place):
    keep(place / "out", 5)
    modes = {path.stat().st_mode & 0o777 for path in (place / "out").rglob("*") if path.is_file()}
    assert modes == {0o644} and not any(hidden(name) for name in contents(place / "out"))
    assert os.access(Path(copied(place / "out")), os.R_OK)


def test_a_value_that_the_model_does_not_read_is_another_result_all_the_same(tmp_path):
    """The baseline reads no `wait`; its worlds are the same, but the folder would tell of two settings."""
    scenario = loads(
        "{scenario: S, start: 2022-08-01, horizon: 9 d, parameters: {wait: 0 d}, outcomes: {o: {value: 1}}}"
    )
    with ResultFolder(tmp_path / "out") as folder:
        run(scenario, 4, folder=folder)
    with (
        ResultFolder(tmp_path / "out") as folder,
        pytest.raises(UsageError, match=r"another result: wait 0\.0, here 7"),
    ):
        run(scenario.with_parameters(wait="7 d"), 4, folder=folder)
