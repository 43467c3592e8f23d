"""A compiled scenario: the model that engines run on, and the words by which people know its parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from simulate.model.layout import Model


@dataclass(frozen=True, slots=True)
class OutcomeLabel:
    """What people read of an outcome: its kind, its text, its window; it is `binary` if 0 or 1 in every world."""

    name: str
    kind: str
    text: str
    about: str
    window: str
    given: str
    binary: bool

    @property
    def is_part(self) -> bool:
        """Whether it is estimated by a probability, or a share of time."""
        return self.binary or self.kind == "share_of_time"

    @property
    def is_timed(self) -> bool:
        """Whether it is a time, with the probability that it is reached."""
        return self.kind in ("first", "recovery")


@dataclass(frozen=True, slots=True)
class Labels:
    """What the indices of a model are called.

    Attributes
    ----------
    owners : tuple of str
        Actors, then mechanisms.
    programs : tuple of (str, str)
        Where each program's expression stands in the scenario, and its text.
    placements : tuple of (str, str)
        Policy and event of everything that policies place.
    rules : tuple of str
        Responses, and the `after` of events, as `owner.rule`, the name under which `without` knows them.
    parameters : dict
        Values of the parameters, times in days.
    """

    title: str
    question: str
    policy: str
    start: datetime
    variables: tuple[str, ...]
    lifecycles: tuple[str, ...]
    stages: tuple[tuple[str, ...], ...]
    mechanisms: tuple[str, ...]
    owners: tuple[str, ...]
    events: tuple[str, ...]
    kinds: tuple[str, ...]
    marks: tuple[tuple[str, ...], ...]
    outcomes: tuple[OutcomeLabel, ...]
    programs: tuple[tuple[str, str], ...]
    placements: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]
    parameters: dict[str, float]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A model with its labels; `hash` is that of the model and its names, whatever its title or policy."""

    model: Model
    labels: Labels
    hash: str
