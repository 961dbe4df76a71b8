# `make demo` and `make test` need Python 3.11 or newer, make and a package registry; the rest
# is installed into .venv from the hashes in requirements/, and again only when those change.

PYTHON ?= python3
JOBS   ?= 2
SEEDS  ?= 200
STORY_SEEDS ?= 3
HOURS  ?= 6
LAB_PORT ?= 8888
DIST   ?= dist
UV_VERSION  := 0.13.9

VENV     := .venv
BIN      := $(VENV)/bin
PACKAGES := $(VENV)/packages.stamp
PROJECT  := $(VENV)/project.stamp
LINTERS  := build/lint-k8s/packages.stamp
PYODIDE  := build/pyodide
JUPYTER  := $(VENV)/jupyterlab.stamp
QUIET    := --quiet --disable-pip-version-check --no-input
LOCKED   := --no-deps --require-hashes --only-binary :all:
OFFLINE  := --no-deps --no-build-isolation --no-index
PIP      := $(BIN)/python -m pip $(QUIET)
CODE     := services sim/boxoffice scenarios

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help install demo lab play notebooks example test test-real test-night test-apiserver test-cluster lint format tests manifests performance seeds night lock wheels sbom clean

help: ## What there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(PROJECT) ## The headline stories, with each defence in place and removed
	@$(BIN)/boxoffice demo

lab: $(JUPYTER) ## The notebooks, in JupyterLab: make lab LAB_PORT=8889
	@$(BIN)/boxoffice lab --port $(LAB_PORT)

# Its Python is compiled for in Node, by itself; nothing of it is in a wheel or in git.
play: $(PROJECT) $(PYODIDE)/packages.stamp ## The shop in a browser's tab, which `boxoffice play` serves (needs Node)
	@$(BIN)/python -m scenarios.play.packing $(PYODIDE)/node_modules/pyodide build/play
	@echo "$(BIN)/boxoffice play serves it"

notebooks: $(PROJECT) ## Run the notebooks, and write them back as they are committed
	@$(BIN)/python -m scenarios.lab.notebooks

# Types and manifests keep one core busy each, so they go side by side; the tests have both.
test: $(PROJECT) $(LINTERS) ## Everything that must be green: style, types, import rules, tests, doc examples
	@$(MAKE) --jobs 2 lint manifests
	@$(MAKE) tests

lint: $(PROJECT) ## Style, types and import rules
	@echo "== format"
	@$(BIN)/ruff format --check --quiet . || { echo "run: make format"; exit 1; }
	@echo "== ruff"
	@$(BIN)/ruff check --quiet .
	@echo "== mypy"
	@$(BIN)/mypy --no-error-summary
	@echo "== import rules"
	@$(BIN)/lint-imports --no-logo

format: $(PROJECT) ## Lay the code out and repair what ruff can repair
	@$(BIN)/ruff check --quiet --fix --exit-zero .
	@$(BIN)/ruff format .

tests: $(PROJECT) ## Tests, doc examples, and every story under a few seeds
	@echo "== pytest"
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --doctest-modules tests $(CODE) --seeds $(STORY_SEEDS) \
		-p tests.real.no_hangs --ignore tests/deploy/kubernetes

example: $(PROJECT) ## The example project, played from the engine's wheel; `make tests` has it too
	@echo "== example"
	@$(BIN)/pytest -q tests/examples

# In one process: each combination is built once, and the counts are said at the end.
manifests: $(PROJECT) $(LINTERS) ## Build, validate and lint k8s/, and hold it against the code
	@echo "== kubernetes manifests"
	@$(BIN)/pytest -q tests/deploy/kubernetes

# Half of these wait for servers and the other half compute, so each worker begins with one of the two.
test-real: $(JUPYTER) ## What needs a real NATS, Redis, MongoDB, Stripe or browser: installs, starts and asks them
	@bash tests/real/install.sh
	@echo "== pytest on real servers"
	@REAL_SERVERS=1 $(BIN)/python -m pytest -n $(JOBS) --dist worksteal -p tests.real.no_skips -p tests.real.no_hangs \
		-m real --durations 20 tests

test-night: ## The same with every case: an hour or two, and nothing is left out
	@NIGHT=1 $(MAKE) test-real

test-apiserver: $(PROJECT) ## Build a real Kubernetes API server, and apply every overlay to it (needs Go)
	@bash tests/deploy/apiserver/run.sh $(APPLIED)

# It takes up to half an hour the first time, so .ci/run leaves it out, and says so, where it is not built.
test-cluster: $(PROJECT) ## Build a real Kubernetes node, put the shop on it, and drill it (needs Linux, root, Go)
	@$(BIN)/python -m tests.deploy.cluster $(DRILLS)

performance: $(PROJECT) ## What a world costs, as ratios; it prints, and fails for no figure
	@echo "== performance"
	@$(BIN)/python -m benchmarks.performance --quick

seeds: $(PROJECT) ## Every story under many seeds: make seeds SEEDS=200
	@$(BIN)/pytest -n $(JOBS) scenarios --seeds $(SEEDS)

night: $(PROJECT) ## Storms for hours, one run in 20 played twice; goes on where it stopped: make night HOURS=6
	@mkdir -p reports
	@$(BIN)/boxoffice explore --time $$(($(HOURS) * 3600)) --jobs $(JOBS) --twice 20 --keep-going \
		--campaign reports/night.campaign

install: $(PROJECT) ## Only the set-up

$(PACKAGES): requirements/all.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Boxoffice needs Python 3.11 or newer, and $(PYTHON) is %d.%d; say: make PYTHON=python3.11" % sys.version_info[:2])'
	@echo "== creating $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@echo "== installing $$(grep -c '==' $<) locked packages"
	@$(PIP) install $(LOCKED) -r $<
	@touch $@

# An editable install needs no network here: its build backend is one of the locked packages.
$(PROJECT): $(PACKAGES) pyproject.toml sim/pyproject.toml
	@echo "== installing boxoffice"
	@$(PIP) install $(OFFLINE) -e sim -e .
	@$(PIP) check
	@touch $@

$(JUPYTER): $(PROJECT) requirements/lab.txt
	@echo "== installing JupyterLab, $$(grep -c '==' requirements/lab.txt) locked packages"
	@$(PIP) install $(LOCKED) -r requirements/lab.txt
	@touch $@

$(LINTERS): requirements/lint-k8s.txt
	@echo "== creating build/lint-k8s with $$(grep -c '==' $<) locked packages"
	@$(PYTHON) -m venv --clear build/lint-k8s
	@build/lint-k8s/bin/python -m pip $(QUIET) install $(LOCKED) -r $<
	@touch $@

$(PYODIDE)/packages.stamp: scenarios/play/pyodide/package-lock.json
	@command -v npm >/dev/null || { echo "make play needs npm; install Node, version 20 or newer"; exit 1; }
	@echo "== installing a Python for the tab"
	@mkdir -p $(PYODIDE)
	@cp scenarios/play/pyodide/package.json scenarios/play/pyodide/package-lock.json $(PYODIDE)
	@npm ci --prefix $(PYODIDE) --ignore-scripts --no-audit --no-fund --silent
	@touch $@

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --only-binary :all: \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	--custom-compile-command "make lock"

lock: $(PROJECT) ## Resolve the newest allowed versions into requirements/*.txt
	@$(PIP) install uv==$(UV_VERSION)
	@$(LOCK) --upgrade pyproject.toml sim/pyproject.toml requirements/tools.in \
		--all-extras -o requirements/all.txt
	@$(LOCK) --upgrade requirements/production.in -c requirements/all.txt \
		-o requirements/production.txt
	@$(LOCK) --upgrade requirements/operator.in -c requirements/all.txt -o requirements/operator.txt
	@$(LOCK) --upgrade --no-binary nats-py --resolution lowest-direct sim/pyproject.toml \
		requirements/lowest.in --extra mongo --extra nats --extra redis --extra stripe \
		--extra hypothesis --extra test -o requirements/lowest.txt
	@$(subst 3.11,3.12,$(LOCK)) --upgrade requirements/peers.in -o requirements/peers.txt
	@$(LOCK) --upgrade --no-binary yattag --no-emit-package yattag requirements/mutation.in \
		-o requirements/mutation.txt
	@$(LOCK) --upgrade requirements/sbom.in -o requirements/sbom.txt
	@$(LOCK) --upgrade requirements/lint-k8s.in -o requirements/lint-k8s.txt
	@$(LOCK) --upgrade requirements/lab.in -c requirements/all.txt -o requirements/lab.txt
	@$(LOCK) --upgrade requirements/beside.in -c requirements/all.txt -o requirements/beside.txt
	@echo "locked; the next make installs it"

SBOM := build/sbom

# From the sdists, so that both hold all that is needed; the build backend is a locked package.
wheels: $(PROJECT) ## Build the wheels of the engine and of the shop from their sdists: dist/
	@rm -rf $(DIST)
	@$(BIN)/hatchling build -t sdist -d $(abspath $(DIST))
	@cd sim && $(abspath $(BIN))/hatchling build -t sdist -d $(abspath $(DIST))
	@$(PIP) wheel $(OFFLINE) -w $(DIST) $(DIST)/*.tar.gz
	@ls $(DIST)/*.whl

sbom: ## List the packages of the image as CycloneDX: build/sbom/boxoffice.cdx.json
	@$(PYTHON) -m venv --clear $(SBOM)/tools
	@$(PYTHON) -m venv --clear --without-pip $(SBOM)/image
	@$(SBOM)/tools/bin/pip $(QUIET) install $(LOCKED) -r requirements/sbom.txt
	@$(SBOM)/tools/bin/pip $(QUIET) --python $(SBOM)/image install $(LOCKED) \
		-r requirements/production.txt
	@$(SBOM)/tools/bin/cyclonedx-py environment $(SBOM)/image/bin/python \
		--pyproject pyproject.toml --output-reproducible -o $(SBOM)/boxoffice.cdx.json
	@echo "wrote $(SBOM)/boxoffice.cdx.json"

# What learners have written, in build/lab, is not ours to remove.
clean: ## Remove what was installed, cached and reported; keeps your notebooks in build/lab
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis \
		.real dist examples/*/reports
	[ ! -d build ] || find build -mindepth 1 -maxdepth 1 ! -name lab -exec rm -rf {} +
	find $(CODE) tests examples -type d -name __pycache__ -prune -exec rm -rf {} +
