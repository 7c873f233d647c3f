# Each target sets up what it needs on a fresh machine: Python >= 3.11, make and a package registry.
PYTHON ?= python3
BIN := .venv/bin
UV ?= uv
.DEFAULT_GOAL := help
.PHONY: help demo setup test test-slow bench bench-scan bench-localize bench-ranking bench-launches bench-launch-drill bench-series lint run lock clean
# One thread per numeric library: two of them on two cores fight each other for minutes.
export OMP_NUM_THREADS ?= 1

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: .venv/run.stamp ## a recommender goes wrong in your browser; no Slack account needed
	@$(BIN)/recsysops demo $(ARGS)

setup: .venv/run.stamp ## only the environment: the command is then .venv/bin/recsysops

# Three at once on two cores: a good part of these tests waits for another process, the bot's own.
# A file is told by one worker, in order: some of its tests go on where one ended.
test: .venv/dev.stamp .venv/tab-err.stamp ## the tests; 25 minutes on two slow cores
	@$(BIN)/python -m pytest -n 3 --dist loadscope -m "not slow" $(ARGS)

test-slow: .venv/dev.stamp .venv/tab-err.stamp ## the tests that take minutes
	@$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder -m slow $(ARGS)

bench: .venv/dev.stamp ## a year of 10,000 slices x 45 checks: how long a check cycle takes (needs 4 GB of disk, some minutes)
	@$(BIN)/python -m benchmarks.scale $(ARGS)

bench-localize: .venv/dev.stamp ## where a change sits: right combinations named (DATA=DIR adds cases of your own)
	@$(BIN)/python -m benchmarks.localise $(if $(DATA),--data $(DATA)) $(ARGS)

bench-ranking: .venv/dev.stamp ## what the metrics of half a million lists cost, against a query by hand
	@$(BIN)/python -m benchmarks.ranking $(ARGS)

bench-launches: .venv/dev.stamp ## how well launches are foretold (DATA=FILE.csv, else made ones)
	@$(BIN)/python -m benchmarks.launches $(if $(DATA),--data $(DATA)) $(ARGS)

bench-launch-drill: .venv/dev.stamp ## how many launches at risk are warned of a week ahead, in the large lab
	@$(BIN)/python -W ignore -m benchmarks.launch_drill $(ARGS)

bench-series: .venv/dev.stamp ## how well fine-grained series are judged: DATA=DIR (the Numenta Anomaly Benchmark), else series made here
	@$(BIN)/python -m benchmarks.series $(DATA) $(ARGS)

bench-scan: .venv/dev.stamp ## a day of 10 million rows scanned by every check, beside one hand-written query (2 GB of disk, a quarter of an hour); PEERS=1: Evidently and whylogs too; FAR=1: instead, up to 50 million rows (11 GB, an hour)
	@$(BIN)/python -m benchmarks.scan $(if $(PEERS),--peers) $(if $(FAR),--far) $(ARGS)

lint: .venv/dev.stamp ## ruff, mypy strict, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

run: .venv/run.stamp ## the bot itself, on your recsysops.toml and your Slack
	@$(BIN)/python -m bot

.venv/run.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "recsysops needs Python 3.11 or newer: try make demo PYTHON=python3.13"; exit 1; }
	@echo "Setting up .venv (once; about half a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	@echo "Adding the test tools ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# A package of damage for tests only: it needs an older pandas than ours, and so an environment of its own.
.venv/tab-err.stamp: .venv/run.stamp requirements-tab-err.lock
	@if $(BIN)/python -c 'import sys; sys.exit(sys.version_info >= (3, 13))'; then \
	  echo "Adding a package of damage, with a pandas of its own ..." && $(BIN)/python -m venv .venv/tab-err && \
	  .venv/tab-err/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tab-err.lock; \
	else echo "tab-err needs Python below 3.13: the tests that damage tables with it will skip."; fi
	@touch $@

lock: ## re-resolve the locked dependencies (needs uv)
	$(UV) pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --group dev pyproject.toml -o requirements-dev.lock
	$(UV) pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --group build -c requirements-dev.lock pyproject.toml -o requirements.lock
	$(UV) pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --group pyproject.toml:tab-err -o requirements-tab-err.lock

clean: ## forget the environment and what the tools cached
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
