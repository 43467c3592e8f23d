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
# # 2. What would save GSOMIA?
#
# GSOMIA is the pact by which Seoul and Tokyo share military secrets. In August 2022 it runs under a notice of
# termination that was suspended and never withdrawn. This notebook compares three policies in the very same worlds,
# and asks of single worlds why the pact ended there.

# %%
# %matplotlib inline
from pathlib import Path

from simulate import branch, compare, explain, explain_worlds, load

SCENARIOS = next(place / "scenarios" for place in (Path.cwd(), *Path.cwd().parents) if (place / "scenarios").is_dir())

scenario = load(SCENARIOS / "reset-2022.yaml")
CHOSEN = ["normalise_early", "plan_first", "package"]
for name in CHOSEN:
    print(f"{name}: {scenario.model.policies[name].about}")

# %% [markdown]
# ## The same luck, three policies

# %%
OUTCOMES = ["gsomia_lapses", "sharing_works", "assets_sold", "acsa_in_force"]
found = compare(scenario, CHOSEN, worlds=500, outcomes=OUTCOMES, workers=2)
found

# %% [markdown]
# *Up / down* counts the worlds in which an outcome is higher or lower under the policy. Where a policy changes few
# worlds, the two runs share most of their luck, and *same luck saves* says how many times as many worlds it would
# have taken to know the difference as well with luck drawn anew.

# %%
found.plot()

# %% [markdown]
# A filled dot can be told from chance in so many worlds; a hollow one cannot, which does not mean that there is
# nothing. Rare outcomes need many worlds before their dot fills:

# %%
for name in CHOSEN:
    lapses = found.differences[name]["gsomia_lapses"]
    print(
        f"{name:16} GSOMIA ends in {100 * lapses.base:.1f} % -> {100 * lapses.other:.1f} % of worlds: "
        f"saved in {lapses.flips_down}, lost in {lapses.flips_up}"
    )

# %% [markdown]
# ## Which worlds are saved, and by what
#
# Because the worlds are the same, they can be named.

# %%
base = found.base.worlds["gsomia_lapses"]
ended = [int(world) for world in base[base == 1].index]
print(f"without a policy GSOMIA ends in worlds {ended}")
for name in CHOSEN:
    after = found.others[name].worlds["gsomia_lapses"]
    print(f"{name:16} still ends in {[world for world in ended if after[world] == 1]}")

# %% [markdown]
# ## Why did it end there?
#
# In one world the question has an exact answer. Every event behind the end is kept from happening in turn, and the
# world is run again; where the end then does not come, the event was necessary.

# %%
WORLD = ended[0]
why = explain(scenario, "gsomia_lapses", world=WORLD)
why

# %%
why.plot()

# %% [markdown]
# Time runs to the right, and arrows run from causes to what they led to. Filled dots are necessary, one by one.
# Necessary does not mean blameworthy, nor does it mean sufficient: many worlds have the same events and keep the pact.
#
# ## Over many worlds
#
# The same question asked of every world in which the pact ended gives shares. With few such worlds they are wide:

# %%
causes = explain_worlds(scenario, "gsomia_lapses", worlds=400, workers=2)
print(causes.sentence())
for each in causes.told[:6]:
    worlds = f"{len(each.necessary)} of {len(causes.examined)} worlds"
    print(f"{each.name:24} necessary in {worlds}, so between {100 * each.low:.0f} and {100 * each.high:.0f} %")

# %% [markdown]
# ## Could it still have been saved, late?
#
# A branch keeps one world's history up to a date and gives it fresh futures from there. Here Washington mediates some
# days before the end, or does not, in the same futures.

# %%
start = scenario.resolved().start
last = why.history.record.events.time[why.decided]
futures = branch(scenario, WORLD, max(last - 21.0, 0.0), inject=["washington.mediate"], futures=150, workers=2)
change = futures.differences["gsomia_lapses"]
print(f"World {WORLD} on {futures.date}, some three weeks before its end:")
print(
    f"the pact ends in {100 * change.base:.0f} % of its futures, {100 * change.other:.0f} % with the mediation "
    f"(difference {100 * change.difference:+.1f} points, {100 * change.low:+.1f} to {100 * change.high:+.1f})"
)

# %%
futures.plot()

# %% [markdown]
# The first of these futures is the world's own. That the others differ from it says how much of the end was still
# open on that day, in the model.
#
# ## What this does not say
#
# - Nothing here says how likely the end of GSOMIA is in the world. It follows from a file in which most numbers are
#   judgement (`simulate check --unsourced` lists them).
# - A policy's steps are put in by hand. Whether Seoul *can* normalise the pact on that day is not asked.
# - Three policies were looked at because they were written down. The best one may be missing.
#
# ## What you could change
#
# - `worlds=4000` in `compare`, and see which hollow dots fill.
# - Other policies: `list(scenario.model.policies)`; two at once as `"plan_first+decouple"`.
# - Another outcome in `explain`, such as `assets_sold`, or another world from the list of those that ended.
# - Another event in `branch`, such as `seoul.announce_plan`, and an earlier date.
