#pragma once

#include <anabranch/registry.h>

namespace anabranch::flow {

void add_batch(Registry& registry);
void add_discard(Registry& registry);

}  // namespace anabranch::flow
