# `make` lists what can be done. Everything runs in the virtual environment .venv, made on first use. Its programs are
# called as modules of its Python: the first line of a script names its interpreter, which a path with a blank breaks.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
BENCH_VENV := .venv-bench
OLDEST_VENV := .venv-oldest
WHEEL_VENV := .venv-wheel
BENCH_OPTIONS ?=
PIP_OPTIONS ?=
WORKERS ?= 2
# One thread a worker: the workers share the cores among themselves instead of fighting over them.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1
# Tests compile hundreds of tiny networks: compiling without optimising takes a third of the time, and what was compiled
# is kept for the next run, if this one ends well: an interrupted one may leave half a file.
COMPILED := $(VENV)/compiled-by-jax
ON_JAX := KERAS_BACKEND=jax XLA_FLAGS=--xla_backend_optimization_level=0 \
	JAX_COMPILATION_CACHE_DIR="$(CURDIR)/$(COMPILED)" \
	JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0 JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES=-1
# What calls the backend itself, and what computes with a network; the other rooms, the report and the examples do not know
# which backend runs.
BACKEND_ROOMS := networks training
NETWORK_ROOMS := $(BACKEND_ROOMS) estimators inspection
# What computes without one, in which every line and branch is tested.
WHOLE_ROOMS := clinical grades forecasts metrics model_selection imbalance visits
COMMA := ,
BLANK := $(subst ,, )
ON_ANY_BACKEND := -m "not slow and not once"
define on_jax
@rm $(COMPILED)/whole 2>/dev/null || rm -rf $(COMPILED)
$(ON_JAX) $(PYTEST) $(1)
@touch $(COMPILED)/whole
endef
WITH_WORKERS := -m pytest -n $(WORKERS) --dist loadfile
PYTEST = $(ONE_THREAD) $(RUN) $(WITH_WORKERS)
# What reads scikit-learn, imbalanced-learn, Keras and pandas most; what processes and pages do is the same everywhere.
OLDEST_ROOMS := estimators forecasts grades imbalance inspection metrics model_selection networks training visits \
	experiments/file_format

LOCK := $(RUN) -m uv pip compile --universal --python-version 3.11 --fork-strategy fewest \
	--no-header --no-emit-index-url --no-emit-find-links --no-annotate --upgrade --quiet
# The lowest version that pyproject.toml allows of each package that it names, on the oldest Python that it allows.
LOCK_OLDEST := $(RUN) -m uv pip compile --python-version 3.11 --resolution lowest-direct \
	--no-header --no-emit-index-url --no-emit-find-links --no-annotate --upgrade --quiet

.DEFAULT_GOAL := help
.PHONY: help install demo test test-tensorflow test-backend test-jax test-torch test-slow test-oldest test-wheel soak coverage \
	mutants lint format lock docs bench fuzz clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed  ## make .venv with the locked packages and skerosion itself

$(VENV)/.installed: requirements/lock.txt pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.version_info >= (3, 11) or sys.exit("skerosion needs Python 3.11 or newer, this is %s: try make PYTHON=python3.12" % sys.version.split()[0])'
	"$(PYTHON)" -m venv $(VENV)
	$(RUN) -m pip install --disable-pip-version-check -r requirements/lock.txt
	$(RUN) -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: install  ## search the best strategy on synthetic joints: tables, figures, estimators in demo-results/
	$(RUN) -m skerosion.commands demo --out demo-results

test: lint test-tensorflow test-backend  ## check the style, run the tests and the examples in the docstrings; what calls the backend, on JAX too

test-tensorflow: install  ## run the tests on TensorFlow
	$(PYTEST) -m "not slow"

test-slow: install  ## run what `make test` leaves out: whole searches, other processes, the guide, the gallery, the benchmarks
	$(PYTEST) -m slow
	$(call on_jax,-m "slow and not once" $(NETWORK_ROOMS:%=tests/%))

test-backend: install  ## run the fast tests of the rooms that call the backend on JAX
	$(call on_jax,$(ON_ANY_BACKEND) $(BACKEND_ROOMS:%=tests/%))

test-jax: install  ## run the fast tests of all that computes with a network on JAX
	$(call on_jax,$(ON_ANY_BACKEND) $(NETWORK_ROOMS:%=tests/%))

test-torch: install  ## run the same tests on PyTorch (needs torch: .venv/bin/pip install torch)
	@$(RUN) -c 'import torch' 2>/dev/null || { echo "torch is not installed: $(VENV)/bin/pip install torch"; exit 1; }
	KERAS_BACKEND=torch $(PYTEST) $(ON_ANY_BACKEND) $(NETWORK_ROOMS:%=tests/%)

test-oldest: $(OLDEST_VENV)/.installed  ## run the fast tests of most rooms with the oldest versions that are supported
	$(ONE_THREAD) $(OLDEST_VENV)/bin/python $(WITH_WORKERS) -W default -m "not slow" $(OLDEST_ROOMS:%=tests/%)

$(OLDEST_VENV)/.installed: requirements/oldest.txt pyproject.toml
	"$(PYTHON)" -m venv $(OLDEST_VENV)
	$(OLDEST_VENV)/bin/python -m pip install --disable-pip-version-check -r requirements/oldest.txt
	$(OLDEST_VENV)/bin/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# In dist/, where no folder of the clone is found before what was installed. The wheel is built from the sdist.
test-wheel: install  ## build sdist and wheel, install the wheel alone, and there run the demo and a first script
	@$(RUN) -c 'import build' 2>/dev/null || $(RUN) -m pip install --disable-pip-version-check --quiet "build==1.*"
	rm -rf dist $(WHEEL_VENV)
	$(RUN) -m build --outdir dist .
	"$(PYTHON)" -m venv $(WHEEL_VENV)
	$(WHEEL_VENV)/bin/python -m pip install --disable-pip-version-check dist/*.whl
	@$(WHEEL_VENV)/bin/python -m pip check && du -sh $(WHEEL_VENV)
	cd dist && "$(CURDIR)/$(WHEEL_VENV)/bin/python" -m skerosion.commands demo --quick --out demo-results
	test -s dist/demo-results/report.html
	cd dist && "$(CURDIR)/$(WHEEL_VENV)/bin/python" ../.ci/first_script.py

soak: install  ## let every file operation fail, kill at every landing and at any time, run two processes on one folder: about a quarter of an hour
	SKEROSION_SOAK=1 $(ONE_THREAD) $(RUN) -m pytest -n $(WORKERS) --dist load -m slow tests/experiments/test_faults.py

coverage: install  ## ask every branch of the rooms without networks, and 95 % of all others, of the tests on TensorFlow
	$(PYTEST) --cov --cov-report=html:$(VENV)/coverage
	@echo "Line by line: $(VENV)/coverage/index.html"
	@failed=0; for room in $(WHOLE_ROOMS); do echo "== $$room: 100 % of lines and branches"; \
		$(RUN) -m coverage report --include="skerosion/$$room/*" --fail-under=100 || failed=1; done; \
	echo "== all others: 95 %"; \
	$(RUN) -m coverage report --omit="$(subst $(BLANK),$(COMMA),$(WHOLE_ROOMS:%=skerosion/%/*))" --fail-under=95 || failed=1; \
	exit $$failed

# Every mutant reads the tests that reach it anew, and compiles them where nothing compiled was kept.
mutants: install  ## change the code of the rooms without networks and name what no test notices; goes on where it stopped (MUTANTS="skerosion.clinical.*": one room, from its start)
	@$(RUN) -c 'import mutmut' 2>/dev/null || $(RUN) -m pip install --disable-pip-version-check --quiet "mutmut==3.8.*"
	PYTHONDONTWRITEBYTECODE= SKEROSION_SHARED="$${SKEROSION_SHARED:-$(CURDIR)/../shared}" $(ONE_THREAD) \
		$(RUN) -m mutmut run --max-children $(WORKERS) $(if $(MUTANTS),"$(MUTANTS)")
	$(RUN) -m mutmut results

lint: install  ## check the style
	$(RUN) -m ruff format --check --diff .
	$(RUN) -m ruff check .

format: install  ## lay the code out and repair what ruff can repair
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

lock: $(VENV)  ## write requirements/*.txt anew from pyproject.toml
	$(RUN) -m pip install --disable-pip-version-check --quiet uv
	$(LOCK) pyproject.toml --extra dev --extra bench --extra dicom --extra distributed -o requirements/lock.txt
	$(LOCK) pyproject.toml --extra docs -c requirements/lock.txt -o requirements/docs.txt
	$(LOCK_OLDEST) pyproject.toml --extra test -o requirements/oldest.txt

$(VENV):
	"$(PYTHON)" -m venv $(VENV)

docs: $(VENV)/.docs-installed  ## build the documentation into docs/_build/html
	@rm -f docs/generated/*.rst  # pages of names that are gone would stay
	$(RUN) -m sphinx -W --keep-going -b html docs docs/_build/html
	$(RUN) docs/check_links.py docs/_build/html

$(VENV)/.docs-installed: requirements/docs.txt $(VENV)/.installed
	$(RUN) -m pip install --disable-pip-version-check -r requirements/docs.txt
	@touch $@

bench: $(BENCH_VENV)/.installed  ## run every benchmark beside its peers, over an hour, and 20 minutes a round of bench_scale.py, of which there is one (BENCH_OPTIONS=--quick: tiny ones)
	@set -e; for script in benchmarks/bench_*.py benchmarks/first_steps.py benchmarks/gpu.py; do \
		echo "== $$script"; $(BENCH_VENV)/bin/python $$script $(BENCH_OPTIONS); done

# The peers stay out of .venv: torch with CUDA is larger than all of it.
$(BENCH_VENV)/.installed: benchmarks/requirements.txt requirements/lock.txt pyproject.toml
	"$(PYTHON)" -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python -m pip install --disable-pip-version-check $(PIP_OPTIONS) \
		-r requirements/lock.txt -r benchmarks/requirements.txt
	$(BENCH_VENV)/bin/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

MINUTES ?= 1
FUZZ_VENV := .venv-fuzz

fuzz: $(FUZZ_VENV)/.installed  ## let atheris change files of every kind, MINUTES=1 each, and say which are neither read nor told in one line
	$(ONE_THREAD) $(FUZZ_VENV)/bin/python -m tests.malformed.fuzz --minutes $(MINUTES)

$(FUZZ_VENV)/.installed: requirements/lock.txt pyproject.toml
	"$(PYTHON)" -m venv $(FUZZ_VENV)
	$(FUZZ_VENV)/bin/python -m pip install --disable-pip-version-check -r requirements/lock.txt atheris==3.0.0
	$(FUZZ_VENV)/bin/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

clean:  ## remove what was built; the virtual environments stay
	rm -rf $(COMPILED) build dist ./*.egg-info docs/_build docs/auto_examples docs/generated .pytest_cache .ruff_cache .hypothesis mutants
	find . -name __pycache__ -not -path './.venv*/*' -type d -prune -exec rm -rf {} +
