# make run: set up, build, say what there is.   make test: the tests.   The rest is for those who work on Litmill.
SHELL := /bin/bash
PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3))
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run setup build test frameworks endpoints lint format lock clean

run: setup build

setup: $(VENV)/.ready
	@$(VENV)/bin/litmill --help >/dev/null 2>&1 && test -x $(VENV)/bin/dvc \
		|| { echo "setup: $(VENV) is damaged, or was moved; remove it (rm -r $(VENV)) and run again"; exit 2; }
	@litmill setup

build:
	@dvc repro
	@litmill summary

# The environment: uv is taken from the lock by its hash, and installs the rest of it.
$(VENV)/.ready: requirements.lock pyproject.toml
	@command -v "$(PYTHON)" >/dev/null || { echo "setup: no Python found; install Python 3.11 to 3.13"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "setup: $$($(PYTHON) --version) found, 3.11 to 3.13 wanted; say which by: make run PYTHON=python3.11"; exit 2; }
	@command -v git >/dev/null || { echo "setup: git is not installed"; exit 2; }
	@echo "setup: making $(VENV) with $$($(PYTHON) --version) (about a minute, 7 GB)"
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV) \
		|| { echo "setup: $(PYTHON) cannot make environments; install its venv package (Debian: python3-venv)"; exit 2; }
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.txt
	@test -x $(VENV)/bin/uv || python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt
	@uv pip sync --quiet --python $(VENV)/bin/python --require-hashes requirements.lock
	@uv pip install --quiet --python $(VENV)/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

test: setup
	@python -m pytest

# LangChain, LlamaIndex and Haystack on our index, in an environment of their own.
frameworks: setup
	@uv venv --quiet --allow-existing --python $(VENV)/bin/python $(VENV)-frameworks
	@uv pip sync --quiet --link-mode copy --python $(VENV)-frameworks/bin/python --require-hashes requirements-frameworks.lock
	@PYTHONPATH=$(CURDIR) $(VENV)-frameworks/bin/python -m pytest -n0 tests/frameworks

# Language models behind ollama and vLLM, real servers (6 GB; ollama is built with Go).
endpoints: setup
	@uv venv --quiet --allow-existing --python $(VENV)/bin/python $(VENV)-endpoints
	@uv pip sync --quiet --link-mode copy --python $(VENV)-endpoints/bin/python --require-hashes requirements-endpoints.lock
	@test -x $(VENV)-endpoints/bin/ollama \
		|| GOBIN=$(CURDIR)/$(VENV)-endpoints/bin go install github.com/ollama/ollama@v0.7.1
	@python -m pytest -n0 tests/endpoints

lint: setup
	@ruff check . && ruff format --check . && mypy

format: setup
	@ruff check --fix . && ruff format .

lock: pyproject.toml
	@uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-header \
		--quiet --output-file requirements.lock
	@uv pip compile pyproject.toml --group dev --extra frameworks --constraint requirements.lock --universal \
		--generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements-frameworks.lock
	@uv pip compile tests/endpoints/vllm.in --override tests/endpoints/override.in --python-platform linux \
		--generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements-endpoints.lock

clean:
	rm -rf build
