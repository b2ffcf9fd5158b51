#include <plugins/data/row_stream.h>

namespace anabranch::data {

void add_row_stream_parameters(Spec& spec) {
    spec.parameter("batch", 32, "rows in each packet", at_least(1))
        .parameter("skip", 0, "rows left out at the start", at_least(0))
        .optional("take", ParameterKind::integer, "rows used after those skipped; all when it is left out", at_least(1))
        .parameter("repeat", false,
                   "begin again at the end, for as long as the run goes on; a packet may hold the end of one epoch and "
                   "the start of the next")
        .parameter("drop_last", false, "without repeat: leave out the last packet if it is not full")
        .parameter("shuffle_buffer", 0,
                   "draw each row at random from that many next ones (as large as the file: a full shuffle); 0: the "
                   "order of the file. Depends on the run's seed alone.",
                   at_least(0))
        .refine(refine_row_stream);
}

void refine_row_stream(const Parameters& parameters, Spec& spec) {
    if (parameters.get<bool>("repeat")) spec.never_ends();
}

RowStreamOptions row_stream_options(const Parameters& parameters) {
    RowStreamOptions options{.batch = parameters.get<std::size_t>("batch"),
                             .skip = parameters.get<std::uint64_t>("skip"),
                             .repeat = parameters.get<bool>("repeat"),
                             .drop_last = parameters.get<bool>("drop_last"),
                             .shuffle_buffer = parameters.get<std::size_t>("shuffle_buffer")};
    if (const auto take = parameters.find<std::uint64_t>("take")) options.take = *take;
    return options;
}

std::string describe(const RowStreamOptions& options) {
    std::string text = options.skip > 0 ? cat("skip ", options.skip) : "";
    if (options.take != RowStreamOptions{}.take) text += cat(text.empty() ? "" : ", ", "take ", options.take);
    return text;
}

}  // namespace anabranch::data
