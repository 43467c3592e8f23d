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
# # 6. Your own scenario
#
# A scenario is text. This notebook writes one step by step: a river, an upper and a lower neighbour, and a commission
# that shares the water. The numbers are invented, and say so. At the end it opens a longer file about another sea.

# %%
# %matplotlib inline
from math import exp
from pathlib import Path

from simulate import compare, load, loads, run, trace
from simulate.errors import ScenarioError

SCENARIOS = next(place / "scenarios" for place in (Path.cwd(), *Path.cwd().parents) if (place / "scenarios").is_dir())

# %% [markdown]
# ## Step 1: something happens
#
# A name, a start, a horizon, one shock and one question are a whole scenario. Rates need a unit.

# %%
STEP_1 = """
scenario: The river
start: 2026-01-01
horizon: 8 yr
shocks:
  drought: {rate: 0.3/yr}
outcomes:
  droughts: {count: drought}
"""
run(loads(STEP_1), worlds=1000)

# %% [markdown]
# ## Faults come all at once
#
# Whatever is wrong is said with its place, and where it can be guessed, with what was meant. Two faults were put in
# here:

# %%
try:
    loads(STEP_1.replace("0.3/yr", "0.3").replace("count: drought", "count: drougth"), name="river.yaml")
except ScenarioError as error:
    print(error)

# %% [markdown]
# ## Step 2: an agreement that can end
#
# A mechanism has stages, and transitions between them. This one ends a year after notice. Numbers that somebody could
# doubt get a name, a range and a source, or the word `judgement`.

# %%
STEP_2 = """
scenario: The river
start: 2026-01-01
horizon: 8 yr
sample_every: 30 d
parameters:
  dry: {value: 0.3/yr, range: [0.15/yr, 0.6/yr], about: droughts a year, source: judgement}
mechanisms:
  commission:
    stages: [at_work, notice_given, dissolved]
    start: at_work
    transitions:
      - {from: at_work, to: notice_given, on: lower.give_notice}
      - {from: notice_given, to: dissolved, after: 1 yr}
actors:
  lower:
    actions: {give_notice: {}, protest: {}}
    responses:
      - on: drought
        delay: {lognormal: {median: 30 d, sigma: 0.5}}
        choose: {give_notice: -2, protest: 0, nothing: 0}
shocks:
  drought: {rate: dry}
outcomes:
  dissolved: {ever: commission == dissolved, about: the commission is dissolved}
  protests: {count: lower.protest}
"""
loads(STEP_2)

# %% [markdown]
# `choose` weighs options by their utilities, in log-odds: for every time that an option is taken, one that is two
# points better is taken exp(2) times. After one drought, notice is given this often; over eight years it adds up:

# %%
notice = exp(-2) / (exp(-2) + exp(0) + exp(0))
print(f"notice after one drought: {100 * notice:.1f} %")
result = run(loads(STEP_2), worlds=2000)
dissolved = result.outcomes["dissolved"]
between = f"between {100 * dissolved.low:.1f} and {100 * dissolved.high:.1f} %"
print(f"dissolved in {100 * dissolved.mean:.1f} % of worlds, {between}")
result

# %% [markdown]
# ## Step 3: state that fades, a season, and luck that comes in bunches
#
# Trust is earned slowly and lost at once; between events it drifts back to where it rests. Dry summers are likelier to
# be droughts. And one spill at a dam makes the next likelier for a while.

# %%
STEP_3 = """
scenario: The river
question: Would early data keep the commission alive through droughts?
start: 2026-01-01
horizon: 8 yr
sample_every: 30 d
parameters:
  dry: {value: 0.2/yr, range: [0.1/yr, 0.4/yr], about: "droughts a year, outside the summer", source: judgement}
  resolve: {value: 3, range: [1, 5], about: how strongly lost trust pushes towards notice, source: judgement}
  openness: {value: 0, about: how much of the upper neighbour's data is shared at once, source: judgement}
  wait: {value: 0 d, about: how long the policy is put off, source: judgement}
state:
  strain: {start: 0, half_life: 20 d, about: dams under strain after a spill}
calendar:
  summer: {first: 2025-06-01, every: 1 yr, lasts: 100 d}
mechanisms:
  commission:
    parties: [upper, lower]
    stages: [at_work, notice_given, dissolved]
    start: at_work
    state: {sharing: {start: openness, bounds: [0, 1], about: data shared at once}}
    actions: {open_the_books: {effects: {commission.sharing: =1}}}
    transitions:
      - {from: at_work, to: notice_given, on: lower.give_notice}
      - {from: notice_given, to: at_work, on: lower.take_back}
      - {from: notice_given, to: dissolved, after: 1 yr}
actors:
  upper: {}
  lower:
    state:
      trust: {start: 0.5, rest: 0.7 if commission == at_work else 0.3, half_life: 400 d, bounds: [0, 1], about: trust}
    actions: {give_notice: {when: commission == at_work}, take_back: {when: commission == notice_given}}
    responses:
      - on: [drought, spill]
        name: after_harm
        delay: {lognormal: {median: 30 d, sigma: 0.5}}
        choose: {give_notice: -3 + resolve*(0.6 - lower.trust), nothing: 0}
      - {on: commission.notice_given, name: second_thoughts, delay: 200 d,
         choose: {take_back: 2*commission.sharing - 0.5, nothing: 0}}
shocks:
  drought: {rate: dry*(4 if summer else 1), effects: {lower.trust: -0.2*(1 - 0.7*commission.sharing)}}
  spill: {rate: 0.25/yr + 0.012/d*strain, effects: {strain: 1, lower.trust: -0.1*(1 - 0.7*commission.sharing)}}
outcomes:
  dissolved: {ever: commission == dissolved, about: the commission is dissolved}
  notices: {count: lower.give_notice}
  trust: {trajectory: lower.trust, about: trust of the lower neighbour}
policies:
  open_early:
    about: the upper neighbour shares its data
    at: [{event: commission.open_the_books, on: 2026-06-01 + wait}]
"""
river = loads(STEP_3, name="river.yaml")
print([str(each) for each in river.warnings] or "no warnings")
run(river, worlds=1500, workers=2).plot()

# %%
run(river, worlds=1500, workers=2).plot("stages")

# %% [markdown]
# ## Read worlds before you believe shares
#
# The table would look just as tidy if the story were absurd. Read a few worlds; what nobody would believe is a fault
# of the file.

# %%
ended = run(river, worlds=200).worlds.query("dissolved == 1").index
trace(river, world=int(ended[0]))

# %% [markdown]
# ## Step 4: ask it something

# %%
compare(river, ["open_early"], worlds=2000, workers=2)

# %%
for wait in ("0 d", "3 yr"):
    found = compare(river.with_parameters(wait=wait), ["open_early"], worlds=2000, workers=2)
    change = found.differences["open_early"]["dissolved"]
    print(
        f"opened after {wait}: dissolved {100 * change.difference:+.1f} points "
        f"({100 * change.low:+.1f} to {100 * change.high:+.1f})"
    )

# %% [markdown]
# The difference is a consequence of what was written: sharing was *said* to soften blows and to bring second thoughts.
# The run tells how much of it is left after luck, seasons and waiting. It is no evidence that sharing works.
#
# ## A longer file, about another sea
#
# `cod-and-keflavik.yaml` was written the same way: two agreements, three actors, a season, incidents that excite each
# other, a notice with its clock. Nothing in it, and nothing in the engine, knows of Seoul or Tokyo.

# %%
cod = load(SCENARIOS / "cod-and-keflavik.yaml")
print(cod.model.question)
print("actors:", ", ".join(cod.model.actors), "| agreements:", ", ".join(cod.model.mechanisms))
compare(cod, worlds=1000, workers=2)

# %%
run(cod, worlds=1000, workers=2).plot("stages")

# %% [markdown]
# ## What you could change
#
# - Put `STEP_3` into a file, `simulate check` it, and change one rule at a time.
# - Give the upper neighbour a reason not to share, and a response that closes the books again after a quarrel.
# - Let the notice run to an anniversary: `at: {anniversary: 12-31, notice: 6 mo}` in place of `after: 1 yr`.
# - `simulate check --unsourced` on your file: which of its numbers have no name yet?
