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
# # 3. What drives the answer?
#
# Most numbers in a scenario are judgement. Some of them hardly matter, some decide everything. This notebook screens
# the large scenario for the second kind, splits a variance on a small one, and asks of which number it would be worth
# most to know more before choosing a policy.

# %%
# %matplotlib inline
from pathlib import Path

import pandas as pd

from simulate import load, loads, sensitivity
from simulate.studies.priors import priors_of

SCENARIOS = next(place / "scenarios" for place in (Path.cwd(), *Path.cwd().parents) if (place / "scenarios").is_dir())

# %% [markdown]
# ## What may vary
#
# A parameter takes part if it has a `range`, a `prior` or, in a group, a `spread`. Everything here is drawn from
# those; a range that is too narrow in the file makes a number look harmless.

# %%
reset = load(SCENARIOS / "reset-2022.yaml")
priors = priors_of(reset)
judged = sum(prior.is_judgement for prior in priors.values())
print(f"{len(reset.resolved().parameters)} numbers have a name, {len(priors)} of them a prior; {judged} are judgement")

# %% [markdown]
# ## Screening: Morris
#
# Starting from a random point, one parameter after the other crosses a good part of its prior, and the change of the
# outcome is its *effect*. It takes few points, so that hundreds of parameters can be screened. Here only a few are,
# to keep this notebook quick: the contested signs, the court, and what makes Seoul hurry.

# %%
CHOSEN = ["abe_sign", "umbrella_sign", "moving_baseline", "dismissal", "announcing.deadline", "flow_suspended"]
CHOSEN = [name for name in CHOSEN if name in priors]
screening = sensitivity(
    reset,
    ["assets_sold", "sharing_works"],
    "morris",
    parameters=CHOSEN,
    points=5,
    worlds=60,
    workers=2,
)
screening.plot("assets_sold")

# %%
screening.plot("sharing_works")

# %% [markdown]
# Read the bar against the stroke: the stroke is what noise alone would show with so few worlds. A bar that does not
# reach beyond its stroke has not been shown to matter, nor shown not to. The two outcomes have different drivers:

# %%
table = pd.DataFrame(
    {
        outcome: {name: interval.estimate for name, interval in screening.drivers(outcome)}
        for outcome in ("assets_sold", "sharing_works")
    }
)
table.loc[CHOSEN].round(3)

# %% [markdown]
# An effect is in the outcome's own unit: a share of worlds here. It says how far the answer moves as the parameter
# crosses its prior, not how likely it is to.
#
# ## Shares of variance: Sobol
#
# How much of the spread of an outcome over the priors is due to each parameter, alone (*first order*) or with its
# interactions (*total*)? That takes many points, so it is asked of the small scenario. A policy is added to its text:
# an offer to the plaintiffs that spares nearly all rulings.

# %%
text = (SCENARIOS / "notice-and-recovery.yaml").read_text(encoding="utf-8")
text = text.replace("{rate: ruling_rate}", "{rate: ruling_rate*(1 - settled)}")
number = "  settled: {value: 0, about: share of rulings that a settlement spares, source: judgement}\n"
text = text.replace("  wait: {", number + "  wait: {")
text += "  settle: {about: an offer to the plaintiffs, set: {settled: 0.95}}\n"
small = loads(text)
list(priors_of(small))

# %%
split = sensitivity(small, ["pact_lapses"], "sobol", ["normalise_early", "settle"], points=32, worlds=300, workers=2)
split.plot("pact_lapses")

# %%
indices = split.indices("pact_lapses")
print(f"noise of few worlds: {100 * indices.noise:.0f} % of the variance seen; it is in none of the bars")
print(f"first orders add up to {sum(each.estimate for each in indices.first):.2f}")

# %% [markdown]
# What the first orders lack to 1 is interaction; a sum a little above 1 is the noise of few points. The intervals are
# wide for the same reason: four times the points would halve them.
#
# One parameter has no bar: how far a normal pact deters a notice cannot matter where nobody normalises the pact. Ask
# instead what the *policy* changes, and it does:

# %%
split.plot("pact_lapses", "normalise_early")

# %% [markdown]
# ## What is worth knowing: EVPPI
#
# A number can drive an outcome and still not matter for the choice, if the same policy is best whatever it is. The
# expected value of partial perfect information says how much better the best policy would do, on average, if one
# number were known before choosing.

# %%
for each in split.worth("pact_lapses", least=True):
    clear = "more than chance would show" if each.is_clear and each.value > 1e-9 else "nothing beyond chance"
    print(f"{each.name:12} worth {100 * each.value:7.4f} points of lapses avoided: {clear}")

# %%
means = dict(zip(split.measured.policies, split.measured.values[:, :, 0].mean(axis=1), strict=True))
for policy, mean in means.items():
    print(f"{policy:16} the pact lapses in {100 * mean:.1f} % of worlds, over all points")
driver, known = split.drivers("pact_lapses")[0][0], split.worth("pact_lapses", least=True)[0].name
print(f"\nWhat drives the outcome most: {driver}. What is most worth knowing before choosing: {known}.")

# %% [markdown]
# That need not be the same number. The first says where the outcome comes from, the second where the *choice* between
# these policies turns. A worth of nothing means that one policy is best wherever the number lies, not that the number
# is harmless.
#
# ## What this does not say
#
# - All of it is relative to the priors in the file. They are judgement too.
# - A parameter that is in no formula, or a mechanism that nobody wrote, has no bar at all.
#
# ## What you could change
#
# - `parameters=[]` in the first study screens everything that has a prior; take `points=20` and a coffee.
# - Name a group, such as `"notice"`, to screen all its members.
# - Widen a range in the text of the small scenario, and run its cells again: whose share grows?
# - Make the offer weaker (`settled: 0.6`): which number is then worth knowing, if any?
