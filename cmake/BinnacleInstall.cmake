# SPDX-License-Identifier: GPL-3.0-or-later
include(GNUInstallDirs)

if(TARGET binnaclectl)
    install(TARGETS binnaclectl RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
if(TARGET binnacle)
    install(TARGETS binnacle RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" BUNDLE DESTINATION .)
    if(UNIX AND NOT APPLE)
        install(FILES "${CMAKE_SOURCE_DIR}/packaging/org.binnacle.Binnacle.desktop"
            DESTINATION "${CMAKE_INSTALL_DATADIR}/applications")
        install(FILES "${CMAKE_SOURCE_DIR}/packaging/org.binnacle.Binnacle.metainfo.xml"
            DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo")
        if(EXISTS "${CMAKE_SOURCE_DIR}/resources/icons/binnacle.svg")
            install(FILES "${CMAKE_SOURCE_DIR}/resources/icons/binnacle.svg"
                DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps" RENAME org.binnacle.Binnacle.svg)
        endif()
    endif()
endif()
if(EXISTS "${CMAKE_SOURCE_DIR}/manifests")
    install(DIRECTORY "${CMAKE_SOURCE_DIR}/manifests" DESTINATION "${CMAKE_INSTALL_DATADIR}/binnacle")
endif()

set(CPACK_PACKAGE_NAME binnacle)
set(CPACK_PACKAGE_VENDOR "The Binnacle contributors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "See, deploy and mend multi-namespace Kubernetes applications")
set(CPACK_RESOURCE_FILE_LICENSE "${CMAKE_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The Binnacle contributors")
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE "GPL-3.0-or-later")
include(CPack)
