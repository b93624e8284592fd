# SPDX-License-Identifier: GPL-3.0-or-later
# binnacle_library(NAME [PUBLIC lib...] [PRIVATE lib...])
#
# Makes the static library binnacle_NAME of the sources in the current folder. Its headers are reached as
# <NAME/Header.h> through forwarding headers in the build tree, so that a target which does not link binnacle_NAME
# cannot include them: the layer rule is kept by the compiler.
function(binnacle_library name)
    cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
    string(REPLACE "/" "_" target "binnacle_${name}")
    set(include_root "${CMAKE_BINARY_DIR}/include/${target}")
    foreach(header IN LISTS headers)
        file(RELATIVE_PATH relative "${CMAKE_CURRENT_SOURCE_DIR}" "${header}")
        set(forward "${include_root}/${name}/${relative}")
        if(NOT EXISTS "${forward}")
            file(WRITE "${forward}" "#pragma once\n#include \"${header}\"\n")
        endif()
    endforeach()
    if(sources)
        add_library(${target} STATIC ${sources} ${headers})
        target_include_directories(${target} PUBLIC "${include_root}")
        target_link_libraries(${target} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
    else()
        add_library(${target} INTERFACE)
        target_include_directories(${target} INTERFACE "${include_root}")
        target_link_libraries(${target} INTERFACE ${ARG_PUBLIC})
    endif()
endfunction()
