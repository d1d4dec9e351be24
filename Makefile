# Two commands are enough: `make serve` and `make test`. Each sets up what is missing.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup serve test check audit bench types

FOUND_PYTHON := $(shell for name in python3 python3.12 python3.11 python3.13 python3.14 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PYTHON ?= $(FOUND_PYTHON)
VENV := .venv/bin
SETUP = $(PYTHON) -m tools.setup --torch "$(ATELIER_TORCH)"

define NEED_PYTHON
@test -n "$(PYTHON)" || { echo "Atelier needs Python 3.11 or newer, and none was found; install one and run make again." >&2; exit 1; }
endef

help:
	@echo "make serve   set up what is missing and serve on http://127.0.0.1:8000"
	@echo "make test    set up what is missing and run every test"
	@echo "make check   lint, types, import rules, formatting"
	@echo "make audit   the code for weak places, all packages for known ones (needs the network)"
	@echo "make bench   benchmarks on this machine, one JSON line each"
	@echo "make types   generate the front end's types from the events of the server"
	@echo "make setup   only set up"

setup:
	$(NEED_PYTHON)
	@$(SETUP)

serve: setup
	@exec $(VENV)/python manage.py serve

test:
	$(NEED_PYTHON)
	@$(SETUP) --tests
	@$(VENV)/python -m tools.tasks test

check: setup
	@$(VENV)/python -m tools.tasks check

audit: setup
	@$(VENV)/python -m tools.tasks audit

bench:
	$(NEED_PYTHON)
	@$(SETUP) --tests
	@$(VENV)/python -m tools.tasks bench

types: setup
	@$(VENV)/python -m tools.tasks types
