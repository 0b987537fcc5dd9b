# The commands people type. Each sets up what it needs; a second run repeats nothing already done.
#
#   make train      two brains train against each other       make check    linters and type checkers
#   make test       the Rust and the Python tests             make matrix   the module on every Python
#   make quick      those of the module alone                 make lock     renew the pinned versions
#   make compare    the article's comparison                  make clean    remove what was built
#   make programs   programs from PyPI with `choose` in them  make build    chooser.so beside ttst.py
#   make study      learning rules, tried by the hundred      make wheels   for Linux, into dist/
#   make elsewhere  the tests on other processors
#
#   make PYTHON=python3.12 ...          with this Python; .venv is rebuilt if it has another one
#   make matrix PYTHONS="3.9 3.14"      on these only; one that is not found is an error; make wheels
#                                       takes them too
#   make elsewhere MACHINES="s390x"     on these only; tests/elsewhere.sh lists them

PYTHON ?= python3

.DEFAULT_GOAL := build
.PHONY: train test quick compare programs study build hooks check matrix wheels elsewhere lock clean
# The targets share .venv and cargo's target folder, and cargo uses all cores itself; in the matrix,
# each Python has its own.
ifeq ($(filter matrix-%,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

# ---- what is needed -----------------------------------------------------------------------------

ifneq ($(MAKECMDGOALS),clean)
answer := $(shell sh .ci/prerequisites '$(PYTHON)')
ifneq ($(words $(answer)),2)
$(error $(or $(answer),no answer from .ci/prerequisites))
endif
version := $(word 1,$(answer))
# With the version in its name, so that another version is another path: cargo rebuilds when the
# path changes, but does not notice a different interpreter at the same path.
python := .venv/bin/python$(version)
venv := .venv/made-for-$(version)-$(word 2,$(answer))
ifeq ($(wildcard .venv/made-for-*),)
ifneq ($(wildcard .venv),)
$(error .venv exists, and make did not create it: move or remove it)
endif
else ifneq ($(shell $(python) -c 'print(1)' 2>/dev/null),1)
$(shell rm -f $(venv)) # its Python is gone
endif
endif

# pip installs uv, which shows progress and takes seconds where pip takes a minute. But it ignores
# pip's settings: if it cannot install, pip does.
pip := PIP_USER=no $(python) -m pip install --quiet --disable-pip-version-check
uv := UV_SYSTEM_CERTS=1 $(python) -m uv pip install --python $(python)
# For this machine, whatever the user's cargo settings, so that the build is always in one place.
host := $(shell cargo -vV 2>/dev/null | sed -n 's/^host: //p')
cargo := CARGO_TARGET_DIR=target CARGO_BUILD_TARGET=$(host) \
    PYTHON_SYS_EXECUTABLE="$$PWD/$(python)" cargo
built := target/$(host)
module := tests/chooser
library := libchooser.$(if $(filter Darwin,$(shell uname)),dylib,so)

# ---- use ----------------------------------------------------------------------------------------

train: .venv/run.installed build
	$(python) ttst.py
	@echo 'To play against them in a browser, type'
	@echo '  $(python) ttst.py --page play.html'

# Tests that measure run alone: allocations in tests/chooser, samples in tests/benchmark. The others
# are distributed by file, because the tests in a file share fixtures.
test: quick
	$(python) -m pytest --quiet -m alone tests/benchmark
	$(python) -m pytest --quiet -m 'not alone' --ignore $(module) \
	    --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

quick: .venv/dev.installed build hooks
	$(cargo) test --locked --no-default-features
	CHOOSER_HOOKS="$$PWD/$(built)/debug/$(library)" $(python) -m pytest --quiet $(module)

compare: .venv/benchmark.installed .venv/peers.installed build
	$(python) benchmark/compare.py

study: .venv/study.installed build
	$(python) benchmark/study.py

# Their libraries take half a gigabyte.
programs: .venv/programs.installed build
	$(python) -m benchmark.programs

oldest := $(shell sed -n 's/^rust-version = "\(.*\)"/\1.0/p' Cargo.toml)
check: .venv/dev.installed build
	cargo fmt --check
	cargo fmt --check --manifest-path examples/urn/Cargo.toml
	! LC_ALL=C.UTF-8 grep -rnE '^.{101}' --include '*.rs' --exclude-dir target chooser examples
	$(cargo) clippy --locked --all-targets --no-default-features -- -D warnings
	$(cargo) clippy --locked --all-targets -- -D warnings
	$(cargo) clippy --locked --all-targets --features test-hooks,bench -- -D warnings
	@if rustup run $(oldest) true 2>/dev/null; then \
	    $(cargo) +$(oldest) check --locked --all-targets --features test-hooks,bench; \
	else echo 'rustup does not have Rust $(oldest), the oldest supported: it is not checked'; fi
	$(python) -m ruff check
	$(python) -m ruff format --check
	$(python) -m mypy
	$(python) -m mypy.stubtest chooser --mypy-config-file pyproject.toml
	$(python) -m check_jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

# Two Pythons at a time, because linking uses one core.
pythons = $(or $(PYTHONS),$(shell sed -n 's/.*Python :: \(3\.[0-9]*\)".*/\1/p' pyproject.toml))
matrix: .venv/dev.installed
	+@$(MAKE) --no-print-directory --keep-going --jobs=2 $(pythons:%=matrix-%) \
	    $(if $(filter output-sync,$(.FEATURES)),--output-sync=line)

matrix-%:
	@echo '$@: output follows when it is done, in a minute or two'
	@$(python) -m nox --session $@ --$(if $(PYTHONS),error,no-error)-on-missing-interpreters

wheels: .venv/dev.installed
	$(python) -m nox --session $(pythons:%=wheels-%) \
	    --$(if $(PYTHONS),error,no-error)-on-missing-interpreters

elsewhere:
	tests/elsewhere.sh $(MACHINES)

# ---- build and set up ---------------------------------------------------------------------------

# Moved into place, not overwritten: a running Python may have the old one mapped. Python would
# prefer what `pip install -e` left beside it.
build: $(venv)
	$(cargo) build --release --locked
	@cmp -s $(built)/release/$(library) chooser.so || \
	    { cp $(built)/release/$(library) target/chooser.so && mv target/chooser.so chooser.so; }
	$(if $(wildcard chooser.cpython-*),rm $(wildcard chooser.cpython-*))

# The module again, unoptimised, with checks and the test hooks.
hooks: $(venv)
	$(cargo) build --locked --features test-hooks

$(venv):
	'$(PYTHON)' -m venv --clear .venv
	@touch $@

.venv/%.installed: requirements/%.txt $(venv)
	@echo 'Installing what $< lists into .venv'
	@$(pip) --constraint requirements/dev.txt --only-binary uv uv && $(uv) -r $< || $(pip) -r $<
	@touch $@

# The locks hold for every system and Python, from the oldest on.
lock := $(python) -m uv pip compile --quiet --upgrade --universal --python-version 3.9 --no-annotate \
    --custom-compile-command 'make lock' pyproject.toml
lock: $(venv)
	$(pip) uv
	$(lock) --all-extras --group check --group peers -o requirements/dev.txt
	$(lock) -c requirements/dev.txt --extra benchmark -o requirements/benchmark.txt
	$(lock) -c requirements/dev.txt --extra benchmark --extra study -o requirements/study.txt
	$(lock) -c requirements/dev.txt --group programs -o requirements/programs.txt
	$(lock) -c requirements/dev.txt --group wheels -o requirements/wheels.txt
	$(lock) -c requirements/dev.txt --group peers -o requirements/peers.txt
	$(lock) -c requirements/dev.txt -o requirements/run.txt
	$(lock) --resolution lowest-direct --extra test -o requirements/oldest.txt

# Keeps trained brains.
clean:
	rm -rf $(if $(wildcard .venv/made-for-*),.venv) .nox target chooser.so chooser.cpython-* build dist \
	    *.egg-info
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
