# lambda-migrate: what a contributor types. Everything lands in .venv; nothing else on the machine changes.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TOOLS := .venv-publish/bin
# what pip says while it works, one short line for each package: nothing looks hung
TELL := awk '/^Collecting|^Installing/ { print "  " $$1 " " $$2; fflush() }'
# More workers than there are cores: tests wait for half of their time, those on the embedded AWS for its process, and the
# longest, two demos, for what they watch. Unit tests wait for little.
CORES := $(shell $(PYTHON) -c 'import os; print(os.cpu_count())')
WORKERS ?= $(shell echo $$(($(CORES) + 3)))
UNIT_WORKERS ?= $(shell echo $$(($(CORES) + 1)))
# Python keeps what it has compiled, also where the environment says that it should not: each of the many processes
# that tests and the demo start would compile the whole program again, for 1.5 s.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo test test-fast browser chaos load coverage check format bench lock docs dist release-notes clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## set up .venv with the pinned packages

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "error: $(PYTHON) is older than Python 3.11"; echo "hint: make install PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "error: $(PYTHON) cannot make a virtual environment"; echo "hint: install its venv package (Debian: apt-get install python3-venv)"; exit 2; }
	@echo "installing the pinned packages into $(VENV), about half a minute:"
	@set -o pipefail; $(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt | $(TELL)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: install ## the whole migration on this machine, no AWS account needed
	$(BIN)/lambda-migrate demo

test: install ## every test
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

test-fast: install ## the unit tests, in less than a minute; says what it leaves out
	$(BIN)/python -m pytest --fast -q -n $(UNIT_WORKERS) --dist worksteal

browser: install ## what the tests in a browser need besides Chromium; without it they are skipped
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-browser.txt

chaos: install ## random kills, faults, damage and histories, many rounds; CHAOS_SEED=n replays one
	CHAOS=full $(BIN)/python -m pytest -m chaos -q -n $(WORKERS) --dist worksteal

load: install ## the service under five minutes of as much load as this machine gives
	LOAD_SECONDS=300 $(BIN)/python -m pytest tests/service_library/test_under_load.py -q -n 0

coverage: install ## the service library's tests; fails where they run less than 95 % of its branches
	$(BIN)/python -m pytest tests/service_library -q -n $(WORKERS) --dist worksteal \
	  --cov=lambda_migrate_service --cov-branch --cov-report=json:.coverage.json
	$(BIN)/python scripts/library_coverage.py .coverage.json

check: install docs ## lint, format, types, and the pages as a site
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: install ## rewrite the sources as `make check` wants them
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install ## benchmarks; ratios taken in one run
	$(BIN)/python -m pytest tests/benchmarks -q -s -m benchmark -p no:xdist

lock: ## compile requirements.txt again (needs uv)
	uv pip compile pyproject.toml --extra development --universal --python-version 3.11 \
	  --no-emit-index-url --no-header --no-annotate --upgrade -o requirements.txt

$(TOOLS)/python: requirements-publish.txt
	@echo "installing the pinned tools for documentation and publishing into .venv-publish:"
	@$(PYTHON) -m venv .venv-publish
	@set -o pipefail; $(TOOLS)/python -m pip install --disable-pip-version-check -r requirements-publish.txt | $(TELL)
	@touch $@

docs: $(TOOLS)/python ## the documentation as a site in build/site; fails where a link leads nowhere
	NO_MKDOCS_2_WARNING=1 $(TOOLS)/mkdocs build --strict --quiet

dist: $(TOOLS)/python ## both packages in dist/, checked: metadata, an empty environment, the demo from the wheel
	rm -rf dist
	$(TOOLS)/python -m build --no-isolation --outdir dist .
	$(TOOLS)/python -m build --no-isolation --outdir dist service_library
	$(TOOLS)/twine check --strict dist/*
	$(PYTHON) scripts/check_wheel.py dist

release-notes: ## what changed since the last release, from CHANGELOG.md
	@$(PYTHON) scripts/release_notes.py CHANGELOG.md

clean: ## remove what `make install` made
	rm -rf $(VENV) .venv-publish build .pytest_cache .mypy_cache .ruff_cache dist
