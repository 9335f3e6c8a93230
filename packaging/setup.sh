#!/bin/sh
# Make everything `make run` and `make test` stand on: system libraries for Qt, .venv, Python packages from the lock.
#
#   packaging/setup.sh run    what the program needs (requirements.lock)
#   packaging/setup.sh dev    also what its tests, checks and packages need (requirements-dev.lock)
#   packaging/setup.sh sound  as dev, and a sound server with its tools for `make test-sound`
#   packaging/setup.sh x11    as dev, and an X server with a window manager for `make test-x11`
#
# Safe to run again; does nothing, in a blink, when all is there. Uses apt only for what is missing, and only as root or
# with a sudo that asks no password; otherwise it names the packages in one line and goes on.
set -eu
cd "$(dirname "$0")/.."

mode=${1:-run}
python=${PYTHON:-python3}
venv=.venv
case $mode in
run) lock=requirements.lock ;;
dev | sound | x11) lock=requirements-dev.lock ;;
*) echo "setup: '$mode' is neither run nor dev nor sound nor x11" >&2; exit 2 ;;
esac

say() { echo "setup: $*" >&2; }

# shared library -> Debian package; the first two lines are for every platform of Qt, the rest for a window under X11
libraries="
libglib-2.0.so.0=libglib2.0-0 libGL.so.1=libgl1 libEGL.so.1=libegl1 libX11.so.6=libx11-6 libdbus-1.so.3=libdbus-1-3
libfontconfig.so.1=libfontconfig1 libfreetype.so.6=libfreetype6 libxkbcommon.so.0=libxkbcommon0
libX11-xcb.so.1=libx11-xcb1 libxcb-cursor.so.0=libxcb-cursor0 libxcb-icccm.so.4=libxcb-icccm4
libxcb-image.so.0=libxcb-image0 libxcb-keysyms.so.1=libxcb-keysyms1 libxcb-randr.so.0=libxcb-randr0
libxcb-render-util.so.0=libxcb-render-util0 libxcb-render.so.0=libxcb-render0 libxcb-shape.so.0=libxcb-shape0
libxcb-shm.so.0=libxcb-shm0 libxcb-sync.so.1=libxcb-sync1 libxcb-util.so.1=libxcb-util1
libxcb-xfixes.so.0=libxcb-xfixes0 libxcb-xkb.so.1=libxcb-xkb1 libxcb.so.1=libxcb1
libxkbcommon-x11.so.0=libxkbcommon-x11-0
"

missing_packages() {
    ldconfig=$(PATH="$PATH:/sbin:/usr/sbin" command -v ldconfig) || return 0 # no glibc: Qt's wheels do not run here anyway
    known=$("$ldconfig" -p)
    for pair in $libraries; do
        case $known in
        *"${pair%%=*} "*) ;;
        *) printf '%s ' "${pair#*=}" ;;
        esac
    done
    # without any font each character is a box
    if [ -z "$(find /usr/share/fonts /usr/local/share/fonts -name '*.[to]tf' -print 2>/dev/null | head -n 1)" ]; then
        printf '%s ' fonts-dejavu-core
    fi
    if [ "$mode" = x11 ]; then
        for pair in Xvfb=xvfb openbox=openbox xdotool=xdotool xwininfo=x11-utils; do
            command -v "${pair%%=*}" >/dev/null || printf '%s ' "${pair#*=}"
        done
    fi
    if [ "$mode" = sound ]; then
        for pair in pulseaudio=pulseaudio pactl=pulseaudio-utils; do
            command -v "${pair%%=*}" >/dev/null || printf '%s ' "${pair#*=}"
        done
    fi
    if [ ! -x "$venv/bin/python" ] && ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        printf '%s ' python3-venv
    fi
}

install_packages() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" -eq 0 ]; then
        root=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        root='sudo -n'
    else
        return 1
    fi
    say "apt-get install $*"
    $root apt-get update -qq >&2 || say "apt-get update failed; trying with the lists there are"
    # shellcheck disable=SC2086 # $root is a command with its argument
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends "$@" >&2
}

if ! command -v "$python" >/dev/null; then
    say "there is no $python: install Python 3.11 to 3.13, or name one: make PYTHON=/path/to/python"
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
    say "needs Python 3.11 to 3.13; $python is $("$python" -V 2>&1). Name another: make PYTHON=/path/to/python"
    exit 1
fi

packages=$(missing_packages)
if [ -n "$packages" ]; then
    # shellcheck disable=SC2086 # a list of words
    if ! install_packages $packages; then
        say "please install (the names of Debian 12): sudo apt-get install -y --no-install-recommends $packages"
        case $packages in
        *python3-venv*) exit 1 ;;
        esac
    fi
fi

if [ "$mode" = x11 ] || [ "$mode" = sound ]; then
    mode=dev # the Python packages are the same
fi
stamp=$(cat "$lock" pyproject.toml | cksum; "$python" -V; pwd)
up_to_date() { [ -f "$venv/.setup-$1" ] && [ "$(cat "$venv/.setup-$1")" = "$stamp" ] && "$venv/bin/python" -c ''; }
if up_to_date "$mode"; then
    exit 0
fi

# a virtual environment is of one Python only, and may be broken by an upgrade or a move
if [ "$("$venv/bin/python" -V 2>/dev/null)" != "$("$python" -V)" ]; then
    say "creating $venv with $("$python" -V)"
    "$python" -m venv --clear "$venv"
fi
say "installing Python packages into $venv from $lock"
pip() { "$venv/bin/python" -m pip --disable-pip-version-check --quiet install --no-input "$@"; }
pip --require-hashes --only-binary :all: -r "$lock"
pip --no-deps --no-build-isolation --editable .
printf '%s' "$stamp" >"$venv/.setup-$mode"
