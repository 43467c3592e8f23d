"""Every block of docs/language.md loads: whole files as they stand, parts above the page's own base file."""

import re
from pathlib import Path

import pytest

from simulate import load, loads, run

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
PART = "# part of a file\n"
BASE = next(block for block in BLOCKS if "mechanisms:\n  pact:" in block and not block.startswith(PART))


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_a_block_loads_and_runs(number, tmp_path):
    block = BLOCKS[number]
    if block.startswith(PART):
        tmp_path.joinpath("pact.yaml").write_text(BASE, encoding="utf-8")
        tmp_path.joinpath("part.yaml").write_text("extends: pact.yaml\n" + block, encoding="utf-8")
        scenario = load(tmp_path / "part.yaml")
    else:
        scenario = loads(block)
    for policy in ("baseline", *scenario.model.policies):
        assert run(scenario.with_policy(policy), 5).counted == 5


def test_the_page_has_every_kind_of_block():
    assert len(BLOCKS) > 10 and sum(not block.startswith(PART) for block in BLOCKS) >= 2
