# Each target sets up all that it needs.
# the first Python that is new enough
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo $$p && break; done)
VENV   := .venv
BIN    := $(VENV)/bin
SOURCE := kubectl_imagepull tests tools bundle
# what packages are built with: other versions, and less, than what the program is developed with
PACKER := build/venv
# three for two processors: some tests wait for servers and clocks, and each worker collects all tests
WORKERS ?= $(shell echo $$(( (3 * $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1) / 2 )))
# the browser that `make browser` takes
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.DEFAULT_GOAL := help
.PHONY: help demo test fuzz mutants audit e2e browser lint format package image dist krew-check krew-index bench bench-cluster bench-network bench-recordings bench-watch bench-package docs clean

help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  \1\t\2/' | expand -t 16

$(BIN)/python $(PACKER)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.10 or newer is needed; name it with: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(patsubst %/bin/python,%,$@)

# compiled here: where Python may write no bytecode (PYTHONDONTWRITEBYTECODE) each start would do it again
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "Installing what the program needs into $(VENV): half a minute, once ..." >&2
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@$(BIN)/python -m compileall -q kubectl_imagepull
	@touch $@

$(VENV)/.developed: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@$(BIN)/python -m compileall -q kubectl_imagepull
	@touch $@ $(VENV)/.installed

$(PACKER)/.installed: pyproject.toml bundle/constraints.txt | $(PACKER)/bin/python
	$(PACKER)/bin/python -m pip install --quiet --disable-pip-version-check --constraint bundle/constraints.txt --editable '.[package]'
	@touch $@

demo: $(VENV)/.installed ## Diagnose the recorded cluster that ships with the program
	@$(BIN)/kubectl-imagepull demo

test: $(VENV)/.developed ## Run the tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --ignore=tests/e2e --ignore=tests/browser --ignore=tests/package

fuzz: $(VENV)/.developed ## Try changed recordings, messages and files for FUZZ_SECONDS (60) against what is promised
	$(BIN)/python tools/fuzz.py --seconds $(or $(FUZZ_SECONDS),60) $(if $(FUZZ_SEED),--seed $(FUZZ_SEED))

mutants: $(VENV)/.developed ## Change the code in MUTANTS (20) places of each room and see whether a test fails
	$(BIN)/python tools/mutants.py --sample $(or $(MUTANTS),20)

audit: $(BIN)/python ## Ask whether a vulnerability is known of what the program needs to run
	@rm -rf build/runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint bundle/constraints.txt --target build/runtime .
	@rm -r build/runtime/kubectl_imagepull-*.dist-info
	@test -x build/audit/bin/pip-audit || { $(PYTHON) -m venv build/audit && build/audit/bin/pip install --quiet --disable-pip-version-check 'pip-audit>=2.9'; }
	build/audit/bin/pip-audit --strict --path build/runtime --progress-spinner off

e2e: $(VENV)/.developed ## Test against a real control plane; builds it where it is missing (E2E_KUBECONFIG: another cluster)
	@$(BIN)/python tests/e2e/build.py
	$(BIN)/python -m pytest $(if $(E2E_KUBECONFIG),,-n 2 --dist loadfile) tests/e2e

browser: $(VENV)/.developed tests/browser/node_modules/.installed ## Look at the HTML report in Chromium; pictures in build/browser
	@test -n "$(CHROMIUM)" || { echo "Chromium is needed: apt-get install chromium, or name it with: make browser CHROMIUM=/path/to/it" >&2; exit 1; }
	@rm -rf build/browser
	PYTHONPATH=tests $(BIN)/python tests/browser/pages.py build/browser/pages
	CHROMIUM="$(CHROMIUM)" PAGES="$(CURDIR)/build/browser/pages" PICTURES="$(CURDIR)/build/browser" node --test tests/browser/

tests/browser/node_modules/.installed: tests/browser/package.json tests/browser/package-lock.json
	@command -v npm >/dev/null || { echo "Node.js 20 or newer with npm is needed: apt-get install nodejs npm" >&2; exit 1; }
	npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund
	@touch $@

lint: $(VENV)/.developed ## Check style, types and who imports whom
	$(BIN)/ruff format --check $(SOURCE)
	$(BIN)/ruff check $(SOURCE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --cache-dir build/import-linter

format: $(VENV)/.developed ## Format the code
	$(BIN)/ruff format $(SOURCE)
	$(BIN)/ruff check --fix $(SOURCE)

docs: $(VENV)/.developed ## Write the generated parts of README and docs anew
	$(BIN)/python tools/generate_docs.py
	$(BIN)/python tools/krew_manifest.py

package: $(PACKER)/.installed ## Build the package for krew and its SBOM, for this machine's platform, into dist
	$(PACKER)/bin/python tools/build_package.py

image: package ## Build a container image of the package (an OCI layout in a tar) into dist; no daemon is needed
	$(PACKER)/bin/python tools/build_image.py

dist: $(PACKER)/.installed ## Build wheel and sdist into dist
	PIP_CONSTRAINT=bundle/constraints.txt $(PACKER)/bin/python -m build --outdir dist .

krew-check: image dist $(VENV)/.developed ## Install what package and dist built, by real krew, pipx and uv, and run it
	@$(BIN)/python tests/package/build.py
	$(BIN)/python -m pytest -n 2 tests/package

krew-index: package ## Write an index for krew with this machine's archive, to be had at URL, into dist/krew-index
	@test -n "$(URL)" || { echo "say where people will download the archive: make krew-index URL=https://..." >&2; exit 1; }
	$(PACKER)/bin/python tools/krew_manifest.py --archives dist --home $(URL) --url $(URL) --output dist/krew-index/plugins/imagepull.yaml

bench: $(VENV)/.developed ## Measure speed, start-up and memory, and all of bench-network, bench-watch, bench-recordings and bench-cluster
	$(BIN)/python tools/bench.py
	@$(MAKE) --no-print-directory bench-network
	@$(MAKE) --no-print-directory bench-watch
	-@$(MAKE) --no-print-directory bench-recordings
	@$(MAKE) --no-print-directory bench-cluster

bench-cluster: $(VENV)/.developed ## Measure a scan of 50,000 pods against kubectl: some 5 minutes and 18 GB of memory
	@$(BIN)/python tests/e2e/build.py
	PYTHONPATH=tests $(BIN)/python tools/bench_cluster.py

bench-network: package $(VENV)/.developed ## Measure scans of clusters that are far away, against kubectl
	@$(BIN)/python tests/e2e/build.py
	PYTHONPATH=tests $(BIN)/python tools/bench_network.py

bench-watch: $(VENV)/.developed ## Measure a watch of a cluster that changes 50 times a second, for two minutes
	@$(BIN)/python tests/e2e/build.py
	PYTHONPATH=tests $(BIN)/python tools/bench_watch.py

bench-recordings: $(VENV)/.developed ## Measure how large recordings are read, against jq and Python's json
	$(BIN)/python tools/bench_recordings.py

bench-package: package $(VENV)/.developed ## Measure how the package starts, against kubectl
	@$(BIN)/python tests/e2e/build.py
	PYTHONPATH=tests $(BIN)/python tools/bench_package.py

clean: ## Remove what the other targets made
	rm -rf $(VENV) tests/browser/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist *.egg-info
