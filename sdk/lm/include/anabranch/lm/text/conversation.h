#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace anabranch::lm {

enum class Role { system, user, assistant };

struct Turn {
    Role role = Role::user;
    std::string text;
    bool operator==(const Turn&) const = default;
};

/// A system turn or none, then user and assistant in turn, the user first.
using Conversation = std::vector<Turn>;

/// The role of a turn by its name in published files: human or user, gpt, chatgpt or assistant, system; another name is
/// an Error.
[[nodiscard]] Role parse_role(std::string_view name);

/// Throws an Error with the turn's number unless the conversation has the order above, ends with an answer, and no
/// answer or question is empty.
void require_answered(const Conversation& conversation);

/// As a column holds it: `[{"from":"human","value":"..."},{"from":"gpt","value":"..."}]`, and back. `source` is what
/// error messages call it.
[[nodiscard]] std::string to_json(const Conversation& conversation);
[[nodiscard]] Conversation parse_conversation(std::string_view json, const std::string& source = "conversation");

}  // namespace anabranch::lm
