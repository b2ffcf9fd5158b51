#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace anabranch::framework {

/// What can be wrong with a graph. The numbers are public ("A0122") and never change their meaning.
enum class Code : std::uint16_t {
    unreadable_file = 101,
    invalid_yaml = 102,
    duplicate_key = 103,
    over_limit = 104,
    several_documents = 105,
    invalid_utf8 = 106,
    unknown_key = 107,
    wrong_shape = 108,
    missing_key = 109,
    invalid_name = 110,
    unknown_override = 111,
    unknown_variable = 112,
    unused_variable = 113,
    missing_variable = 114,
    invalid_variable = 115,
    include_cycle = 116,
    unknown_node_type = 120,
    unknown_resource_type = 121,
    unknown_parameter = 122,
    missing_parameter = 123,
    invalid_parameter = 124,
    conflicting_parameters = 125,
    unknown_graph = 126,
    not_saved = 127,
    duplicate_graph = 128,
    unknown_resource = 130,
    unknown_view = 131,
    missing_capability = 132,
    missing_resource = 133,
    resource_cycle = 134,
    two_writers = 135,
    written_view = 136,
    unordered_read = 137,
    read_on_other_clock = 138,
    unused_resource = 139,
    unknown_input = 140,
    missing_input = 141,
    unknown_node = 142,
    unknown_output = 143,
    nothing_to_do = 150,
    no_source = 151,
    cycle = 152,
    unused_output = 153,
    discarded_and_used = 154,
    invalid_credits = 155,
    feedback_across_clocks = 156,
    idle_feedback = 157,
    side_input_cycle = 158,
    side_stream_waits = 159,
    two_clocks = 160,
    endless_side_stream = 161,
    endless_run = 162,
    missing_column = 170,
    wrong_column = 171,
    wrong_dimension = 172,
    nothing_to_save = 180,
    save_across_clocks = 181,
};

enum class Severity : std::uint8_t { error, warning };

struct CodeText {
    Code code;
    Severity severity;
    std::string_view title;
    std::string_view explanation;  ///< paragraphs of Markdown: what it means, an example, how to mend it
};

/// Every code, ascending.
[[nodiscard]] std::span<const CodeText> all_codes();
[[nodiscard]] const CodeText& code_text(Code code);
/// "A0122"
[[nodiscard]] std::string name_of(Code code);

}  // namespace anabranch::framework
