"""Seeds of the fuzz targets, out of the data of the tests. Usage: seeds.py PROJECT FOLDER

Writes FOLDER/TARGET/*, a folder for each target.
"""

import gzip
import html
import shutil
import struct
import sys
from pathlib import Path

MOST_ROWS = 12  # of a dump: small inputs are tried faster


def main(project, out):
    golden = project / "tests/golden/data"
    dump = (project / "graphs/data/Posts.xml").read_text().splitlines(keepends=True)
    head = [line for line in dump[:3] if "<row" not in line]
    rows = [line for line in dump if "<row" in line]
    few = "".join([*head, *rows[:MOST_ROWS], "</posts>\n"]).encode()
    lines = (project / "graphs/data/prompts.jsonl").read_bytes().splitlines(keepends=True)

    write = Writer(out)
    write.files("yaml", [*project.glob("graphs/*.yaml"), *project.glob("tests/framework/graph/fixtures/*.yaml")])
    write.bytes("xml", "rows", few)
    write.bytes("xml", "rows.gz", gzip.compress(few, mtime=0))
    write.files("xml", project.glob("tests/sdk/lm/archive/fixtures/*"))
    write.bytes("jsonl", "prompts", b"".join(lines[:8]))
    write.bytes("jsonl", "scores", b'{"score": 0.5, "ids": [1, -2, 3]}\n{"score": -1e3, "ids": []}\n')
    write.bytes("jsonl", "instructions", b'[{"instruction": "a", "input": "", "output": "b"},\n{"instruction": "\\u00e9", "output": "d"}]')
    write.bytes("jsonl", "turns", b'{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}\n')
    write.bytes("jsonl", "dialogues", b'{"chosen": "\\n\\nHuman: a\\n\\nAssistant: b", "rejected": "\\n\\nHuman: a\\n\\nAssistant: c"}\n')
    write.bytes("jsonl", "pairs", b'{"question": "a", "response_j": "b", "response_k": "c"}\n')
    write.files("gguf", [*golden.glob("tokenizers/*/*.gguf"), golden / "tiny-q4_0.gguf", golden / "tiny-q8_0.gguf"])
    write.files("safetensors", (path for path in golden.rglob("*.safetensors") if path.stat().st_size < 12_000))
    write.files("tokenizer_json", golden.glob("tokenizers/*/tokenizer.json"))
    write.files("tokenizer_model", golden.glob("tokenizers/*/tokenizer.model"))
    for name, content in packet_files():
        write.bytes("packets", name, content)
    for number, row in enumerate(rows[:40]):
        write.bytes("html", f"row{number}", html.unescape(row).encode())


def packet_files():
    """Files as docs/packet-files.md describes them; the target makes the checksums right."""

    def text(value):
        return struct.pack("<I", len(value)) + value

    def record(number, name, rows, columns):
        body = text(name) + struct.pack("<q", rows)
        for column, kind, *parts in columns:
            body += text(column) + bytes([kind]) + b"".join(parts[:-1])
            if kind != 1:
                body += bytes(-len(body) % 64)
            body += parts[-1]
        return b"PACK" + struct.pack("<IQQII", 0, number, len(body), len(columns), 0) + body

    texts = ("texts", 1, struct.pack("<3q", 0, 1, 3), b"abc")
    array = ("array", 2, text(b"f32") + struct.pack("<I2q", 2, 2, 3), struct.pack("<6f", *range(6)))
    ragged = ("ragged", 3, text(b"i64") + struct.pack("<3q", 0, 2, 2), struct.pack("<2q", 7, -7))
    columns = [(name.encode(), *rest) for name, *rest in (texts, array, ragged)]
    head = b"\x89ABP\r\n\x1a\n" + struct.pack("<IIII", 1, 2, 0, 0) + b"{}"
    end = b"DONE" + struct.pack("<IQQII", 0, 2, 0, 0, 0)
    whole = head + record(0, b"", 2, columns) + record(3, b"name", 2, columns[:1]) + end
    yield "whole", whole
    yield "empty", head + b"DONE" + struct.pack("<IQQII", 0, 0, 0, 0, 0)
    yield "torn", whole[:-40]


class Writer:
    def __init__(self, out):
        self.out = out

    def bytes(self, target, name, content):
        (self.out / target).mkdir(parents=True, exist_ok=True)
        (self.out / target / name).write_bytes(content)

    def files(self, target, paths):
        """Copies, each named by its folder too."""
        paths = list(paths)
        if not paths:
            raise SystemExit(f"seeds.py: no seeds for {target}: did the tests' data move?")
        for path in paths:
            self.bytes(target, f"{path.parent.name}-{path.name}", path.read_bytes())


if __name__ == "__main__":
    out = Path(sys.argv[2])
    shutil.rmtree(out, ignore_errors=True)
    main(Path(sys.argv[1]), out)
