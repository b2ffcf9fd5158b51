"""Times Hugging Face tokenizers on one thread, over documents of 2,000 bytes, those of tokenizer_bench.cpp; the model's folder is
that of export_smollm2.py."""
import argparse
import json
import os
import pathlib
import time

os.environ["RAYON_NUM_THREADS"] = "1"
from common import MODEL, PROJECT, peak_memory_mb  # noqa: E402  the environment first

MINIMUM = 2.0  # seconds


def documents(text):
    """Pieces of about 2,000 bytes that do not cut a character."""
    found = []
    while text:
        size = min(2000, len(text))
        while size < len(text) and text[size] & 0xC0 == 0x80:
            size += 1
        found.append(text[:size].decode())
        text = text[size:]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=pathlib.Path, default=MODEL)
    parser.add_argument("--text", type=pathlib.Path, default=PROJECT / "graphs" / "data" / "Posts.xml")
    chosen = parser.parse_args()
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(chosen.model / "tokenizer.json"))
    text = chosen.text.read_bytes()
    pieces = documents(text)
    tokens = sum(len(tokenizer.encode(piece).ids) for piece in pieces)  # the first pass fills its cache of words
    passes, start = 0, time.perf_counter()
    while time.perf_counter() - start < MINIMUM:
        for piece in pieces:
            tokenizer.encode(piece)
        passes += 1
    seconds = (time.perf_counter() - start) / passes
    print(json.dumps({
        "peer": "tokenizers", "what": f"tokenize {len(text)} bytes", "dtype": "", "threads": 1, "seconds": round(seconds, 6),
        "mb_per_second": round(len(text) / seconds / 1e6, 2), "tokens": tokens, "peak_memory_mb": peak_memory_mb()}), flush=True)


if __name__ == "__main__":
    main()
