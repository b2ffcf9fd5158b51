#include <anabranch/node.h>
#include <framework/engine/recorded_source.h>
#include <framework/state/packet_file.h>

#include <optional>

namespace anabranch::framework {
namespace {

class RecordedSource final : public Node {
  public:
    RecordedSource(std::string port, const std::filesystem::path& file) : port_(std::move(port)), reader_(file) {}

    void process(Call& call) override {
        const auto stored = next(call);
        if (!stored) return call.end_of_stream();
        if (stored->sequence != call.sequence()) {
            throw Error(cat(reader_.path().string(), ": found packet ", stored->sequence, ", expected ",
                            call.sequence(), "; a replay begins with packet 0 and leaves none out"));
        }
        call.out(port_).pass(stored->packet);
    }

  private:
    std::optional<StoredPacket> next(Call& call) {
        try {
            auto stored = reader_.next();
            if (!stored && !reader_.finished()) {
                call.print(cat(reader_.path().string(), ": the recorded run was cut off behind packet ",
                               call.sequence(), "; what was recorded is replayed"));
            }
            return stored;
        } catch (const TornFile& torn) {
            call.print(cat(torn.what(), "; the packets before it are replayed"));
            return std::nullopt;
        }
    }

    std::string port_;
    PacketFileReader reader_;
};

}  // namespace

std::unique_ptr<NodeType> recorded_source(const Port& given, std::filesystem::path file) {
    Spec spec("replay.recorded", "Gives the packets of a file.");
    spec.outputs = {given};
    spec.outputs.front().type.passes = false;
    return std::make_unique<NodeType>(NodeType{
        std::move(spec), [port = given.name, file = std::move(file)](const Parameters&) -> std::unique_ptr<Node> {
            return std::make_unique<RecordedSource>(port, file);
        }});
}

}  // namespace anabranch::framework
