#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <anabranch/lm/json/json.h>
#include <plugins/reward/scorers.h>

#include <algorithm>
#include <cmath>

namespace anabranch::reward {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t shown = 200;                           // bytes of a line in messages
constexpr std::size_t longest_line = std::size_t{1} << 20U;  // of an answer
constexpr auto look = 50;                                    // milliseconds: how soon an end without a sign is seen
constexpr auto patience = 2000ms;                            // for a process whose input was closed

std::string shortened(std::string_view text) {
    return text.size() <= shown ? std::string(text) : cat(text.substr(0, shown), "...");
}

/// A line that a program wrote, with whatever bytes, for messages.
std::string quoted(std::string_view text) {
    return json_quote(shortened(text));
}

std::string seconds(std::chrono::duration<double> time) {
    return cat(time.count(), " s");
}

}  // namespace

float score_of(const std::string& line) {
    constexpr auto expected = ", expected a number or {\"score\": NUMBER} (messages belong on standard error)";
    double score = 0;
    try {
        const lm::Json answer = lm::Json::parse(line, "the answer");
        score = answer.kind() == lm::Json::Kind::object ? answer.at("score").number() : answer.number();
    } catch (const Error& problem) {
        throw Error(cat("answered ", quoted(line), expected, ": ", problem.what()));
    }
    const auto narrow = static_cast<float>(score);
    if (!std::isfinite(narrow)) throw Error(cat("answered ", quoted(line), ", which is no finite float", expected));
    return narrow;
}

struct Scorers::Round {
    std::span<const std::string> lines;
    const Report& report;
    std::vector<float> scores;
};

Scorers::Scorers(ScorersOptions options) : options_(std::move(options)) {
    for (std::size_t i = 0; i < options_.processes; ++i)
        processes_.push_back({std::make_unique<ChildProcess>(options_.command)});
}

std::vector<float> Scorers::score(std::span<const std::string> lines, const Report& report) {
    try {
        Round round{lines, report, std::vector<float>(lines.size())};
        ask(round);
        return std::move(round.scores);
    } catch (...) {
        processes_.clear();  // what they still answer is nobody's
        throw;
    }
}

void Scorers::ask(Round& round) {
    if (processes_.empty()) throw Error("the processes have ended");
    for (auto& process : processes_) {
        process.child->pump();
        refuse_extra(process);
    }
    for (std::size_t row = 0; row < round.lines.size(); ++row) processes_[row % processes_.size()].rows.push_back(row);
    for (auto& process : processes_) begin(process, round);
    while (std::ranges::any_of(processes_, [](const Process& process) { return !process.rows.empty(); })) {
        wait();
        for (auto& process : processes_) {
            process.child->pump();
            take_answers(process, round);
        }
    }
}

void Scorers::begin(Process& process, const Round& round) const {
    for (const auto row : process.rows) {
        process.child->send(round.lines[row]);
        process.child->send("\n");
    }
    process.latest = Clock::now() + std::chrono::duration_cast<Clock::duration>(options_.timeout);
}

void Scorers::wait() const {
    std::vector<pollfd> descriptors;
    for (const auto& process : processes_) {
        if (!process.rows.empty()) process.child->watch(descriptors);
    }
    ::poll(descriptors.data(), descriptors.size(), look);
}

void Scorers::take_answers(Process& process, Round& round) {
    const bool silent = !process.rows.empty() && process.child->is_silent();
    while (!process.rows.empty()) {
        const auto line = process.child->take_line();
        if (!line) break;
        try {
            round.scores[process.rows.front()] = score_of(*line);
        } catch (const Error& problem) {
            return restart(process, round, problem.what());
        }
        process.rows.pop_front();
        process.latest = Clock::now() + std::chrono::duration_cast<Clock::duration>(options_.timeout);
    }
    if (process.rows.empty()) return refuse_extra(process);
    if (silent) return restart(process, round, "");
    if (process.child->unread().size() > longest_line)
        return restart(process, round, cat("wrote ", longest_line, " bytes without the end of a line"));
    if (Clock::now() > process.latest) {
        restart(process, round,
                cat("gave no answer for ", seconds(options_.timeout),
                    " (`timeout`; does it flush its output after each line?)"));
    }
}

void Scorers::restart(Process& process, Round& round, const std::string& problem) {
    const std::string ending = process.child->end(problem.empty() ? 500ms : 0ms);
    const std::size_t row = process.rows.front();
    const std::string message = cat(name_of(process), " ", problem.empty() ? ending + " before it answered" : problem,
                                    "; row ", row, ": ", shortened(round.lines[row]), "\n", last_words(process));
    if (restarts_ == options_.restarts) {
        throw Error(cat(message, restarts_ == 0 ? std::string() : cat("\nthe ", restarts_, " `restarts` are used up")));
    }
    ++restarts_;
    round.report(cat(message, "\nit is started again (", restarts_, " of ", options_.restarts, " restarts)"));
    process.child = std::make_unique<ChildProcess>(options_.command);
    begin(process, round);
}

void Scorers::refuse_extra(const Process& process) const {
    const std::string_view extra = process.child->unread();
    if (extra.empty()) return;
    throw Error(cat(name_of(process), " wrote more lines than it was given, so that scores may belong to other rows: ",
                    quoted(extra.substr(0, extra.find('\n'))), "\n", last_words(process)));
}

std::string Scorers::name_of(const Process& process) const {
    return cat("process ", &process - processes_.data() + 1, " of ", processes_.size(), " (",
               shortened(options_.command.text()), ")");
}

std::string Scorers::last_words(const Process& process) const {
    const std::string& words = process.child->last_words();
    const auto end = words.find_last_not_of(" \n\r\t");
    if (end == std::string::npos) return "it wrote nothing to standard error";
    return cat("its standard error ends with:\n", words.substr(0, end + 1));
}

void Scorers::close() {
    for (const auto& process : processes_) process.child->close_input();
    const auto latest = Clock::now() + patience;
    for (const auto& process : processes_) {
        process.child->end(std::max(0ms, std::chrono::duration_cast<std::chrono::milliseconds>(latest - Clock::now())));
        refuse_extra(process);
    }
    processes_.clear();
}

}  // namespace anabranch::reward
