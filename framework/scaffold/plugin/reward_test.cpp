#include <anabranch/harness.h>

#include <cstdlib>
#include <iostream>

namespace {

void expect(bool holds, const char* what) {
    if (holds) return;
    std::cerr << "failed: " << what << "\n";
    std::exit(1);
}

anabranch::Packet answers(std::vector<std::string> texts) {
    anabranch::PacketBuilder rows;
    rows.set("response", std::move(texts));
    return std::move(rows).build();
}

}  // namespace

int main() {
    auto node = anabranch::Harness::of_plugin("@NAME@.reward", {{"characters", 4.0}});
    const auto out = node.run(answers({"four", "six---"}));
    expect(out.values<float>("score")[0] == 0, "an answer of the length aimed at scores 0");
    expect(out.values<float>("score")[1] == -0.5F, "one that is longer by half scores -0.5");
    expect(node.run(answers({})).rows() == 0, "no answers give no scores");
    try {
        anabranch::Harness::of_plugin("@NAME@.reward", {{"characters", 0.0}});
        expect(false, "a length of 0 is refused");
    } catch (const anabranch::Error&) {
    }
}
