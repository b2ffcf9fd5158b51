#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::lm {

/// Writes compact JSON piece by piece: `writer.begin_object().key("step").value(3).end_object()`, then `take()`.
///
/// Numbers are written so that they read back as the same value (a float with a float's digits). Invalid UTF-8, NaN and
/// infinity (JSON has none: write `null()` if that is what you mean) and calls out of order are Errors. One thread.
class JsonWriter {
  public:
    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    /// The next member's name; its value must follow.
    JsonWriter& key(std::string_view name);

    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
    JsonWriter& value(bool truth);
    JsonWriter& value(float number);
    JsonWriter& value(double number);
    template <std::integral Integer>
    requires(!std::same_as<Integer, bool>) JsonWriter& value(Integer number) { return raw(std::to_string(number)); }
    JsonWriter& null();

    /// The finished text; the writer is empty again.
    [[nodiscard]] std::string take();

  private:
    struct Level {
        bool object = false;
        bool empty = true;
        bool key_written = false;
    };

    JsonWriter& raw(std::string_view text);
    JsonWriter& open(bool object);
    JsonWriter& close(bool object);
    void begin_value();

    std::string text_;
    std::vector<Level> levels_;
};

}  // namespace anabranch::lm
