# SPDX-License-Identifier: GPL-3.0-or-later
# binnacle_precompile(TARGET [header...]): what nearly every source reads, and these headers, parsed once for the target.
#
# Only for clang, which halves its time with it (-fpch-instantiate-templates, which CMake asks for). GCC gains a fifth,
# but its precompiled headers differ from build to build, so that the compiler cache could no longer share objects
# between presets; and its build, without them, shows that each source includes what it needs.
option(BINNACLE_PRECOMPILE "Precompile headers, where the compiler is clang" ON)

function(binnacle_precompile target)
    if(NOT BINNACLE_PRECOMPILE OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        return()
    endif()
    target_precompile_headers(${target} PRIVATE <algorithm> <chrono> <filesystem> <functional> <map> <memory> <optional>
        <set> <string> <string_view> <utility> <variant> <vector> <nlohmann/json.hpp> <tl/expected.hpp> <QFuture>
        <QFutureWatcher> <QHash> <QObject> <QPromise> <QString> <QTimer> ${ARGN})
    # Its time would make each build's another one for the compiler cache (ccache's manual, "Precompiled headers").
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
endfunction()
