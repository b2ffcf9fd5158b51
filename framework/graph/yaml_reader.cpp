#include <framework/graph/utf8.h>
#include <framework/graph/yaml_reader.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace anabranch::framework {
namespace {

struct Stop {};  // leaves yaml-cpp's parser; the reason has been reported

/// Turns yaml-cpp's byte columns into characters.
class Places {
  public:
    Places(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '\n') line_starts_.push_back(i + 1);
        }
    }
    [[nodiscard]] Location at(const YAML::Mark& mark) const {
        if (mark.is_null()) return {file_, 1, 1};
        const auto line = std::min(static_cast<std::size_t>(mark.line), line_starts_.size() - 1);
        const std::string_view rest = text_.substr(line_starts_[line]);
        const std::string_view before = rest.substr(0, static_cast<std::size_t>(mark.column));
        return {file_, static_cast<int>(line) + 1, static_cast<int>(count_characters(before)) + 1};
    }
    [[nodiscard]] Location at_byte(std::size_t offset) const {
        const auto after = std::ranges::upper_bound(line_starts_, offset);
        const auto line = static_cast<std::size_t>(after - line_starts_.begin()) - 1;
        const std::string_view before = text_.substr(line_starts_[line], offset - line_starts_[line]);
        return {file_, static_cast<int>(line) + 1, static_cast<int>(count_characters(before)) + 1};
    }

  private:
    std::string_view text_;
    std::string file_;
    std::vector<std::size_t> line_starts_{0};
};

class TreeBuilder final : public YAML::EventHandler {
  public:
    TreeBuilder(const Places& places, Diagnostics& diagnostics, const YamlLimits& limits)
        : places_(places), diagnostics_(diagnostics), limits_(limits) {}

    [[nodiscard]] Tree take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        put({.kind = Tree::Kind::null, .location = places_.at(mark)}, anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const Location location = places_.at(mark);
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) stop(Code::invalid_yaml, location, "this alias stands inside what it refers to");
        if (stack_.size() + depth_of(found->second) > limits_.depth) too_deep(location);
        count(size_of(found->second), location);
        put_value(found->second, location);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        const Location location = places_.at(mark);
        const bool text_tag = tag == "tag:yaml.org,2002:str";
        if (!text_tag) check_tag(tag, location);
        put({.kind = Tree::Kind::scalar, .text = value, .quoted = text_tag || tag == "!", .location = location},
            anchor);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(Tree::Kind::sequence, places_.at(mark), tag, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(Tree::Kind::map, places_.at(mark), tag, anchor);
    }
    void OnMapEnd() override { close(); }

  private:
    struct Frame {
        Tree tree;
        YAML::anchor_t anchor = YAML::NullAnchor;
        bool has_key = false;
        bool merges = false;  ///< the key is a plain `<<`
        bool repeats = false;
        std::string key{};
        Location key_location{};
        std::vector<Tree> merged{};
    };

    [[noreturn]] void stop(Code code, const Location& location, std::string message) {
        diagnostics_.report(code, location, std::move(message));
        throw Stop{};
    }
    [[noreturn]] void too_deep(const Location& location) {
        stop(Code::over_limit, location, cat("values are nested more than ", limits_.depth, " deep here"));
    }
    void count(std::size_t nodes, const Location& location) {
        nodes_ += nodes;
        if (nodes_ > limits_.nodes) {
            stop(Code::over_limit, location,
                 cat("the file has more than ", limits_.nodes, " values, counting what its aliases stand for"));
        }
    }
    void check_tag(const std::string& tag, const Location& location) {
        if (!tag.empty() && tag != "?" && tag != "!") {
            stop(Code::invalid_yaml, location, cat("graphs have no use for the tag '", tag, "'"));
        }
    }
    void open(Tree::Kind kind, const Location& location, const std::string& tag, YAML::anchor_t anchor) {
        check_tag(tag, location);
        count(1, location);
        if (stack_.size() >= limits_.depth) too_deep(location);
        Frame frame;
        frame.tree.kind = kind;
        frame.tree.location = location;
        frame.anchor = anchor;
        stack_.push_back(std::move(frame));
    }
    void close() {
        Frame frame = std::move(stack_.back());
        stack_.pop_back();
        merge(frame);
        if (frame.anchor != YAML::NullAnchor) anchors_[frame.anchor] = frame.tree;
        const Location location = frame.tree.location;
        put_value(std::move(frame.tree), location);
    }
    void put(Tree tree, YAML::anchor_t anchor) {
        count(1, tree.location);
        if (anchor != YAML::NullAnchor) anchors_[anchor] = tree;
        const Location location = tree.location;
        put_value(std::move(tree), location);
    }

    /// Gives a finished value to what it stands in. `place` differs from the value's own for an alias.
    void put_value(Tree tree, const Location& place) {
        if (stack_.empty()) {
            root_ = std::move(tree);
            return;
        }
        Frame& frame = stack_.back();
        if (frame.tree.kind == Tree::Kind::sequence) {
            frame.tree.items.push_back(std::move(tree));
        } else if (frame.has_key) {
            frame.has_key = false;
            if (frame.merges) {
                add_merged(frame, std::move(tree), place);
            } else if (!frame.repeats) {
                frame.tree.entries.push_back({frame.key, frame.key_location, std::move(tree)});
            }
        } else {
            take_key(frame, tree, place);
        }
    }
    void take_key(Frame& frame, const Tree& tree, const Location& place) {
        if (tree.kind != Tree::Kind::scalar) {
            stop(Code::invalid_yaml, place, cat("a key must be text, this is ", describe(tree)));
        }
        frame.has_key = true;
        frame.merges = tree.text == "<<" && !tree.quoted;
        frame.key = tree.text;
        frame.key_location = place;
        const TreeEntry* earlier = frame.tree.find(tree.text);
        frame.repeats = earlier != nullptr;
        if (frame.repeats) {
            diagnostics_.report(Code::duplicate_key, place, cat("the key '", tree.text, "' stands twice in one map"))
                .note(earlier->location, "first here");
        }
    }
    void add_merged(Frame& frame, Tree tree, const Location& place) {
        std::vector<Tree> sources;
        if (tree.kind == Tree::Kind::sequence) {
            sources = std::move(tree.items);
        } else {
            sources.push_back(std::move(tree));
        }
        for (auto& source : sources) {
            if (source.kind != Tree::Kind::map) {
                stop(Code::invalid_yaml, place, cat("'<<' merges a map or a list of maps, this is ", describe(source)));
            }
            frame.merged.push_back(std::move(source));
        }
    }
    /// A map's own keys win over merged ones, and earlier merges over later ones.
    static void merge(Frame& frame) {
        for (auto& source : frame.merged) {
            for (auto& entry : source.entries) {
                if (frame.tree.find(entry.key) == nullptr) frame.tree.entries.push_back(std::move(entry));
            }
        }
    }

    const Places& places_;
    Diagnostics& diagnostics_;
    const YamlLimits& limits_;
    Tree root_;
    std::vector<Frame> stack_;
    std::map<YAML::anchor_t, Tree> anchors_;
    std::size_t nodes_ = 0;
};

/// Refuses whatever comes after the first document.
class NoMore final : public YAML::EventHandler {
  public:
    NoMore(const Places& places, Diagnostics& diagnostics) : places_(places), diagnostics_(diagnostics) {}
    void OnDocumentStart(const YAML::Mark& mark) override {
        diagnostics_.report(Code::several_documents, places_.at(mark),
                            "a second YAML document starts here, a graph is one");
        throw Stop{};
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}

  private:
    const Places& places_;
    Diagnostics& diagnostics_;
};

bool check_text(std::string_view text, const Places& places, const std::string& file, Diagnostics& diagnostics,
                const YamlLimits& limits) {
    if (text.size() > limits.bytes) {
        diagnostics.report(Code::over_limit, {file, 0, 0},
                           cat("the file has ", text.size(), " bytes, a graph has at most ", limits.bytes));
        return false;
    }
    const auto control = std::ranges::find_if(text, [](char byte) {
        return static_cast<unsigned char>(byte) < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
    });
    if (control != text.end()) {  // yaml-cpp takes one of them for the end of the file
        diagnostics.report(Code::invalid_yaml, places.at_byte(static_cast<std::size_t>(control - text.begin())),
                           "YAML has no control characters, here is one");
        return false;
    }
    const std::size_t invalid = find_invalid_utf8(text);
    if (invalid == std::string_view::npos) return true;
    diagnostics.report(Code::invalid_utf8, places.at_byte(invalid), "the text is not UTF-8 from here on")
        .help("save the file as UTF-8");
    return false;
}

}  // namespace

std::optional<Tree> read_yaml(std::string_view text, const std::string& file, Diagnostics& diagnostics,
                              const YamlLimits& limits) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    const Places places(text, file);
    if (!check_text(text, places, file, diagnostics, limits)) return std::nullopt;
    std::istringstream stream{std::string(text)};
    TreeBuilder builder(places, diagnostics, limits);
    NoMore no_more(places, diagnostics);
    try {
        YAML::Parser parser(stream);
        if (parser.HandleNextDocument(builder)) parser.HandleNextDocument(no_more);
    } catch (const Stop&) {
        return std::nullopt;
    } catch (const YAML::Exception& problem) {
        diagnostics.report(Code::invalid_yaml, places.at(problem.mark), "this is not YAML: " + problem.msg);
        return std::nullopt;
    }
    Tree tree = builder.take();
    if (tree.location.line == 0) tree.location = {file, 1, 1};
    return tree;
}

}  // namespace anabranch::framework
