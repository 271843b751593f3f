# Serow. `make run` and `make test` do all on a fresh machine with Python 3.11 or later.
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
SAMPLE := src/serow/data/samples/listings.jsonl

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Serow needs Python 3.11 or later; install it (Debian: apt-get install python3 python3-venv) or say make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "python's venv module is missing; install it (Debian: apt-get install python3-venv)"; exit 1; }
	@echo "installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

install: $(VENV)/.installed ## set up .venv with everything

run: install ## screen the shipped sample and show the result
	@$(BIN)/serow screen $(SAMPLE) --format table

serve: ## (the service is not built yet)
	@echo "serow serve is not built yet; screen files with: $(BIN)/serow screen FILE"; exit 1

test: install ## all tests
	$(BIN)/python -m pytest

check: install ## formatting, lint, types and import directions alone
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

eval: install ## quality figures on the development data (SEROW_EVAL_DATA, default ../shared/data)
	$(BIN)/python -m evals.run

bench: install ## rates and latencies of this machine
	$(BIN)/serow bench

fit: install ## fit the shipped weights anew from training/
	$(BIN)/python -m serow.learn training src/serow/data/weights

docs: install ## write the generated pages of docs/
	$(BIN)/python -m docs.generate

.PHONY: help install run serve test check eval bench fit docs
