#!/bin/sh
# Renew requirements.lock and requirements-dev.lock from pyproject.toml: newest versions its bounds allow, for Python 3.11
# to 3.13 on every system, with hashes. Called by `make lock`.
set -eu
cd "$(dirname "$0")/.."

.venv/bin/python -m pip --disable-pip-version-check --quiet install 'uv>=0.13,<0.14'

compile() { # output file, uv's further arguments
    output=$1
    shift
    .venv/bin/uv pip compile pyproject.toml "$@" --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet --output-file "$output.new"
    {
        echo "# Made by \`make lock\` from pyproject.toml; do not edit. pip installs it with --require-hashes."
        cat "$output.new"
    } >"$output"
    rm "$output.new"
}

compile requirements-dev.lock --group build --group dev --group package
# the program runs on exactly the versions its tests ran on
compile requirements.lock --group build --constraint requirements-dev.lock

# an address or a path of the machine that made it would not work elsewhere
if grep -nE '(https?|file)://|^[^#]* @ |^-' requirements.lock requirements-dev.lock; then
    echo "lock: the lines above do not belong into a lock file" >&2
    exit 1
fi
