// Posts.xml, plain or packed: the same rows whatever the size of a chunk, and from the middle on; and the questions in
// them.
#include <algorithm>
#include <vector>

#include "anabranch/lm/data/question_reader.h"
#include "anabranch/lm/data/xml_rows.h"
#include "input.h"

using namespace anabranch;
using namespace anabranch::lm;

namespace {

struct Rows {
    std::vector<std::string> texts;
    std::vector<FilePlace> places;
    bool whole = false;
};

Rows read(XmlRowReader reader, std::size_t most) {
    Rows rows;
    rows.whole = fuzz::accepts([&] {
        while (const XmlRow* row = reader.next()) {
            std::string text;
            for (const auto& [name, value] : row->attributes()) text += cat(name, '=', value, '\n');
            rows.texts.push_back(std::move(text));
            rows.places.push_back(row->place());
            if (rows.texts.size() == most) return;
        }
    });
    return rows;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string path = fuzz::Input(data, size).file("Posts.xml");
    fuzz::accepts([&] {
        constexpr std::size_t most = 1000;
        const Rows rows = read(XmlRowReader(path), most);
        const Rows again = read(XmlRowReader(path, {.chunk_bytes = 7}), most);
        fuzz::require(rows.texts == again.texts && rows.places == again.places, "chunks do not matter");
        if (rows.whole && !rows.texts.empty()) {
            const std::size_t half = rows.texts.size() / 2;
            XmlRowReader reader(path);
            reader.resume_after(rows.places[half]);
            const Rows rest = read(std::move(reader), most - half - 1);
            const std::vector<std::string> expected(rows.texts.begin() + static_cast<std::ptrdiff_t>(half) + 1,
                                                    rows.texts.end());
            fuzz::require(rest.texts == expected, "from the middle on, the same rows");
        }
    });
    fuzz::accepts([&] {
        QuestionReader reader(path, {.text = QuestionText::title_and_body});
        Question question;
        for (int i = 0; i < 1000 && reader.next(question); ++i) continue;
    });
    return 0;
}
