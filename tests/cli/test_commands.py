"""The commands as a shell sees them: what they print where, with which status, and what they leave behind."""

import json
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEACHING = ROOT / "scenarios" / "notice-and-recovery.yaml"
PACT = """
scenario: A pact
start: 2022-08-01
horizon: 5 yr
parameters: {anger: 0.5}
mechanisms: {pact: {stages: [in_force, lapsed], start: in_force, transitions: [
  {from: in_force, to: lapsed, on: ruling, probability: anger}]}}
shocks: {ruling: {rate: 0.5/yr}}
outcomes: {ends: {ever: pact == lapsed}, when: {first: pact == lapsed}, standing: {trajectory: pact == in_force}}
policies: {calm: {set: {anger: 0.1}}}
"""


def simulate(*arguments, cwd, **more):
    """Run the command; gives its status and what it printed."""
    command = [sys.executable, "-m", "simulate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120, check=False, **more)


@pytest.fixture
def folder(tmp_path):
    """A folder with a scenario in it."""
    (tmp_path / "pact.yaml").write_text(PACT, encoding="utf-8")
    return tmp_path


def test_run_prints_the_answer_and_nothing_else(folder):
    result = simulate("run", "pact.yaml", "-n", 50, cwd=folder)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("A pact; policy: baseline; 50 worlds, seed 1; ")
    assert "95 % interval" in result.stdout and "ends" in result.stdout


def test_run_json_is_one_object_with_the_promised_keys(folder):
    shown = json.loads(simulate("run", "pact.yaml", "-n", 50, "--json", "-p", "calm", cwd=folder).stdout)
    head = {"scenario", "policy", "seed", "worlds", "engine", "version", "model_hash", "outcomes"}
    assert head <= shown.keys()
    assert (shown["policy"], shown["worlds"], shown["engine"]) == ("calm", 50, "batch")
    share = {"kind", "mean", "sd", "low", "high", "confidence", "worlds"}
    assert share <= shown["outcomes"]["ends"].keys()
    times = {"probability", "low", "high", "median", "quantiles", "restricted_mean"}
    assert times <= shown["outcomes"]["when"].keys()
    assert {"days", "mean", "sd", "quantiles"} <= shown["outcomes"]["standing"].keys()


def test_a_setting_is_recorded(folder):
    shown = json.loads(simulate("run", "pact.yaml", "-n", 20, "--json", "--set", "anger=1", cwd=folder).stdout)
    assert shown["set"] == {"anger": "1"}


def test_the_same_worlds_whatever_the_workers(folder):
    runs = [simulate("run", "pact.yaml", "-n", 40, "--json", "--workers", n, cwd=folder).stdout for n in (1, 2)]
    assert runs[0] == runs[1]


def test_a_folder_of_results_is_whole_and_never_overwritten_unasked(folder):
    assert simulate("run", "pact.yaml", "-n", 20, "-o", "out", cwd=folder).returncode == 0
    names = {path.name for path in (folder / "out").iterdir()}
    assert {
        "manifest.json",
        "scenario.yaml",
        "baseline",
        "result.json",
        "stages.png",
        "stages.svg",
        "times.png",
    } <= names
    other = simulate("run", "pact.yaml", "-n", 20, "--seed", 2, "-o", "out", cwd=folder)
    assert (other.returncode, other.stdout) == (2, "")
    assert other.stderr == (
        "simulate: out holds another result: seed 1, here 2; name another folder, or replace it with --force\n"
    )
    assert simulate("run", "pact.yaml", "-n", 20, "--seed", 2, "-o", "out", "--force", cwd=folder).returncode == 0
    assert {path.name for path in folder.iterdir()} == {"pact.yaml", "out"}


def test_force_replaces_results_only(folder):
    result = simulate("run", "pact.yaml", "-n", 5, "-o", ".", "--force", cwd=folder)
    assert result.returncode == 2
    assert result.stderr == "simulate: . holds 'pact.yaml', which belongs to no result; --force replaces results only\n"
    assert (folder / "pact.yaml").read_text(encoding="utf-8") == PACT


def test_worlds_csv_has_a_row_for_each_world(folder):
    assert simulate("run", "pact.yaml", "-n", 12, "--worlds-csv", "w.csv", cwd=folder).returncode == 0
    rows = (folder / "w.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "world,ends,when,when_reached" and len(rows) == 13


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "pakt.yaml"], "pakt.yaml:1:1: there is no such file\n"),
        (["run", "pact.yaml", "-p", "clam"], "simulate: unknown policy 'clam'; did you mean 'calm'?\n"),
        (["run", "pact.yaml", "--set", "angr=1"], "simulate: unknown parameter 'angr'; did you mean 'anger'?\n"),
        (["run", "pact.yaml", "--set", "anger"], "simulate: --set anger: "
         "write NAME=VALUE, such as coupling=0.5 or wait='6 mo'\n"),
        (["run", "pact.yaml", "--set", "anger=2 d"], "simulate: anger=2 d: must be a pure number, got a time; "
         "divide by a time or multiply by one, such as x/(1 yr)\n"),
        (["run", "pact.yaml", "--seed", "-1"], "simulate: seed -1: seeds run from 0 to 18446744073709551615\n"),
        (["run", "pact.yaml", "-p", "calm", "--set", "anger=1"],
         "simulate: 'anger' was given a value, and policy calm sets it too; choose one of them\n"),
        (["trace", "pact.yaml", "-w", "-1"], "simulate: world -1: worlds run from 0 to 4294967295\n"),
    ],
)  # fmt: skip
def test_wrong_input_gets_one_message_and_status_2(folder, arguments, message):
    result = simulate(*arguments, cwd=folder)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", message)


def test_a_run_that_means_nothing_fails_with_status_1(folder):
    (folder / "nan.yaml").write_text(PACT.replace("rate: 0.5/yr", "rate: log(count(ruling) - 1)/yr"), encoding="utf-8")
    result = simulate("run", "nan.yaml", "-n", 5, cwd=folder)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "simulate: shocks.ruling.rate: 'log(count(ruling) - 1)/yr' is not a number; a rate, a utility, a condition "
        "and a state must be finite numbers (world 0, 2022-08-01)\n"
    )


def test_check_lists_every_problem_at_once(folder):
    (folder / "wrong.yaml").write_text(
        PACT.replace("0.5/yr", "0.5").replace("on: ruling", "on: rulin"), encoding="utf-8"
    )
    result = simulate("check", "wrong.yaml", cwd=folder)
    assert result.returncode == 2
    assert [line.split(": ")[1] for line in result.stdout.splitlines()] == [
        "mechanisms.pact.transitions[0].on[0]",
        "shocks.ruling.rate",
    ]


def test_check_of_a_good_file(folder):
    result = simulate("check", "pact.yaml", cwd=folder)
    assert (result.returncode, result.stdout) == (0, "pact.yaml: no faults, no warnings\n")


def test_a_resolved_scenario_runs_the_same(folder):
    resolved = simulate("check", "pact.yaml", "--resolved", cwd=folder).stdout
    one, other = (
        json.loads(simulate("run", *source, "-n", 30, "--json", cwd=folder, **more).stdout)
        for source, more in ((["pact.yaml"], {}), (["-"], {"input": resolved}))
    )
    assert one == other


def test_trace_json_is_one_event_a_line(folder):
    lines = simulate("trace", "pact.yaml", "-w", 2, "--json", cwd=folder).stdout.splitlines()
    events = [json.loads(line) for line in lines]
    assert events and all(list(event) == ["id", "day", "date", "event", "mark", "parent"] for event in events)
    assert len({event["id"] for event in events}) == len(events)


def test_trace_draws_a_lane_chart(folder):
    assert simulate("trace", "pact.yaml", "-w", 2, "-o", "story", cwd=folder).returncode == 0
    assert {path.name for path in (folder / "story").iterdir()} == {
        "lanes.png",
        "lanes.svg",
        "story.txt",
        "events.jsonl",
    }


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_an_error_that_names_the_cause(folder):
    with open("/dev/full", "w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "simulate", "schema"]
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    assert (result.returncode, result.stderr) == (1, "simulate: cannot print the result: No space left on device\n")


def test_ctrl_c_stops_within_a_second_and_says_what_is_kept(folder):
    command = [sys.executable, "-m", "simulate", "run", "pact.yaml", "-n", "1000000", "-o", "out", "--workers", "2"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    # Test runners may ignore the signal, and their children inherit that.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(command, cwd=folder, text=True, preexec_fn=heed, **pipes)
    begun = time.monotonic()
    while not list((folder / "out").rglob("worlds/*.parquet")) and time.monotonic() - begun < 120:
        time.sleep(0.1)
    stopped = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - stopped < 3
    *_, last = said.strip().splitlines()
    kept = "worlds are kept in out; the same command goes on from there"
    assert re.fullmatch(f"simulate: interrupted; [0-9,]+ {kept}", last)
    assert {path.name for path in folder.iterdir()} == {"pact.yaml", "out"}
    assert (folder / "out" / "manifest.json").exists()
