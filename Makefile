# Two commands: `make demo` and `make test`. Everything they need, they install into this folder.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
UV := .tools/bin/uv
DEMO := .venv-demo
TEST := .venv
export UV_SYSTEM_CERTS := 1
export UV_PYTHON_DOWNLOADS := never
export UV_CACHE_DIR := $(CURDIR)/.cache/uv
export UV_LINK_MODE := hardlink
SYNC = $(UV) pip sync --quiet --require-hashes --python

.PHONY: help demo test lint types contracts migrations docs messages bench locks wheel clean

help:  ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

.tools/ready: requirements/tools.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Polyphonie needs Python 3.11 or later; set PYTHON=python3.11")'
	@$(PYTHON) -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.lock
	@touch $@

$(DEMO)/ready: requirements/demo.lock pyproject.toml ilsa/pyproject.toml | .tools/ready
	@echo "Installing what the demonstration needs …"
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) $(DEMO)
	@$(SYNC) $(DEMO)/bin/python requirements/demo.lock
	@$(UV) pip install --quiet --python $(DEMO)/bin/python --no-build-isolation --no-deps -e . -e ilsa
	@touch $@

$(TEST)/ready: requirements/test.lock pyproject.toml ilsa/pyproject.toml | .tools/ready
	@echo "Installing what the tests need …"
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) $(TEST)
	@$(SYNC) $(TEST)/bin/python requirements/test.lock
	@$(UV) pip install --quiet --python $(TEST)/bin/python --no-build-isolation --no-deps -e . -e ilsa
	@touch $@

.venv-docs/ready: requirements/docs.lock pyproject.toml | .tools/ready
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv-docs
	@$(SYNC) .venv-docs/bin/python requirements/docs.lock
	@$(UV) pip install --quiet --python .venv-docs/bin/python --no-build-isolation --no-deps -e . -e ilsa
	@touch $@

demo: $(DEMO)/ready  ## run the main job here; CHECK=1 walks it, says what it saw and stops
	@$(DEMO)/bin/polyphonie demo $(if $(CHECK),--check) $(ARGS)

test: $(TEST)/ready  ## all tests; ARGS="…" goes to pytest
	@$(TEST)/bin/python tools/run_tests.py $(ARGS)

lint: $(TEST)/ready  ## style of the code and of the templates
	@$(TEST)/bin/ruff check .
	@$(TEST)/bin/ruff format --check .

types: $(TEST)/ready  ## types: strict on ilsa, kernel and every domain
	@$(TEST)/bin/python tools/check_types.py

contracts: $(TEST)/ready  ## the floors of the house
	@$(TEST)/bin/lint-imports

migrations: $(TEST)/ready  ## models and migrations say the same, and a fresh database migrates
	@$(TEST)/bin/python tools/check_migrations.py

docs: .venv-docs/ready  ## the documentation, without a warning
	@.venv-docs/bin/sphinx-build --fail-on-warning --keep-going -q -b html docs docs/_build/html

messages: $(TEST)/ready  ## compile the translations and say what is missing
	@$(TEST)/bin/python tools/messages.py

bench: $(TEST)/ready  ## measure side by side; ONLY=part,part
	@$(TEST)/bin/python -m bench $(if $(ONLY),--only $(ONLY))

wheel: $(TEST)/ready  ## both distributions, and a proof that the wheel serves the demonstration alone
	@$(TEST)/bin/python tools/check_wheel.py

locks: | .tools/ready  ## resolve the pinned versions anew
	@for part in demo:build test:test,build,postgres docs:docs,build tools:tools; do \
	  sh tools/lock.sh $$part || exit 1; done

clean:  ## remove what was installed and built here; your data stays
	@rm -rf .venv .venv-demo .venv-docs .tools .cache docs/_build dist build
