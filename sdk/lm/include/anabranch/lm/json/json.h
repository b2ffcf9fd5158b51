#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace anabranch::lm {

/// A parsed, immutable JSON value. Copies are cheap: all values of a document share it and keep it alive.
///
/// Stricter than the standard: a duplicate key, nesting deeper than `maximum_depth`, invalid UTF-8, text after the
/// value and numbers that no type holds are errors. The getters throw an Error with the source's name and the value's
/// path
/// (`config.json: $.rope.type is a number; expected a string`). Const methods may be called from several threads.
class Json {
  public:
    enum class Kind { null, boolean, number, string, array, object };
    static constexpr std::size_t maximum_depth = 64;

    /// Parses `text`; `source` is what error messages call it, a file name or "file:line". Syntax errors say where.
    [[nodiscard]] static Json parse(std::string_view text, std::string source = "JSON");
    /// Reads and parses a whole file.
    [[nodiscard]] static Json read_file(const std::filesystem::path& path);

    [[nodiscard]] Kind kind() const;
    [[nodiscard]] bool is_null() const { return kind() == Kind::null; }

    [[nodiscard]] bool boolean() const;
    /// The number when it is written as an integer and fits.
    [[nodiscard]] std::int64_t integer() const;
    [[nodiscard]] std::uint64_t unsigned_integer() const;
    /// Any number, rounded to double.
    [[nodiscard]] double number() const;
    [[nodiscard]] const std::string& string() const;

    /// The number of elements of an array or members of an object.
    [[nodiscard]] std::size_t size() const;
    /// An element of an array.
    [[nodiscard]] Json at(std::size_t index) const;
    /// A member of an object; missing: an Error that lists the keys there are.
    [[nodiscard]] Json at(std::string_view key) const;
    /// A member of an object, or nothing.
    [[nodiscard]] std::optional<Json> find(std::string_view key) const;
    /// Members of an object in the order of the text.
    [[nodiscard]] const std::string& key(std::size_t index) const;
    [[nodiscard]] Json member(std::size_t index) const;

    /// Where this value stands in its document: `$.layers[2].name`.
    [[nodiscard]] std::string path() const;
    /// Throws an Error: source, path, then `problem` ("is -1; expected at least 1").
    [[noreturn]] void fail(const std::string& problem) const;

  private:
    struct Node;
    struct Document;
    class Builder;
    Json(std::shared_ptr<const Document> document, std::size_t index);
    [[nodiscard]] const Node& node() const;
    template <typename Value>
    [[nodiscard]] const Value& value(const char* expected) const;
    template <typename Integer>
    [[nodiscard]] Integer whole_number(const char* expected) const;

    std::shared_ptr<const Document> document_;
    std::size_t index_;
};

/// The name of a kind with its article, for messages: "a string", "null".
[[nodiscard]] std::string_view name_of(Json::Kind kind);

}  // namespace anabranch::lm
