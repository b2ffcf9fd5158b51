# anabranch_add_plugin(NAME SOURCES...): one shared library of nodes and resources, built where the executable finds it.
# Plugins that use models or tensors link `anabranch_lm` themselves: target_link_libraries(anabranch_plugin_NAME PRIVATE anabranch_lm).
function(anabranch_add_plugin name)
    set(target anabranch_plugin_${name})
    add_library(${target} MODULE ${ARGN})
    set_target_properties(${target} PROPERTIES
        PREFIX "" OUTPUT_NAME ${name}
        LIBRARY_OUTPUT_DIRECTORY ${ANABRANCH_PLUGIN_DIRECTORY}
        CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    target_link_libraries(${target} PRIVATE anabranch_node anabranch_build_options)
endfunction()
