#include <anabranch/plugin.h>
#include <plugins/flow/nodes.h>

ANABRANCH_PLUGIN_TABLE(registry) {
    anabranch::flow::add_batch(registry);
    anabranch::flow::add_discard(registry);
    anabranch::flow::add_repeat(registry);
    anabranch::flow::add_shuffle(registry);
    anabranch::flow::add_skip(registry);
    anabranch::flow::add_split(registry);
    anabranch::flow::add_take(registry);
}
