"""Damaged and mismatched checkpoints given to the real executable: it ends with 1, names file and tensor, writes nothing, and
leaves what an earlier run made as it is.

Usage: bad_checkpoint_test.py ANABRANCH PROJECT
"""

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ANABRANCH = PROJECT = ""  # from the command line

NORM = "model.norm.weight"


def safetensors(path):
    """Header and data of a file."""
    whole = path.read_bytes()
    end = 8 + int.from_bytes(whole[:8], "little")
    return json.loads(whole[8:end]), whole[end:]


def write_safetensors(path, header, data):
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


class BadCheckpoint(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.golden = Path(PROJECT) / "tests/golden/data"

    def copy(self, name):
        """A golden checkpoint of the test's own, beside the base that adapters name."""
        for copied in {name, "llama"}:
            shutil.copytree(self.golden / "checkpoints" / copied, self.folder / copied, dirs_exist_ok=True)
        return self.folder / name

    def change(self, path, change):
        """Writes the file again after `change` of its header."""
        header, data = safetensors(path)
        change(header)
        write_safetensors(path, header, data)

    def program(self, graph, out, *settings):
        command = [ANABRANCH, "run", f"{PROJECT}/graphs/{graph}.yaml", "--out", self.folder / out, "--threads", "1", "--no-tensorboard"]
        command += [word for setting in settings for word in ("--set", setting)]
        return subprocess.run(command, capture_output=True, text=True, timeout=100)

    def refused(self, checkpoint, *words, more=()):
        outcome = self.program("perplexity", "out", f"variables.model={checkpoint}", *more)
        self.assertEqual(1, outcome.returncode, outcome.stderr)
        for word in words:
            self.assertIn(str(word), outcome.stderr)
        left = {path.name for path in (self.folder / "out").rglob("*")}
        self.assertLessEqual(left, {"graph.yaml", "metrics.jsonl", "run.json"})
        shutil.rmtree(self.folder / "out")

    def test_the_same_checkpoints_are_taken_when_nothing_is_wrong(self):
        # Or the tests below would be refused for another reason.
        for name in ("llama", "sharded", "adapter"):
            outcome = self.program("perplexity", name + "-out", f"variables.model={self.copy(name)}", "nodes.rows.seq_length=32")
            self.assertEqual(0, outcome.returncode, outcome.stderr)

    def test_a_file_that_lies_about_its_lengths(self):
        file = self.copy("llama") / "model.safetensors"
        whole = file.read_bytes()
        file.write_bytes((1 << 62).to_bytes(8, "little") + whole[8:])
        self.refused(file.parent, file, "header")
        file.write_bytes(whole[:-100])
        self.refused(file.parent, file)
        file.write_bytes(whole)
        self.change(file, lambda header: header[NORM].update(data_offsets=[header[NORM]["data_offsets"][0], 10**12]))
        self.refused(file.parent, file, NORM)
        file.write_bytes(whole)
        self.change(file, lambda header: header[NORM].update(shape=[2**40, 2**40]))
        self.refused(file.parent, file, NORM)

    def test_overlapping_tensors(self):
        file = self.copy("llama") / "model.safetensors"
        first, second = "model.layers.0.input_layernorm.weight", "model.layers.1.input_layernorm.weight"
        self.change(file, lambda header: header[second].update(data_offsets=header[first]["data_offsets"]))
        self.refused(file.parent, file, first, second)

    def test_a_missing_shard(self):
        folder = self.copy("sharded")
        shard = "model-00002-of-00004.safetensors"
        (folder / shard).unlink()
        self.refused(folder, folder / "model.safetensors.index.json", shard, "get the missing shard")

    def test_an_adapter_for_another_base(self):
        folder = self.copy("adapter")
        file = folder / "adapter_model.safetensors"
        whole = file.read_bytes()
        self.change(file, lambda header: header.update({name.replace("layers.1.", "layers.7."): header.pop(name) for name in list(header)}))
        self.refused(folder, folder, "model.layers.7.", "it belongs to another base")
        file.write_bytes(whole)
        self.refused(folder, folder, "down_proj", "it belongs to another base", more=[f"resources.model.base_checkpoint={self.golden / 'tiny.gguf'}"])

    def test_a_vocabulary_that_does_not_fit(self):
        folder = self.copy("llama")
        (folder / "added_tokens.json").write_text('{"[PAD]": 400}')
        self.refused(folder, folder, "the tokenizer has 401 tokens, the embedding only 400 rows")

    def test_what_an_earlier_stage_made_stays_as_it_is(self):
        tiny = self.golden / "tiny.gguf"
        first = self.program("sft", "sft", f"variables.model={tiny}", "variables.steps=1", "variables.length=64", "save={every: 1}")
        self.assertEqual(0, first.returncode, first.stderr)
        made = {path: path.read_bytes() for path in (self.folder / "sft").rglob("*") if path.is_file()}
        self.assertTrue(list((self.folder / "sft/checkpoints").glob("step-*/policy/adapter_model.safetensors")))
        # An adapter of 64 columns on a base of 32.
        self.refused(self.folder / "sft/resources/policy", self.folder / "sft/resources/policy", "it belongs to another base",
                     more=[f"resources.model.base_checkpoint={self.copy('llama')}"])
        self.assertEqual([], [path for path, content in made.items() if path.read_bytes() != content])


if __name__ == "__main__":
    ANABRANCH, PROJECT = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
