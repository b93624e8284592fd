#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Takes the pictures of the README: gui_MainWindowTest deploys the stack by real clicks on the demo cluster and saves
# the window before, during and after, light and dark.
#   tests/gui/screenshots.sh BUILD_FOLDER [OUTPUT_FOLDER]        needs Xvfb
set -euo pipefail
test=${1:?build folder}/tests/gui/gui_MainWindowTest
out=${2:-docs/screenshots}
mkdir -p "$out"
for theme in light dark; do
    QT_QPA_PLATFORM=xcb BINNACLE_SCREENSHOTS=$(realpath "$out") BINNACLE_THEME=$theme \
        xvfb-run -a -s "-screen 0 1440x900x24" "$test" deploysByMouse
done
