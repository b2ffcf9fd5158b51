#include <anabranch/plugin.h>
#include <plugins/reward/nodes.h>

ANABRANCH_PLUGIN_TABLE(registry) {
    anabranch::reward::add_evaluate(registry);
    anabranch::reward::add_length(registry);
    anabranch::reward::add_match(registry);
    anabranch::reward::add_model(registry);
    anabranch::reward::add_process(registry);
    anabranch::reward::add_sum(registry);
    anabranch::reward::add_update(registry);
}
