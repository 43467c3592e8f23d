"""A folder of which something is gone is mended by the command that filled it, and never passes for whole before."""

import pytest

from simulate import open_result, verify
from simulate.errors import DamageError, UsageError

from .kept import chunk_paths, copied, final, hashes, is_same, keep, readable, stamps

MEND = "; delete that file, and the same command as before runs its worlds again"
KINDS = ("worlds", "days", "trajectories", "events")


def test_resuming_leaves_no_damaged_scenario_behind(sound):
    """What resuming calls finished can be opened."""
    for harm in (lambda path: path.unlink(), lambda path: path.write_bytes(b"scenario: other")):
        copy = copied(sound)
        harm(copy / "scenario.yaml")
        try:
            keep(copy, 20)
        except UsageError:
            continue
        assert is_same(readable(copy), readable(sound))


@pytest.mark.parametrize("kind", KINDS)
def test_a_chunk_that_is_gone_is_run_again(sound, kind):
    """Reading and `verify` name it; the same command runs it, and nothing else."""
    copy = copied(sound)
    path = copy / "baseline" / kind / "0000000010-0000000015.parquet"
    path.unlink()
    expected = f"{path} (worlds 10 to 14) is damaged: it is missing{MEND}"
    with pytest.raises(DamageError) as error:
        open_result(copy).result()
    assert str(error.value) == expected
    assert verify(copy, 0).faults == (expected,)
    others = {path: stamp for path, stamp in stamps(copy).items() if "0000000010-" not in path.name}
    said = []
    keep(copy, 20, said=said)
    assert said == [f"worlds 10 to 14 of baseline are gone from {copy}",
                    f"{copy} holds 15 of 20 worlds; going on from there"]  # fmt: skip
    assert others.items() <= stamps(copy).items()
    assert hashes(copy) == hashes(sound) and final(copy) == final(sound)


def test_deleting_a_damaged_file_mends_it(sound):
    """As the message says."""
    copy = copied(sound)
    for path in chunk_paths(copy)[::3]:
        path.write_bytes(path.read_bytes()[:-3])
        path.unlink()
    keep(copy, 20)
    assert hashes(copy) == hashes(sound) and final(copy) == final(sound)


def test_a_mend_that_was_stopped_leaves_no_finished_result_with_holes(sound):
    """Two chunks are gone and one is run again: until the other one is, too, nobody is given fewer worlds unasked."""
    copy = copied(sound)
    for path in chunk_paths(copy):
        if path.name.startswith(("0000000005", "0000000015")):
            path.unlink()

    def stop(done, total):
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep(copy, 20, progress=stop)
    with pytest.raises(UsageError):
        open_result(copy).worlds()
    with pytest.raises(UsageError):
        open_result(copy).result()
    keep(copy, 20)
    assert is_same(readable(copy), readable(sound))


def test_a_chunk_across_the_end_of_what_was_finished_hides_no_worlds(sound):
    """A chunk is gone, and the run that adds more worlds in larger chunks is stopped behind the gap."""
    copy = copied(sound)
    for path in chunk_paths(copy):
        if path.name.startswith("0000000015"):
            path.unlink()

    def stop(done, total):
        if done > 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep(copy, 40, chunk=9, progress=stop)
    try:
        worlds = open_result(copy).worlds()
    except UsageError:
        return
    assert len(worlds) == 20
