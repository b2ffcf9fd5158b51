#pragma once

#include <anabranch/lm/model/linear_head.h>
#include <anabranch/lm/model/lora.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace anabranch::lm {

/// Adapters in PEFT's format: adapter_config.json and adapter_model.safetensors in one directory; heads beside them.
inline constexpr std::string_view value_head_file = "value_head.safetensors";
inline constexpr std::string_view score_head_file = "score_head.safetensors";

/// Where peft keeps the score head of a sequence classifier among the tensors of its adapter.
inline constexpr std::string_view adapter_score_name = "base_model.model.score.weight";

/// `score` may be null; with it peft opens the adapter as that of a sequence classifier.
void save_adapter(const std::filesystem::path& directory, const Lora& lora, const std::string& base,
                  const LinearHead* score = nullptr);
/// Rank, alpha, dropout and targets of a saved adapter. Errors name what the file asks for and we do not have
/// (a bias, rank-stabilised scaling, modules that a LLaMA has not).
[[nodiscard]] LoraConfig read_adapter_config(const std::filesystem::path& directory);
/// Copies a saved adapter into `lora`, but not the score head that may stand among its tensors. A tensor that is
/// missing, left over or of another shape is an Error and nothing has changed.
void load_adapter(const std::filesystem::path& directory, Lora& lora);

/// NAME.weight and, if there is one, NAME.bias, float32. The metadata hold NAME.mean and NAME.std of a head that has
/// them, as decimal texts; other programs see a plain head.
void save_head(const std::filesystem::path& file, const std::string& name, const LinearHead& head);
void load_head(const std::filesystem::path& file, const std::string& name, LinearHead& head);

}  // namespace anabranch::lm
