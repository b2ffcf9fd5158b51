"""Edges of shipped graphs are recorded, looked at and replayed by the real executable: a replay gives the bits of the run.

Usage: record_replay_test.py ANABRANCH PROJECT
"""

import json
import re
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ANABRANCH = PROJECT = ""  # from the command line
TIMES = re.compile(r"^(wall_s$|time/)|per_second|/s$|speed")  # what differs between two runs of one graph


def anabranch(*words, code=0):
    outcome = subprocess.run([ANABRANCH, *map(str, words)], capture_output=True, text=True, timeout=100)
    if outcome.returncode != code:
        raise AssertionError(f"{' '.join(map(str, words))}: {outcome.returncode}\n{outcome.stdout}{outcome.stderr}")
    return outcome


def run(graph, out, *words, code=0):
    return anabranch("run", f"{PROJECT}/graphs/{graph}.yaml", "--out", out, "--threads", 1, *words, code=code)


def replay(recorded, out, *words, code=0):
    graph = recorded / "graph.yaml"
    return anabranch("replay", graph, "--from", recorded, "--out", out, "--threads", 1, *words, code=code)


def metrics(folder):
    """By step, without what differs between two runs and without steps of other clocks than the main one."""
    lines = map(json.loads, (folder / "metrics.jsonl").read_text().splitlines())
    lines = [line for line in lines if "clock" not in line]
    return [{name: value for name, value in line.items() if not TIMES.search(name)} for line in lines]


def documented_reader():
    """The reader in Python that docs/packet-files.md holds."""
    text = Path(PROJECT, "docs/packet-files.md").read_text()
    space = {}
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1), space)
    return space["packets"]


class Replay(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        tiny = Path(PROJECT, "tests/golden/data/tiny.gguf")
        cls.ppo_options = ["--set", f"resources.policy.checkpoint={tiny}", "--set", "nodes.questions.batch=8"]
        cls.ppo_options += ["--set", "nodes.rollout.max_new_tokens=8", "--set", "steps=3", "--seed", 7]
        cls.ppo_options += ["--record", "update", "--record", "rollout.in", "--record", "rollout.out"]
        run("ppo_words", cls.folder / "ppo", *cls.ppo_options, "--workers", 3)
        cls.sft_options = ["--set", f"variables.model={tiny}", "--set", "variables.steps=2"]
        cls.sft_options += ["--set", "variables.length=64", "--set", "nodes.update.eval_steps=1"]

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def same_weights(self, one, two, file="resources/policy/adapter_model.safetensors"):
        self.assertEqual((one / file).read_bytes(), (two / file).read_bytes())

    def same_metrics(self, recorded, replayed, least):
        """Every metric of the replay has the value of the run, in every step."""
        whole, part = metrics(recorded), metrics(replayed)
        self.assertEqual(len(whole), len(part))
        self.assertGreaterEqual(max(map(len, part)), least)
        for step, (all_of_it, some) in enumerate(zip(whole, part)):
            self.assertEqual({name: all_of_it.get(name) for name in some}, some, f"step {step}")

    def test_one_node_gives_the_bits_of_the_run(self):
        for engine in ("flow", "serial"):
            out = self.folder / f"update-{engine}"
            replay(self.folder / "ppo", out, "--node", "update", "--engine", engine)
            self.same_metrics(self.folder / "ppo", out, 15)
            self.same_weights(self.folder / "ppo", out)

    def test_the_graph_from_a_node_on_gives_the_bits_of_the_run(self):
        out = self.folder / "from-rollout"
        replay(self.folder / "ppo", out, "--from-node", "rollout", "--workers", 2)
        self.same_metrics(self.folder / "ppo", out, 15)
        self.same_weights(self.folder / "ppo", out)
        names = set(metrics(out)[0])
        self.assertIn("objective/kl", names)
        self.assertIn("env/reward_mean", names)

    def test_overlapping_steps_too(self):
        recorded = self.folder / "overlapping"
        run("ppo_words", recorded, *self.ppo_options, "--set", "feedback.0.credits=2", "--workers", 3)
        self.assertNotEqual(metrics(recorded), metrics(self.folder / "ppo"))
        for out, words in (("over-update", ["--node", "update"]), ("over-rollout", ["--from-node", "rollout"])):
            replay(recorded, self.folder / out, *words, "--workers", 3)
            self.same_metrics(recorded, self.folder / out, 15)
            self.same_weights(recorded, self.folder / out)

    def test_a_parameter_can_be_changed(self):
        out = self.folder / "other-lr"
        outcome = replay(self.folder / "ppo", out, "--node", "update", "--set", "nodes.update.lr=1e-5")
        self.assertIn("the graph is not the one that was recorded", outcome.stdout)
        self.assertEqual(metrics(self.folder / "ppo")[0]["objective/kl"], metrics(out)[0]["objective/kl"])
        self.assertNotEqual(metrics(self.folder / "ppo")[-1], metrics(out)[-1])

    def test_a_side_input_is_recorded_and_replayed(self):
        recorded = self.folder / "sft"
        run("sft", recorded, *self.sft_options, "--record", "update")
        replay(recorded, self.folder / "sft-update", "--node", "update")
        self.same_metrics(recorded, self.folder / "sft-update", 3)
        self.same_weights(recorded, self.folder / "sft-update")

    def test_rules_without_a_model(self):
        recorded = self.folder / "rewards"
        run("rewards", recorded, "--record", "total", "--record", "questions")
        for out, words in (("total", ["--node", "total"]), ("from-brevity", ["--from-node", "brevity"])):
            replay(recorded, self.folder / out, *words)
            self.same_metrics(recorded, self.folder / out, 3)

    def test_a_version_that_is_not_known_is_refused(self):
        outcome = replay(self.folder / "ppo", self.folder / "never", "--node", "rollout", code=2)
        self.assertIn("node 'rollout' reads resource 'policy', which 'update' writes", outcome.stderr)
        self.assertIn("replay it too (--from-node rollout), or only the calls that see the first version: --steps 1",
                      outcome.stderr)
        self.assertFalse((self.folder / "never").exists())
        replay(self.folder / "ppo", self.folder / "first", "--node", "rollout", "--steps", 1)
        self.assertEqual(1, len(metrics(self.folder / "first")))

    def test_what_was_not_recorded_is_named(self):
        file = self.folder / "ppo/recorded/rollout.in.packets"
        graph = self.folder / "ppo/graph.yaml"
        outcome = anabranch("replay", graph, "--from", file, "--node", "update", "--out", self.folder / "never", code=2)
        self.assertIn("these packets are needed and not recorded:\n  rollout.out, which goes to update.rollout\n  "
                      "reward.out, which goes to update.scores\n", outcome.stderr)
        self.assertIn("record them: anabranch run GRAPH --record update", outcome.stderr)
        outcome = replay(self.folder / "ppo", self.folder / "never", "--node", "updat", code=2)
        self.assertIn("there is no node 'updat'; did you mean 'update'?", outcome.stderr)
        self.assertFalse((self.folder / "never").exists())

    def test_both_engines_record_the_same_bytes(self):
        run("ppo_words", self.folder / "serial", *self.ppo_options, "--engine", "serial")
        files = sorted(path.name for path in (self.folder / "ppo/recorded").iterdir())
        self.assertEqual(["rollout.in.packets", "rollout.out.packets", "update.kl.packets", "update.rollout.packets",
                          "update.scores.packets", "update.step.packets"], files)
        for name in files:
            one, two = (self.folder / run / "recorded" / name for run in ("ppo", "serial"))
            self.assertEqual(one.read_bytes(), two.read_bytes(), name)

    def test_a_name_that_is_not_there_ends_it_before_anything_is_made(self):
        for record, words in (("updat", "--record: there is no node 'updat'; did you mean 'update'?"),
                              ("update.rolout", "has no input or output 'rolout'; did you mean 'rollout'?")):
            outcome = run("ppo_words", self.folder / "never", "--record", record, code=2)
            self.assertIn(words, outcome.stderr)
            self.assertFalse((self.folder / "never").exists())

    def test_a_replay_does_not_remove_what_it_replays(self):
        file = self.folder / "ppo/recorded/update.rollout.packets"
        before = file.read_bytes()
        outcome = replay(self.folder / "ppo", self.folder / "ppo", "--node", "update", "--overwrite", code=2)
        self.assertIn("holds the packets that are replayed; pass another folder", outcome.stderr)
        self.assertEqual(before, file.read_bytes())

    def test_show(self):
        file = self.folder / "ppo/recorded/rollout.out.packets"
        text = anabranch("show", file, "--columns", "response", "--rows", 2).stdout
        self.assertIn('from "rollout.out"', text)
        self.assertRegex(text, r"packet 2: 8 rows, \d+ columns\n  row 0\n  response  str  ")
        self.assertTrue(text.endswith("3 packets, 24 rows\n"), text)
        self.assertNotIn("\x1b", text)
        self.assertLessEqual(max(map(len, text.splitlines()[1:])), 100)
        only = anabranch("show", file, "--packet", 1, "--rows", 1).stdout
        self.assertEqual(1, only.count("row 0"))
        self.assertIn("did you mean 'logprobs'?", anabranch("show", file, "--columns", "loprobs", code=2).stderr)
        self.assertIn("has no packet 9; it has 3 packets", anabranch("show", file, "--packet", 9, code=2).stderr)

    def test_json_lines_and_the_documented_reader_see_the_same(self):
        file = self.folder / "ppo/recorded/update.rollout.packets"
        lines = [json.loads(line) for line in anabranch("show", file, "--format", "json").stdout.splitlines()]
        read = documented_reader()(file)
        description = next(read)
        self.assertEqual({"node": "update", "port": "rollout", "from": "rollout.out", "seed": "7"},
                         {key: description[key] for key in ("node", "port", "from", "seed")})
        self.assertEqual((self.folder / "ppo/graph.yaml").read_text(), description["resolved"])
        seen = 0
        for sequence, name, columns in read:
            self.assertEqual("", name)
            rows = [line["columns"] for line in lines if line["packet"] == sequence]
            self.assertEqual(8, len(rows))
            for column, values in columns.items():
                self.assertEqual([row[column] for row in rows], rows_of(values), column)
                seen += 1
        self.assertGreater(seen, 15)

    def test_a_file_that_was_cut_is_shown_and_replayed_as_far_as_it_goes(self):
        for name in (self.folder / "ppo/recorded").iterdir():
            content = name.read_bytes()
            self.folder.joinpath("cut").mkdir(exist_ok=True)
            self.folder.joinpath("cut", name.name).write_bytes(content[: len(content) - 32 - 10])
        file = self.folder / "cut/update.rollout.packets"
        outcome = anabranch("show", file, code=1)
        self.assertIn("packet 1: 8 rows", outcome.stdout)
        self.assertNotIn("packet 2", outcome.stdout)
        self.assertRegex(outcome.stderr, r"update.rollout.packets: byte \d+: the file ends in a record: found \d+ bytes")
        out = self.folder / "cut-update"
        outcome = anabranch("replay", self.folder / "ppo/graph.yaml", "--from", self.folder / "cut", "--out", out,
                            "--threads", 1, "--node", "update")
        self.assertIn("the packets before it are replayed", outcome.stdout)
        self.assertEqual(2, len(metrics(out)))
        content = bytearray(file.read_bytes())
        content[len(content) // 3] ^= 1
        file.write_bytes(content)
        self.assertIn("is altered: found the checksum", anabranch("show", file, code=1).stderr)


def rows_of(values):
    """What the documented reader gives of a column, as JSON has it."""
    if isinstance(values, list):
        return values
    dtype, shape_or_offsets, data = values
    letter = {"bool": "?", "u8": "B", "i32": "i", "i64": "q", "f32": "f", "f64": "d"}[dtype]
    flat = list(struct.unpack(f"<{len(data) // struct.calcsize(letter)}{letter}", data))
    if dtype == "f32":  # the shortest text that reads back as this float, as JSON has it
        flat = [shortest(value) for value in flat]
    if len(shape_or_offsets) == 1:
        return flat
    return [flat[a:b] for a, b in zip(shape_or_offsets, shape_or_offsets[1:])]


def shortest(value):
    for digits in range(1, 18):
        text = f"{value:.{digits}g}"
        if struct.pack("<f", float(text)) == struct.pack("<f", value):
            return float(text)
    return value


if __name__ == "__main__":
    ANABRANCH, PROJECT = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
