"""What commands print of draws of the parameters: the two shares of variance, and how policies hold up."""

from __future__ import annotations

from simulate.cli.tables import print_table
from simulate.studies.design import Measured
from simulate.studies.nested import Drawn
from simulate.studies.robust import Robustness
from simulate.studies.wording import number, percent, title
from simulate.studies.worth import Worth

WORTH_TELLING = 3
SHARES = ("ever", "never", "at_end", "share_of_time")


def print_shares(result: Drawn) -> None:
    """How much of each outcome's variance is doubt about the parameters, and how much is chance."""
    print(f"\n{len(result.draws):,} draws of {len(result.priors)} parameters; intervals are about both")
    rows = []
    for label in result.compiled.labels.outcomes:
        if label.kind == "trajectory":
            continue
        found = result.shares(label.name)
        if found.parameters is not None:
            interval = f"{percent(found.low)} to {percent(found.high)}"
            rows.append((title(label), percent(found.parameters), interval, percent(found.chance)))
    print_table(("of the variance over worlds", "parameters", "95 % interval", "chance"), rows)


def print_robustness(found: Robustness) -> None:
    """How each policy does over the draws, and what it would be worth to know first."""
    told = found.measured
    (label,) = told.labels
    form = percent if label.kind in SHARES else number
    draws = f"{found.values.shape[1]:,} draws of {len(told.priors)} parameters, {told.worlds:,} worlds each"
    print(f"{told.scenario}; {draws}, the same under every policy; seed {told.seed}")
    print(f'\nthe {"less" if found.least else "more"} of "{title(label)}" the better')
    rows = [
        (each.policy, form(each.expected), form(each.worst_tenth), form(each.most_regret), percent(each.best_in))
        for each in found.standings
    ]
    print_table(("policy", "expected", "worst tenth", "most regret", "none better in"), rows)
    print(f"\n{worth_sentence(found.worth(), told, found.outcome)}")


def worth_sentence(worth: list[Worth], measured: Measured, goal: str) -> str:
    """Which judgements it would be worth most to resolve before a policy is chosen by an outcome, in a sentence."""
    clear = [each for each in worth if measured.priors[each.name].is_judgement and each.is_clear][:WORTH_TELLING]
    if not clear:
        return "No judgement is worth resolving before choosing among these policies, as far as this tells."
    named = ", ".join(f"{each.name} ({number(each.value)})" for each in clear)
    outcome = title(next(label for label in measured.labels if label.name == goal))
    return f'Worth most to resolve before choosing, of what is judgement, in units of "{outcome}": {named}.'
