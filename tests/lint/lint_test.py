#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each rule of lint.py finds what it is there to find, and nothing in a clean file."""
import sys

sys.dont_write_bytecode = True
import lint  # noqa: E402

HEAD = f"// {lint.SPDX}"
CASES = [
    ("models/core/A.h", [HEAD, "#pragma once"], []),
    ("models/core/A.h", ["#pragma once"], ["lacks the line"]),
    ("models/core/A.h", [HEAD], ["lacks #pragma once"]),
    ("models/core/A.cpp", [HEAD, '#include "../kube/Client.h"'], ["includes ../kube/Client.h"]),
    ("models/core/A.cpp", [HEAD, "#include <QWidget>"], ["models may not include QWidget"]),
    ("widgets/table/A.cpp", [HEAD, '#include "simulator/Simulator.h"'], ["widgets may not know"]),
    ("app/ctl/A.cpp", [HEAD] + ["int x;"] * 700, ["has 701 lines"]),
    ("app/ctl/A.cpp", [HEAD, "// " + "TO" + "DO later"], ["leaves work behind"]),
    ("models/kube/A.cpp", [HEAD, "return send().then([] {});"], ["attaches to a QFuture itself"]),
    ("models/kube/CMakeLists.txt", ["# " + lint.SPDX, "binnacle_library(kube PUBLIC binnacle_core)"], []),
    ("models/kube/CMakeLists.txt", ["# " + lint.SPDX, "binnacle_library(kube PUBLIC binnacle_stack)"], ["kube may not use stack"]),
    ("models/kube/CMakeLists.txt", ["# " + lint.SPDX, "binnacle_library(kube PUBLIC Qt6::Gui)"], ["may not link Qt6::Gui"]),
]

failed = 0
for name, lines, expected in CASES:
    found = [what for check in (lint.check_licence(name, lines), lint.check_size(name, lines), lint.check_cpp(name, lines),
                                lint.check_layers(name, "\n".join(lines))) for _, what in check]
    if len(found) != len(expected) or any(part not in what for part, what in zip(expected, found)):
        print(f"{name}: expected {expected}, found {found}")
        failed += 1
print(f"{len(CASES) - failed} of {len(CASES)} cases hold")
sys.exit(1 if failed else 0)
