# `make convert` and `make test` need only git, make and a Python 3.11 or newer with venv; everything else they install into .venv.
.DEFAULT_GOAL := help
SHELL := /bin/sh

BIN := .venv/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: help convert test lint docs peers bench proof format clean

help:
	@echo 'make convert   convert legacy_examples/ into modern_examples/'
	@echo 'make test      run the tests, equivalence tests included'
	@echo 'make lint      ruff, black, mypy and the layer contract'
	@echo 'make docs      write the rules'"'"' reference and the catalogue of changes, docs/'
	@echo 'make peers     write docs/2to3.md, porter against 2to3'"'"'s own tests'
	@echo 'make bench     porter beside 2to3, fissix, futurize and modernize; how its time and memory grow'
	@echo 'make proof     count what porter claims, and write docs/proof.md'
	@echo 'make format    let black and ruff mend what they can'

.venv/.installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo 'porter needs Python 3.11 or newer (set PYTHON=/path/to/python3)' >&2; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

.venv/.bench: .venv/.installed
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	@touch $@

convert: .venv/.installed
	$(BIN)/porter convert legacy_examples

test: .venv/.installed
	$(BIN)/python -m pytest

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/black --quiet --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

docs: .venv/.installed
	$(BIN)/python -m porter.reporting.reference docs

peers: .venv/.installed
	$(BIN)/python -m tests.peers.two_to_three_page docs/2to3.md

bench: .venv/.bench
	$(BIN)/python -m benchmarks

proof: .venv/.bench
	$(BIN)/python -m benchmarks proof

format: .venv/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/black --quiet .

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
