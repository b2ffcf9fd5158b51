#pragma once

#include <anabranch/lm/kernels/attention.h>

#include <string>

namespace anabranch::lm {

/// Heads that do not divide, or an odd head: an Error naming `source`.
void check_heads(const HeadLayout& attention, const std::string& source);

}  // namespace anabranch::lm
