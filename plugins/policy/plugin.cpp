#include <anabranch/plugin.h>
#include <plugins/policy/nodes.h>

ANABRANCH_PLUGIN_TABLE(registry) {
    anabranch::policy::add_evaluate(registry);
    anabranch::policy::add_generate(registry);
    anabranch::policy::add_kl(registry);
}
