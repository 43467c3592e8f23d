"""What a finished folder gives back: the same as the study itself, to the bit."""

import json
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings

from simulate import load, loads, open_result, run, trace
from simulate.compile import compile_scenario
from simulate.engines.machine import Batch
from simulate.errors import UsageError
from simulate.results.parquet import Columns, chunk_files, read_chunk
from simulate.studies import tables
from simulate.studies.pools import run_part

from .kept import PACT, keep, manifest, neighbour, rewrite

drawn = neighbour("identity/scenarios.py")

NAMES = ("world", "events", "history", "capped", "refused", "when_reached", "day", "standing_left_out")
"""Outcomes that are called like our own columns."""
CLASHES = PACT.replace("policies:", "".join(f"  {name}: {{count: ruling}}\n" for name in NAMES) + "policies:")
PATHS = PACT.replace(
    "policies:", "  world: {trajectory: count(ruling)}\n  day: {trajectory: pact == lapsed}\npolicies:"
)


def table_of(scenario, worlds, seed=1, most_events=10_000, events=False, first=0):
    """The table of one chunk, and its model."""
    compiled = compile_scenario(scenario.resolved())
    return compiled, run_part(Batch(compiled, seed, most_events), events, first, first + worlds)


def check_round_trip(scenario, worlds=6, first=0, **more):
    """A chunk's files hold exactly the table that they were made from."""
    compiled, table = table_of(scenario, worlds, first=first, **more)
    again = read_chunk(compiled, first, first + worlds, chunk_files(compiled, table))
    times = Columns(compiled).times
    for field in fields(table):
        before, after = getattr(table, field.name), getattr(again, field.name)
        if field.name == "moments":
            for part in ("count", "mean", "squares"):
                np.testing.assert_array_equal(getattr(before, part), getattr(after, part), strict=True)
        elif field.name == "explosion":
            assert before == after
        elif field.name == "reached":
            # Of outcomes that are no times nobody reads it.
            np.testing.assert_array_equal(before[:, times], after[:, times], strict=True)
        elif field.name != "log":
            np.testing.assert_array_equal(before, after, strict=True, err_msg=field.name)
            if before.dtype == float:
                np.testing.assert_array_equal(np.signbit(before), np.signbit(after), err_msg=field.name)
    return table


@settings(drawn.PROFILE, max_examples=12, phases=[Phase.generate])
@given(drawn.scenarios(), drawn.SEEDS)
def test_any_chunk_comes_back_to_the_bit(scenario, seed):
    check_round_trip(drawn.load(scenario), worlds=3, seed=seed, events=True)


@pytest.mark.parametrize("name", ["reset-2022.yaml", "notice-and-recovery.yaml"])
def test_chunks_of_shipped_scenarios_come_back_to_the_bit(name, pytestconfig):
    check_round_trip(load(pytestconfig.rootpath / "scenarios" / name), worlds=3)


def test_worlds_that_are_left_out_or_capped_come_back():
    table = check_round_trip(loads(PACT), worlds=40, most_events=4)
    assert table.left_out.any() and table.capped.any() and not table.capped.all()


def test_refused_placements_come_back():
    assert check_round_trip(loads(PACT).with_policy("visit"), worlds=30).refused.any()


def test_outcomes_called_like_our_own_columns_come_back():
    check_round_trip(loads(CLASHES).with_policy("visit"), worlds=20)
    check_round_trip(loads(PATHS), worlds=20)


def test_worlds_beyond_those_whose_trajectories_are_kept_come_back(monkeypatch):
    for module in ("simulate.studies.tables", "simulate.results.parquet"):
        monkeypatch.setattr(f"{module}.KEPT", 10)
    for first, paths in ((0, 6), (7, 3), (10, 0)):
        assert len(check_round_trip(loads(PACT), first=first).paths) == paths


def test_a_chunk_without_trajectories_marks_or_events_comes_back():
    bare = "scenario: Bare\nstart: 2022-08-01\nhorizon: 1 yr\nshocks: {x: {rate: 1/yr}}\noutcomes: {n: {count: x}}\n"
    check_round_trip(loads(bare), worlds=4, events=True)
    check_round_trip(loads(bare.replace("1/yr", "0/yr")), worlds=4, events=True)


@pytest.mark.parametrize("policy", ["baseline", "visit"])
@pytest.mark.parametrize("text", [PACT, CLASHES, PATHS], ids=["plain", "clashing worlds", "clashing trajectories"])
def test_an_opened_result_is_what_the_run_gave(place, policy, text):
    scenario = loads(text).with_policy(*[policy] * (policy != "baseline"))
    result = keep(place / "out", 20, scenario=scenario)
    stored = open_result(place / "out")
    pd.testing.assert_frame_equal(
        stored.worlds(columns=list(result.worlds)), result.worlds, check_dtype=False, check_exact=True
    )
    for name, path in result.trajectories.items():
        assert path.dims == stored.trajectories()[name].dims
        np.testing.assert_array_equal(path, stored.trajectories()[name])
    assert stored.result().to_json() == result.to_json()
    assert stored.result().worlds.equals(result.worlds)


def test_worlds_have_the_columns_asked_for(place):
    result = keep(place / "out", 20)
    stored = open_result(str(place / "out"))
    assert list(stored.worlds(columns=["when", "ends"])) == ["when", "ends"]
    assert stored.worlds(columns=["ends"])["ends"].equals(result.worlds["ends"])
    assert list(stored.worlds()) == ["ends", "when", "when_reached", "again", "standing_left_out",
                                     "events", "history", "capped"]  # fmt: skip
    assert stored.worlds().index.equals(result.worlds.index)


def test_columns_have_the_types_that_a_run_gives_them(place):
    """A column that says whether something was reached is none of objects, even where worlds are left out."""
    text = PACT.replace("again: {ever: count(ruling) > 1,", "again: {first: count(ruling) > 1,")
    result = keep(place / "out", 20, scenario=loads(text))
    assert open_result(place / "out").worlds(columns=list(result.worlds)).dtypes.equals(result.worlds.dtypes)


def test_a_result_without_trajectories_opens(place):
    text = PACT.replace("  standing: {trajectory: pact == in_force}\n", "")
    result = keep(place / "out", 20, scenario=loads(text))
    stored = open_result(place / "out")
    assert not list(stored.trajectories()) and stored.result().to_json() == result.to_json()


def test_trajectories_know_when_they_begin(place):
    result = keep(place / "out", 20)
    stored = open_result(place / "out").trajectories()
    assert stored.attrs == result.trajectories.attrs
    assert stored["day"].attrs == result.trajectories["day"].attrs


def test_events_are_those_that_trace_tells(place):
    scenario = loads(PACT).with_policy("visit")
    keep(place / "out", 6, scenario=scenario, chunk=4)
    events = open_result(place / "out").events()
    for world in range(6):
        rows = [json.loads(json.dumps(row)) for row in trace(scenario, world).rows()]
        ours = events[events["world"] == world]
        assert list(ours["id"]) == [row["id"] for row in rows]
        assert list(ours["day"]) == [row["day"] for row in rows]
        assert list(ours["event"]) == [row["event"] for row in rows]
        assert [list(marks) for marks in ours["mark"]] == [marks_of(row["mark"]) for row in rows]
        assert [None if pd.isna(each) else each for each in ours["parent"]] == [row["parent"] for row in rows]


def marks_of(mark):
    """The mark of an event as a list, as the files hold it."""
    if mark is None:
        return []
    return list(mark.values()) if isinstance(mark, dict) else [mark]


@pytest.mark.parametrize("more", [{}, {"outcomes": ["ends"]}, {"precision": 0.2}, {"engine": "reference"},
                                  {"allow_capped": True, "max_events": 4}],
                         ids=["plain", "one outcome", "precision", "reference", "capped"])  # fmt: skip
def test_an_opened_comparison_is_what_compare_gave(place, more):
    found = keep(place / "out", 20, policies=["calm", "visit"], chunk=100, events=False, **more)
    assert open_result(place / "out").comparison().to_json() == found.to_json()


@pytest.mark.parametrize("more", [{"engine": "reference"}, {"allow_capped": True, "max_events": 4}],
                         ids=["reference", "capped"])  # fmt: skip
def test_an_opened_run_is_what_run_gave(place, more):
    scenario = loads(PACT).with_parameters({"anger": "0.3"})
    found = keep(place / "out", 20, scenario=scenario, **more)
    stored = open_result(place / "out").result()
    assert stored.to_json() == found.to_json()
    assert (stored.scenario, stored.seed, stored.engine) == (found.scenario, found.seed, found.engine)


def test_pandas_alone_reads_the_files(place):
    result = keep(place / "out", 20)
    worlds = pd.read_parquet(place / "out" / "baseline" / "worlds")
    assert worlds["ends"].tolist() == result.worlds["ends"].tolist()
    assert worlds["world"].tolist() == list(range(20))
    days = pd.read_parquet(place / "out" / "baseline" / "days")
    assert days.groupby("day")["pact.in_force.worlds"].sum().iloc[0] == 20
    assert len(pd.read_parquet(place / "out" / "baseline" / "events")) == worlds["events"].sum()


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda stored: stored.worlds("clam"), "{} holds no 'clam'; did you mean 'calm'?"),
        (lambda stored: stored.result("x"), "{} holds no 'x'; allowed: baseline, calm"),
        (lambda stored: stored.worlds(columns=["endz"]), "{} has no column 'endz'; did you mean 'ends'?"),
        (lambda stored: stored.events(), "{} holds no events; run with --events to keep them"),
    ],
)
def test_what_a_folder_has_not(place, ask, message):
    keep(place / "out", 5, policies=["calm"], events=False)
    with pytest.raises(UsageError) as error:
        ask(open_result(place / "out"))
    assert str(error.value) == message.format(place / "out")


def test_a_run_compares_nothing(place):
    keep(place / "out", 5)
    with pytest.raises(UsageError) as error:
        open_result(place / "out").comparison()
    assert str(error.value) == f"{place / 'out'} is of `simulate run`, and compares nothing"


def test_a_model_that_this_version_makes_otherwise_is_refused(place):
    keep(place / "out", 5)
    series = manifest(place / "out")["series"]
    series["baseline"]["model_hash"] = "0" * 16
    rewrite(place / "out", series=series, version="0.0.9")
    with pytest.raises(UsageError) as error:
        open_result(place / "out").result()
    assert str(error.value) == (
        f"{place / 'out'} was made by simulate 0.0.9, which made another model of the same scenario; "
        "its Parquet files can still be read"
    )
    assert len(open_result(place / "out").worlds()) == 5


def test_a_result_of_no_folder(place):
    (place / "empty").mkdir()
    for name, message in (("none", "there is no folder {}"),
                          ("empty", "{} holds no result: there is no manifest.json in it")):  # fmt: skip
        with pytest.raises(UsageError) as error:
            open_result(place / name)
        assert str(error.value) == message.format(place / name)


def test_an_opened_result_says_what_it_is(place):
    keep(place / "out", 20, policies=["calm"])
    stored = open_result(place / "out")
    assert repr(stored) == f"<Result folder {place / 'out'}: 'A pact', baseline, calm; 20 worlds, seed 1>"
    assert stored.series == ["baseline", "calm"]
    assert stored.to_dict()["seed"] == 1


def test_quantiles_of_very_many_worlds_are_those_of_the_kept(place, monkeypatch):
    """Of worlds beyond the first ones no trajectories are kept; an opened result has the same of them."""
    for module in ("simulate.studies.tables", "simulate.results.parquet"):
        monkeypatch.setattr(f"{module}.KEPT", 12)
    result = keep(place / "out", 20)
    assert len(result.table.paths) == 12 and not result.table.keeps_all_paths
    stored = open_result(place / "out")
    assert stored.result().to_json() == result.to_json()
    assert stored.trajectories().sizes["world"] == 12
    assert run(loads(PACT), 20).to_json()["outcomes"]["ends"] == result.to_json()["outcomes"]["ends"]


def test_a_table_without_its_events_is_the_same_table():
    _, table = table_of(loads(PACT), 3, events=True)
    assert isinstance(table.log, tables.Log) and replace(table, log=None).log is None
