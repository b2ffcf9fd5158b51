#include <anabranch/plugin.h>
#include <plugins/text/nodes.h>

ANABRANCH_PLUGIN_TABLE(registry) {
    anabranch::text::add_best_fit(registry);
    anabranch::text::add_detokenize(registry);
    anabranch::text::add_pack(registry);
    anabranch::text::add_pairs(registry);
    anabranch::text::add_prompt(registry);
    anabranch::text::add_tokenize(registry);
    anabranch::text::add_tokenizer(registry);
}
