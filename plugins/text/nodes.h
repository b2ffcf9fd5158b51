#pragma once

#include <anabranch/registry.h>

namespace anabranch::text {

void add_best_fit(Registry& registry);
void add_detokenize(Registry& registry);
void add_pack(Registry& registry);
void add_pairs(Registry& registry);
void add_prompt(Registry& registry);
void add_tokenize(Registry& registry);
void add_tokenizer(Registry& registry);

}  // namespace anabranch::text
