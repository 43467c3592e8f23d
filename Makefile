.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

help:            ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:[^#]*## /\t/'

.venv/ready: pyproject.toml
	@command -v uv >/dev/null && uv venv --quiet --allow-existing .venv || $(PYTHON) -m venv .venv
	@if command -v uv >/dev/null; then uv pip install --quiet --compile-bytecode --python $(BIN)/python -e '.[dev]'; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'; fi
	@touch $@

setup: .venv/ready  ## the environment in .venv

lint: .venv/ready   ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint          ## lint and tests
	$(BIN)/pytest -q

.PHONY: help setup lint test
