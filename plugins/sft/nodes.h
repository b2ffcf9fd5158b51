#pragma once

#include <anabranch/registry.h>

namespace anabranch::sft {

void add_evaluate(Registry& registry);
void add_update(Registry& registry);

}  // namespace anabranch::sft
