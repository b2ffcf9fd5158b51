// The one file that includes expat.
#include "anabranch/lm/data/xml_rows.h"

#include <expat.h>

#include <cstring>

#include "anabranch/error.h"
#include "anabranch/lm/archive/byte_source.h"

namespace anabranch::lm {
namespace {

constexpr int maximum_depth = 64;

struct FreeParser {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using ExpatParser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, FreeParser>;

std::string hint(XML_Error error) {
    switch (error) {
        case XML_ERROR_NO_ELEMENTS:
        case XML_ERROR_UNCLOSED_TOKEN:
        case XML_ERROR_UNCLOSED_CDATA_SECTION:
        case XML_ERROR_PARTIAL_CHAR:
            return "; the file ends too early: the download may be truncated, or the unpacking was interrupted";
        default:
            return "; the file is damaged, perhaps a truncated or mixed-up download: fetch and unpack it again";
    }
}

}  // namespace

std::optional<std::string_view> XmlRow::find(std::string_view name) const {
    for (const auto& [key, value] : attributes_) {
        if (key == name) return value;
    }
    return std::nullopt;
}

/// Holds the file and expat's state. Handlers are called from C and must not throw: they note the error and stop.
class XmlRowReader::Parser {
  public:
    Parser(const std::filesystem::path& path, const XmlRowOptions& options, const std::optional<FilePlace>& begin)
        : options_(options), source_(open_bytes(path, options.member)), expat_(XML_ParserCreate("UTF-8")) {
        if (options.chunk_bytes == 0) throw Error("XmlRowOptions: chunk_bytes is 0; expected at least 1");
        if (!expat_) throw Error("out of memory for an XML parser");
        XML_SetUserData(expat_.get(), this);
        XML_SetElementHandler(expat_.get(), on_start, on_end);
        XML_SetEntityDeclHandler(expat_.get(), on_entity);
        if (begin) begin_at(*begin);
    }

    /// The next row, or null at the end or after an error, which then stands in `problem`.
    const XmlRow* next() {
        has_row_ = false;
        while (!has_row_ && !done_ && problem_.empty()) step();
        return has_row_ && problem_.empty() ? &row_ : nullptr;
    }

    [[nodiscard]] const std::string& problem() const { return problem_; }
    [[nodiscard]] const FilePlace& problem_place() const { return problem_place_; }

  private:
    static Parser& self(void* data) { return *static_cast<Parser*>(data); }
    static void XMLCALL on_start(void* data, const XML_Char* name, const XML_Char** attributes) {
        self(data).start(name, attributes);
    }
    static void XMLCALL on_end(void* data, const XML_Char*) { --self(data).depth_; }
    static void XMLCALL on_entity(void* data, const XML_Char* name, int, const XML_Char*, int, const XML_Char*,
                                  const XML_Char*, const XML_Char*, const XML_Char*) {
        self(data).stop(cat("the entity \"", name, "\" is declared; a dump declares none, and such a file is refused"));
    }

    /// Starts in the middle: expat is told of the root element, then reads from a row's beginning.
    void begin_at(const FilePlace& place) {
        source_->seek(place.offset);
        const std::string root = '<' + options_.root + '>';
        XML_Parse(expat_.get(), root.data(), static_cast<int>(root.size()), XML_FALSE);
        begin_ = place;
        prefix_ = root.size();
        fed_ = prefix_;
    }

    void step() {
        XML_Status status = XML_STATUS_OK;
        if (suspended_) {
            suspended_ = false;
            status = XML_ResumeParser(expat_.get());
        } else {
            status = feed();
        }
        if (status == XML_STATUS_SUSPENDED) {
            suspended_ = true;
        } else if (status == XML_STATUS_ERROR && problem_.empty()) {
            const XML_Error error = XML_GetErrorCode(expat_.get());
            problem_place_ = place();
            problem_ = "XML error: " + std::string(XML_ErrorString(error)) + hint(error);
        } else if (status == XML_STATUS_OK && final_) {
            done_ = true;
        }
    }

    XML_Status feed() {
        if (fed_ - last_event_ > options_.maximum_row_bytes) {
            problem_place_ = place();
            problem_ = cat("more than ", options_.maximum_row_bytes,
                           " bytes without a whole row; this is no dump, or its quotes are damaged");
            return XML_STATUS_ERROR;
        }
        void* buffer = XML_GetBuffer(expat_.get(), static_cast<int>(options_.chunk_bytes));
        if (buffer == nullptr) return XML_STATUS_ERROR;
        const std::size_t read = source_->read({static_cast<char*>(buffer), options_.chunk_bytes});
        final_ = read < options_.chunk_bytes;
        fed_ += read;
        return XML_ParseBuffer(expat_.get(), static_cast<int>(read), final_ ? XML_TRUE : XML_FALSE);
    }

    void start(const XML_Char* name, const XML_Char** attributes) {
        last_event_ = static_cast<std::uint64_t>(XML_GetCurrentByteIndex(expat_.get()));
        const int depth = depth_++;
        if (depth == 0 && name != options_.root) {
            stop(cat("the root element is <", name, ">; expected <", options_.root, ">, as in a dump's ",
                     options_.root == "posts" ? "Posts.xml" : options_.root + " file"));
        } else if (depth >= maximum_depth) {
            stop(cat("elements are nested more than ", maximum_depth, " deep; a dump has rows inside a root"));
        } else if (depth == 1 && std::strcmp(name, "row") == 0) {
            keep(attributes);
            has_row_ = true;
            XML_StopParser(expat_.get(), XML_TRUE);
        }
    }

    /// Copies the attributes: expat's own do not outlive the handler.
    void keep(const XML_Char** attributes) {
        row_.text_.clear();
        row_.attributes_.clear();
        for (const XML_Char** part = attributes; *part != nullptr; ++part) row_.text_.append(*part).push_back('\0');
        const char* text = row_.text_.data();
        for (const XML_Char** part = attributes; *part != nullptr; part += 2) {
            const std::string_view key(text, std::strlen(part[0]));
            const std::string_view value(text + key.size() + 1, std::strlen(part[1]));
            row_.attributes_.emplace_back(key, value);
            text = value.data() + value.size() + 1;
        }
        row_.place_ = place();
    }

    void stop(std::string problem) {
        if (!problem_.empty()) return;
        problem_ = std::move(problem);
        problem_place_ = place();
        XML_StopParser(expat_.get(), XML_FALSE);
    }

    [[nodiscard]] FilePlace place() const {
        const XML_Index index = XML_GetCurrentByteIndex(expat_.get());
        const std::uint64_t at = index < 0 ? fed_ : static_cast<std::uint64_t>(index);
        const std::uint64_t line = XML_GetCurrentLineNumber(expat_.get());
        const std::uint64_t column = XML_GetCurrentColumnNumber(expat_.get());
        FilePlace found{begin_.offset + at - std::min(at, prefix_), begin_.line + line - 1, column + 1};
        if (line == 1 && prefix_ > 0) found.column = begin_.column + column - std::min(column, prefix_);
        return found;
    }

    const XmlRowOptions options_;
    std::unique_ptr<ByteSource> source_;
    ExpatParser expat_;
    XmlRow row_;
    std::string problem_;
    FilePlace problem_place_;
    FilePlace begin_;           // where in the file the parser began
    std::uint64_t prefix_ = 0;  // bytes that were fed before the file's
    std::uint64_t fed_ = 0;     // bytes, with the prefix
    std::uint64_t last_event_ = 0;
    int depth_ = 0;
    bool final_ = false;
    bool suspended_ = false;
    bool has_row_ = false;
    bool done_ = false;
};

XmlRowReader::XmlRowReader(std::filesystem::path path, XmlRowOptions options)
    : path_(std::move(path)),
      options_(std::move(options)),
      parser_(std::make_unique<Parser>(path_, options_, std::nullopt)) {}
XmlRowReader::~XmlRowReader() = default;
XmlRowReader::XmlRowReader(XmlRowReader&&) noexcept = default;
XmlRowReader& XmlRowReader::operator=(XmlRowReader&&) noexcept = default;

const XmlRow* XmlRowReader::next() {
    const XmlRow* row = parser_->next();
    if (!parser_->problem().empty()) fail(parser_->problem_place(), parser_->problem());
    if (row != nullptr) last_row_ = row->place();
    return row;
}

void XmlRowReader::resume_after(const FilePlace& place) {
    parser_ = std::make_unique<Parser>(path_, options_, place);
    last_row_.reset();
    const XmlRow* row = next();
    if (row == nullptr || row->place() != place) {
        fail(place, "no row begins here any more; the file has changed since the position was saved");
    }
}

void XmlRowReader::fail(const FilePlace& place, const std::string& problem) const {
    throw Error(cat(path_.string(), ':', place.line, ':', place.column, ": ", problem));
}

}  // namespace anabranch::lm
