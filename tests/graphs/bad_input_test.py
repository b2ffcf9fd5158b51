"""Bad input given to the real executable: it ends with 1, says which file and where, and leaves nothing half-written.

Usage: bad_input_test.py ANABRANCH PROJECT
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ANABRANCH = PROJECT = ""  # from the command line

OPTIONS = ("--overwrite", "--threads", "1", "--set", "steps=1")


class BadInput(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.tiny = (Path(PROJECT) / "tests/golden/data/tiny.gguf").read_bytes()

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def run_graph(self, graph, settings):
        settings = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        command = [ANABRANCH, "run", f"{PROJECT}/graphs/{graph}.yaml", "--out", self.folder / "out", "--no-tensorboard"]
        return subprocess.run([*command, *OPTIONS, *settings], capture_output=True, text=True, timeout=100)

    def refused(self, graph, settings, *words):
        """The run ends with 1 and its message holds all of `words`."""
        outcome = self.run_graph(graph, settings)
        self.assertEqual(1, outcome.returncode, outcome.stderr)
        for word in words:
            self.assertIn(str(word), outcome.stderr)
        for path in (self.folder / "out").rglob("*"):
            name = path.relative_to(self.folder / "out").as_posix()
            self.assertTrue(name in ("graph.yaml", "metrics.jsonl", "printed.jsonl", "run.json") or name.startswith("resources"), name)
            self.assertNotIn(".partial", name)
            if path.suffix in (".json", ".jsonl"):
                text = path.read_text()
                for document in text.splitlines() if path.suffix == ".jsonl" else [text]:
                    json.loads(document)

    def ppo(self, checkpoint=None, **more):
        checkpoint = checkpoint or Path(PROJECT) / "tests/golden/data/tiny.gguf"
        settings = {"resources.policy.checkpoint": checkpoint, "nodes.questions.batch": 8}
        return settings | {"nodes." + name.replace("__", "."): value for name, value in more.items()}

    def tokenize(self, prompts):
        """graphs/tokenize.yaml on these prompts; what it writes stays in the test's folder."""
        return {
            "resources.tokens.path": Path(PROJECT) / "tests/golden/data/tiny.gguf",
            "nodes.prompts.path": prompts,
            "nodes.written.path": self.folder / "pieces.jsonl",
        }

    def test_the_graphs_run_when_nothing_is_wrong(self):
        # Or the tests below would be refused for another reason.
        outcome = self.run_graph("ppo_words", self.ppo(rollout__max_new_tokens=4))
        self.assertEqual(0, outcome.returncode, outcome.stderr)
        (self.folder / "out").rename(self.folder / "first")
        outcome = self.run_graph("tokenize", self.tokenize(self.write("a.jsonl", b'{"prompt": "Hello"}\n')))
        self.assertEqual(0, outcome.returncode, outcome.stderr)

    def test_prompt_and_answer_longer_than_the_context(self):
        self.refused("ppo_words", self.ppo(rollout__max_new_tokens=250), "rollout", "row 0", "context of 256")

    def test_a_truncated_gguf(self):
        for size in (3, 100, 20_000, len(self.tiny) - 1):
            path = self.write(f"cut{size}.gguf", self.tiny[:size])
            with self.subTest(size=size):
                self.refused("ppo_words", self.ppo(path), path, "byte")
                self.assertFalse((self.folder / "out" / "resources").exists())

    def test_an_unknown_quantisation(self):
        name = b"blk.0.attn_q.weight"
        # Behind a tensor's name: the number of dimensions (u32), two dimensions (u64), the type (u32).
        place = self.tiny.index(name) + len(name) + 4 + 16
        for number, called in (10, "Q2_K"), (1000, "1000"):  # one that is not supported, one that nobody has defined
            path = self.write("odd.gguf", self.tiny[:place] + number.to_bytes(4, "little") + self.tiny[place + 4 :])
            with self.subTest(number=number):
                self.refused("ppo_words", self.ppo(path), path, name.decode(), called)

    def test_a_data_set_without_rows(self):
        empty = self.write("empty.jsonl", b"\n")
        self.refused("tokenize", self.tokenize(empty), empty, "no rows")
        posts = self.write("Posts.xml", b"<posts></posts>")
        self.refused("ppo_words", self.ppo(questions__path=posts), posts, "the dump is empty")

    def test_broken_lines_and_xml(self):
        for line in (b"not json", b'{"prompt": "\xff"}', b'{"other": 1}', b'{"prompt": 5}'):
            path = self.write("lines.jsonl", b'{"prompt": "Hello"}\n' + line + b"\n")
            with self.subTest(line=line):
                self.refused("tokenize", self.tokenize(path), f"{path}:2")
                self.assertFalse((self.folder / "pieces.jsonl.partial").exists())
        posts = self.write("Posts.xml", b'<posts>\n<row Id="1" PostTypeId=')
        self.refused("ppo_words", self.ppo(questions__path=posts), f"{posts}:2")

    def pairs(self, path):
        return {
            "nodes.pairs": f"{{type: data.pairs, path: {path}}}",
            "nodes.held_out": "{type: flow.take, in: pairs, rows: 100}",
            "nodes.look.columns": "[text_j]",
        }

    def test_pairs_with_an_empty_side(self):
        good = b'{"question": "q", "response_j": "j", "response_k": "k"}\n'
        for bad in (good.replace(b'"j"', b'""'), good.replace(b'"k"', b'" "'), good.replace(b'"q"', b'""')):
            path = self.write("pairs.jsonl", good + bad)
            with self.subTest(bad=bad):
                self.refused("look_at_pairs", self.pairs(path), f"{path}:2", "of the pair is empty", "skip_empty")
        path = self.write("pairs.jsonl", good)
        self.assertEqual(0, self.run_graph("look_at_pairs", self.pairs(path)).returncode)

    def test_a_cut_archive(self):
        whole = (Path(PROJECT) / "tests/sdk/lm/archive/fixtures/dump.7z").read_bytes()
        path = self.write("dump.7z", whole[:200])
        self.refused("look_at_pairs", {"nodes.pairs.path": path}, path, "truncated")

    def test_a_template_that_names_a_column_that_is_not_there(self):
        node = 'nodes.prompts={type: text.prompt, in: questions, format: "{titel}"}'
        command = [ANABRANCH, "check", f"{PROJECT}/graphs/look_at_data.yaml", "--set", node]
        outcome = subprocess.run(command, capture_output=True, text=True, timeout=100)
        self.assertEqual(78, outcome.returncode)
        for word in ("A0170", "needs the column 'titel: str[B]'", "did you mean 'title'?"):
            self.assertIn(word, outcome.stderr)


if __name__ == "__main__":
    ANABRANCH, PROJECT = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
