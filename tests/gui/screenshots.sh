#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Takes the pictures of the README by real clicks in the real window: gui_MainWindowTest on the demo cluster, light and
# dark, and gui_RealClusterTest (real-*.png, both themes in one run) on the cluster of BINNACLE_TEST_KUBECONFIG.
#   tests/gui/screenshots.sh BUILD_FOLDER [OUTPUT_FOLDER]        needs Xvfb
set -euo pipefail
tests=${1:?build folder}/tests/gui
out=${2:-docs/screenshots}
mkdir -p "$out"
BINNACLE_SCREENSHOTS=$(realpath "$out")
export BINNACLE_SCREENSHOTS QT_QPA_PLATFORM=xcb
for theme in light dark; do
    BINNACLE_THEME=$theme xvfb-run -a -s "-screen 0 1440x900x24" "$tests/gui_MainWindowTest" deploysByMouse
done
if [ -z "${BINNACLE_TEST_KUBECONFIG:-}" ]; then
    echo "NO PICTURES OF A REAL CLUSTER: BINNACLE_TEST_KUBECONFIG is not set, real-*.png stay as they are" >&2
    exit 0
fi
xvfb-run -a -s "-screen 0 1440x900x24" "$tests/gui_RealClusterTest" byMouse
