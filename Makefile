.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

help:            ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:[^#]*## /\t/'

.venv/ready: pyproject.toml
	@command -v uv >/dev/null && uv venv --quiet --allow-existing --python $(PYTHON) .venv || $(PYTHON) -m venv .venv
	@if command -v uv >/dev/null; then uv pip install --quiet --compile-bytecode --python $(BIN)/python -e '.[dev]'; \
	else env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pip install --quiet --disable-pip-version-check --compile -e '.[dev]'; fi
	@touch $@

setup: .venv/ready  ## the environment in .venv

demo: .venv/ready   ## the shipped scenario, an answer and pictures in demo/ (about two minutes)
	$(BIN)/simulate run scenarios/reset-2022.yaml -n 4000 -o demo --force

lint: .venv/ready   ## format, lint, types, and which way imports run
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: lint          ## lint and all tests (about twelve minutes)
	$(BIN)/pytest -q -n auto

identity: .venv/ready  ## both engines over 10,000 worlds of the shipped scenarios (about half an hour on two cores)
	$(BIN)/python -m tests.identity.engines -n 10000

bench: .venv/ready  ## speed against the reference, SimPy by hand and others, side by side (about fifteen minutes)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check libroadrunner gillespy2 || true
	$(BIN)/python -m tests.bench.bench

expressions: .venv/ready ## events a world, worlds a second and the slowest expressions of reset-2022 (some seconds)
	$(BIN)/python -m tests.bench.expressions

messages: .venv/ready  ## write tests/cases/messages.txt anew; read the difference before you commit it
	$(BIN)/python tests/language/cases.py

schema: .venv/ready ## write scenarios/schema.json anew
	$(BIN)/simulate schema > scenarios/schema.json

claims: .venv/ready ## what each claim of the causal map changes in reset-2022, in 4,000 worlds (about three minutes)
	$(BIN)/python tests/claims/claims.py

stylised: .venv/ready ## the stylised facts, measured in 2,000 worlds (about three minutes)
	$(BIN)/python -m tests.stylised.facts

gallery: .venv/ready ## draw every kind of picture into docs/gallery (about five minutes)
	$(BIN)/python tests/house/gallery.py

readme: .venv/ready ## run every command in README.md and write down what it prints (about two minutes)
	$(BIN)/python tests/house/readme.py

.PHONY: help setup demo lint test identity bench messages schema expressions gallery readme claims stylised
