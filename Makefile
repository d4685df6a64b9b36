# Each target sets up all it needs: the virtual environment is (re)built only when the requirement files changed.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
READY  := $(VENV)/.ready
CHECKED := plumbline services migrations tools

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench bench-warning soak chaos tools lock clean

help:
	@echo "make run      start PostgreSQL, the three services and the demo feed (ARGS='--no-demo' and others; see plumbline up --help)"
	@echo "make test     every test, on a real PostgreSQL of its own"
	@echo "make check    lint, format, types, import borders, house rules; changes nothing"
	@echo "make fix      apply lint fixes and formatting"
	@echo "make bench    ratios measured side by side; JSON under build/bench/"
	@echo "make bench-warning  the early warning on 42 simulated scenarios (ARGS='--replicates 5' for fewer)"
	@echo "make chaos    kill -9 at named points while events are pushed"
	@echo "make soak     a long run with kills and checks (SOAK_MINUTES, default 30)"
	@echo "make tools    fetch promtool, docker-compose, PostgreSQL 15 and TimescaleDB, used by some tests"
	@echo "make lock     re-lock requirements*.txt"

$(READY): requirements.txt requirements-dev.txt tools/environment.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "plumbline needs Python 3.11 or later, not " \
	    + sys.version.split()[0] + "; name another: make PYTHON=python3.12 $@")'
	@$(PYTHON) tools/environment.py $(VENV)

run: $(READY)
	@$(PY) -m services.command up $(ARGS)

test: $(READY)
	@$(PY) -m pytest $(ARGS)

check: $(READY)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy $(CHECKED)
	$(VENV)/bin/lint-imports
	$(PY) -m pytest -q -n 0 tests/house

fix: $(READY)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: $(READY)
	@$(PY) -m services.command bench $(ARGS)

bench-warning: $(READY)
	@$(PY) -m services.bench.warning $(ARGS)

chaos: $(READY)
	@$(PY) -m pytest -q -n 0 -m chaos --override-ini "addopts=--import-mode=importlib --strict-markers" tests $(ARGS)

soak: $(READY)
	@$(PY) -m pytest -q -n 0 -m soak --override-ini "addopts=--import-mode=importlib --strict-markers" tests $(ARGS)

tools:
	@tools/debian.sh
	@tools/engines.sh

lock:
	@tools/lock.sh $(ARGS)

clean:
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
