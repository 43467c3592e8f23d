"""The JSON Schema that editors read agrees with the loader about the form of every case file."""

import math
from pathlib import Path

import jsonschema
import pytest
from cases import CASES, cases

from simulate.errors import ScenarioError
from simulate.scenario.extending import load_family
from simulate.scenario.nodes import Scalar, plain, walk
from simulate.scenario.reading import read_file
from simulate.scenario.schema import json_schema
from simulate.scenario.validation import validate

VALIDATOR = jsonschema.Draft7Validator(json_schema())


def readable():
    """Case files that are YAML of our kind; JSON, and so its schema, has no numbers that are not finite."""
    for kind in ("valid", "warns", "invalid"):
        for case in cases(kind):
            path = CASES / case
            try:
                root, problems = load_family(read_file(Path(path), case), Path(path))
            except ScenarioError:
                continue
            values = [node.value for _, node in walk(root) if isinstance(node, Scalar)]
            finite = all(math.isfinite(value) for value in values if isinstance(value, float))
            if not problems and finite:
                yield pytest.param(root, id=case)


@pytest.mark.parametrize("root", list(readable()))
def test_schema_and_loader_agree_about_form(root):
    accepted = VALIDATOR.is_valid(plain(root))
    assert accepted == (not validate(root).problems)
