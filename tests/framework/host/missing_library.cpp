#include <anabranch/node.h>

extern "C" int something_else();  // of a library that is not found

ANABRANCH_PLUGIN_TABLE(registry) {
    if (something_else() == 2) registry.nodes.clear();
}
