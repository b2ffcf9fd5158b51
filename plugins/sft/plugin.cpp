#include <anabranch/plugin.h>
#include <plugins/sft/nodes.h>

ANABRANCH_PLUGIN_TABLE(registry) {
    anabranch::sft::add_evaluate(registry);
    anabranch::sft::add_update(registry);
}
