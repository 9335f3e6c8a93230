#!/bin/sh
# The pictures of the README, drawn without a screen: the demo vessel by day and night, a blackout, trends, the alarm list,
# and Victron's register map from a Modbus server in another process.
set -eu
cd "$(dirname "$0")/.."
mkdir -p docs/images
export QT_QPA_PLATFORM=offscreen
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT

take() { # name, options of vmshmi
    name=$1
    shift
    .venv/bin/vmshmi --db :memory: --screenshot "docs/images/$name.png" "$@"
}

take overview-day --after 6
take overview-night --palette night --after 6
take banner-day --scenario blackout --after 26
take alarms-day --scenario blackout --station bridge --page alarms --after 26 --size 1920x1080
take trends-night --page trends --palette night --after 75

.venv/bin/python -m tests.support.victron --serve 5020 > "$work/server.log" &
server=$!
.venv/bin/python -m tests.support.victron --project "$work/victron.vmsproj" --port 5020
take victron-day --vmsproj "$work/victron.vmsproj" --after 6
