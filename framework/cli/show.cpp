#include <anabranch/json_text.h>
#include <framework/cli/output.h>
#include <framework/graph/names.h>
#include <framework/report/packet_text.h>
#include <framework/report/text.h>
#include <framework/state/packet_file.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>

namespace anabranch::framework {
namespace {

struct ShowCommand {
    std::string file;
    std::optional<std::int64_t> rows;
    std::vector<std::string> columns;
    std::optional<std::uint64_t> packet;
    std::string format = "text";

    int operator()() const {
        PacketFileReader reader(file);
        const bool json = format == "json";
        if (!json) std::cout << heading(reader.description());
        std::uint64_t packets = 0;
        std::int64_t all_rows = 0;
        bool found = false;
        while (const auto stored = reader.next()) {
            ++packets;
            all_rows += stored->packet.rows();
            if (packet && stored->sequence != *packet) continue;
            found = true;
            const Packet shown = chosen(stored->packet);
            std::cout << (json ? json_lines(*stored, shown) : text(*stored, shown));
            if (!std::cout) return exit_done;  // the reader of our output has gone; that is told elsewhere
        }
        if (packet && !found)
            throw UsageError(cat(file, " has no packet ", *packet, "; it has ", counted(packets, "packet")));
        if (!json) {
            std::cout << counted(packets, "packet") << ", " << counted(static_cast<std::uint64_t>(all_rows), "row")
                      << (reader.finished() ? ""
                                            : "; no end record: whoever wrote it is still at it, or was cut off here")
                      << "\n";
        }
        return exit_done;
    }

  private:
    static std::string heading(const Description& description) {
        std::string out;
        for (const auto& [key, value] : description) {
            if (key != "resolved") out += cat(out.empty() ? "" : ", ", key, " ", json_quote(value));
        }
        return out.empty() ? out : out + "\n";
    }

    [[nodiscard]] std::int64_t rows_shown() const {
        constexpr std::int64_t few = 3;  // for a person; programs get all
        return rows.value_or(format == "json" ? std::numeric_limits<std::int64_t>::max() : few);
    }

    [[nodiscard]] Packet chosen(const Packet& given) const {
        if (columns.empty()) return given;
        std::vector<Packet::Named> kept;
        for (const auto& name : columns) {
            const Column* column = given.find(name);
            if (column == nullptr) {
                std::vector<std::string> known;
                for (const auto& other : given.columns()) known.push_back(other.first);
                throw UsageError(cat(unknown_name("column", name, known), "; there are: ", enumerate(known)));
            }
            kept.emplace_back(name, *column);
        }
        return Packet(std::move(kept));
    }

    [[nodiscard]] std::string text(const StoredPacket& stored, const Packet& shown) const {
        const std::string name = stored.name.empty() ? "" : cat(" '", stored.name, "'");
        return cat("packet ", stored.sequence, name, ": ",
                   counted(static_cast<std::uint64_t>(stored.packet.rows()), "row"), ", ",
                   counted(stored.packet.columns().size(), "column"), "\n",
                   rows_text(shown, rows_shown(), terminal_width()));
    }

    [[nodiscard]] std::string json_lines(const StoredPacket& stored, const Packet& shown) const {
        std::string out;
        const std::string name = stored.name.empty() ? "" : cat(", \"name\": ", json_quote(stored.name));
        for (std::int64_t row = 0; row < std::min(shown.rows(), rows_shown()); ++row) {
            out += cat("{\"packet\": ", stored.sequence, name, ", \"row\": ", row,
                       ", \"columns\": ", json_row(shown, row), "}\n");
        }
        return out;
    }
};

}  // namespace

void add_show(CLI::App& program, Action& action) {
    auto show = std::make_shared<ShowCommand>();
    CLI::App* command = program.add_subcommand("show", "Prints the packets of a file that a run recorded or saved");
    command->add_option("FILE", show->file, "The file, such as recorded/NODE.PORT.packets in the folder of a run")
        ->required();
    command->add_option("--rows", show->rows, "Rows of each packet, from its first on (default: 3; all as json)")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--columns", show->columns, "The columns to print, in this order (default: all)")
        ->type_name("NAME,...")
        ->delimiter(',')
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_option("--packet", show->packet, "The packet with this number alone")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--format", show->format, "text for people, or json: an object a row")
        ->type_name("NAME")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->callback([&action, show] { action = [show] { return (*show)(); }; });
}

}  // namespace anabranch::framework
