#include "anabranch/lm/text/html_markdown.h"

#include "html_converter.h"
#include "html_tokenizer.h"

namespace anabranch::lm {

std::string html_to_markdown(std::string_view html, const MarkdownOptions& options) {
    HtmlTokenizer tokenizer(html);
    HtmlConverter converter(options.escape);
    HtmlToken token;
    while (tokenizer.next(token)) {
        switch (token.kind) {
            case HtmlToken::Kind::text:
                converter.text(token.body);
                break;
            case HtmlToken::Kind::open:
                converter.open(token);
                break;
            case HtmlToken::Kind::close:
                converter.close(token.name);
                break;
        }
    }
    return converter.finish();
}

}  // namespace anabranch::lm
