# What `cmake --install` adds to the program and its plugins: the SDK for find_package(anabranch), the shipped graphs with their
# data (not the model, which is large), the schema that they name, the licence. Paths are relative to one prefix, which may move.
include(CMakePackageConfigHelpers)
set(package lib/cmake/anabranch)

install(TARGETS anabranch anabranch_node EXPORT anabranch-node-targets RUNTIME DESTINATION bin LIBRARY DESTINATION lib)
install(EXPORT anabranch-node-targets NAMESPACE anabranch:: DESTINATION ${package})
install(DIRECTORY sdk/node/include/ DESTINATION include FILES_MATCHING PATTERN "*.h")
if(ANABRANCH_LM)
    install(TARGETS anabranch_lm EXPORT anabranch-lm-targets LIBRARY DESTINATION lib)
    install(EXPORT anabranch-lm-targets NAMESPACE anabranch:: DESTINATION ${package})
    install(DIRECTORY sdk/lm/include/ DESTINATION include FILES_MATCHING PATTERN "*.h")
endif()

configure_package_config_file(sdk/cmake/anabranch-config.cmake.in ${PROJECT_BINARY_DIR}/anabranch-config.cmake
    INSTALL_DESTINATION ${package} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/anabranch-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/anabranch-config.cmake ${PROJECT_BINARY_DIR}/anabranch-config-version.cmake
    sdk/cmake/anabranch_add_plugin.cmake sdk/cmake/anabranch_torch.cmake DESTINATION ${package})

install(DIRECTORY graphs DESTINATION share/anabranch PATTERN models EXCLUDE)
install(FILES docs/graph.schema.json DESTINATION share/anabranch/docs)
install(FILES LICENSE DESTINATION share/anabranch)
