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
# # 4. The window
#
# When does it matter *when*? The policies of `reset-2022.yaml` carry a date plus `wait`. Here `wait` runs from nothing
# to a year and a half, in the same worlds, so that what is seen is the price of waiting and nothing else.

# %%
# %matplotlib inline
from pathlib import Path

from simulate import load, sweep

SCENARIOS = next(place / "scenarios" for place in (Path.cwd(), *Path.cwd().parents) if (place / "scenarios").is_dir())

scenario = load(SCENARIOS / "reset-2022.yaml")
POLICIES = ["normalise_early", "plan_first", "package"]
WAITS = ["0 d", "3 mo", "6 mo", "9 mo", "12 mo", "18 mo"]

# %% [markdown]
# ## The sweep

# %%
waiting = sweep(scenario, {"wait": WAITS}, POLICIES, worlds=250, workers=2)
waiting

# %% [markdown]
# ## Selling of assets: a window that closes

# %%
waiting.plot("assets_sold")

# %% [markdown]
# Above stands the outcome under each policy, put off by so many months. Below stands how it differs from the same policy
# *on time*, world by world. The lower bands are narrower than the upper ones because the worlds are the same: most of
# the luck drops out of the difference.
#
# ## Sharing that works

# %%
waiting.plot("sharing_works")

# %% [markdown]
# The share of time with working sharing counts the wait itself. A policy that did nothing but switch sharing on would
# lose as much of the five years as it is put off. The table sets the two side by side, in points of time:

# %%
data = waiting.dataset
horizon = scenario.resolved().horizon
late = data["sharing_works_difference"].to_pandas().T
late["the wait itself"] = [-wait / horizon for wait in data["wait"].values]
late.index = WAITS
(100 * late).round(1)

# %% [markdown]
# Where a policy loses less than the wait, the two neighbours would often have got there by themselves; where it loses
# more, something was missed that does not come back. Mind that few worlds stand behind each number.
#
# ## How much of the effect is left?
#
# The policy's effect after a wait, against doing nothing, in the same worlds. "Doing nothing" is the baseline:

# %%
nothing = sweep(scenario, {"wait": ["0 d", "18 mo"]}, worlds=250, workers=2)
base = nothing.bases["baseline"].outcomes
for outcome, label in (("assets_sold", "assets are sold"), ("acsa_in_force", "an ACSA is in force at the end")):
    print(f"{label}: {100 * base[outcome].mean:.1f} % of worlds without a policy")
    for policy in POLICIES:
        levels = data[outcome].sel(policy=policy).values
        told = ", ".join(f"{wait}: {100 * level:.1f} %" for wait, level in zip(WAITS, levels, strict=True))
        print(f"   {policy:16} {told}")
print(f"changes no event under the baseline: {', '.join(nothing.dead) or 'nothing'}")

# %% [markdown]
# The last line is a check: without a policy nothing reads `wait`, and the engine says so.
#
# ## Is it the date, or the luck of few worlds?
#
# The interval of each difference says. Below, a wait counts where its interval leaves zero out.

# %%
for policy in POLICIES:
    low = data["assets_sold_difference_low"].sel(policy=policy).values
    high = data["assets_sold_difference_high"].sel(policy=policy).values
    told = [wait for wait, a, b in zip(WAITS, low, high, strict=True) if a > 0.0 or b < 0.0]
    print(f"{policy:16} differs from itself on time, in the sale of assets, after: {', '.join(told) or 'no wait'}")

# %% [markdown]
# A wait that is not in that list may still matter: so few worlds cannot see a small difference.
#
# ## What this does not say
#
# - The window is that of the model. Its dates (a court's deadline, elections) are known; how fast a window closes is
#   judgement.
# - Waiting has only costs here. Nobody learns anything in the meantime, and no coalition is built.
# - A policy is put off as a whole. In `package` one could be early with one step and late with another.
#
# ## What you could change
#
# - `worlds=2000`, and finer steps: `"0 d:18 mo:19"`.
# - A second axis, for a heat map: `sweep(scenario, {"wait": WAITS, "dismissal": "0.25:0.75:3"}, ["plan_first"])`.
# - Other policies with a date: `strong_mediation`, `acsa_push`, `decouple`.
