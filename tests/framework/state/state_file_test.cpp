#include <doctest/doctest.h>
#include <framework/state/state_file.h>

#include "packet_samples.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;
using anabranch::tests::contains;
using anabranch::tests::content_of;
using anabranch::tests::error_of;
using anabranch::tests::TemporaryFolder;

namespace {

State sample_state() {
    State state;
    state.set("step", std::int64_t{42});
    state.set("kl_coef", 0.1);
    state.set("cursor", std::string("Posts.xml"));
    state.set("buffer", sample_packet());
    return state;
}

}  // namespace

TEST_CASE("a node's state comes back as it was, from a file that appears whole") {
    const TemporaryFolder folder;
    write_state(folder / "state", State());
    CHECK(read_state(folder / "state").packets().empty());
    write_state(folder / "state", sample_state(), {{"node", "update"}});  // in the place of the other
    Description description;
    const State state = read_state(folder / "state", description);
    CHECK(description == Description{{"holds", "state"}, {"node", "update"}});
    CHECK(state.packets().size() == 4);
    CHECK(state.integer("step") == 42);
    CHECK(state.number("kl_coef") == 0.1);
    CHECK(state.text("cursor") == "Posts.xml");
    CHECK(bits_of(state.packet("buffer")) == bits_of(sample_packet()));
}

TEST_CASE("a state that cannot be written leaves the one before, and one that is torn or another file is an error") {
    const TemporaryFolder folder;
    write_state(folder / "state", sample_state());
    const std::string whole = content_of(folder / "state");
    State wrong;
    wrong.set("text", std::string("\xFF"));
    CHECK(contains(error_of([&] {
                       write_state(folder / "state", wrong);
                       return 0;
                   }),
                   "entry 'text' of the state: column 'value', row 0: byte 0 is not UTF-8"));
    CHECK(content_of(folder / "state") == whole);
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);

    folder.write("torn", whole.substr(0, whole.size() - 32));
    CHECK(contains(error_of([&] { return read_state(folder / "torn"); }), "ends without an end record"));
    {
        PacketFileWriter writer(folder / "stream", {{"holds", "stream"}});
        writer.finish();
    }
    CHECK(contains(error_of([&] { return read_state(folder / "stream"); }), "this packet file holds no state"));
    {
        PacketFileWriter writer(folder / "twice", {{"holds", "state"}});
        writer.write(0, Packet(), "a");
        writer.write(1, Packet(), "a");
        writer.finish();
    }
    CHECK(contains(error_of([&] { return read_state(folder / "twice"); }), "the entry 'a' is there twice"));
}
