#include <anabranch/plugin.h>
#include <plugins/sink/nodes.h>

ANABRANCH_PLUGIN_TABLE(registry) {
    anabranch::sink::add_jsonl(registry);
    anabranch::sink::add_print(registry);
}
