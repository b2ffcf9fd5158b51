#include <anabranch/atomic_file.h>
#include <framework/state/packet_format.h>
#include <framework/state/state_file.h>

namespace anabranch::framework {
namespace {

constexpr const char* holds = "holds";  // the key that tells states from recordings
constexpr const char* state_kind = "state";

}  // namespace

void write_state(const std::filesystem::path& path, const State& state, Description description) {
    description.insert_or_assign(holds, state_kind);
    AtomicFile file(path);
    const packet_format::Sink sink = [&](std::span<const std::byte> bytes) { file.write(bytes); };
    packet_format::put_header(description, sink);
    std::uint64_t number = 0;
    for (const auto& [name, packet] : state.packets()) {
        with_context([&] { return cat("entry '", name, "' of the state"); },
                     [&] { packet_format::put_packet(number++, name, packet, sink); });
    }
    packet_format::put_end(number, sink);
    file.commit();
}

State read_state(const std::filesystem::path& path) {
    Description description;
    return read_state(path, description);
}

State read_state(const std::filesystem::path& path, Description& description) {
    State state;
    auto packets = read_all(path, description);
    if (const auto kind = description.find(holds); kind == description.end() || kind->second != state_kind)
        throw Error(cat(path.string(), ": this packet file holds no state of a node"));
    for (auto& stored : packets) {
        if (state.has(stored.name)) throw Error(cat(path.string(), ": the entry '", stored.name, "' is there twice"));
        state.set(stored.name, std::move(stored.packet));
    }
    return state;
}

}  // namespace anabranch::framework
