option(ANABRANCH_LM "Build sdk/lm and the plugins (needs libtorch); without it: the framework and sdk/node" ON)
option(ANABRANCH_TESTS "Build the tests" ON)
option(ANABRANCH_BENCHMARKS "Build the benchmarks (needs Google Benchmark)" OFF)
option(ANABRANCH_FUZZERS "Build the fuzz targets (needs Clang, not libtorch)" OFF)
option(ANABRANCH_WERROR "Warnings are errors" OFF)
set(ANABRANCH_CUDA AUTO CACHE STRING "GPU support: AUTO (as libtorch was built) or ON (required of libtorch)")
set_property(CACHE ANABRANCH_CUDA PROPERTY STRINGS AUTO ON)
set(ANABRANCH_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize takes them: address,undefined or thread")

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# The executable finds plugins beside itself, in the build folder as after an install.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
set(ANABRANCH_PLUGIN_DIRECTORY ${PROJECT_BINARY_DIR}/lib/anabranch/plugins)

find_program(CCACHE ccache)
if(CCACHE)
    # Clones of the project share objects. What uses a precompiled header is cached only with these two sloppinesses and
    # gcc's -fpch-preprocess.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
        CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

# Warnings and sanitizers of the project's own code: every target of ours links this.
add_library(anabranch_build_options INTERFACE)
# Designated initialisers leave out what has a default.
# -Wrestrict: GCC 12 sees overlapping copies in plain std::string concatenation (its bug 105651).
target_compile_options(anabranch_build_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess> -Wall -Wextra -Wconversion $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> -Wno-missing-field-initializers $<$<BOOL:${ANABRANCH_WERROR}>:-Werror>)
if(ANABRANCH_SANITIZE)
    target_compile_options(anabranch_build_options INTERFACE -fsanitize=${ANABRANCH_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(anabranch_build_options INTERFACE -fsanitize=${ANABRANCH_SANITIZE})
endif()
