"""`compare`, `explain` and `branch` as commands: what they print, with which status, and what they leave behind."""

import json

import pytest

PACT = """
scenario: A pact
question: Does calm keep the pact?
start: 2022-08-01
horizon: 5 yr
parameters: {anger: 0.5, doubt: {value: 0.5, range: [-1, 1], about: a contested sign, source: judgement}}
mechanisms: {pact: {stages: [in_force, lapsed], start: in_force, transitions: [
  {from: in_force, to: lapsed, on: ruling, probability: anger}]}}
shocks: {ruling: {rate: 0.5/yr}, rain: {rate: 9/yr*(1 + 0.1*doubt)}}
outcomes: {ends: {ever: pact == lapsed}, when: {first: pact == lapsed}, rulings: {count: ruling},
  standing: {trajectory: pact == in_force}}
policies: {calm: {set: {anger: 0.1}}, same: {set: {anger: 0.5}}}
"""


def test_compare_tells_what_a_policy_changes(command):
    status, out, err = command("compare", "pact.yaml", "calm", "-n", 200)
    assert (status, err) == (0, "")
    assert out.startswith("Does calm keep the pact?\nA pact; 200 worlds, seed 1, the same under every policy\n")
    assert 'calm prevents "ends" in ' in out and "and never the opposite" in out


def test_compare_flags_a_policy_without_effect(command):
    _, out, _ = command("compare", "pact.yaml", "-n", 100)
    assert "no effect: nothing reads what same changes; not one event differs in 100 worlds" in out


def test_compare_json_has_the_promised_keys(command):
    _, out, _ = command("compare", "pact.yaml", "-n", 100, "--json", "--least", "ends", "--readings")
    shown = json.loads(out)
    assert {"scenario", "seed", "worlds", "engine", "version", "model_hash", "policies", "baseline"} <= shown.keys()
    ends = shown["policies"]["calm"]["outcomes"]["ends"]
    assert {"difference", "low", "high", "flips_up", "flips_down", "variance_ratio"} <= ends.keys()
    assert ends["difference"] == pytest.approx((ends["flips_up"] - ends["flips_down"]) / 100)
    assert shown["policies"]["same"]["no_effect"] is True
    assert shown["ranking"]["ranks"][0]["policy"] == "calm"
    assert [reading["set"] for reading in shown["readings"]] == [{"doubt": "-1"}, {"doubt": "1"}]


def test_compare_draws_differences_and_trajectories(command, tmp_path):
    assert command("compare", "pact.yaml", "calm", "-n", 50, "-o", "out")[0] == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    drawn = {"comparison.json", "differences.png", "differences.svg", "trajectories.png", "trajectories.svg"}
    assert names == drawn | {"manifest.json", "scenario.yaml", "baseline", "calm"}
    assert command("compare", "pact.yaml", "calm", "-n", 50, "-o", "out", "--force")[0] == 0


def failing_world(command):
    """A world in which the pact ends."""
    return json.loads(command("explain", "pact.yaml", "--outcome", "ends", "-n", 50, "--json")[1])["failing"][0]


def test_explain_one_world(command, tmp_path):
    world = failing_world(command)
    status, out, err = command("explain", "pact.yaml", "--outcome", "ends", "--world", world, "-o", "why")
    assert (status, err) == (0, "")
    assert f'"ends" came true in world {world} with ruling on ' in out
    assert "Removed whole, necessary kinds of events: ruling (1 of 1)" in out
    assert {path.name for path in (tmp_path / "why").iterdir()} == {"explanation.json", "tree.png", "tree.svg"}


def test_explain_many_worlds(command):
    status, out, err = command("explain", "pact.yaml", "--outcome", "ends", "-n", 50)
    assert (status, err) == (0, "")
    assert '"ends" came true in ' in out and "without ruling it would not have in 100.0 %" in out
    assert "rain" not in out


def test_branch_with_an_inject(command, tmp_path):
    arguments = ("branch", "pact.yaml", "--world", 0, "--at", "2023-01-01", "--inject", "ruling", "-n", 50)
    status, out, err = command(*arguments, "-o", "ahead")
    assert (status, err) == (0, "")
    assert "events up to 2023-01-01, then 50 futures from there, with ruling injected on that day" in out
    names = {path.name for path in (tmp_path / "ahead").iterdir()}
    assert names == {"branch.json", "futures.csv", "futures_injected.csv", "futures.png", "futures.svg"}
    shown = json.loads(command(*arguments, "--json")[1])
    assert {"world", "at", "day", "inject", "futures", "events_before", "outcomes", "injected"} <= shown.keys()
    assert shown["injected"]["differences"]["rulings"]["difference"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("compare", "pact.yaml", "clam"), "simulate: unknown policy 'clam'; did you mean 'calm'?"),
        (("compare", "pact.yaml", "--outcome", "end"), "simulate: unknown outcome 'end'; did you mean 'ends'?"),
        (
            ("compare", "pact.yaml", "--least", "ends", "--most", "ends"),
            "simulate: give --least or --most, not both: policies are ranked by one outcome",
        ),
        (
            ("compare", "pact.yaml", "--readings"),
            "simulate: --readings ranks policies; say by which outcome, with --least or --most",
        ),
        (
            ("compare", "pact.yaml", "--precision", "0"),
            "simulate: precision 0.0: give a half-width above 0, such as 0.005",
        ),
        (
            ("explain", "pact.yaml", "--outcome", "ends", "-w", "3", "-n", "9"),
            "simulate: give --world or -n, not both: one world is explained, or many",
        ),
        (
            ("explain", "pact.yaml", "--outcome", "rulings"),
            "simulate: 'rulings' is a count, which has no cause in one world; outcomes that happen or not can be "
            "explained: ends, when",
        ),
        (
            ("branch", "pact.yaml", "-w", "0", "--at", "2021-01-01"),
            "simulate: '2021-01-01' lies outside the scenario, which runs from 2022-08-01 to 2027-08-01",
        ),
        (
            ("branch", "pact.yaml", "-w", "0", "--at", "2023-01-01", "--inject", "rulin"),
            "simulate: unknown event 'rulin'; did you mean 'ruling'?",
        ),
        (
            ("branch", "pact.yaml", "-w", "0", "--at", "2023-01-01", "--inject", "pact.lapsed"),
            "simulate: 'pact.lapsed' follows from a transition; inject a shock or an action that brings it",
        ),
    ],
)
def test_wrong_input_gets_one_message_and_status_2(command, arguments, message):
    assert command(*arguments) == (2, "", message + "\n")
