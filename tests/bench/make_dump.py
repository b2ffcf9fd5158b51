#!/usr/bin/env python3
"""Writes a Posts.xml as Stack Exchange publishes it, of any size, for timings: python3 tests/bench/make_dump.py FILE MEGABYTES

Four posts in ten are questions. Answers go to a question shortly before them or, one in five, to any earlier one, so that
a question and its answers stand as far apart as in a real dump. Bodies have 0.2 to 5 kB of HTML."""
import html
import random
import sys

WORDS = "the a water pump filter build error while reading file value list should work with this version of set get".split()


def body(random_):
    parts = []
    for _ in range(random_.randint(1, 8)):
        text = " ".join(random_.choices(WORDS, k=random_.randint(10, 90)))
        kind = random_.random()
        if kind < 0.6:
            parts.append(f"<p>{text} <strong>now</strong> &amp; <a href=\"https://example.com/a?b=1\">here</a>.</p>")
        elif kind < 0.8:
            parts.append("<ul>" + "".join(f"<li>{word}</li>" for word in text.split()[:12]) + "</ul>")
        else:
            parts.append(f"<pre><code>if (a &lt; b) {{\n    {text}\n}}\n</code></pre>")
    return html.escape("\n\n".join(parts), quote=True).replace("\n", "&#xA;")


def main(path, megabytes):
    random_ = random.Random(1)
    bodies = [body(random_) for _ in range(2000)]
    questions, written, number = [], 0, 0
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write('\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<posts>\r\n')
        while written < megabytes * 1_000_000:
            number += 1
            text = random_.choice(bodies)
            votes = int(random_.expovariate(0.3)) - 1
            if not questions or random_.random() < 0.4:
                accepted = f' AcceptedAnswerId="{number + random_.randint(1, 5)}"' if random_.random() < 0.5 else ""
                row = (f'  <row Id="{number}" PostTypeId="1"{accepted} CreationDate="2020-01-01T00:00:00.000" '
                       f'Score="{votes}" ViewCount="100" Body="{text}" OwnerUserId="7" Title="How does number {number} '
                       f'work?" Tags="&lt;a&gt;&lt;b&gt;" AnswerCount="2" ContentLicense="CC BY-SA 4.0" />\r\n')
                questions.append(number)
            else:
                near = random_.random() < 0.8
                back = random_.randint(1, min(len(questions), 50)) if near else random_.randint(1, len(questions))
                row = (f'  <row Id="{number}" PostTypeId="2" ParentId="{questions[-back]}" '
                       f'CreationDate="2020-01-01T00:00:00.000" Score="{votes}" Body="{text}" OwnerUserId="8" '
                       f'ContentLicense="CC BY-SA 4.0" />\r\n')
            file.write(row)
            written += len(row)
        file.write("</posts>\r\n")
    print(f"{path}: {number} posts, {len(questions)} of them questions, {written / 1e6:.0f} MB")


main(sys.argv[1], int(sys.argv[2]))
