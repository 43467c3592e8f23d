"""The result hash: the same whoever ran the worlds, and in whatever chunks they are kept."""

import shutil

from simulate import load

from .kept import hashes, keep

HOW = [{"workers": 2}, {"engine": "reference"}, {"chunk": 1}, {"chunk": 7}, {"chunk": 50}, {"chunk": 1000}, {}]


def test_the_hash_is_the_same_whoever_ran_the_worlds(place):
    """Threads, engines and sizes of chunks."""
    keep(place / "one", 60, policies=["visit"], chunk=20, events=False)
    expected = hashes(place / "one")
    assert len(set(expected.values())) == 2
    for how in HOW:
        keep(place / "other", 60, policies=["visit"], **{"chunk": None, "events": False} | how)
        assert hashes(place / "other") == expected, how
        shutil.rmtree(place / "other")


def test_the_hash_is_the_same_with_every_event_kept(place):
    for chunk in (1, 20):
        keep(place / f"{chunk}", 20, chunk=chunk, events=True)
    keep(place / "none", 20, events=False)
    assert hashes(place / "1") == hashes(place / "20") == hashes(place / "none")


def test_the_hash_of_capped_worlds_is_the_same(place):
    """Whoever ran them, and whether they are run or read again."""
    for name, how in (("batch", {}), ("reference", {"engine": "reference", "chunk": 7})):
        keep(place / name, 20, max_events=4, allow_capped=True, **how)
    expected = hashes(place / "batch")
    assert hashes(place / "reference") == expected
    keep(place / "batch", 20, max_events=4, allow_capped=True)
    assert hashes(place / "batch") == expected


def test_the_hash_of_a_shipped_scenario_is_the_same(place, pytestconfig):
    scenario = load(pytestconfig.rootpath / "scenarios" / "notice-and-recovery.yaml")
    for name, how in (("batch", {}), ("reference", {"engine": "reference", "chunk": 3})):
        keep(place / name, 8, scenario=scenario, events=False, **how)
    assert hashes(place / "batch") == hashes(place / "reference")
