#pragma once

#include <anabranch/registry.h>

namespace anabranch::sink {

void add_jsonl(Registry& registry);
void add_print(Registry& registry);

}  // namespace anabranch::sink
