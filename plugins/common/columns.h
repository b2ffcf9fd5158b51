#pragma once

#include <anabranch/packet.h>

#include <string>
#include <vector>

namespace anabranch {

/// The columns named in `names`, in that order; all columns when there are no names. An Error for a name that the
/// packet does not have lists those it has.
[[nodiscard]] Packet select_columns(const Packet& packet, const std::vector<std::string>& names);

/// "prompt, response, score": for messages.
[[nodiscard]] std::string column_names(const Packet& packet);

}  // namespace anabranch
