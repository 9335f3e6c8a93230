#!/bin/sh
# The pictures of the README, drawn without a screen: the demo vessel by day and night, a blackout, the alarm list in a
# flood and with a lost device, the recorded voyage and one of its devices, five minutes of an engine that overheats,
# a month of its past, two cards with commands, and Victron's register map from a Modbus server in another process.
# device-monitor-day is taken by hand: System, a device, Live monitor.
# What flashes may be caught in its dark phase: take that picture again with another number of seconds.
set -eu
cd "$(dirname "$0")/.."
mkdir -p docs/images
export QT_QPA_PLATFORM=offscreen
work=$(mktemp -d)
servers=
trap 'kill $servers 2> /dev/null || true; rm -rf "$work"' EXIT

take() { # name, options of vmshmi
    name=$1
    shift
    .venv/bin/vmshmi --screenshot "docs/images/$name.png" "$@"
}

answer_all() { # acknowledge every alarm of the runtime at this address
    .venv/bin/python - "$1" <<'PYTHON'
import sys

import httpx

with httpx.Client(base_url=sys.argv[1], trust_env=False) as client:
    for alarm in client.get("/alarms").json():
        answer = {"user": "Chief engineer", "station": "ecr", "occurrence": alarm["occurrence"]}
        client.post(f"/alarms/{alarm['id']}/ack", json=answer)
PYTHON
}

.venv/bin/python - resources/demo/aurora.vmsproj "$work/stbd.vmsproj" <<'PYTHON'
import json
import sys

ship = json.load(open(sys.argv[1], encoding="utf-8"))
ship["trends"].sort(key=lambda group: "Stbd" not in group["title"])
json.dump(ship, open(sys.argv[2], "w", encoding="utf-8"))
PYTHON
.venv/bin/vmshmi serve --vmsproj "$work/stbd.vmsproj" --db :memory: --scenario overheat --port 5021 > "$work/serve.log" &
servers="$servers $!"
began=$(date +%s)

take overview-day --after 6
take overview-night --palette night --after 6
take banner-day --scenario blackout --after 26.4
take banner-night --scenario blackout --palette night --after 26.4
take alarms-day --scenario blackout --station bridge --page alarms --after 26.4 --size 1920x1080
take alarms-night --scenario flood --station bridge --page alarms --palette night --after 45.4 --size 1920x1080
take alarms-lost-day --scenario lost-node --station bridge --page alarms --after 22.4

.venv/bin/python -m tests.support.victron --serve 5020 > "$work/server.log" &
servers="$servers $!"
.venv/bin/python -m tests.support.victron --project "$work/victron.vmsproj" --port 5020
take victron-day --vmsproj "$work/victron.vmsproj" --after 6
take recorded-day --vmsproj resources/demo/recorded.vmsproj --db :memory: --after 12
take device-day --vmsproj resources/demo/recorded.vmsproj --db :memory: --page device --after 8

take command-day --page "tanks?tag=er_fan.cmd" --after 6
take command-night --page "tanks?tag=er_fan.flow" --palette night --size 1920x1080 --after 6

# a month of the port engine, imported as another logger's past, and going on live
past() { # name, seconds, options
    name=$1
    span=$2
    shift 2
    rm -rf "$work/past"
    .venv/bin/python packaging/past_month.py "$work/past.csv"
    .venv/bin/vmshmi history import --db "$work/past" --csv "$work/past.csv" --time-column time \
        --vmsproj resources/demo/aurora.vmsproj
    take "$name" --db "$work/past" --page "trends?group=me_p&span_s=$span" --after 15 "$@"
}
past trends-1h-day 3600
past trends-24h-day 86400
past trends-30d-day 2592000
past trends-24h-night 86400 --palette night --size 1920x1080

sleep $((300 - $(date +%s) + began))
answer_all http://127.0.0.1:5021
take trends-night --connect http://127.0.0.1:5021 --station ecr --page trends --palette night --after 4
