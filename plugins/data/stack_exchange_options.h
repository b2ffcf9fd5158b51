#pragma once

#include <anabranch/lm/data/external_sort.h>
#include <anabranch/lm/data/stack_exchange.h>
#include <anabranch/parameter.h>
#include <anabranch/spec.h>

#include <string>

namespace anabranch::data {

/// The parameters of data.stack_exchange, and what they mean to its readers; an Error for values that do not fit.
void add_stack_exchange_parameters(Spec& spec);
[[nodiscard]] lm::QuestionOptions question_options(const Parameters& parameters);
[[nodiscard]] lm::SortOptions sort_options(const Parameters& parameters);

/// "dump/Posts.xml (skip 10, split "rl")": the dump and what leaves questions out.
[[nodiscard]] std::string stack_exchange_source(const Parameters& parameters);

}  // namespace anabranch::data
