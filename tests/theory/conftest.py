"""What the tests against closed forms share: simulated worlds, and samples compared with theory.

Every comparison is two-sided at 4 standard errors: a correct engine fails one with probability 6e-5 (the
normal law beyond 4). Every run has seed 1, chosen before the first run. Beside each comparison stands its
broken twin, the same comparison with a deliberately wrong model, which it must reject; numbers of worlds are
such that a twin lies about 8 standard errors or more away, so that it surely fails (all but 3e-5 at 8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

from simulate import Result, loads, run, trace

STANDARD_ERRORS = 4.0
SEED = 1
HEADING = "scenario: Theory\nstart: 2022-08-01\n"


def agrees(observed: float, expected: float, error: float) -> bool:
    """Whether two numbers differ by at most 4 standard errors."""
    return bool(abs(observed - expected) <= STANDARD_ERRORS * error)


class Sample:
    """Independent draws of one quantity."""

    def __init__(self, values: Any) -> None:
        self.values = np.asarray(values, dtype=float).ravel()
        assert np.isfinite(self.values).all()

    def mean_is(self, expected: float) -> bool:
        """Whether the mean agrees, within the standard error that the sample shows."""
        return agrees(self.values.mean(), expected, self.values.std(ddof=1) / np.sqrt(self.values.size))

    def covariance_is(self, other: Sample, expected: float) -> bool:
        """Whether the covariance with another sample of the same worlds agrees."""
        products = (self.values - self.values.mean()) * (other.values - other.values.mean())
        return Sample(products * self.values.size / (self.values.size - 1)).mean_is(expected)

    def variance_is(self, expected: float) -> bool:
        """Whether the variance agrees, within the standard error that the sample shows."""
        return self.covariance_is(self, expected)

    def variance_is_poisson(self, mean: float) -> bool:
        """Whether the variance is that of a Poisson law, whose fourth central moment is m + 3 m^2."""
        return agrees(self.values.var(ddof=1), mean, np.sqrt((mean + 2.0 * mean * mean) / self.values.size))

    def share_is(self, expected: float) -> bool:
        """Whether the share of ones among zeros and ones agrees, within the expected share's own error."""
        return agrees(self.values.mean(), expected, np.sqrt(expected * (1.0 - expected) / self.values.size))

    def law_is(self, cdf: Callable[[float], float], points: Iterable[float]) -> bool:
        """Whether the share at or below each point is what a distribution function says."""
        return all(Sample(self.values <= point).share_is(float(cdf(point))) for point in points)


class Worlds:
    """Outcomes of simulated worlds, as samples."""

    def __init__(self, result: Result) -> None:
        self.table = result.worlds
        self.trajectories = result.trajectories

    def __getitem__(self, outcome: str) -> Sample:
        return Sample(self.table[outcome])

    def at(self, trajectory: str, day: float) -> Sample:
        """A trajectory's values at one day of the grid."""
        return Sample(self.trajectories[trajectory].sel(day=day))

    def steps(self, trajectory: str) -> Any:
        """What a trajectory adds from each grid point to the next: one row for each world."""
        return np.diff(self.trajectories[trajectory].values, axis=1)


@pytest.fixture(scope="session")
def sample() -> type[Sample]:
    """The class of samples, for quantities that a test derives."""
    return Sample


@pytest.fixture(scope="session")
def simulated() -> Callable[[str, int], Worlds]:
    """Run the worlds of a scenario, written without its heading."""
    return lambda text, worlds: Worlds(run(loads(HEADING + text), worlds=worlds, seed=SEED))


@pytest.fixture(scope="session")
def story() -> Callable[..., list[tuple[float, str]]]:
    """Run one world of a scenario, with or without a policy: the day and name of each event in order."""

    def told(text: str, policy: str | None = None) -> list[tuple[float, str]]:
        scenario = loads(HEADING + text)
        frame = trace(scenario if policy is None else scenario.with_policy(policy), 0, SEED).frame()
        return list(zip(frame["day"], frame["event"], strict=True))

    return told
