# Two commands do everything: `make demo` and `make test`. Both set up what they need, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SWEDISH := activation/translations/sv/LC_MESSAGES/messages.po

.PHONY: help setup setup-dev demo test lint check unit browser examples bench texts lock clean

help:
	@echo "make demo       set up, then run a demonstration municipality on this machine"
	@echo "make test       set up, then pass every test"
	@echo "make bench      print the performance figures (tests/benchmarks)"
	@echo "make lock       renew the lock files after a change of dependencies"

setup: $(VENV)/.ready
setup-dev: $(VENV)/.ready-dev

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(VENV)/bin/python requirements.lock pyproject.toml $(wildcard activation/translations/*/LC_MESSAGES/*.po)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/pybabel --quiet compile -d activation/translations
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: setup
	$(BIN)/activation demo

test: setup-dev
	$(BIN)/python -m tests

bench: setup-dev
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks followups

# Texts: collect what the code says, then translate what is new in activation/translations/sv.
# The header is put back, small and without dates: without one pybabel takes a catalogue for unfinished and skips it.
texts: setup-dev
	$(BIN)/pybabel --quiet extract -F babel.cfg -k N_ -k lazy_gettext -k _l --no-location --sort-output --omit-header -o activation/translations/messages.pot .
	$(BIN)/pybabel --quiet update -i activation/translations/messages.pot -d activation/translations -l sv --no-fuzzy-matching --ignore-obsolete --omit-header
	printf '%s\n' 'msgid ""' 'msgstr ""' '"Language: sv\n"' '"MIME-Version: 1.0\n"' '"Content-Type: text/plain; charset=utf-8\n"' '"Content-Transfer-Encoding: 8bit\n"' '"Plural-Forms: nplurals=2; plural=(n != 1);\n"' '' | cat - $(SWEDISH) | sed '$${/^$$/d}' > $(SWEDISH).new && mv $(SWEDISH).new $(SWEDISH)
	$(BIN)/pybabel compile -d activation/translations

lock:
	$(PYTHON) -m venv .lockenv && .lockenv/bin/pip install --quiet uv
	.lockenv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-find-links --no-emit-index-url --no-header --extra build pyproject.toml -o requirements.lock
	.lockenv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-find-links --no-emit-index-url --no-header --extra build --extra dev pyproject.toml -o requirements-dev.lock
	rm -rf .lockenv

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
