#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace anabranch::framework {

/// A JSON object or list that is laid out over lines; values are JSON already.
class JsonObject {
  public:
    JsonObject& add(std::string_view key, const std::string& value);
    JsonObject& add_text(std::string_view key, std::string_view text);
    [[nodiscard]] bool empty() const { return members_.empty(); }
    [[nodiscard]] std::string text() const;

  private:
    std::vector<std::string> members_;
};

/// `["a", "b"]`
[[nodiscard]] std::string json_texts(const std::vector<std::string>& texts);
/// `[a, b]` of values that are JSON already, a line each.
[[nodiscard]] std::string json_list(const std::vector<std::string>& values);

}  // namespace anabranch::framework
