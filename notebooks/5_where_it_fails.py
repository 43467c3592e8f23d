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
# # 5. Where it fails
#
# Averages hide regions. This notebook looks for the region of the parameters in which things go wrong, and asks which
# policy holds up when the parameters are not known. It uses `cod-and-keflavik.yaml`: Iceland and Britain in 1975, a
# fishing pact that runs out, and a NATO base that may pay for it. The engine does not care which sea it is.

# %%
# %matplotlib inline
from pathlib import Path

from simulate import compare, discover, load, robustness

SCENARIOS = next(place / "scenarios" for place in (Path.cwd(), *Path.cwd().parents) if (place / "scenarios").is_dir())

scenario = load(SCENARIOS / "cod-and-keflavik.yaml")
print(scenario.model.question)
for name, policy in scenario.model.policies.items():
    print(f"{name}: {policy.about}")

# %% [markdown]
# ## In which region do the two break with each other?
#
# Numbers with a range are drawn, and each draw is run in the same worlds. Asked for are the draws in which relations
# are broken off in more than four of ten worlds. A search (PRIM) peels away slices of the drawn space in which that is
# seldom so, and keeps what is dense.

# %%
CHOSEN = ["cut_rate", "collide", "shame", "law_start", "watch", "talk_rate"]
found = discover(
    scenario,
    "relations_broken",
    above=0.4,
    parameters=CHOSEN,
    draws=200,
    worlds=50,
    workers=2,
)
found.plot()

# %% [markdown]
# On the left, every point is a box, from the whole space on the right to the smallest on the left. *Coverage* is the
# share of all bad draws that lie in the box, *density* the share of the box's draws that are bad. A good box is high
# and far to the right; most stories allow only one of the two. On the right, the box in the parameters that
# bound it most.

# %%
found

# %% [markdown]
# Limits stand in the units in which the file writes them. One with a large *p* may well be chance.
#
# What it does not mean: that the world outside lies in the box or out of it. The box says which numbers one would
# have to believe for the worry to be great.
#
# ## Which policy holds up?
#
# Now all numbers are drawn, and every policy is run under every draw in the same worlds.

# %%
stand = robustness(scenario, "base_doubted", draws=48, worlds=50, workers=2)
stand.plot()

# %%
stand

# %% [markdown]
# *Worst tenth* is the mean over the tenth of draws that is worst for this policy. *Regret* is
# how far it falls short, in one draw, of whichever policy is best there; *none better in* is the share of draws in
# which it is not beaten. Few worlds at a draw make worst cases look worse than
# they are; the last line says by how much, as a rule.
#
# ## The same policies by other yardsticks
#
# At the values in the file, and in the same worlds:

# %%
others = compare(scenario, worlds=1000, outcomes=["peace_at", "collisions", "base_notice"], workers=2)
others

# %%
wait = {name: each["peace_at"].other for name, each in others.differences.items()}
wait["baseline"] = next(iter(others.differences.values()))["peace_at"].base
print("days to a new pact or to 200 miles: " + ", ".join(f"{name} {days:.0f}" for name, days in wait.items()))
quickest = sorted(wait, key=wait.get)
safest = [each.policy for each in sorted(stand.standings, key=lambda each: each.expected)]
print(f"quickest first: {', '.join(quickest)}")
print(f"the base least in doubt first: {', '.join(safest)}")

# %% [markdown]
# Which policy is best depends on what one wants. The engine does not weigh the base against the trawlers of Hull, nor
# peace this spring against the fish. London's cost of accepting two hundred miles is in no outcome of this file: it
# would have to be written down before it could be weighed.
#
# ## What you could change
#
# - `discover(scenario, "peace_at", "no_navy")` looks for the region in which a policy brings more of an outcome than
#   doing nothing (here: more days to peace). It may say that there is none beyond chance.
# - `parameters=()` draws everything that has a prior, the utilities among them; take more draws for more dimensions.
# - An outcome for what London loses, say `trawlers_gone: {share_of_time: fishing_pact == settled}`, in a copy of
#   the file. Which policy comes first then?
# - The same questions of Seoul and Tokyo: `load(SCENARIOS / "reset-2022.yaml")`. It has many more numbers and events,
#   so begin with few draws.
