#include <doctest/doctest.h>
#include <plugins/reward/child_process.h>
#include <plugins/reward/home_thread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>

using namespace anabranch::reward;
using namespace std::chrono_literals;

TEST_CASE("a home thread runs one thing after the other and hands on what is thrown") {
    HomeThread home;
    int sum = 0;
    home.run([&] { sum += 1; });
    CHECK_THROWS_AS(home.run([] { throw std::runtime_error("no"); }), std::runtime_error);
    home.run([&] { sum += 2; });
    CHECK(sum == 3);
}

TEST_CASE("a process that ends by itself is let; one that does not is made to") {
    HomeThread home;
    home.run([] {
        ChildProcess willing({{"cat"}, "."});
        willing.send("a\nb");
        willing.close_input();
        CHECK(willing.end(5s) == "ended with exit code 0");
        CHECK(willing.take_line() == "a");
        CHECK_FALSE(willing.take_line());
        CHECK(willing.unread() == "b");

        ChildProcess busy({{"sleep", "1000"}, "."});
        busy.close_input();
        CHECK(busy.end(20ms) == "was ended by signal 15 (Terminated)");

        ChildProcess deaf({{"sh", "-c", "trap '' TERM; echo ready; while true; do sleep 0.05; done"}, "."});
        while (!deaf.take_line()) deaf.pump();
        CHECK(deaf.end(20ms) == "was ended by signal 9 (Killed)");
    });
}

TEST_CASE("when the program is killed, its child processes are too") {
    REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);  // orphans come to this process, which can then see their end
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const pid_t program = ::fork();
    if (program == 0) {
        HomeThread home;
        home.run([&] {
            ChildProcess child({{"sh", "-c", "echo $$; exec sleep 1000"}, "."});
            std::optional<std::string> line;
            while (!(line = child.take_line())) child.pump();
            const pid_t number = std::stoi(*line);
            if (::write(ends[1], &number, sizeof number) == sizeof number) ::pause();
        });
    }
    pid_t child = 0;
    REQUIRE(::read(ends[0], &child, sizeof child) == sizeof child);
    int status = 0;
    CHECK(::waitpid(program, &status, WNOHANG) == 0);
    ::kill(program, SIGKILL);
    CHECK(::waitpid(program, &status, 0) == program);
    CHECK(::waitpid(child, &status, 0) == child);  // hangs if it lives on
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGKILL);
    REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
    ::close(ends[0]);
    ::close(ends[1]);
}
