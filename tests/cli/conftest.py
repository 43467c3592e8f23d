"""What tests of commands share."""

import pytest

from simulate.cli.main import main


@pytest.fixture
def command(request, tmp_path, monkeypatch, capsys):
    """Runs a command in a folder with the scenario of the test file; gives its status, stdout and stderr."""
    (tmp_path / "pact.yaml").write_text(request.module.PACT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        status = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = end.code
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run
