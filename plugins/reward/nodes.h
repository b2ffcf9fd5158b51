#pragma once

#include <anabranch/registry.h>

namespace anabranch::reward {

void add_evaluate(Registry& registry);
void add_length(Registry& registry);
void add_model(Registry& registry);
void add_match(Registry& registry);
void add_process(Registry& registry);
void add_sum(Registry& registry);
void add_update(Registry& registry);

}  // namespace anabranch::reward
