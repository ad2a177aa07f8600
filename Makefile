# One line of help after each target's `##`; `make` alone prints them.

PACKAGES := cati instrument skips store
CHECKED  := $(wildcard $(PACKAGES) tests benchmarks)
WORKERS  ?= 4
SIZE     ?= 1000
JOBS     ?= 1
PACKAGE  ?= skips

# The first of these that runs and is new enough; override with `make PYTHON=/path/to/python`.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

BIN     := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup run test coverage check soak mutants bench screens lock clean

help: ## print this help
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | \
		awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

setup: .venv/.run-stamp ## make the environment and nothing else
	@echo "The command is $(BIN)/cati."

run: .venv/.run-stamp ## open the practice study, ready for a first mock interview
	$(BIN)/python -m cati demo

test: .venv/.dev-stamp ## run all tests (WORKERS=4)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

coverage: .venv/.dev-stamp ## run all tests, half as slowly again, and print the coverage of each package
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(addprefix --cov=,$(PACKAGES)) --cov-report=
	@echo "Coverage, lines and branches:"
	@for package in $(PACKAGES); do \
		printf '  %-12s %s %%\n' $$package \
			"$$($(BIN)/python -m coverage report --include="$$package/*" --format=total)"; \
	done

check: .venv/.dev-stamp ## lint, formatting, types and layers
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy $(CHECKED)
	$(BIN)/lint-imports

soak: .venv/.dev-stamp ## long campaigns: kills, fuzzing, engine against oracle (SIZE=1000 ONLY=store JOBS=2)
	$(BIN)/python -m tests.soak --size $(SIZE) $(if $(ONLY),--only $(ONLY)) --jobs $(JOBS)

mutants: .venv/.mutation-stamp ## plant faults and count those that the tests find (SIZE=1000 PACKAGE=skips)
	$(BIN)/python -m tests.campaigns.mutants --package $(PACKAGE) --size $(SIZE)

bench: .venv/.dev-stamp ## measure the budgets; each program prints its own figures
	@set -e; for program in $(wildcard benchmarks/[a-z]*.py benchmarks/*/__main__.py); do \
		echo "== $$program"; \
		$(BIN)/python -m $$(echo $${program%.py} | tr / .); \
	done

screens: .venv/.dev-stamp ## draw the screenshots in docs/screens/ anew
	$(BIN)/python -m tests.screens.make

lock: .venv/.lock-stamp ## choose versions anew and write requirements/*.txt (UPGRADE=1 for the newest)
	sh requirements/lock.sh .venv/lock/bin/uv $(if $(UPGRADE),--upgrade)

clean: ## remove the environment and everything that was generated
	rm -rf .venv .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache \
		.ruff_cache build dist cati.egg-info mutants snapshot_report.html
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment -------------------------------------------------------------------------------

.venv/bin/python:
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo \
		"cati needs Python 3.11 or newer, and found none. Install it, or name it: make PYTHON=/path/to/python3.11" \
		>&2; exit 1; }
	$(PYTHON) -m venv .venv

# Installed again only when a lock file or pyproject.toml changed. cati itself is installed from this
# checkout with the locked setuptools, so no build environment is fetched.
.venv/.run-stamp: requirements/run.txt pyproject.toml | .venv/bin/python
	$(INSTALL) --require-hashes -r requirements/run.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev-stamp: requirements/dev.txt pyproject.toml | .venv/bin/python
	$(INSTALL) --require-hashes -r requirements/dev.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@ .venv/.run-stamp

# Not locked: a run over mutants takes long and is started by hand.
.venv/.mutation-stamp: .venv/.dev-stamp
	$(INSTALL) --no-build-isolation -e '.[mutation]'
	@touch $@

.venv/.lock-stamp: requirements/lock.txt | .venv/bin/python
	.venv/bin/python -m venv .venv/lock
	.venv/lock/bin/python -m pip install --quiet --require-hashes -r requirements/lock.txt
	@touch $@
