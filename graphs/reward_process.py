"""A reward in Python for graphs/reward_process.yaml: a line of JSON comes in for each row, a line with its score goes out."""

import json
import sys

for line in sys.stdin:
    text = json.loads(line)["question"]  # the columns of the graph, and "id", the row's number
    sentences = [part for part in text.replace("?", ".").replace("!", ".").split(".") if part.strip()]
    words = len(text.split()) / max(1, len(sentences))
    print(json.dumps({"score": -abs(words - 12) / 12}), flush=True)  # messages belong on sys.stderr
