"""Commands are tested with the batch engine compiled, so that none of them says that it compiles."""

import pytest

from simulate.engines.entry import compiled_entry


@pytest.fixture(scope="session", autouse=True)
def compiled_beforehand():
    """The batch engine's code is in the cache."""
    compiled_entry()
