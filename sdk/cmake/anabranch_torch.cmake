# After find_package(Torch): libtorch as the target anabranch::torch, so that only what links it gets its flags. The tree and an
# installed SDK (anabranch-config.cmake) both take it from here.
if(NOT TARGET anabranch::torch)
    add_library(anabranch::torch INTERFACE IMPORTED)
    target_link_libraries(anabranch::torch INTERFACE torch torch_library)
    separate_arguments(torch_flags UNIX_COMMAND "${TORCH_CXX_FLAGS}")
    target_compile_options(anabranch::torch INTERFACE ${torch_flags})
    target_include_directories(anabranch::torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
endif()
# Installed libraries look for libtorch where it was found.
set(ANABRANCH_TORCH_LIBRARIES ${TORCH_INSTALL_PREFIX}/lib)
