# `make` lists what can be done. Everything runs in the virtual environment .venv, made on first use.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
# One thread a worker: the workers share the cores among themselves instead of fighting over them.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --fork-strategy fewest \
	--no-header --no-emit-index-url --no-emit-find-links --no-annotate --upgrade --quiet

.DEFAULT_GOAL := help
.PHONY: help install demo test test-jax lint format lock docs bench clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed  ## make .venv with the locked packages and skerosion itself

$(VENV)/.installed: requirements/lock.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("skerosion needs Python 3.11 or newer, this is %s: try make PYTHON=python3.12" % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements/lock.txt
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: install  ## search the best strategy on synthetic joints: tables, figures, estimators in demo-results/
	$(BIN)/skerosion demo --out demo-results

test: lint  ## check the style, run all tests and the examples in the docstrings
	$(ONE_THREAD) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

test-jax: install  ## run the fast tests on the JAX backend (needs jax: .venv/bin/pip install jax)
	@$(BIN)/python -c 'import jax' 2>/dev/null || { echo "jax is not installed: $(BIN)/pip install jax"; exit 1; }
	KERAS_BACKEND=jax $(ONE_THREAD) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not slow"

lint: install  ## check the style
	$(BIN)/ruff check .

format: install  ## lay the code out and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)  ## write requirements/*.txt anew from pyproject.toml
	$(BIN)/python -m pip install --disable-pip-version-check --quiet uv
	$(LOCK) pyproject.toml --extra dev --extra bench --extra distributed -o requirements/lock.txt
	$(LOCK) pyproject.toml --extra docs -c requirements/lock.txt -o requirements/docs.txt

$(VENV):
	$(PYTHON) -m venv $(VENV)

docs: $(VENV)/.docs-installed  ## build the documentation into docs/_build/html
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

$(VENV)/.docs-installed: requirements/docs.txt $(VENV)/.installed
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements/docs.txt
	@touch $@

bench: install  ## run every benchmark in benchmarks/
	@set -e; for script in benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script; done

clean:  ## remove what was built; .venv stays
	rm -rf build dist ./*.egg-info docs/_build docs/auto_examples docs/generated .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -type d -prune -exec rm -rf {} +
