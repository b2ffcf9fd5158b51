#pragma once

#include <anabranch/registry.h>

namespace anabranch::flow {

void add_batch(Registry& registry);
void add_discard(Registry& registry);
void add_repeat(Registry& registry);
void add_shuffle(Registry& registry);
void add_skip(Registry& registry);
void add_split(Registry& registry);
void add_take(Registry& registry);

}  // namespace anabranch::flow
