#include <anabranch/error.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/names.h>
#include <framework/graph/override.h>
#include <framework/graph/variables.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

constexpr std::string_view opening = "${";

/// Everything in a value that a variable stands for was brought there by its use.
void set_context(Tree& tree, std::size_t context) {
    tree.location.context = context;
    for (auto& item : tree.items) set_context(item, context);
    for (auto& entry : tree.entries) {
        entry.location.context = context;
        set_context(entry.value, context);
    }
}

/// The letters of `text` from `first` on that can be of a name.
std::string leading_name(std::string_view text) {
    std::size_t size = 0;
    while (size < text.size() && is_name(text.substr(0, size + 1))) ++size;
    return std::string(text.substr(0, size));
}

bool is_dollars_and_name(std::string_view text) {
    const std::size_t name = text.find_first_not_of('$');
    return name != 0 && name != std::string_view::npos && is_name(text.substr(name));
}

}  // namespace

std::string escape_variables(std::string text) {
    if (is_dollars_and_name(text)) return "$" + text;
    for (std::size_t at = text.find(opening); at != std::string::npos; at = text.find(opening, at + 2)) {
        text.insert(at++, 1, '$');
    }
    return text;
}

void Growth::stop(const Location& location, std::string message) {
    diagnostics_.report(Code::over_limit, location, std::move(message));
    throw TooLarge{};
}

void Growth::add(const Tree& tree, std::size_t depth, const Location& location) {
    values_ += size_of(tree);
    if (values_ > limits_.nodes)
        stop(location, cat("the graph has more than ", limits_.nodes, " values with all that it includes"));
    if (depth + depth_of(tree) > limits_.depth)
        stop(location, cat("values are nested more than ", limits_.depth, " deep here"));
}

void Growth::add_bytes(std::size_t bytes, const Location& location) {
    bytes_ += bytes;
    if (bytes_ > limits_.bytes)
        stop(location, cat("variables make texts of more than ", limits_.bytes, " bytes in all"));
}

void Variables::declare(const Tree& declared) {
    if (declared.kind == Tree::Kind::null) return;
    if (declared.kind != Tree::Kind::map) {
        diagnostics_.report(Code::wrong_shape, declared.location,
                            cat("'variables' is a map of names to values; this is ", describe(declared)));
        return;
    }
    for (const auto& entry : declared.entries) {
        if (!is_name(entry.key)) {
            diagnostics_.report(Code::invalid_name, entry.location, cat("'", entry.key, "' cannot name a variable"))
                .help("use letters, digits, '_' and '-', and begin with a letter");
        }
        Variable variable{entry.key, entry.location, entry.value};
        // On the command line even nothing is a value.
        variable.given = entry.value.kind != Tree::Kind::null || entry.value.location.file == override_file;
        substitute(variable.value, 1);
        variables_.push_back(std::move(variable));
    }
}

bool Variables::give(const TreeEntry& value) {
    const auto found = std::ranges::find(variables_, value.key, &Variable::name);
    if (found == variables_.end()) return false;
    found->value = value.value;
    found->given = true;
    return true;
}

std::vector<std::string> Variables::names() const {
    return names_of(variables_);
}

void Variables::substitute(Tree& tree, std::size_t depth) {
    for (auto& item : tree.items) substitute(item, depth + 1);
    for (auto& entry : tree.entries) substitute(entry.value, depth + 1);
    if (tree.kind != Tree::Kind::scalar || tree.text.find('$') == std::string::npos) return;
    const std::string_view text = tree.text;
    if (text.starts_with("$$") && is_dollars_and_name(text)) {
        tree.text.erase(0, 1);
    } else if (text.starts_with('$') && is_name(text.substr(1))) {
        put(tree, tree.text.substr(1), depth);
    } else if (text.starts_with(opening) && text.ends_with('}') && is_name(text.substr(2, text.size() - 3))) {
        put(tree, tree.text.substr(2, text.size() - 3), depth);
    } else {
        interpolate(tree);
    }
}

const Tree* Variables::find(const std::string& name, const Location& location) {
    const auto found = std::ranges::find(variables_, name, &Variable::name);
    if (found == variables_.end()) {
        auto& report = diagnostics_.report(Code::unknown_variable, location, cat("there is no variable '", name, "'"));
        const auto meant = did_you_mean(name, names());
        meant ? report.suggest(meant) : report.help(cat("declare it: variables: {", name, ": VALUE}"));
        diagnostics_.distrust(location);
        return nullptr;
    }
    found->used = true;
    if (found->given) return &found->value;
    diagnostics_
        .report(Code::missing_variable, found->location, cat("variable '", name, "' has neither a value nor a default"))
        .note(location, "used here")
        .help(cat("give it a default, or a value by --set variables.", name, "=... or where this file is included"));
    diagnostics_.distrust(location);
    return nullptr;
}

void Variables::put(Tree& tree, const std::string& name, std::size_t depth) {
    const Tree* value = find(name, tree.location);
    if (value == nullptr) return;
    growth_.add(*value, depth, tree.location);
    const std::size_t context = diagnostics_.add_context(tree.location, cat("used here as '$", name, "'"));
    Tree copy = *value;
    set_context(copy, context);
    tree = std::move(copy);
}

void Variables::interpolate(Tree& tree) {
    const std::string text = tree.text;
    const auto wrong = [&](std::string message, std::string help) {
        diagnostics_.report(Code::invalid_variable, tree.location, std::move(message)).help(std::move(help));
        diagnostics_.distrust(tree.location);
    };
    const std::string first = text.starts_with('$') ? leading_name(std::string_view(text).substr(1)) : "";
    if (!first.empty() && std::ranges::find(variables_, first, &Variable::name) != variables_.end())
        return wrong(cat("'$", first, "' is followed by more text"), cat("write ${", first, "}"));
    std::string out;
    Tree base = tree;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = std::min(text.find(opening, at), text.size());
        out += text.substr(at, begin - at);
        at = begin;
        if (begin == text.size()) break;
        if (out.ends_with('$')) {  // "$${"
            out += '{';
            at += opening.size();
            continue;
        }
        const std::size_t end = text.find('}', begin);
        const std::string name = end == std::string::npos ? "" : text.substr(begin + 2, end - begin - 2);
        if (!is_name(name)) return wrong("'${' is not followed by the name of a variable and '}'", "'$${' gives '${'");
        const Tree* value = find(name, tree.location);
        if (value == nullptr) return;
        if (value->kind != Tree::Kind::scalar)
            return wrong(cat("variable '", name, "' is ", describe(*value), " and cannot be part of a text"), "");
        growth_.add_bytes(value->text.size(), tree.location);
        if (begin == 0) base = *value;
        out += value->text;
        at = end + 1;
    }
    if (out == text) return;
    // A path that begins with a variable starts where the variable's value was written.
    if (base.location.file != tree.location.file || base.scope != tree.scope) {
        const std::size_t context = diagnostics_.add_context(tree.location, "used here");
        tree.location = base.location;
        tree.location.context = context;
        tree.scope = base.scope;
    }
    tree.text = std::move(out);
    tree.quoted = true;
}

void Variables::report_unused() {
    for (const auto& variable : variables_) {
        if (variable.used) continue;
        diagnostics_.report(Code::unused_variable, variable.location,
                            cat("variable '", variable.name, "' is not used"));
    }
}

}  // namespace anabranch::framework
