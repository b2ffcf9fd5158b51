#pragma once

#include <anabranch/lm/text/dialogue_style.h>
#include <anabranch/packet.h>
#include <anabranch/parameter.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace anabranch::text {

/// Makes the prompt, and the completion if there are answers, of a row. Immutable.
class PromptMaker {
  public:
    virtual ~PromptMaker() = default;
    /// The text columns that it reads.
    [[nodiscard]] virtual std::vector<std::string> columns() const = 0;
    [[nodiscard]] virtual bool answers() const = 0;
    [[nodiscard]] virtual lm::TrainingText make(const Packet& packet, std::size_t row) const = 0;
};

/// What the parameters of text.prompt ask for; an Error for those that do not fit each other.
[[nodiscard]] std::shared_ptr<const PromptMaker> make_prompt_maker(const Parameters& parameters);

}  // namespace anabranch::text
