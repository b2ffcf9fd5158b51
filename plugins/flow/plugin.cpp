#include <anabranch/plugin.h>
#include <plugins/flow/nodes.h>

ANABRANCH_PLUGIN_TABLE(registry) {
    anabranch::flow::add_batch(registry);
    anabranch::flow::add_discard(registry);
}
