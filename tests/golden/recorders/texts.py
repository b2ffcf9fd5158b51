"""Texts that tokenizers tend to cut differently: every entry is there for a reason."""

SCRIPTS = [
    "The quick brown fox jumps over the lazy dog.",
    "Question: Why is the sky blue?\n\nAnswer:",
    "Voilà, c'est déjà l'été à Besançon; où êtes-vous ?",
    "Größere Straßen führen über Österreich.",
    "El niño comió ñoquis. ¿Cuántos? ¡Tres!",
    "Быстрая коричневая лиса прыгает через ленивую собаку.",
    "Γρήγορη καφέ αλεπού πηδάει πάνω από το σκυλί.",
    "敏捷的棕色狐狸跳过了懒狗。",
    "素早い茶色の狐がのろまな犬を飛び越える。カタカナもある。",
    "빠른 갈색 여우가 게으른 개를 뛰어넘는다.",
    "الثعلب البني السريع يقفز فوق الكلب الكسول ١٢٣",
    "השועל החום המהיר קופץ מעל הכלב העצלן",
    "तेज़ भूरी लोमड़ी आलसी कुत्ते पर कूदती है। १२३",
    "สุนัขจิ้งจอกสีน้ำตาลกระโดดข้ามสุนัขขี้เกียจ",
    "Tiếng Việt có nhiều dấu: ằ, ẵ, ợ, ữ.",
    "ქართული ენა და հայերեն լեզու",
    "mixed: abc привет 你好 123 мир",
]

MARKS = [
    "cafe\u0301 and cafe\u0301s, a\u0308o\u0308u\u0308",
    "\u0301 at the start, and stacked: Z\u0351\u036b\u0343\u036a\u0302",
    "ﬁ ﬂ ligatures, ℌ ℤ letters, ｆｕｌｌｗｉｄｔｈ １２３",
    "👨‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈",
    "😀😃😄 🇫🇷🇯🇵 ❤️ ☀ ☀️ 1️⃣",
    "a😀b c 😀d",
    "→ ← ≤ ≥ ≠ ∑ ∞ € £ ¥ © ™ … – — “quoted” ‘so’ «là»",
]

SPACES = [
    "", " ", "  ", "   ", "\n", "\n\n", "\n\n\n", "\t", "\t\t\t", "\r\n", "\r", " \n", "\n ", " \n \n",
    "a b", "a  b", "a   b", "a    b     c", " leading", "   leading three", "trailing ", "trailing   ",
    "tab\tbetween\t\ttabs", "line one\nline two\r\nline three\rline four", "ends in newline\n", "blank\n\n\n\nlines  \n  here",
    "no-break\u00a0space, thin\u2009space, ideographic\u3000space, line\u2028separator, next\u0085line",
    "zero\u200bwidth, joiner\u200d, word\u2060joiner, vertical\u000btab, form\u000cfeed",
]

NUMBERS = [
    "0", "12", "1234567890", "3.14159 1,000,000 -42 +7 1e-5 0x1F", "a1b22c333", "x 1", "x  1", "x   12  3", " 7", "  7 ",
    "2024-01-31T23:59:59Z", "½ ² ³ ¼ Ⅷ ① ㊿ ൧൨ 三", "v1.2.3-rc4", "10\n20\n\n30", "100% of $5.00 (5€)",
]

WORDS = [
    "I'm you're he's she'd we'll they've can't 'tis", "I'LL DON'T IT'S WE'RE", "'s 't 're 've 'm 'll 'd", "x's'y''z ' s",
    "don’t and it’s with a typographic apostrophe", "snake_case camelCase kebab-case SCREAMING_CASE",
    "email@example.com https://example.com/a?b=c&d=%20#e", "!!!???...,,,;;;:::", "((([[[{{{}}}]]])))", "--- *** === ___ ### ```",
    "a" * 300, "Donaudampfschifffahrtsgesellschaftskapitän", "lol" * 40 + "!",
]

CODE = [
    "int main() {\n    return 0;\n}\n", "def f(x):\n\tif x > 0:\n\t\treturn x ** 2\n\treturn None\n",
    "for (auto& [key, value] : map) { std::cout << key << '\\n'; }", "<a href=\"x\">y</a> &amp; &lt;b&gt;",
    "{\"a\": [1, 2.5, null], \"b\": {\"c\": \"d\\u00e9\"}}", "$ grep -rn 'a b' ./src | wc -l  # count",
]

EDGES = [
    "\u0000", "a\u0000b", "\u0001\u0002\u001f\u007f", "\u0080\u009f", "\u00ad soft\u00adhyphen", "\ufeffbyte order mark",
    "\ufffd replacement \ufffd", "\u07ff\u0800\ud7ff\ue000\uffff", "\U00010000\U0001f600\U0010ffff", "Ġ Ċ ĉ are the byte letters",
]

SPECIALS = [
    "<|endoftext|>", "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n", "a<|endoftext|>b", "a <|endoftext|> b",
    "<|im_end|><|im_end|>", "<|im_start|", "<| endoftext |>", "<|endoftext|>\n\n<|endoftext|>1", "<repo_name><file_sep>x",
]


def all_texts():
    return SCRIPTS + MARKS + SPACES + NUMBERS + WORDS + CODE + EDGES + SPECIALS

# Beside all_texts, for the tokenizers of models' folders.
FOLDERS = [
    "<s>", "</s>", "<s>Hello</s>", "a<s>b", "a <s> b", "<s> <s>", "x</s>\n\n<s>y", "<unk>", "a<unk> b", "[INST] Hi [/INST]",
    "<|begin_of_text|>Hello<|eot_id|>", "a <|eot_id|> b", "<|begin_of_text", "<0x0A>", "<0x41><0x42>", "::note", "a ::note b::note",
    "\u2581", "a\u2581b", "\u2581\u2581 a", "Cafe\u0301 Caf\u00e9 cafe\u0301", "\u1100\u1161\u11a8 \u212b \u2126", "e\u0323\u0301 \u0344",
    "THE the The tHe", "\u01c5\u02b0 ªº", "\t tab  and   spaces\t\t", "\u180e \u200b \u2028\u2029 \u202f \u205f", "a\u00a0\u00a0b",
    "def f():\n    return  [ 1,2 ]\n\n\n\tx", "123456 1,234.5 ١٢٣ Ⅻ ²", "'S 'lL I'M It'\u017f", "👩‍❤️‍💋‍👨 👍🏿 🇺🇳 \u200d", "🤖" * 9, "ab" * 40,
]
