#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/sink/nodes.h>
#include <support/temporary_folder.h>

#include <filesystem>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

using Names = std::vector<std::string>;

/// The node made and driven by hand, because the harness does not close.
struct Sink {
    explicit Sink(Given given) {
        Registry registry;
        sink::add_jsonl(registry);
        node = registry.nodes.at(0).make(Parameters(registry.nodes.at(0).spec.parameters, std::move(given)));
    }
    void take(Packet packet) {
        Call call({.sequence = sequence++, .inputs = {{"in", std::move(packet)}}});
        node->process(call);
    }
    std::unique_ptr<Node> node;
    std::uint64_t sequence = 0;
};

Packet two_columns() {
    return packet({{"text", Strings({"a\n", "ü"})}, {"score", Array::of(std::vector<float>{0.5F, -1})}});
}

}  // namespace

TEST_CASE("sink.jsonl: lines can be followed while they come; the name appears at the end") {
    const TemporaryFolder folder;
    const std::string path = folder / "deep/er/rows.jsonl";
    Sink sink({{"path", path}});
    sink.take(two_columns());
    const std::string lines = "{\"text\": \"a\\n\", \"score\": 0.5}\n{\"text\": \"ü\", \"score\": -1}\n";
    CHECK(content_of(path + ".partial") == lines);
    CHECK_FALSE(std::filesystem::exists(path));
    sink.take(texts("text", {}));
    sink.take(texts("text", {"b"}));
    sink.node->close();
    CHECK(content_of(path) == lines + "{\"text\": \"b\"}\n");
    CHECK_FALSE(std::filesystem::exists(path + ".partial"));
}

TEST_CASE("sink.jsonl: a file that stood there is replaced at the end, not before") {
    const TemporaryFolder folder;
    const std::string path = folder.write("rows.jsonl", "old\n");
    folder.write("rows.jsonl.partial", "left by a run that died");
    Sink sink({{"path", path}});
    sink.take(texts("t", {"new"}));
    CHECK(content_of(path) == "old\n");
    sink.node->close();
    CHECK(content_of(path) == "{\"t\": \"new\"}\n");
}

TEST_CASE("sink.jsonl: without a packet it leaves everything alone") {
    const TemporaryFolder folder;
    Sink sink({{"path", folder / "rows.jsonl"}});
    sink.node->close();
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("sink.jsonl: chosen columns and numbers") {
    const TemporaryFolder folder;
    Sink sink({{"path", folder / "rows.jsonl"}, {"columns", Names{"score"}}, {"numbers", true}});
    sink.take(two_columns());
    sink.take(two_columns());
    sink.node->close();
    CHECK(content_of(folder / "rows.jsonl") ==
          "{\"packet\": 0, \"row\": 0, \"score\": 0.5}\n{\"packet\": 0, \"row\": 1, \"score\": -1}\n"
          "{\"packet\": 1, \"row\": 0, \"score\": 0.5}\n{\"packet\": 1, \"row\": 1, \"score\": -1}\n");
}

TEST_CASE("sink.jsonl: errors name what is wrong") {
    const TemporaryFolder folder;
    const std::string path = folder / "rows.jsonl";
    Sink choosy({{"path", path}, {"columns", Names{"scores"}}});
    CHECK(error_of([&] {
              choosy.take(two_columns());
              return 0;
          }) == "columns: there is no 'scores' in what the node gets; there is: text, score");
    Sink numbers({{"path", path}, {"numbers", true}});
    CHECK(contains(error_of([&] {
                       numbers.take(texts("row", {"a"}));
                       return 0;
                   }),
                   "numbers: true adds"));
    Sink in_file({{"path", folder.write("file", "") + "/rows.jsonl"}});
    CHECK(contains(error_of([&] {
                       in_file.take(texts("t", {"a"}));
                       return 0;
                   }),
                   "file"));
    Sink onto_folder({{"path", folder.path().string()}});
    CHECK(contains(error_of([&] {
                       onto_folder.take(texts("t", {"a"}));
                       return 0;
                   }),
                   "is a folder; expected a file"));
}

TEST_CASE("sink.jsonl: two writers of one file are refused, and the first is not hurt") {
    const TemporaryFolder folder;
    const std::string path = folder / "rows.jsonl";
    Sink first({{"path", path}});
    Sink second({{"path", path}});
    first.take(texts("t", {"a"}));
    CHECK(contains(error_of([&] {
                       second.take(texts("t", {"b"}));
                       return 0;
                   }),
                   "give each its own path"));
    first.take(texts("t", {"c"}));
    first.node->close();
    CHECK(content_of(path) == "{\"t\": \"a\"}\n{\"t\": \"c\"}\n");
}

TEST_CASE("sink.jsonl: a full disk is an error, and nothing takes the file's name") {
    if (!std::filesystem::exists("/dev/full")) {
        MESSAGE("skipped: there is no /dev/full");
        return;
    }
    const TemporaryFolder folder;
    std::filesystem::create_symlink("/dev/full", folder / "rows.jsonl.partial");
    Sink sink({{"path", folder / "rows.jsonl"}});
    CHECK(contains(error_of([&] {
                       sink.take(texts("t", {"a"}));
                       return 0;
                   }),
                   "cannot"));
    sink.node->close();
    CHECK_FALSE(std::filesystem::exists(folder / "rows.jsonl"));
}
