# `make run` and `make test` need only Python 3.11 to 3.13 and make (GNU make on Linux or macOS; on Windows
# use WSL): the first call builds .venv from requirements.lock, later calls find it done.
#
# Every path is relative, so that the folder's own name may hold spaces.

SHELL := /bin/bash
.DEFAULT_GOAL := help

BIN := .venv/bin
READY := .venv/.ready
UNFINISHED := .venv/.unfinished

# The Python that builds .venv; empty: the first one found. 3.11 comes first because the published numbers
# were made with it.
PYTHON ?=
CANDIDATES := python3.11 python3.12 python3.13 python3 python
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

# Handed on to the command: make run ARGS="--env consumer_credit".
ARGS ?=
# For publish: OWNER/NAME on the Hugging Face Hub.
REPO ?=

# What tests and notebooks start by name (kedro, mlflow) is found in .venv.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# No usage data is sent. Kedro takes any value, MLflow takes only this one.
export DO_NOT_TRACK := true
# LightGBM and scikit-learn otherwise spin while they wait: on busy cores up to 70 times slower.
export OMP_WAIT_POLICY := PASSIVE

.PHONY: help setup run serve publish test lint format viz mlflow clean

help: ## Show this list
	@echo 'Targets (the first one that needs it sets up .venv):'
	@sed -n 's/^\([a-z]*\):.*## /  \1|/p' Makefile | while IFS='|' read -r name text; do printf '%-9s %s\n' "$$name" "$$text"; done
	@echo 'Options:'
	@echo '  ARGS="..."      handed on, e.g. make run ARGS="--env consumer_credit --pipeline cleaning"'
	@echo '  PYTHON=...      the Python 3.11, 3.12 or 3.13 for a new .venv, e.g. make clean setup PYTHON=python3.12'

setup: $(READY) ## Build .venv: the pinned packages and loan-default itself

run: $(READY) ## Run the project: cleaning, features, ANN, comparison
	@$(BIN)/kedro run $(ARGS)

serve: $(READY) ## Serve the model over HTTP, port 7860; settings: make serve ARGS=--help
	@$(BIN)/python -m loan_default.app $(ARGS)

publish: $(READY) ## Put the bundle and its model card on the Hugging Face Hub: make publish REPO=OWNER/NAME
	@$(BIN)/python deploy/publish.py $(REPO) $(ARGS)

test: $(READY) ## Run the tests
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

lint: $(READY) ## Check style, types and architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## Put the code into the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

viz: $(READY) ## Show the pipelines in the browser (kedro viz)
	@$(BIN)/kedro viz run $(ARGS)

# One worker and no job runner: 0.6 GB instead of 3.5 GB.
mlflow: $(READY) ## Show the tracked runs in the browser (mlflow ui)
	@MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false MLFLOW_DISABLE_TELEMETRY=true $(BIN)/mlflow ui \
		--backend-store-uri "$${MLFLOW_TRACKING_URI:-sqlite:///mlflow.db}" --workers 1 $(ARGS)

clean: ## Remove .venv and caches; data, models and mlflow.db stay
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .grimp_cache .hypothesis build src/*.egg-info

# A set-up that was cut short can leave half a package that pip takes for a whole one, so it starts again;
# what was downloaded is still in pip's cache.
$(READY): pyproject.toml requirements.lock
	@set -euo pipefail; \
	if [ -e $(UNFINISHED) ] || ! $(BIN)/python -c '$(SUPPORTED)' 2>/dev/null \
			|| ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		python=; \
		for candidate in "$(PYTHON)" $(if $(PYTHON),,$(CANDIDATES)); do \
			if [ -n "$$candidate" ] && "$$candidate" -c '$(SUPPORTED)' 2>/dev/null; then python="$$candidate"; break; fi; \
		done; \
		if [ -z "$$python" ]; then \
			found="$$("$(or $(PYTHON),python3)" --version 2>&1 || true)"; \
			echo "loan-default needs Python 3.11, 3.12 or 3.13; $(or $(PYTHON),python3) is: $${found:-not there}." >&2; \
			echo "Install one of them, or name it: make setup PYTHON=/path/to/python3.12" >&2; \
			exit 1; \
		fi; \
		echo "Setting up .venv with $$("$$python" --version): 2 to 3 minutes, 3.5 GB. Later calls skip this."; \
		"$$python" -m venv --clear .venv || { \
			echo "$$python cannot build a virtual environment (on Debian: apt-get install python3-venv)." >&2; exit 1; }; \
	else \
		echo "Bringing .venv up to date with requirements.lock and pyproject.toml."; \
	fi; \
	touch $(UNFINISHED); \
	export PIP_DISABLE_PIP_VERSION_CHECK=1; \
	total=$$(grep -c == requirements.lock); \
	$(BIN)/python -m pip install --progress-bar off -r requirements.lock | awk -v total="$$total" \
		'/^(Collecting|Processing) / { n++; if (n % 25 == 0) { print "  " n " of about " total " packages fetched"; fflush() } } \
		/^Installing collected / { print "  installing them"; fflush() }'; \
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .; \
	mv $(UNFINISHED) $(READY); \
	echo "Ready."
