#include <anabranch/plugin.h>
#include <plugins/ppo/nodes.h>

ANABRANCH_PLUGIN_TABLE(registry) {
    anabranch::ppo::add_update(registry);
}
