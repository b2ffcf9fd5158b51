#pragma once

#include <anabranch/registry.h>

namespace anabranch::data {

void add_instructions(Registry& registry);
void add_jsonl(Registry& registry);
void add_pairs(Registry& registry);
void add_stack_exchange(Registry& registry);

}  // namespace anabranch::data
