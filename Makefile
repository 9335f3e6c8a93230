# Everything a person does with this project. Each target first makes what it needs (packaging/setup.sh): system libraries
# through apt where it may, .venv, Python packages from the lock with their hashes.
#
#   make run ARGS="--palette night"         options of vmshmi go into ARGS
#   make test ARGS="tests/core -x"          options of pytest go into ARGS
#   make run PYTHON=python3.12              another Python, 3.11 to 3.13

SHELL = /bin/sh
PYTHON ?= python3
ARGS ?=
BIN = .venv/bin

export PYTHON

.DEFAULT_GOAL = help
.PHONY: help run test lint bench bench-full lock package test-package test-sound test-x11 test-kill test-powercut translate screenshots clean setup-run setup-dev setup-sound setup-x11

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 22

run: setup-run ## the HMI on the demo vessel (installs: Qt's system libraries, .venv, requirements.lock)
	@$(BIN)/vmshmi $(ARGS)

test: lint ## lint, then every test (installs as lint does)
	$(BIN)/pytest $(ARGS)

lint: setup-dev ## ruff, types, import contracts (installs: Qt's system libraries, .venv, requirements-dev.lock)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports --no-logo

bench: setup-dev ## the measurements, printed as tables (installs as lint does)
	@for bench in tests/bench/bench_*.py; do \
	    name=$$(basename $$bench .py); \
	    echo "== $$name"; \
	    $(BIN)/python -m tests.bench.$$name $(ARGS) || exit 1; \
	done

bench-full: setup-dev ## history at full size: 1,000 tags at 1 Hz for 30 days, 2.6 billion rows; 7 GB, a quarter of an hour (as lint)
	$(BIN)/python -m tests.bench.bench_history --tags 1000 --days 30 --whole-days $(ARGS)

lock: setup-dev ## renew both lock files from pyproject.toml (installs as lint does, and uv into .venv)
	sh packaging/lock.sh

package: setup-dev ## dist/vmshmi, a program that needs no Python (installs as lint does)
	$(BIN)/pyinstaller --noconfirm --clean --log-level ERROR --distpath dist --workpath build packaging/vmshmi.spec

test-package: package ## build the package and run it as a user without Python (installs as lint does)
	$(BIN)/pytest tests/system -m package $(ARGS)

test-sound: setup-sound ## every signal played into a sound server and measured (installs as lint does, and PulseAudio)
	$(BIN)/pytest tests/system/test_sound.py -m sound $(ARGS)

test-x11: setup-x11 ## the program on a real X display, clicked with a real mouse (installs as lint does, and an X server)
	$(BIN)/pytest tests/system/test_x11.py -m x11 $(ARGS)

test-kill: setup-dev ## 50 times kill -9 at a random moment: no acknowledgement, intent or sample lost (installs as lint does)
	VMSHMI_KILLS=50 $(BIN)/pytest tests/system/test_alarms_survive_kill.py tests/system/test_serve_restarts.py \
	    tests/system/test_commands_survive_kill.py tests/runtime/test_historian_crash.py -s $(ARGS)

test-powercut: setup-dev ## 600 simulated power cuts each: history, and SQLite as the control (installs as lint does; needs gcc)
	VMSHMI_CUTS=600 $(BIN)/pytest tests/system/test_power_cut.py -m powercut -s $(ARGS)

translate: setup-run ## collect the texts of the screens, make the translations (installs as run does)
	sh packaging/translate.sh $(ARGS)

screenshots: setup-dev ## docs/images/*.png, the pictures of the README (installs as lint does)
	sh packaging/screenshots.sh

clean: ## remove what was built and cached; .venv stays (installs nothing)
	rm -rf build dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis

setup-run:
	@sh packaging/setup.sh run

setup-dev:
	@sh packaging/setup.sh dev

setup-sound:
	@sh packaging/setup.sh sound

setup-x11:
	@sh packaging/setup.sh x11
