"""What commands print of draws of the parameters: the two shares of variance, and how policies hold up."""

from __future__ import annotations

import textwrap

from simulate.cli.tables import console_width, print_shown
from simulate.studies.design import Measured
from simulate.studies.nested import Drawn
from simulate.studies.robust import Robustness
from simulate.studies.shown import draws_notes, noise_sentence, shares_table, standings_table
from simulate.studies.wording import how_many, number, title
from simulate.studies.worth import Worth

WORTH_TELLING = 3


def print_shares(result: Drawn) -> None:
    """How much of each outcome's variance is doubt about the parameters, and how much is chance."""
    print(f"\n{len(result.draws):,} draws of {how_many(len(result.priors), 'parameter')}; intervals are about both")
    print_shown(shares_table(result))


def print_robustness(found: Robustness) -> None:
    """How each policy does over the draws, and what it would be worth to know first."""
    told = found.measured
    (label,) = told.labels
    draws = f"{found.values.shape[1]:,} draws of {how_many(len(told.priors), 'parameter')}, {told.worlds:,} worlds each"
    print(f"{told.scenario}; {draws}, the same under every policy; seed {told.seed}")
    print(f'\nthe {"less" if found.least else "more"} of "{title(label)}" the better')
    print_shown(standings_table(found))
    for note in draws_notes(found):
        print(note)
    print("\n".join(("", *textwrap.wrap(noise_sentence(found), console_width()))))
    print(f"\n{worth_sentence(found.worth(), told, found.outcome)}")


def worth_sentence(worth: list[Worth], measured: Measured, goal: str) -> str:
    """Which judgements it would be worth most to resolve before a policy is chosen by an outcome, in a sentence."""
    clear = [each for each in worth if measured.priors[each.name].is_judgement and each.is_clear][:WORTH_TELLING]
    if not clear:
        return "No judgement is worth resolving before choosing among these policies, as far as this tells."
    named = ", ".join(f"{each.name} ({number(each.value)})" for each in clear)
    outcome = title(next(label for label in measured.labels if label.name == goal))
    return f'Worth most to resolve before choosing, of what is judgement, in units of "{outcome}": {named}.'
