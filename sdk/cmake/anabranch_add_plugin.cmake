# anabranch_add_plugin(NAME [LM] SOURCES...): a plugin, one shared library of nodes and resources, as the target
# anabranch_plugin_NAME. LM: it uses models or tensors and is linked with sdk/lm, not with the contract alone.
#
# It is built in ANABRANCH_PLUGIN_DIRECTORY, by default plugins/ of the build folder, for `anabranch --plugins`; installed to the
# prefix of Anabranch it is found without being named. Inside the tree and outside of it the same.
function(anabranch_add_plugin name)
    cmake_parse_arguments(PARSE_ARGV 1 plugin "LM" "" "")
    if(NOT name MATCHES "^[A-Za-z_][A-Za-z0-9_-]*$" OR NOT plugin_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "anabranch_add_plugin(${ARGV}): expected a name of letters, digits, _ and -, then the sources: "
                            "anabranch_add_plugin(brevity reward.cpp)")
    endif()
    if(plugin_LM AND NOT TARGET anabranch::lm)
        message(FATAL_ERROR "anabranch_add_plugin(${name} LM ...): the model library was not asked for; write "
                            "find_package(anabranch REQUIRED COMPONENTS lm)")
    endif()
    set(target anabranch_plugin_${name})
    set(directory ${PROJECT_BINARY_DIR}/plugins)
    if(ANABRANCH_PLUGIN_DIRECTORY)
        set(directory ${ANABRANCH_PLUGIN_DIRECTORY})
    endif()
    add_library(${target} MODULE ${plugin_UNPARSED_ARGUMENTS})
    set_target_properties(${target} PROPERTIES
        PREFIX "" OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY ${directory}
        CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
        INSTALL_RPATH "\$ORIGIN/../.." INSTALL_RPATH_USE_LINK_PATH ON)
    if(DEFINED ANABRANCH_TORCH_LIBRARIES)
        set_property(TARGET ${target} APPEND PROPERTY INSTALL_RPATH ${ANABRANCH_TORCH_LIBRARIES})
    endif()
    target_link_libraries(${target} PRIVATE anabranch::node $<$<BOOL:${plugin_LM}>:anabranch::lm>)
    install(TARGETS ${target} LIBRARY DESTINATION lib/anabranch/plugins)
endfunction()
