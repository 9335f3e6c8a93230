#!/bin/sh
# Collect every text of the screens into each resources/i18n/vmshmi_*.ts, keep what is translated there already, and make
# the .qm files the program reads. What is new stands in the .ts as `type="unfinished"`; translate it and run this again.
#
#   packaging/translate.sh          all languages there are
#   packaging/translate.sh de      begins German: makes resources/i18n/vmshmi_de.ts
set -eu
cd "$(dirname "$0")/.."

bin=.venv/bin
if [ ! -x "$bin/pyside6-lupdate" ]; then
    echo "translate: there is no $bin/pyside6-lupdate: run packaging/setup.sh run first" >&2
    exit 1
fi
mkdir -p resources/i18n
if [ $# -gt 0 ]; then
    languages=$*
else
    languages=$(find resources/i18n -name 'vmshmi_*.ts' | sed 's/.*vmshmi_\(.*\)\.ts/\1/' | LC_ALL=C sort)
fi
# one order on every machine, so that the file changes only where a text did; no line numbers, for the same reason
sources=$(find vmshmi -name '*.py' | LC_ALL=C sort)
for language in $languages; do
    file=resources/i18n/vmshmi_$language
    # shellcheck disable=SC2086 # a list of paths without spaces
    "$bin/pyside6-lupdate" -silent -locations none -no-obsolete -source-language en -target-language "$language" \
        $sources -ts "$file.ts"
    "$bin/pyside6-lrelease" -silent "$file.ts" -qm "$file.qm"
    echo "translate: $file.ts has $(grep -c '<source>' "$file.ts") texts," \
        "$(grep -c 'type="unfinished"' "$file.ts" || true) without a translation"
done
