# OHSC's commands. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

# The first Python that is new enough and can make environments; `make demo PYTHON=…` picks another.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3 /usr/bin/python3; do \
	"$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
# For the sentence that says what is missing when there is none.
ANY_PYTHON = $(or $(PYTHON),python3)
VENV := .venv/bin
LOCAL = $(VENV)/python -m deploy.local
APPS := audit agencies notifications cases referrals exchange
CODE := manage.py ohsc $(APPS) deploy tests bench
TYPED := $(wildcard $(foreach app,$(APPS),$(app)/access.py $(app)/transitions.py $(app)/actions.py $(app)/actions)) deploy/local
# Settings that only let Django start: `make check` reaches no server.
SETTINGS = env DATABASE_URL=postgresql://ohsc_app:x@127.0.0.1:1/ohsc DATABASE_OWNER_URL=postgresql://ohsc_owner:x@127.0.0.1:1/ohsc \
	REDIS_URL=redis://127.0.0.1:1/0 OHSC_BASE_URL=https://ohsc.example OHSC_ALLOWED_HOSTS=ohsc.example OHSC_DEMO=0 \
	OHSC_SECRET_KEY=make-check-signs-nothing-and-keeps-nothing-0123456789

.PHONY: help demo demo-reset test check audit-dependencies format partner-check bench decisions lock env env-dev

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-19s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env:
	@command -v $(ANY_PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed; $(ANY_PYTHON) is not here."; exit 1; }
	@$(ANY_PYTHON) deploy/environment.py base local

env-dev: env
	@$(ANY_PYTHON) deploy/environment.py dev

# Single commands, with no shell between make and the launcher: a signal to make must reach it.
demo: env ## start everything with invented data on this machine; Ctrl-C stops it
	@$(LOCAL) demo

demo-reset: env ## clear the demonstration's data
	@$(LOCAL) reset

test: env-dev ## every test, the browser's too; ARGS="tests/x -k y" chooses
	@$(LOCAL) test $(ARGS)

check: env-dev ## lint, types, imports, migrations, templates, diagrams
	$(VENV)/ruff check $(wildcard $(CODE))
	$(VENV)/ruff format --check $(wildcard $(CODE))
	$(SETTINGS) $(VENV)/mypy $(TYPED)
	$(VENV)/lint-imports
	$(VENV)/djlint templates --lint --quiet
	$(SETTINGS) $(VENV)/python manage.py makemigrations --check --dry-run
	$(SETTINGS) $(VENV)/python manage.py migration_rules
	$(SETTINGS) $(VENV)/python manage.py check --deploy --fail-level WARNING
	$(VENV)/python -m deploy.compose_environment web $(VENV)/python manage.py check --deploy --fail-level WARNING
	$(SETTINGS) $(VENV)/python manage.py docs_diagrams --check

audit-dependencies: env-dev ## known faults of the packages we run; says so where nobody can be asked
	@$(VENV)/python -m deploy.dependency_audit

format: env-dev ## put the code in its usual form
	$(VENV)/ruff check --fix-only $(wildcard $(CODE))
	$(VENV)/ruff format $(wildcard $(CODE))

partner-check: export OHSC_CLIENT := $(or $(CLIENT),$(OHSC_CLIENT))
partner-check: ## play a partner's part against a deployment: URL=https://… CLIENT=id:secret
	@$(ANY_PYTHON) -m deploy.partner_check "$(URL)" $(ARGS)

bench: env-dev ## measure; figures, not tests; SIZES=10000,100000 and ONLY=queue,seals choose, KEEP=1 keeps the data
	@$(VENV)/python -m bench $(if $(SIZES),--sizes $(SIZES)) $(if $(ONLY),--only $(ONLY)) $(if $(KEEP),--keep)

decisions: env-dev ## a simulated year of decisions beside what hindsight could do; ARGS="--weeks 8 --scenario surge" chooses
	@$(VENV)/python -m bench.decisions $(ARGS)

# --no-header and the rest: a lock names no registry and no path of the machine it was made on.
LOCK := uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
	--no-header --no-emit-index-url --no-emit-find-links
lock: ## lock the Python packages anew (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv (https://docs.astral.sh/uv/)"; exit 1; }
	$(LOCK) requirements/base.in -o requirements/base.txt
	$(LOCK) requirements/local.in -o requirements/local.txt
	$(LOCK) requirements/dev.in -o requirements/dev.txt
	$(LOCK) requirements/node.in -o requirements/node.txt
