# Everything a developer or CI runs. `make help` lists it; CONTRIBUTING.md tells the rest.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STATIC := src/mediarecorder/static
SOURCES := $(shell find js -type f 2>/dev/null)

.DELETE_ON_ERROR:
.PHONY: help venv bundle

help: ## this list
	@grep -E '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# --- what the rest stands on --------------------------------------------------------------

venv: $(VENV)/.ready ## the virtual environment, from the lock

$(VENV)/.ready: requirements/dev.txt pyproject.toml hatch_build.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes --requirement requirements/dev.txt
	MEDIARECORDER_SKIP_BUNDLE=1 $(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

bundle: $(STATIC)/widget.js ## the browser's half, into src/mediarecorder/static

node_modules/.ready: package.json package-lock.json .npmrc
	npm ci
	touch $@

$(STATIC)/widget.js: node_modules/.ready build.mjs $(SOURCES)
	npm run --silent build
