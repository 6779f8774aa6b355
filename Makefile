# Every task of developers and CI. `make help` lists them; CONTRIBUTING.md has the details.
PYTHON ?= python3.11
SHELL := bash
BIN := .venv/bin
LAB := $(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root)
# The last file that the bundler writes.
BUNDLE := src/mediarecorder/static/THIRD-PARTY.txt
# Older versions of ipykernel, which differ in how a waiting cell receives messages.
KERNELS := 6 7.1 7.3
# Other recorders, which `make bench` measures on the same tasks.
PEERS := browseraudio ipyaudio ipyaudioworklet ipywebrtc

comma := ,

.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help pictures demo dev test lint types unit oldest js e2e wheel soak hosts bench docs lock \
        format venv bundle kernels peers solara browsers clean

help: ## list the targets
	@sed -nE 's/^([a-z0-9]+):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

# --- demo and development ---------------------------------------------------------------------

demo: venv bundle ## open the quickstart in JupyterLab; HEADLESS=1: run it in headless Chromium
ifdef HEADLESS
	@$(MAKE) --no-print-directory browsers
	$(BIN)/python tests/e2e/demo.py notebooks/quickstart.ipynb
else
	$(LAB) notebooks/quickstart.ipynb
endif

dev: venv bundle ## run JupyterLab and the bundler with hot reload; Ctrl-C ends both
	@trap 'kill $$(jobs -p) 2>/dev/null; wait' EXIT; \
	node build.mjs --watch & \
	ANYWIDGET_HMR=1 $(LAB) notebooks & \
	wait -n

# --- tests and benchmarks ---------------------------------------------------------------------

test: lint types unit oldest js e2e wheel ## run every check and test, the quick ones first

lint: venv node_modules/.ready ## run ruff, prettier, eslint and the checks of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo
	npm run --silent format:check
	npm run --silent lint

types: venv node_modules/.ready ## run mypy --strict and tsc
	$(BIN)/mypy
	npm run --silent typecheck

unit: venv bundle ## run the Python tests, without a browser
	$(BIN)/pytest tests/unit -n 2 --dist loadfile

oldest: .venv-oldest/.ready bundle ## run the Python tests with the oldest supported versions
	.venv-oldest/bin/pytest tests/unit --ignore tests/unit/test_fuzz.py

js: browsers node_modules/.ready bundle ## run the TypeScript tests, in Node and in real browsers
	npm test

e2e: browsers venv bundle kernels solara ## run the notebooks and the tests with a real JupyterLab
	$(BIN)/pytest tests/e2e -n 2

wheel: venv bundle ## build sdist and wheel, check their contents, install without Node
	$(BIN)/pytest tests/package

soak: browsers venv bundle kernels solara ## run the e2e, fuzz, journal and store tests five times, with slow ones
	for round in 1 2 3 4 5; do $(BIN)/pytest tests/e2e tests/unit/test_fuzz.py tests/unit/journal/test_journal.py \
	  tests/unit/labeling/test_store_processes.py -m "" || exit; done

hosts: browsers venv bundle solara ## test every host, and update the table in the README
	$(BIN)/pytest tests/e2e/hosts
	$(BIN)/python -m tests.e2e.hosts.table

bench: browsers venv bundle peers ## run the benchmarks, and update their table in the README; ONLY=wire,live: only these
	$(BIN)/python -m tests.benchmarks $(subst $(comma), ,$(ONLY))

# --- maintenance ------------------------------------------------------------------------------

docs: venv ## build the API reference in build/docs
	$(BIN)/pdoc --docformat numpy --output-directory build/docs mediarecorder mediarecorder.labeling mediarecorder.testing

format: venv node_modules/.ready ## format the sources with ruff and prettier
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	npm run --silent format

PIP_COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes \
  --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
  --no-emit-options $(if $(UPGRADE),--upgrade)

lock: venv ## update the lock files; UPGRADE=1: to the newest versions
	$(PIP_COMPILE) --extra av,dataset,lab,soxr -o requirements/dev.txt pyproject.toml requirements/dev.in
	$(PIP_COMPILE) -o requirements/oldest.txt requirements/oldest.in
	for lock in $(KERNELS:%=requirements/kernels/%.txt); do \
	  version=$$(basename $$lock .txt); \
	  echo "ipykernel==$$version.*" | $(PIP_COMPILE) -o $$lock - && \
	  sed -i -n '/^ipykernel==/,/# via/{/# via/!p}' $$lock || exit; \
	done
	for peer in $(PEERS:%=requirements/peers/%); do \
	  $(PIP_COMPILE) -o $$peer.txt $$peer.in || exit; \
	done
	npm install --package-lock-only
	npm install --package-lock-only --omit-lockfile-registry-resolved --prefix requirements/solara

pictures: venv bundle browsers ## update the pictures in the README
	$(BIN)/python docs/pictures/notebook.py
	npx vitest run tests/js/view/states.test.ts
	cp build/screenshots/view/{at-rest,recording,done}-{light,dark}.png docs/pictures

clean: ## delete everything that make has built
	rm -rf .venv .venv-oldest node_modules src/mediarecorder/static build dist

# --- prerequisites ----------------------------------------------------------------------------

venv: .venv/.ready
.venv/.ready: requirements/dev.txt
.venv-oldest/.ready: requirements/oldest.txt
.venv/.ready .venv-oldest/.ready: pyproject.toml hatch_build.py
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/pip install --quiet --require-hashes --requirement $(filter requirements/%,$^)
	MEDIARECORDER_SKIP_BUNDLE=1 $(@D)/bin/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# Only ipykernel itself: its dependencies come from .venv.
kernels: $(KERNELS:%=build/kernels/%/.ready)
build/kernels/%/.ready: requirements/kernels/%.txt .venv/.ready
	rm -rf $(@D)
	$(BIN)/pip install --quiet --no-deps --require-hashes --target $(@D) --requirement $<
	touch $@

# Each peer has its own environment and JupyterLab.
peers: $(PEERS:%=build/peers/%/.ready)
build/peers/%/.ready: requirements/peers/%.txt
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/pip install --quiet --require-hashes --requirement $<
	touch $@

# The packages that Solara's pages load from a CDN.
solara: build/solara/.ready
build/solara/.ready: requirements/solara/package.json requirements/solara/package-lock.json .npmrc
	mkdir -p $(@D)
	cp $^ $(@D)
	npm ci --prefix $(@D)
	touch $@

bundle: $(BUNDLE)
$(BUNDLE): node_modules/.ready build.mjs $(shell find js -mindepth 1)
	npm run --silent build

node_modules/.ready: package.json package-lock.json .npmrc
	npm ci
	touch $@

browsers:
	@if command -v chromium >/dev/null && command -v firefox-esr >/dev/null; then exit; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	then apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install --yes chromium firefox-esr; \
	else echo 'The tests drive `chromium` and `firefox-esr`. Install both: on Debian by' \
	  '`sudo apt-get install chromium firefox-esr`; elsewhere put programs of these names on the' \
	  'PATH.' >&2; exit 1; fi
