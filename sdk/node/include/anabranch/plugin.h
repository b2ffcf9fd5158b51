#pragma once

#include <anabranch/abi.h>
#include <anabranch/registry.h>

#ifndef ANABRANCH_TORCH_VERSION  // set by the build of plugins that link sdk/lm
#define ANABRANCH_TORCH_VERSION ""
#endif

/// Opens the one function by which a plugin tells what it has: `ANABRANCH_PLUGIN_TABLE(registry) {
/// registry.add<Mine>(); }`.
#define ANABRANCH_PLUGIN_TABLE(registry)                                                           \
    extern "C" {                                                                                   \
    [[gnu::visibility("default")]] extern const anabranch::AbiRecord anabranch_abi;                \
    [[gnu::visibility("default")]] void anabranch_register(anabranch::Registry& registry);         \
    }                                                                                              \
    constexpr anabranch::AbiRecord anabranch_abi = anabranch::abi_record(ANABRANCH_TORCH_VERSION); \
    void anabranch_register(anabranch::Registry& registry)

/// A plugin of one class, in one line.
#define ANABRANCH_PLUGIN(Type)         \
    ANABRANCH_PLUGIN_TABLE(registry) { \
        registry.add<Type>();          \
    }
