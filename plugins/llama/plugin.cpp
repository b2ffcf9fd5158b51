#include <anabranch/lm/tensor/compute.h>
#include <anabranch/plugin.h>
#include <plugins/llama/nodes.h>

ANABRANCH_PLUGIN_TABLE(registry) {
    anabranch::llama::add_base(registry);
    anabranch::llama::add_full(registry);
    anabranch::llama::add_policy(registry);
    anabranch::llama::add_reward(registry);
    registry.on_worker_start(anabranch::lm::prepare_thread);
}
