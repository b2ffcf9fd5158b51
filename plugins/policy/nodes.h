#pragma once

#include <anabranch/registry.h>

namespace anabranch::policy {

void add_evaluate(Registry& registry);
void add_generate(Registry& registry);
void add_kl(Registry& registry);

}  // namespace anabranch::policy
