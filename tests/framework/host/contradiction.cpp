#include <anabranch/node.h>

ANABRANCH_PLUGIN_TABLE(registry) {
    registry.nodes.push_back({anabranch::Spec("test.contradiction", "Has a default out of range.")
                                  .parameter("size", 0, "a size", anabranch::at_least(1)),
                              {}});
}
