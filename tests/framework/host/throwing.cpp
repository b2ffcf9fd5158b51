#include <anabranch/node.h>

#include <stdexcept>

#ifndef ANABRANCH_TEST_THROWN
#define ANABRANCH_TEST_THROWN anabranch::Error
#endif

ANABRANCH_PLUGIN_TABLE(registry) {
    registry.on_worker_start([](int) {});
    throw ANABRANCH_TEST_THROWN("the licence server is asleep");
}
