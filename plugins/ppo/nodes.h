#pragma once

#include <anabranch/registry.h>

namespace anabranch::ppo {

void add_update(Registry& registry);

}  // namespace anabranch::ppo
