#pragma once

#include <anabranch/parameter.h>
#include <anabranch/spec.h>
#include <plugins/data/batches.h>

namespace anabranch::data {

/// What data.stack_exchange gives, one kind of row each: the columns of its output, and what fills a packet with the
/// next rows or ends the stream. Parameters are those of the node.
struct StackExchangeRows {
    const char* name;
    const char* columns;
    Batches (*open)(const Parameters& parameters);
};

extern const StackExchangeRows question_rows;
extern const StackExchangeRows answer_rows;
extern const StackExchangeRows pair_rows;

}  // namespace anabranch::data
