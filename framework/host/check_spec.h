#pragma once

#include <anabranch/spec.h>

namespace anabranch::framework {

/// Throws an Error when a type's declaration contradicts itself: a key declared twice or taken by the graph language,
/// a default outside its own range, two ports of one name, a name that a graph cannot write.
void check_spec(const Spec& spec);
void check_spec(const ResourceSpec& spec);

}  // namespace anabranch::framework
