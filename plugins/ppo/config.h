#pragma once

#include <anabranch/lm/rl/ppo_config.h>
#include <anabranch/spec.h>

namespace anabranch::ppo {

/// Every parameter of a PPO step, by TRL's names and with TRL's defaults.
void add_parameters(Spec& spec);
/// What those parameters say; an Error names what does not fit together.
[[nodiscard]] lm::PpoConfig config_of(const Parameters& parameters);

}  // namespace anabranch::ppo
