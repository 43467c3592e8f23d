"""`sweep`, `sensitivity`, `discover` and `--draw-parameters` as commands: what they print, leave behind and refuse."""

import json

import pytest

PACT = """
scenario: A pact
start: 2022-08-01
horizon: 100 d
parameters:
  pace: {value: 30/yr, prior: {uniform: {low: 10/yr, high: 50/yr}}, about: how often, source: judgement}
  wait: {value: 30 d, prior: {uniform: {low: 0 d, high: 100 d}}, source: judgement}
  idle: {value: 1, range: [0, 2], source: judgement}
  cost: 1
state: {y: {start: 1 if wait < 50 d else 0}, loss: {start: cost*(wait/10 d) + 0.1*idle}}
mechanisms: {pact: {stages: [in_force, lapsed], start: in_force, transitions: [
  {from: in_force, to: lapsed, after: wait}]}}
shocks: {ruling: {rate: pace}}
outcomes:
  bad: {at_end: y > 0.5}
  loss: {value: loss, about: what is lost}
  rulings: {count: ruling}
  dry: {value: loss, given: count(ruling) > 900}
  path: {trajectory: y}
policies: {cheap: {set: {cost: 0}}, calm: {set: {pace: 5/yr}}}
"""


def names(folder):
    """What a folder holds, series apart."""
    return {path.name for path in folder.iterdir() if path.is_file()}


def pictures(*stems):
    return {f"{stem}.{end}" for stem in stems for end in ("png", "svg")}


KEPT = {"manifest.json", "scenario.yaml"}
SWEEP = ("sweep", "pact.yaml", "-n", 20, "--vary")
SCREEN = ("sensitivity", "pact.yaml", "--parameter", "wait", "--parameter", "idle", "-n", 2, "--points", 2)
REGION = ("discover", "pact.yaml", "--parameter", "wait", "--draws", 50, "-n", 2)
DOUBT = ("compare", "pact.yaml", "cheap", "--draw-parameters", 10, "-n", 20)


def test_sweep_tells_every_point_in_units(command):
    status, out, err = command(*SWEEP, "pace=10/yr:50/yr:3", "--outcome", "rulings", "--outcome", "bad")
    assert (status, err) == (0, "")
    assert out.startswith("A pact; 20 worlds, seed 1, the same at every point\n")
    assert "pace (/yr)" in out and "what is lost" not in out
    rows = [line.split() for line in out.splitlines()]
    assert [row[0] for row in rows if row and row[0] in ("10", "30", "50")] == ["10", "30", "50"] * 2
    assert "dead" not in out


def test_sweep_names_what_is_dead(command, tmp_path):
    out = command(*SWEEP, "pace=10/yr,20/yr", "--vary", "wait=1d,2d", "--set", "cost=0", "--outcome", "loss")[1]
    assert "dead" not in out
    tmp_path.joinpath("pact.yaml").write_text(PACT.replace("+ 0.1*idle", ""), encoding="utf-8")
    assert "dead: idle changed nothing in any world; nothing reads it" in command(*SWEEP, "idle=0,1")[1]


def test_sweep_json_and_folder(command, tmp_path):
    status, out, err = command(*SWEEP, "wait=0:10d:3", "-p", "cheap", "-p", "baseline", "--json", "-o", "out")
    shown = json.loads(out)
    assert (status, err) == (0, "")
    assert shown["axes"] == {"wait": [0.0, 5.0, 10.0]} and list(shown["policies"]) == ["cheap", "baseline"]
    assert names(tmp_path / "out") == KEPT | {"sweep.json", "sweep.csv"} | pictures("bad", "loss", "rulings", "dry")
    assert json.loads((tmp_path / "out" / "sweep.json").read_text(encoding="utf-8")) == shown
    assert command("verify", "out")[0] == 0


def test_sweep_of_start_stages_draws_a_map(command, tmp_path):
    options = ("--vary", "y=0,1", "--outcome", "bad", "-o", "map")
    assert command(*SWEEP, "pact=in_force,lapsed", *options)[0] == 0
    assert names(tmp_path / "map") == KEPT | {"sweep.json", "sweep.csv"} | pictures("bad")


def test_sweep_over_two_numbers_draws_contours(command, tmp_path):
    options = ("--vary", "idle=0:2:3", "--outcome", "often", "--outcome", "loss", "-o", "map")
    tmp_path.joinpath("pact.yaml").write_text(PACT.replace("path:", "often: {count: ruling, at_least: 5}\n  path:"))
    assert command(*SWEEP, "pace=0/yr:40/yr:3", *options)[0] == 0
    assert names(tmp_path / "map") == KEPT | {"sweep.json", "sweep.csv"} | pictures("often", "loss")


def test_the_tidy_table_has_a_row_for_each_policy_and_point(command, tmp_path):
    axes = ("--vary", "idle=0,1", "--vary", "y=0,1")
    assert command(*SWEEP, "pace=10/yr,20/yr", *axes, "-p", "cheap", "-p", "calm", "-o", "three")[0] == 2
    assert command(*SWEEP, "pace=10/yr,20/yr", *axes, "-p", "cheap", "-p", "baseline", "-o", "three")[0] == 0
    header, *rows = (tmp_path / "three" / "sweep.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("policy,pace,idle,y,bad,bad_low,") and len(rows) == 16 and "path" not in header


def test_a_point_that_cannot_be_is_named_before_any_world_runs(command, tmp_path):
    tmp_path.joinpath("pact.yaml").write_text(PACT.replace("{rate: pace}", "{rate: pace, dates: [2023-01-01 - wait]}"))
    status, out, err = command(*SWEEP, "wait=0:12mo:5")
    assert (status, out) == (2, "") and "\npact.yaml:13:39: " in err
    assert err.endswith(
        "lies before the scenario's start, 2022-08-01\nsimulate: this was baseline, where wait=365.25\n"
    )


def test_a_run_that_fails_names_its_point(command, tmp_path):
    tmp_path.joinpath("pact.yaml").write_text(PACT.replace("{rate: pace}", "{rate: log(idle)/yr}"))
    status, out, err = command(*SWEEP, "idle=2,0,1")
    assert (status, out) == (1, "") and "log(idle)" in err
    assert err.endswith("\nsimulate: this was baseline, where idle=0\n")
    status, out, err = command("sensitivity", "pact.yaml", "--parameter", "idle", "-n", 2, "--points", 2)
    assert status == 0 or err.splitlines()[-1].startswith("simulate: this was baseline at point ")


def test_a_region_of_nothing_is_said_to_be_nothing(command):
    assert "no region: it is so in no world of any draw" in command(*REGION, "--outcome", "rulings", "--above", 900)[1]
    assert "no region: it is so in every draw" in command(*REGION, "--outcome", "rulings", "--above", -1)[1]


def test_what_knowing_is_worth_stands_in_the_folder_too(command, tmp_path):
    options = ("--method", "sobol", "-p", "cheap", "--least", "loss", "--json", "-o", "out")
    shown = json.loads(command(*SCREEN, *options)[1])
    assert json.loads((tmp_path / "out" / "sensitivity.json").read_text(encoding="utf-8")) == shown
    assert set(shown["worth"]) == {"wait", "idle"}


def test_policies_without_effect_and_draws_left_out_are_told(command, tmp_path):
    text = PACT.replace(
        "dry: {value: loss, given: count(ruling) > 900}", "dry: {value: loss, given: count(ruling) > 5}"
    )
    tmp_path.joinpath("pact.yaml").write_text(text.replace("calm:", "same: {}, calm:"))
    status, out, _ = command("compare", "pact.yaml", "same", "--draw-parameters", 20, "-n", 40, "--least", "dry")
    assert status == 0 and "no effect: same changes nothing in any world of any draw" in out
    assert "of 20 draws, in which no world counts under some policy; what is told is of the others alone" in out


def test_sensitivity_screens(command):
    status, out, err = command(*SCREEN, "--outcome", "loss", "--outcome", "bad", "-p", "cheap")
    assert (status, err) == (0, "")
    assert out.startswith("A pact; 2 parameters by morris, 6 points, 2 worlds each, the same everywhere; seed 1\n")
    assert "\nwhat is lost: what cheap changes\n" in out
    rows = [
        line.split()[:2] for line in out.split("\nwhat is lost\n")[1].splitlines() if line.startswith(("wait", "idle"))
    ]
    assert rows[0][0] == "wait" and float(rows[0][1]) == pytest.approx(10.0, rel=0.011)


def test_sensitivity_json_and_folder(command, tmp_path):
    options = ("--method", "sobol", "-p", "cheap", "--least", "loss", "--outcome", "loss", "--json", "-o", "out")
    status, out, err = command(*SCREEN, *options)
    assert (status, err) == (0, "")
    shown = json.loads(out)
    assert shown["method"] == "sobol" and set(shown["worth"]) == {"wait", "idle"}
    assert {"first", "total", "noise", "variance"} == shown["outcomes"]["loss"].keys()
    assert names(tmp_path / "out") == KEPT | {"sensitivity.json"} | pictures("loss", "loss-cheap")


def test_sensitivity_tells_what_knowing_is_worth(command):
    out = command(*SCREEN, "--method", "sobol", "-p", "cheap", "--least", "loss", "--outcome", "loss")[1]
    assert out.rstrip().endswith("as far as this tells.")


def test_discover_tells_limits_in_units(command):
    status, out, err = command(*REGION, "--outcome", "bad")
    assert (status, err) == (0, "")
    assert out.startswith("A pact; 50 draws of 1 parameter, 2 worlds each, seed 1\nbad: 50.0 % over all draws\n")
    row = next(line for line in out.splitlines() if line.startswith("wait"))
    assert " d " in row and "0 to 100 d" in row and "coverage" in out
    status, out, _ = command(*REGION, "--outcome", "rulings", "--above", 900)
    assert "no region" in out and "0.0 %" in out


def test_discover_json_and_folder(command, tmp_path):
    status, out, err = command(*REGION, "--outcome", "loss", "--below", 4, "--json", "-o", "out")
    assert (status, err) == (0, "")
    shown = json.loads(out)
    assert shown["sought"] == "what is lost below 4" and shown["outcome"] == "loss"
    assert shown["box"]["limits"]["wait"]["high"] == pytest.approx(39, abs=4)
    assert names(tmp_path / "out") == KEPT | {"discovery.json"} | pictures("discovery")


def test_run_tells_chance_from_doubt(command, tmp_path):
    status, out, err = command("run", "pact.yaml", "--draw-parameters", 5, "-n", 20, "-o", "out")
    assert (status, err) == (0, "")
    assert "5 draws of 3 parameters; intervals are about both" in out
    line = next(line for line in out.splitlines() if line.startswith("what is lost") and "100.0 %" in line)
    assert line.rstrip().endswith("0.0 %")
    assert {"result.json", *KEPT} <= names(tmp_path / "out")
    shown = json.loads(command("run", "pact.yaml", "--draw-parameters", 5, "-n", 20, "--json")[1])
    assert shown["draws"] == 5 and shown["outcomes"]["loss"]["variance"]["parameters"] == 1.0


def test_draws_need_no_number(command):
    """As help says, `[D]`: a tenth of the worlds, or 100 draws."""
    status, out, err = command("run", "pact.yaml", "-n", 30, "--draw-parameters", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["draws"] == 3


def test_compare_over_draws(command, tmp_path):
    status, out, err = command(*DOUBT, "--least", "loss", "-o", "out")
    assert (status, err) == (0, "")
    assert 'the less of "what is lost" the better' in out and "none better in" in out
    assert names(tmp_path / "out") == KEPT | {"robustness.json"} | pictures("robustness")
    shown = json.loads(command(*DOUBT, "--most", "loss", "--json")[1])
    assert (shown["least"], shown["draws"], shown["worlds"]) == (False, 10, 2)
    assert set(shown["policies"]) == {"baseline", "cheap"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((*SWEEP, "wat=0:1:3"), "cannot vary 'wat'; did you mean 'wait'?"),
        ((*SWEEP, "idle=1"), "--vary idle: give low:high:steps, or two values or more behind commas"),
        ((*SWEEP, "idle"), "--vary idle: write NAME=LOW:HIGH:STEPS, such as coupling=0:1:11, or NAME=A,B,C"),
        ((*SWEEP, "idle=0:1:x"), "--vary idle=0:1:x: steps must be a whole number from 2, got 'x'"),
        ((*SWEEP, "idle=0,1", "--vary", "idle=2,3"), "--vary idle=2,3: 'idle' is varied twice"),
        ((*SWEEP, "idle=0,1", "--set", "idle=3"), "cannot vary 'idle': --set gives it a value"),
        ((*SWEEP, "idle=0,1", "-p", "chep"), "unknown policy 'chep'; did you mean 'cheap'?"),
        ((*SWEEP, "idle=0,1", "--outcome", "bda"), "unknown outcome 'bda'; did you mean 'bad'?"),
        ((*SWEEP, "wait=1,2"), "wait=1: must be a time, got a pure number; write a unit, such as 60 d"),
        ((*SWEEP, "idle=0,1", "--chunk", 5), "--chunk is about a result folder; name one with -o DIR"),
        ((*SCREEN, "--parameter", "wat"), "unknown parameter 'wat'; did you mean 'wait'?"),
        ((*SCREEN, "--parameter", "cost"), "parameter 'cost' has no range, prior or spread"),
        ((*SCREEN, "--outcome", "bda"), "unknown outcome 'bda'; did you mean 'bad'?"),
        ((*SCREEN, "-p", "chep"), "unknown policy 'chep'; did you mean 'cheap'?"),
        (
            (*SCREEN, "--least", "loss", "--most", "bad"),
            "give --least or --most, not both: policies are ranked by one outcome",
        ),
        (
            (*SCREEN, "--method", "sobol", "-p", "cheap", "--least", "los"),
            "unknown outcome 'los'; did you mean 'loss'?",
        ),
        (
            (*SCREEN, "--least", "loss", "-p", "cheap"),
            "what knowing a parameter is worth takes --method sobol: Morris's points are no sample",
        ),
        (
            (*SCREEN, "--method", "sobol", "--least", "loss"),
            "what knowing a parameter is worth takes policies to choose from; name some with --policy",
        ),
        ((*REGION, "--outcome", "bda"), "unknown outcome 'bda'; did you mean 'bad'?"),
        ((*REGION, "--outcome", "loss"), "'loss' is no probability: say with --above or --below when it fails"),
        (
            (*REGION, "--outcome", "loss", "--above", 1, "-p", "cheap"),
            "look for one thing: above or below a number, or where a policy loses",
        ),
        ((*REGION, "--outcome", "bad", "--draws", 9), "9 draws: a region takes 50 at least to be seen"),
        (("run", "pact.yaml", "--draw-parameters=15", "-n", 20),
         "15 draws in 20 worlds: take at least 2 draws, and 2 worlds for each"),
        (("run", "pact.yaml", "--draw-parameters=2", "--set", "pace=9/yr", "--set", "wait=1d", "--set", "idle=1"),
         "--set or a policy fixes every parameter that has a prior: there is nothing to draw"),
        ((*REGION, "--outcome", "bad", "--draws", 10**9), "1,000,000,000 runs: at most 100,000; take fewer draws"),
        ((*REGION, "--outcome", "loss", "--above", "nan"), "look above or below a finite number, not nan"),
        ((*REGION, "--outcome", "bad", "--more-is-better"),
         "whether more of the outcome is better matters with --policy only"),
        ((*DOUBT, "--least", "loss", "-n", 15), "10 draws in 15 worlds: take 2 worlds at least for each"),
        ((*SCREEN, "--least", "los", "-p", "cheap"), "unknown outcome 'los'; did you mean 'loss'?"),
        ((*SCREEN, "--least", "loss", "-p", "cheap"),
         "what knowing a parameter is worth takes --method sobol: Morris's points are no sample"),
        ((*SWEEP, "idle=0,1", "--outcome", "path"),
         "'path' is a trajectory; measure a number of it, such as its minimum"),
        (DOUBT, "--draw-parameters judges policies; say by which outcome, with --least or --most"),
        ((*DOUBT, "--least", "los"), "unknown outcome 'los'; did you mean 'loss'?"),
        ((*DOUBT, "--least", "loss", "chep"), "unknown policy 'chep'; did you mean 'cheap'?"),
        (("compare", "pact.yaml", "--draw-parameters=9", "--least", "loss"), "9 draws: take 10 at least"),
    ],
)  # fmt: skip
def test_wrong_input_gets_one_message_and_status_2(command, arguments, message):
    assert command(*arguments) == (2, "", f"simulate: {message}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        (*REGION, "--outcome", "dry", "--above", 1),
        (*REGION, "--outcome", "loss", "-p", "baseline"),
        (*DOUBT, "--least", "dry"),
        (*DOUBT, "--least", "loss", "--precision", "0.1"),
        (*DOUBT, "--least", "loss", "--readings"),
        (*DOUBT, "--least", "loss", "--chunk", 5),
        (*SWEEP, "idle=0:1:1000000000000"),
    ],
)
def test_what_means_nothing_is_refused(command, arguments):
    """What is not defined, or does nothing beside another option, is neither an answer nor a crash."""
    status, out, err = command(*arguments)
    assert (status, out) == (2, "") and err.startswith("simulate: ") and "Traceback" not in err
