find_package(Threads REQUIRED)
find_package(TBB REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS filesystem)
find_package(CLI11 REQUIRED)

if(ANABRANCH_LM)
    # A project-local environment made by `make` is found without being told; CMAKE_PREFIX_PATH comes first.
    file(GLOB local_torch ${PROJECT_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch)
    find_package(Torch QUIET PATHS ${local_torch})
    if(NOT Torch_FOUND)
        message(FATAL_ERROR "libtorch was not found. Run `make setup`, or pass -DCMAKE_PREFIX_PATH=/path/to/libtorch "
                            "(with the wheel: python -c 'import torch; print(torch.utils.cmake_prefix_path)'), "
                            "or build without models by -DANABRANCH_LM=OFF.")
    endif()
    if(ANABRANCH_CUDA STREQUAL ON AND NOT TARGET torch_cuda)
        message(FATAL_ERROR "ANABRANCH_CUDA is ON, but the libtorch in ${TORCH_INSTALL_PREFIX} was built without CUDA. Point "
                            "CMAKE_PREFIX_PATH at one with CUDA, or leave ANABRANCH_CUDA at AUTO.")
    endif()
    # Torch's flags as a target, so that only what links it gets them.
    add_library(torch_cxx INTERFACE)
    target_link_libraries(torch_cxx INTERFACE torch torch_library)
    separate_arguments(torch_flags UNIX_COMMAND "${TORCH_CXX_FLAGS}")
    target_compile_options(torch_cxx INTERFACE ${torch_flags})
    target_include_directories(torch_cxx SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})

    find_package(EXPAT REQUIRED)
    find_package(nlohmann_json REQUIRED)
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(LIBARCHIVE REQUIRED IMPORTED_TARGET libarchive)
    pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
    pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
endif()
if(ANABRANCH_TESTS)
    find_package(doctest REQUIRED)
endif()
if(ANABRANCH_BENCHMARKS)
    find_package(benchmark REQUIRED)
endif()
