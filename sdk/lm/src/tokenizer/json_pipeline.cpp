#include "json_pipeline.h"

#include "anabranch/error.h"
#include "pre_tokenizer.h"

namespace anabranch::lm {
namespace {

std::optional<Json> given(const Json& json, std::string_view key) {
    auto value = json.find(key);
    return value && !value->is_null() ? value : std::nullopt;
}

bool flag(const Json& json, std::string_view key, bool otherwise) {
    const auto value = given(json, key);
    return value ? value->boolean() : otherwise;
}

/// Calls `visit(step)` for a step, or for each of a Sequence's, however deep.
template <typename Visit>
void for_steps(const std::optional<Json>& step, const char* parts, Visit visit) {
    if (!step) return;
    if (step->at("type").string() != "Sequence") return visit(*step);
    const Json steps = step->at(parts);
    for (std::size_t i = 0; i < steps.size(); ++i) for_steps(std::optional(steps.at(i)), parts, visit);
}

[[noreturn]] void refuse(const Json& step, std::string_view supported) {
    step.fail(cat("is of the type ", step.at("type").string(), "; supported are ", supported));
}

void require_text(const Json& value, std::string_view expected) {
    if (value.string() != expected) value.fail(cat("is \"", value.string(), "\"; supported is \"", expected, "\""));
}

void add_split(const Json& step, JsonPreTokenizer& made) {
    const auto expression = step.at("pattern").find("Regex");
    if (!expression) step.at("pattern").fail("is no \"Regex\", which alone is supported");
    require_text(step.at("behavior"), "Isolated");
    if (flag(step, "invert", false)) step.at("invert").fail("is true, which is not supported");
    made.expressions.push_back(expression->string());
}

void add_byte_level(const Json& step, JsonPreTokenizer& made) {
    made.byte_level = true;
    made.prefix_space = flag(step, "add_prefix_space", true);
    if (made.prefix_space && !made.expressions.empty())
        step.at("add_prefix_space").fail("is true behind another step, which is not supported");
    if (flag(step, "use_regex", true)) made.expressions.emplace_back(gpt2_expression);
}

SpacePrefix metaspace_prefix(const Json& step) {
    const auto scheme = given(step, "prepend_scheme");
    if (!scheme) return flag(step, "add_prefix_space", true) ? SpacePrefix::every : SpacePrefix::none;
    if (scheme->string() == "always") return SpacePrefix::every;
    if (scheme->string() == "first") return SpacePrefix::first;
    require_text(*scheme, "never");
    return SpacePrefix::none;
}

}  // namespace

JsonNormaliser read_normaliser(const Json& tokenizer) {
    JsonNormaliser made;
    for_steps(given(tokenizer, "normalizer"), "normalizers", [&](const Json& step) {
        const std::string& type = step.at("type").string();
        if (type == "NFC") {
            made.compose = true;
        } else if (type == "Prepend") {
            require_text(step.at("prepend"), space_mark);
            made.prepend = true;
        } else if (type == "Replace") {
            require_text(step.at("pattern").at("String"), " ");
            require_text(step.at("content"), space_mark);
            made.replace = true;
        } else {
            refuse(step, "NFC, Prepend, Replace and Sequence");
        }
    });
    return made;
}

JsonPreTokenizer read_pre_tokenizer(const Json& tokenizer) {
    JsonPreTokenizer made;
    for_steps(given(tokenizer, "pre_tokenizer"), "pretokenizers", [&](const Json& step) {
        const std::string& type = step.at("type").string();
        if (made.byte_level || made.metaspace)
            step.fail("stands behind ByteLevel or Metaspace, which is not supported");
        if (type == "Split") {
            add_split(step, made);
        } else if (type == "Digits") {
            made.expressions.emplace_back(flag(step, "individual_digits", false) ? R"(\p{N})" : R"(\p{N}+)");
        } else if (type == "ByteLevel") {
            add_byte_level(step, made);
        } else if (type == "Metaspace") {
            require_text(step.at("replacement"), space_mark);
            made.metaspace = metaspace_prefix(step);
            made.split_words = flag(step, "split", true);
            if (!made.expressions.empty()) step.fail("stands behind another step, which is not supported");
        } else {
            refuse(step, "Split, Digits, ByteLevel, Metaspace and Sequence");
        }
    });
    return made;
}

std::optional<std::int64_t> read_leading_token(const Json& tokenizer) {
    std::optional<std::int64_t> leading;
    for_steps(given(tokenizer, "post_processor"), "processors", [&](const Json& step) {
        const std::string& type = step.at("type").string();
        if (type == "ByteLevel") return;  // it changes offsets alone
        if (type != "TemplateProcessing") refuse(step, "TemplateProcessing, ByteLevel and Sequence");
        const Json single = step.at("single");
        const auto is = [&](std::size_t i, const char* kind) { return single.at(i).find(kind).has_value(); };
        if (single.size() == 1 && is(0, "Sequence")) return;
        if (single.size() != 2 || !is(0, "SpecialToken") || !is(1, "Sequence"))
            single.fail("is no text with at most one token in front, which alone is supported");
        const std::string& name = single.at(0).at("SpecialToken").at("id").string();
        leading = step.at("special_tokens").at(name).at("ids").at(0).integer();
    });
    return leading;
}

}  // namespace anabranch::lm
