# SPDX-License-Identifier: GPL-3.0-or-later
# Language level, warnings, sanitizers, and the fast linker and compiler cache where the machine has them.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_AUTOMOC ON)
set(CMAKE_AUTOMOC_MOC_OPTIONS --include "${CMAKE_SOURCE_DIR}/cmake/MocPrelude.h")

add_compile_definitions(QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CONTEXTLESS_CONNECT QT_NO_FOREACH
    QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_NO_URL_CAST_FROM_STRING QT_STRICT_ITERATORS)

if(MSVC)
    add_compile_options(/W4 /WX /utf-8 /permissive- /EHsc)
else()
    add_compile_options(-Wall -Wextra -Werror -Wpedantic -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual
        -Wimplicit-fallthrough -Wno-missing-field-initializers)
    add_compile_definitions($<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 reports these inside libstdc++ at -O2 (GCC bugs 105562, 105651, 104336); clang checks the same code.
    add_compile_options(-Wno-maybe-uninitialized -Wno-restrict)
endif()

if(BINNACLE_SANITIZE)
    add_compile_options(-fsanitize=${BINNACLE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${BINNACLE_SANITIZE})
endif()

find_program(BINNACLE_CCACHE ccache)
if(BINNACLE_CCACHE)
    # What ccache must overlook to cache what uses a precompiled header (its manual, "Precompiled headers").
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
        "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime" "${BINNACLE_CCACHE}")
endif()
find_program(BINNACLE_MOLD mold)
if(BINNACLE_MOLD AND NOT MSVC AND NOT APPLE)
    add_link_options(-fuse-ld=mold)
endif()
