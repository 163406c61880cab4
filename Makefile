# Every target does its own set-up. `make help` lists them.
SHELL := /bin/sh
VENV := .venv
# Compiled code without columns: 2 MB less in memory. Tracebacks keep their lines.
export PYTHONNODEBUGRANGES := 1
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --custom-compile-command 'make lock'

.PHONY: help run test test-snippets test-packages check bench package screenshots icons notices lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

run: $(VENV)/run.ready ## start the program; make run ARGS="--data-dir DIR"
	@$(BIN)/python -m compileall -q desktop
	@$(BIN)/python -m desktop $(ARGS)

test: $(VENV)/test.ready check ## all checks and all tests
	@$(BIN)/python -m pytest $(ARGS)

test-snippets: $(VENV)/snippets.ready ## runs what "Copy as" gives, in all languages whose tools can be had here
	@ALL_SNIPPETS=1 $(BIN)/python -m pytest tests/snippets $(ARGS)

test-packages: $(VENV)/test.ready package ## tests of the frozen program and of what can be installed
	@sh scripts/system_packages.sh test-packages
	@$(BIN)/python -m pytest tests/packages $(ARGS)

check: $(VENV)/test.ready ## style, types, layers and workflows
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@MYPYPATH=packaging/linux:packaging $(BIN)/mypy packaging/linux
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/zizmor --quiet --no-progress --offline --persona=regular .github

bench: $(VENV)/test.ready ## speed and size, as TSV: figure, value, unit, limit, ok
	@$(BIN)/python -m compileall -q desktop tests
	@$(BIN)/python -m tests.benchmarks $(ARGS)

package: $(VENV)/run.ready ## what can be installed, into dist/: packages of the frozen program and their checksums
	@sh scripts/system_packages.sh package
	@rm -rf dist
	@$(BIN)/python packaging/freeze.py
	@$(BIN)/python packaging/linux/deb.py
	@$(BIN)/python packaging/linux/rpm_and_arch.py
	@$(BIN)/python packaging/linux/portable.py
	@$(BIN)/python packaging/sbom.py
	@$(BIN)/python packaging/checksums.py

screenshots: $(VENV)/test.ready ## the README's pictures, from the running program
	@$(BIN)/python scripts/screenshots.py

icons: $(VENV)/test.ready ## copy the icons in use out of their package
	@$(BIN)/python scripts/update_icons.py

notices: $(VENV)/test.ready ## what is said of others' work and licences, from the locked packages
	@$(BIN)/python -m scripts.update_notices

lock: $(VENV)/test.ready ## lock the newest versions that fit requirements/*.in
	@$(LOCK) --upgrade requirements/runtime.in -o requirements/runtime.txt
	@$(LOCK) --upgrade --no-deps requirements/local-model.in -o requirements/local-model.txt
	@$(LOCK) --upgrade requirements/dev.in -o requirements/dev.txt
	@$(LOCK) --upgrade requirements/packaging.in -o requirements/packaging.txt
	@$(LOCK) --upgrade requirements/snippets.in -o requirements/snippets.txt

clean: ## remove the environment and all caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

$(VENV)/run.ready: requirements/runtime.txt requirements/local-model.txt scripts/setup.sh scripts/system_packages.sh
	@sh scripts/setup.sh run

$(VENV)/test.ready: requirements/runtime.txt requirements/local-model.txt requirements/dev.txt scripts/setup.sh \
		scripts/system_packages.sh
	@sh scripts/setup.sh test

$(VENV)/snippets.ready: $(VENV)/test.ready requirements/snippets.txt scripts/system_packages.sh
	@sh scripts/system_packages.sh snippets
	@$(BIN)/python -m venv $(VENV)/snippets
	@$(VENV)/snippets/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r requirements/snippets.txt
	@touch $@
