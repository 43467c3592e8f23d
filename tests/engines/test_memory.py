"""A million worlds fit into bounded memory."""

import resource
import subprocess
import sys

import pytest

SCRIPT = """
import resource
from simulate import loads, run
text = '''
scenario: A million
start: 2022-08-01
horizon: 5 yr
sample_every: 30 d
state: {x: {start: 0.5, rest: 0.2, half_life: 90 d, bounds: [0, 1]}, y: {start: 0, rest: 0, half_life: 30 d}}
shocks: {a: {rate: 0.5/yr, effects: {x: 0.2, y: 1}}}
outcomes: {e: {ever: x > 0.8}, n: {count: a}, tx: {trajectory: x}, ty: {trajectory: y}, both: {trajectory: x + y}}
'''
result = run(loads(text), 1_000_000, workers=2)
assert result.outcomes["tx"].worlds == 1_000_000
result.to_json()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(not hasattr(resource, "RUSAGE_SELF"), reason="needs the system's count of memory")
def test_a_million_worlds_stay_under_two_gibibytes():
    """Outcomes of every world and three trajectories."""
    result = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=900)
    assert int(result.stdout) * 1024 < 2 * 2**30
