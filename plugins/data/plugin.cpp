#include <anabranch/plugin.h>
#include <plugins/data/nodes.h>

ANABRANCH_PLUGIN_TABLE(registry) {
    anabranch::data::add_instructions(registry);
    anabranch::data::add_jsonl(registry);
    anabranch::data::add_pairs(registry);
    anabranch::data::add_stack_exchange(registry);
}
