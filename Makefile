# Two commands for people: `make demo` and `make test`. The rest serves those who work on Wellput.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.ready-to-run
TEST_READY := $(VENV)/.ready-to-test
DEMO_HOME ?= .demo

.PHONY: demo test check unit benchmark format clean

demo: $(RUN_READY)
	$(BIN)/wellput --home $(DEMO_HOME) demo $(DEMO_OPTIONS)

test: check unit

check: $(TEST_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/pyright
	$(BIN)/vulture

unit: $(TEST_READY)
	tests/browser/install_chromium.sh
	tests/browser/install_pango.sh
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --no-loadscope-reorder

benchmark: $(TEST_READY)
	$(BIN)/python -m tests.benchmark

format: $(TEST_READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) $(DEMO_HOME) build dist *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(RUN_READY): $(VENV)/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(TEST_READY): $(RUN_READY) requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-test.lock
	touch $@
