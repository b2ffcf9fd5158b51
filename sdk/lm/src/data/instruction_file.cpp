#include "anabranch/lm/data/instruction_file.h"

#include <algorithm>

#include "anabranch/error.h"
#include "anabranch/lm/json/json.h"

namespace anabranch::lm {
namespace {

InstructionFormat format_of(const Json& row) {
    if (row.find("conversations")) return InstructionFormat::sharegpt;
    if (row.find("instruction") && row.find("output")) return InstructionFormat::alpaca;
    std::string keys;
    for (std::size_t i = 0; i < row.size(); ++i) keys += cat(i == 0 ? "" : ", ", row.key(i));
    row.fail(cat("has the keys ", keys.empty() ? "none" : keys,
                 "; expected instruction, input and output, or conversations"));
}

Instruction read_alpaca(const Json& row) {
    Instruction read{.instruction = row.at("instruction").string(), .output = row.at("output").string()};
    if (const auto input = row.find("input"); input && !input->is_null()) read.input = input->string();
    const std::string asked = read.input.empty() ? read.instruction : cat(read.instruction, "\n\n", read.input);
    read.conversation = {{Role::user, asked}, {Role::assistant, read.output}};
    return read;
}

Conversation read_conversation(const Json& turns, const std::string& place) {
    if (turns.kind() != Json::Kind::array) turns.fail(cat("is ", name_of(turns.kind()), "; expected a list of turns"));
    Conversation read;
    for (std::size_t i = 0; i < turns.size(); ++i) {
        const Json turn = turns.at(i);
        const Role role = with_context([&] { return cat(place, ": ", turn.path()); },
                                       [&] { return parse_role(turn.at("from").string()); });
        const bool before_question = read.empty() || read.back().role == Role::system;
        if (role == Role::assistant && before_question) continue;
        read.push_back({role, turn.at("value").string()});
    }
    if (!read.empty() && read.back().role == Role::user) read.pop_back();
    return read;
}

}  // namespace

InstructionFileReader::InstructionFileReader(const std::filesystem::path& path, InstructionFileOptions options)
    : items_(path), options_(options) {}

bool InstructionFileReader::next(Instruction& instruction) {
    while (position_.answers == answers_) {
        position_.item = items_.position();
        position_.answers = answers_ = 0;
        if (!next_row()) return false;
    }
    give(instruction);
    return true;
}

/// Makes a row the one at hand; one that cannot be used has no answers.
bool InstructionFileReader::next_row() {
    std::string_view text;
    if (!items_.next(text)) {
        if (position_.skipped < position_.item.items) return false;
        throw Error(cat(items_.path().string(), ": none of its ", position_.skipped, " rows can be used"));
    }
    read_row(text);
    return true;
}

void InstructionFileReader::read_row(std::string_view text) {
    const Json row = Json::parse(text, items_.place());
    if (!options_.format) options_.format = format_of(row);
    if (options_.format == InstructionFormat::alpaca) {
        row_ = read_alpaca(row);
    } else {
        row_ = {.conversation = read_conversation(row.at("conversations"), items_.place())};
    }
    try {
        require_answered(row_.conversation);
    } catch (const Error& error) {
        if (!options_.skip_unusable) {
            throw Error(cat(items_.place(), ": ", error.what(), "; mend the row, or set skip_unusable"));
        }
        ++position_.skipped;
        return;
    }
    const auto count = std::ranges::count(row_.conversation, Role::assistant, &Turn::role);
    answers_ = options_.every_answer ? static_cast<std::size_t>(count) : 1;
}

void InstructionFileReader::give(Instruction& instruction) {
    ++position_.answers;
    instruction = row_;
    if (options_.format == InstructionFormat::alpaca) return;
    auto& turns = instruction.conversation;
    turns.resize(turns.size() - 2 * (answers_ - position_.answers));
    instruction.instruction = turns[turns.size() - 2].text;
    instruction.output = turns.back().text;
}

void InstructionFileReader::restore(const InstructionFilePosition& position) {
    items_.restore(position.item);
    position_ = position;
    answers_ = 0;
    if (position.answers > 0) next_row();
}

}  // namespace anabranch::lm
