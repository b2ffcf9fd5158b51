#pragma once

#include <anabranch/registry.h>

namespace anabranch::llama {

void add_policy(Registry& registry);
void add_reward(Registry& registry);
void add_base(Registry& registry);
void add_full(Registry& registry);

}  // namespace anabranch::llama
