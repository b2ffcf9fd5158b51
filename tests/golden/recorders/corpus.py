"""The text that the tiny tokenizer is trained on, written for this purpose: English, digits, code, emoji and other scripts."""

PLACES = ["the garden", "the kitchen", "a small river", "the old bridge", "the market", "my desk", "the north wall"]
THINGS = ["bread", "a bicycle", "green tea", "the lamp", "a letter", "two chairs", "some soil", "the kettle"]
VERBS = ["clean", "repair", "find", "keep", "carry", "paint", "measure", "choose"]

OTHER_LINES = [
    "def area(width, height):\n    return width * height\n",
    "for (int i = 0; i < 10; ++i) {\n    total += values[i];\n}\n",
    "if (x == 0) { return -1; } else { return x / 2.5; }",
    "print(\"hello, world\")\n\n\nimport sys\n\tsys.exit(0)\r\n",
    "SELECT name, price FROM items WHERE price >= 12.50;",
    "In 1998 there were 365 days, 52 weeks and 1,024 letters; 3.14159 is near pi.",
    "It's what we're after: I'll say they've done it, she'd know, I'm sure, don't you?",
    "Smile 😀 and wave 👋, the sun ☀️ is up, the family 👨‍👩‍👧 is here.",
    "今天天气很好,我们去公园走走。明天也许会下雨。",
    "これは短い文です。水を飲みますか。",
    "Река течёт под старым мостом, и вода холодная.",
    "Der Fluß fließt über die Brücke; où est la clé ? ¿Dónde está el café?",
    "Το ποτάμι κυλά. النهر يجري. נהר זורם.",
]


def lines():
    """About six hundred lines, always the same."""
    out = []
    for place in PLACES:
        for thing in THINGS:
            for number, verb in enumerate(VERBS):
                if (len(place) + len(thing) + number) % 2:
                    out.append(f"Question: How do I {verb} {thing} in {place}?")
                else:
                    out.append(f"Answer: You should {verb} it with care, and then leave {thing} there for {number + 2} hours.")
    return out + OTHER_LINES * 12
