#include <anabranch/node.h>

ANABRANCH_PLUGIN_TABLE(registry) {
    registry.on_worker_start([](int) {});
    throw anabranch::Error("the licence server is asleep");
}
