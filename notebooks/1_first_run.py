# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1. A first run, and how to read the fan
#
# You write down who acts, what may happen and which agreements are in force. The engine plays that out in many
# *worlds*, each one draw of all the chance there is. This notebook runs a small scenario, reads its table and its
# pictures, and looks at single worlds behind them.
#
# Every number below is computed in the cell beside it. The very first run on a machine compiles the engine, which
# takes about half a minute; later runs take seconds.

# %%
# %matplotlib inline
from pathlib import Path

import numpy as np

from simulate import load, run, run_drawn, trace

SCENARIOS = next(place / "scenarios" for place in (Path.cwd(), *Path.cwd().parents) if (place / "scenarios").is_dir())

# %% [markdown]
# ## The scenario
#
# `notice-and-recovery.yaml` fits on one screen: two neighbours, one pact that either may end by notice, and a court
# whose rulings anger one of them.

# %%
scenario = load(SCENARIOS / "notice-and-recovery.yaml")
print(scenario.model.question)
print("outcomes:", ", ".join(scenario.model.outcomes))
print("policies:", ", ".join(scenario.model.policies))

# %% [markdown]
# ## The table

# %%
result = run(scenario, worlds=2000, workers=2)
result

# %% [markdown]
# One row for each outcome. *Estimate* is the share of worlds in which it came about, or a mean over worlds. Where an
# outcome is given something else ("a notice, once given, is taken back"), the worlds without that are left out, and
# the table says how many.
#
# The *interval* tells how well so many worlds pin the number down **inside the model**. It shrinks with more worlds,
# whatever the scenario is worth:

# %%
for worlds in (100, 1000, 10_000):
    lapses = run(scenario, worlds=worlds, workers=2).outcomes["pact_lapses"]
    between = f"between {100 * lapses.low:4.1f} and {100 * lapses.high:4.1f} %"
    print(f"{worlds:6,} worlds: {100 * lapses.mean:4.1f} %, {between}")

# %% [markdown]
# A narrow interval is no promise about the world outside. It leaves out doubt about the numbers in the file, and
# doubt about the rules themselves.
#
# ## Where the pact stands

# %%
result.plot("stages")

# %% [markdown]
# The height of a layer is the share of worlds in which the pact stands in that stage on that date. Again these are
# many histories side by side, not one that is partly lapsed.
#
# ## The worlds behind it
#
# One row for each world. NaN means that the outcome does not count there, such as a notice taken back where none was
# given.

# %%
result.worlds.head(8)

# %%
lapsed = result.worlds.query("pact_lapses == 1").index
print(f"The pact lapses in {len(lapsed)} of {len(result.worlds):,} worlds; the first of them is world {lapsed[0]}.")

# %% [markdown]
# Any world can be told as a dated story. What happened because of something else stands further to the right, and
# `<-` names the cause where other events came between.

# %%
trace(scenario, world=int(lapsed[0]))

# %% [markdown]
# World numbers mean something: it is the same world, with the same luck, in every run with the same seed, under
# every policy. The next notebook lives off that.
#
# ## Chance, and doubt about the numbers
#
# So far every world used the values in the file. Three of them carry a range, because nobody knows them. `run_drawn`
# draws them anew for every few worlds, and its intervals are about both.

# %%
drawn = run_drawn(scenario, worlds=2000, draws=100, workers=2)
for name, each in (("values as in the file", result), ("values drawn from their ranges", drawn)):
    lapses = each.outcomes["pact_lapses"]
    print(f"{name:31} {100 * lapses.mean:4.1f} %, between {100 * lapses.low:4.1f} and {100 * lapses.high:4.1f} %")
shares = drawn.shares("pact_lapses")
print(
    f"Of the variance over worlds {100 * shares.parameters:.0f} % comes from the drawn numbers "
    f"(between {100 * shares.low:.0f} and {100 * shares.high:.0f} %), the rest is chance."
)

# %% [markdown]
# A small share does not mean that the numbers do not matter. Whether the pact lapses in one world is a matter of luck
# even when every number is known; how *often* it lapses over worlds is another question, and notebook 3 asks it.
#
# ## The large scenario
#
# `reset-2022.yaml` is Seoul and Tokyo in August 2022, in more than two hundred named numbers. It runs the same way.

# %%
reset = run(load(SCENARIOS / "reset-2022.yaml"), worlds=400, workers=2)
reset

# %% [markdown]
# ## The fan

# %%
reset.plot()

# %% [markdown]
# On each date the dark band holds half of the worlds and the light band nine tenths of them; the line is the median,
# the dots are the mean. A fan widens because worlds part ways.
#
# What it does not mean: that anything moves along the line. The bands are taken on each date anew, and single worlds
# cross them. Here are six, in the panel of the cooperation index:

# %%
cooperation = reset.trajectories["cooperation"]
days = np.datetime64(reset.trajectories.attrs["start"]) + cooperation["day"].values.astype("timedelta64[D]")
figure = reset.plot()
panel = next(axis for axis in figure.axes if axis.get_title(loc="left") == "cooperation index")
for world in range(6):
    panel.plot(days, cooperation.sel(world=world), color="black", linewidth=0.6, alpha=0.8)
figure

# %%
bands = reset.outcomes["cooperation"].quantiles
inside = (cooperation >= np.asarray(bands["0.25"])) & (cooperation <= np.asarray(bands["0.75"]))
always = 100 * float(inside.all("day").mean())
print(f"The dark band holds half of the worlds on every date; {always:.1f} % of worlds are in it on all dates.")

# %% [markdown]
# ## What you could change
#
# - `seed=2` in `run`: other worlds, the same scenario. The estimates should move by about as much as their intervals
#   say.
# - `scenario.with_parameters(anger=0.4)`: one number, the same worlds. Which outcomes move?
# - `trace(scenario, world=...)` for a few more of the lapsed worlds: do you believe them? If not, the file is wrong,
#   and it is yours to change.
