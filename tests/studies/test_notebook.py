"""What studies of the parameters show in a notebook: their tables, and how far they have come."""

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from matplotlib.figure import Figure

from simulate import (
    branch,
    compare,
    discover,
    explain,
    explain_worlds,
    load,
    loads,
    robustness,
    run,
    run_drawn,
    sensitivity,
    sweep,
    trace,
)
from simulate.errors import UsageError
from simulate.studies import progress

PACT = """
scenario: A <pact>
start: 2022-08-01
horizon: 1 yr
parameters:
  pace: {value: 3/yr, prior: {uniform: {low: 1/yr, high: 9/yr}}, source: judgement}
  idle: {value: 1, range: [0, 2], source: judgement}
shocks: {ruling: {rate: pace}}
outcomes:
  rulings: {count: ruling, about: court <rulings>}
  many: {count: ruling, at_least: 4}
  path: {trajectory: count(ruling)}
policies: {calm: {set: {idle: 0}, without: [ruling]}}
"""


@pytest.fixture(scope="module")
def pact():
    return loads(PACT)


def rows(html):
    """The cells of every row, tags apart."""
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", html)]


def test_a_sweep_shows_its_points(pact):
    shown = sweep(pact, {"pace": "2/yr:8/yr:4"}, worlds=20)._repr_html_()
    assert [row[0] for row in rows(shown) if row] == ["2", "4", "6", "8"]
    assert "pace (/yr)" in shown and "court &lt;rulings&gt;" in shown and "A &lt;pact&gt;: 20 worlds, seed 1" in shown
    assert "more" not in shown and "dead" not in shown


def test_a_large_sweep_says_what_it_leaves_out(pact):
    shown = sweep(pact, {"idle": [k / 30 for k in range(31)]}, worlds=2)._repr_html_()
    assert len([row for row in rows(shown) if row]) == 20
    assert "11 more points: see `.dataset`" in shown and "dead: idle changed nothing in any world" in shown


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_a_sensitivity_shows_what_drives(pact, method):
    shown = sensitivity(pact, method=method, worlds=10, points=4, policies=["calm"])._repr_html_()
    assert f"2 parameters by {method}" in shown and "court &lt;rulings&gt;: what calm changes" in shown
    assert next(row for row in rows(shown) if row)[0] == "pace"


def test_a_discovery_shows_its_box_or_that_there_is_none(pact):
    shown = discover(pact, "many", parameters=("pace",), draws=60, worlds=10)._repr_html_()
    assert next(row for row in rows(shown) if row)[0] == "pace" and "/yr" in shown and "coverage" in shown
    assert "no region" in discover(pact, "many", parameters=("idle",), draws=60, worlds=2)._repr_html_()


def test_policies_over_draws_and_draws_show_both_tables(pact):
    shown = robustness(pact, "rulings", draws=10, worlds=10)._repr_html_()
    assert {row[0] for row in rows(shown) if row} == {"baseline", "calm"} and "the less of" in shown
    shown = run_drawn(pact, worlds=40, draws=4)._repr_html_()
    assert "4 draws of 2 parameters" in shown and shown.count("<table>") == 2


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_indices_are_a_dataset(pact, method):
    found = sensitivity(pact, method=method, worlds=10, points=4, policies=["calm"])
    name = "strength" if method == "morris" else "total"
    dataset = found.dataset
    assert dataset[name].dims == ("outcome", "policy", "parameter")
    at = dataset.sel(outcome="rulings", policy="calm", parameter="pace")
    estimate = dict(found.drivers("rulings", "calm"))["pace"]
    assert [float(at[name + end]) for end in ("", "_low", "_high")] == [estimate.estimate, estimate.low, estimate.high]
    assert dataset.attrs["method"] == method


def test_draws_are_coordinates_of_points(pact):
    found = robustness(pact, "rulings", draws=10, worlds=10)
    dataset = found.dataset
    assert dataset["rulings"].dims == ("policy", "point") and dataset["pace"].dims == ("point",)
    assert dataset["pace"].attrs["units"] == "1/d" and dataset["rulings"].attrs["units"] == "1"
    assert (dataset["rulings"].values == found.measured.values[:, :, 0]).all()
    assert discover(pact, "many", draws=60, worlds=2).dataset["idle"].sizes == {"point": 60}
    assert run_drawn(pact, worlds=40, draws=4).trajectories["draw"].values.tolist() == [k // 10 for k in range(40)]


def test_every_result_draws_itself(pact):
    one, both = run(pact, worlds=20), compare(pact, worlds=20)
    futures, story = branch(pact, 0, "90 d", futures=5), trace(pact, 0)
    why = explain(pact, "many", world=next(k for k, hit in enumerate(one.worlds["many"]) if hit))
    figures = [one.plot(), both.plot(), both.plot("trajectories"), futures.plot(), story.plot(), why.plot()]
    shipped = load(Path(__file__).parents[2] / "scenarios" / "notice-and-recovery.yaml")
    figures += [explain_worlds(shipped, "pact_lapses", worlds=200).plot(), run_drawn(pact, worlds=40, draws=4).plot()]
    assert all(isinstance(figure, Figure) for figure in figures)
    with pytest.raises(UsageError, match="there is no picture 'stage'; did you mean 'stages'"):
        one.plot("stage")
    with pytest.raises(UsageError, match="has no stages"):
        one.plot("stages")


@pytest.fixture
def kernel(monkeypatch):
    """A notebook's kernel, with what it was given to show, and a clock that runs a second at each look."""
    seen = []
    handle = SimpleNamespace(update=lambda line, raw: seen.append(line["text/plain"]))

    def display(line, raw, display_id):
        seen.append(line["text/plain"])
        return handle

    shell = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", shell)
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    clock = iter(range(10_000))
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: float(next(clock))))
    return seen


def test_a_notebook_sees_progress_until_it_is_done(pact, kernel):
    run(pact, worlds=500)
    assert len(kernel) > 2 and kernel[-1] == ""
    assert re.fullmatch(r"\d+ of 500 done, about \d+ s left", kernel[0])


def test_who_asks_for_progress_gets_no_second_one(pact, kernel):
    told = []
    run(pact, worlds=200, progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (200, 200) and not kernel


def test_elsewhere_nothing_is_shown(pact, monkeypatch):
    monkeypatch.setattr(progress, "notebook_line", None)
    assert run(pact, worlds=10).counted == 10
