#include "anabranch/lm/text/conversation.h"

#include <array>

#include "anabranch/error.h"
#include "anabranch/lm/json/json.h"
#include "anabranch/lm/json/writer.h"

namespace anabranch::lm {
namespace {

constexpr std::array<std::string_view, 3> written_roles = {"system", "human", "gpt"};

}  // namespace

Role parse_role(std::string_view name) {
    if (name == "human" || name == "user") return Role::user;
    if (name == "gpt" || name == "chatgpt" || name == "assistant") return Role::assistant;
    if (name == "system") return Role::system;
    throw Error(cat("\"", name, "\" speaks in a turn; expected human, user, gpt, chatgpt, assistant or system"));
}

void require_answered(const Conversation& conversation) {
    const std::size_t first = !conversation.empty() && conversation.front().role == Role::system ? 1 : 0;
    for (std::size_t i = first; i < conversation.size(); ++i) {
        const Role expected = (i - first) % 2 == 0 ? Role::user : Role::assistant;
        if (conversation[i].role != expected) {
            throw Error(cat("turn ", i + 1, " is of \"", written_roles[static_cast<std::size_t>(conversation[i].role)],
                            "\"; expected human and gpt in turn, human first"));
        }
        if (conversation[i].text.find_first_not_of(" \t\r\n") == std::string::npos) {
            throw Error(cat("turn ", i + 1, " is empty"));
        }
    }
    if (conversation.size() < first + 2 || conversation.back().role != Role::assistant) {
        throw Error("the conversation does not end with an answer of the assistant");
    }
}

std::string to_json(const Conversation& conversation) {
    JsonWriter writer;
    writer.begin_array();
    for (const Turn& turn : conversation) {
        writer.begin_object().key("from").value(written_roles[static_cast<std::size_t>(turn.role)]);
        writer.key("value").value(turn.text).end_object();
    }
    writer.end_array();
    return writer.take();
}

Conversation parse_conversation(std::string_view json, const std::string& source) {
    const Json turns = Json::parse(json, source);
    if (turns.kind() != Json::Kind::array) turns.fail(cat("is ", name_of(turns.kind()), "; expected a list of turns"));
    Conversation conversation;
    for (std::size_t i = 0; i < turns.size(); ++i) {
        const Json turn = turns.at(i);
        const auto role = with_context([&] { return cat(source, ": ", turn.path()); },
                                       [&] { return parse_role(turn.at("from").string()); });
        conversation.push_back({role, turn.at("value").string()});
    }
    return conversation;
}

}  // namespace anabranch::lm
