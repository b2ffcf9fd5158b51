#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/reward/nodes.h>
#include <support/temporary_folder.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <thread>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

using Words = std::vector<std::string>;

/// A program that runs `body` for each line; `row` is what the line holds, `n` counts lines.
std::string python(const std::string& body) {
    return "import json, os, sys, time\nfor n, line in enumerate(sys.stdin):\n    row = json.loads(line)\n    " + body +
           "\n";
}
const std::string length = "print(len(row['response']), flush=True)";

Given with(const std::string& program, Given more = {}) {
    more.insert_or_assign("command", Words{"python3", "-c", program});
    return more;
}
Harness process(const std::string& body, Given more = {}) {
    return harness(reward::add_process, with(python(body), std::move(more)));
}
std::string problem(const std::string& body, Given more = {}) {
    auto node = process(body, std::move(more));
    return error_of([&] { return node.run(texts("response", {"zero", "one", "two"})); });
}
Words rows(std::size_t count, std::size_t width = 0) {
    Words made;
    for (std::size_t i = 0; i < count; ++i) made.push_back(std::string(width + i % 7, 'x'));
    return made;
}
std::vector<float> lengths(const Words& texts) {
    std::vector<float> found;
    for (const auto& text : texts) found.push_back(static_cast<float>(text.size()));
    return found;
}
bool has(const std::string& text, const Words& parts) {
    for (const auto& part : parts) {
        CAPTURE(part);
        CAPTURE(text);
        CHECK(contains(text, part));
        if (!contains(text, part)) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("reward.process: scores in the order of the rows, whatever the number of processes") {
    for (const std::int64_t processes : {1, 2, 3, 7}) {
        auto node = process(length, {{"processes", processes}});
        for (const std::size_t count : {5U, 0U, 40U, 1U}) {
            const Packet out = node.run(texts("response", rows(count)));
            CHECK(floats(out, "score") == lengths(rows(count)));
            CHECK(out.strings("response") == rows(count));
        }
        node.close();
    }
}

TEST_CASE("reward.process: answers are numbers or objects, rows are objects with id and the columns asked for") {
    auto node = process("print(json.dumps({'score': row['id'] + 10 * row['n'] + len(row) / 100}), flush=True)",
                        {{"columns", Words{"response", "n: i64[B]"}}});
    const Packet in = packet({{"response", Strings({"a", "b"})},
                              {"n", Array::of(std::vector<std::int64_t>{3, 4})},
                              {"other", Array::of(std::vector<float>{1, 2})}});
    CHECK(floats(node.run(in), "score") == std::vector<float>{30.03F, 41.03F});
}

TEST_CASE("reward.process: large packets both ways do not block, nor does a full standard error") {
    auto node = process(
        "sys.stderr.write('e' * 300); print(json.dumps({'score': len(row['response']), 'why': 'w' * 2000}), "
        "flush=True)",
        {{"processes", 2}});
    const Words many = rows(3000, 1000);
    CHECK(floats(node.run(texts("response", many)), "score") == lengths(many));
    node.close();
}

TEST_CASE("reward.process: an answer that does not come is missed in time") {
    CHECK(has(problem("time.sleep(1000)", {{"timeout", 0.3}}),
              {"gave no answer for 0.3 s (`timeout`; does it flush its output after each line?)", "row 0"}));
}

TEST_CASE("reward.process: a crash is reported with the row and the program's last words") {
    CHECK(has(problem("print(1, flush=True) if n < 2 else sys.exit('the judge is ill')"),
              {"process 1 of 1 (python3 -c ", "ended with exit code 1 before it answered; row 2: ",
               R"({"id": 2, "response": "two"})", "its standard error ends with:\nthe judge is ill"}));
    CHECK(has(problem("os.kill(os.getpid(), 9)"),
              {"was ended by signal 9 (Killed)", "row 0", "nothing to standard error"}));
    CHECK(has(problem("sys.exit(0)"), {"ended with exit code 0 before it answered", "row 0"}));
}

TEST_CASE("reward.process: wrong answers are reported with the row and what came") {
    const auto answer = [](const std::string& text) { return problem("print('" + text + "', flush=True)"); };
    CHECK(
        has(answer("good"), {R"(answered "good", expected a number or {"score": NUMBER})", "row 0", "standard error"}));
    CHECK(has(answer("NaN"), {R"(answered "NaN")", "row 0"}));
    CHECK(has(answer("1e999"), {R"(answered "1e999")"}));
    CHECK(has(answer("1e60"), {"which is no finite float"}));
    CHECK(has(answer(R"({"scores": 1})"), {"scores", "score"}));
    CHECK(has(answer(R"({"score": "1"})"), {"is a string; expected a number"}));
    CHECK(has(answer(""), {R"(answered "")"}));
    CHECK(has(problem("sys.stdout.write('9' * 2000000); sys.stdout.flush()"), {"without the end of a line", "row 0"}));
}

TEST_CASE("reward.process: more lines than rows are an error at once, also when they come late") {
    CHECK(has(problem("os.write(1, b'1\\n2\\n')", {{"restarts", 5}}),
              {"wrote more lines than it was given", "scores may belong to other rows"}));
    auto late = harness(reward::add_process, with(python(length) + "print('goodbye')"));
    CHECK(floats(late.run(texts("response", {"a"})), "score") == std::vector<float>{1});
    CHECK(has(error_of([&] { return late.close(), 0; }), {"wrote more lines than it was given", "goodbye"}));
}

TEST_CASE("reward.process: a process is started again as often as allowed, and asked again") {
    const TemporaryFolder folder;
    // Fails on the row "bad" until it has left as many marks as `times`.
    const auto fails = [&](int times) {
        return cat("d = '", folder.path().string(),
                   "'; m = len(os.listdir(d)); bad = row['response'] == 'bad' and m < ", times,
                   "; bad and open(f'{d}/{m}', 'w'); print('oh no' if bad else len(row['response']), flush=True)");
    };
    const Packet in = texts("response", {"a", "bad", "ccc", "dddd"});
    auto node = process(fails(2), {{"restarts", 2}, {"processes", 2}});
    CHECK(floats(node.run(in), "score") == std::vector<float>{1, 3, 3, 4});
    REQUIRE(node.lines().size() == 2);
    CHECK(has(node.lines()[0], {"packet 0: process 2 of 2", "oh no", "row 1", "started again (1 of 2 restarts)"}));
    CHECK(has(node.lines()[1], {"(2 of 2 restarts)"}));
    auto more = process(fails(9), {{"restarts", 2}});
    CHECK(has(error_of([&] { return more.run(in); }), {"oh no", "row 1", "the 2 `restarts` are used up"}));
}

TEST_CASE("reward.process: one that ended between two packets is started again") {
    auto node = process(length + "; sys.exit(0)", {{"restarts", 1}});
    CHECK(floats(node.run(texts("response", {"a"})), "score") == std::vector<float>{1});
    CHECK(floats(node.run(texts("response", {"bb"})), "score") == std::vector<float>{2});
    // Large enough that writing to one that reads no more would end this program by SIGPIPE.
    CHECK(has(error_of([&] { return node.run(texts("response", rows(10, 1 << 20U))); }), {"restarts", "row 0"}));
}

TEST_CASE("reward.process: what cannot be run is told when the node is made") {
    const auto problem_of = [](Given given) { return error_of([&] { return harness(reward::add_process, given); }); };
    CHECK(has(problem_of({{"command", Words{"no-such-program", "x"}}}),
              {"the program 'no-such-program' cannot be run in .", "No such file or directory", "without a shell"}));
    CHECK(has(problem_of({{"command", Words{"cat"}}, {"folder", "/no/such"}}), {"cannot be run in /no/such"}));
    CHECK(has(problem_of({{"command", Words{}}}), {"command is empty", "[python3, score.py]"}));
    CHECK(has(problem_of({{"command", Words{"cat"}}, {"columns", Words{}}}), {"columns is empty"}));
    CHECK(has(problem_of({{"command", Words{"cat"}}, {"columns", Words{"id"}}}), {"columns has an 'id'"}));
}

TEST_CASE("reward.process: nothing is left of its processes, nor of theirs") {
    const TemporaryFolder folder;
    {
        auto stubborn = process(cat("import subprocess; other = subprocess.Popen(['sleep', '1000']); open('",
                                    folder.path().string(), "/pid', 'w').write(str(other.pid)); ", length));
        CHECK(floats(stubborn.run(texts("response", {"a"})), "score") == std::vector<float>{1});
    }
    CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
    CHECK(errno == ECHILD);
    const std::string other = "/proc/" + content_of(folder / "pid") + "/stat";
    const auto runs = [&] {
        const std::string status = content_of(other);  // killed, it may still wait for a parent to take its exit code
        return !status.empty() && !contains(status, ") Z ");
    };
    for (int i = 0; i < 1000 && runs(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    CHECK_FALSE(runs());
}

TEST_CASE("reward.process: Ctrl-C in a terminal does not reach them") {
    auto node = process("print(int(os.getpgrp() == os.getpid()), flush=True)");
    CHECK(floats(node.run(texts("response", {"a"})), "score") == std::vector<float>{1});
}
