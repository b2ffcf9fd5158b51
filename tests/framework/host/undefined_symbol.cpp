#include <anabranch/node.h>

namespace missing {
int function(const char* text);  // defined nowhere
}

ANABRANCH_PLUGIN_TABLE(registry) {
    if (missing::function("x") == 1) registry.nodes.clear();
}
