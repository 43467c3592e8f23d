"""Every claim of the causal map is alive in the shipped scenario."""

import importlib.util
import sys
from pathlib import Path

import pytest

NAME = "claims_of_reset_2022"
SPEC = importlib.util.spec_from_file_location(NAME, Path(__file__).with_name("claims.py"))
claims = importlib.util.module_from_spec(SPEC)
sys.modules[NAME] = claims
SPEC.loader.exec_module(claims)

WORLDS = 200


@pytest.mark.parametrize("lever", claims.LEVERS, ids=lambda lever: lever.claim)
def test_a_claim_has_a_lever_that_changes_events(lever):
    """Nothing in the scenario is dead: pulling a claim's lever changes events in some of the same worlds."""
    changed, _ = claims.pull(lever, WORLDS)
    assert changed > 0


def test_every_claim_has_a_lever():
    """C1 to C15, each once."""
    assert [lever.claim for lever in claims.LEVERS] == [f"C{number}" for number in range(1, 16)]
