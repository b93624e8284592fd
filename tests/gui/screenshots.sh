#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Takes the pictures of the README: the program on its demo cluster, healthy, empty and broken, light and dark.
#   tests/gui/screenshots.sh BINNACLE [OUTPUT_FOLDER]
# Needs Xvfb and ImageMagick's import; the scenario is chosen on the command line.
set -euo pipefail
binnacle=${1:?path of the binnacle program}
out=${2:-docs/screenshots}
mkdir -p "$out"
work=$(mktemp -d)
display=:$((90 + RANDOM % 400))
Xvfb "$display" -screen 0 1440x900x24 >/dev/null 2>&1 &
xvfb=$!
trap 'kill "$xvfb" 2>/dev/null || true; rm -rf "$work"' EXIT
sleep 1

# shot NAME THEME SCENARIO SECONDS
shot() {
    DISPLAY=$display QT_QPA_PLATFORM=xcb XDG_CONFIG_HOME="$work/config" XDG_DATA_HOME="$work/data" XDG_RUNTIME_DIR="$work" \
        "$binnacle" --theme "$2" --demo "$3" >/dev/null 2>&1 &
    local program=$!
    sleep "$4"
    DISPLAY=$display import -window root "$out/$1-$2.png"
    kill "$program" 2>/dev/null || true
    wait "$program" 2>/dev/null || true
    printf '%s\n' "$out/$1-$2.png"
}

chmod 700 "$work"
for theme in light dark; do
    shot empty "$theme" empty 6
    shot healthy "$theme" healthy 10
    shot broken "$theme" "${BROKEN_SCENARIO:-crashloop}" 12
done
