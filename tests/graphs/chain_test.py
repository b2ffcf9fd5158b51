"""The three stages by the real executable, short and with a tiny model: each starts from what the ones before it made.

Usage: chain_test.py ANABRANCH PROJECT
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ANABRANCH = PROJECT = ""  # from the command line

STAGES = ("sft", "reward", "ppo", "answers")
SHORT = {
    "sft": {"steps": 2, "length": 64, "model": "tests/golden/data/tiny.gguf"},
    "reward": {"steps": 2, "max_tokens": 256},
    "ppo": {"steps": 2, "batch": 8, "length_range": "[4, 8]"},
    "answers": {"questions": 4, "max_new_tokens": 6},
}


def run(*stages, **options):
    """Runs the stages, shortened; an option is --NAME=VALUE, or several of them when its value is a list."""
    words = ["--threads", "1"]
    for name, values in options.items():
        for value in values if isinstance(values, list) else [values]:
            words += [f"--{name}", str(value)]
    for stage in stages:
        prefix = f"{stage}." if len(stages) > 1 else ""
        for name, value in SHORT[stage].items():
            words += ["--set", f"{prefix}variables.{name}={value}"]
    files = [f"graphs/{stage}.yaml" for stage in stages]
    return subprocess.run([ANABRANCH, "run", *files, *words], capture_output=True, text=True, timeout=200, cwd=PROJECT)


class Chain(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.out = Path(folder.name) / "chain"
        cls.outcome = run(*STAGES, out=cls.out)

    def made(self, *stages):
        return [f"{stage}={self.out / stage}" for stage in stages]

    def metric(self, stage, name):
        lines = map(json.loads, (self.out / stage / "metrics.jsonl").read_text().splitlines())
        return [line[name] for line in lines if name in line]

    def test_all_stages_run_and_the_end_tells_what_each_improved(self):
        self.assertEqual(0, self.outcome.returncode, self.outcome.stderr)
        summary = self.outcome.stdout[self.outcome.stdout.index("4 of 4 stages in ") :]
        for name in ("perplexity", "eval_accuracy", "eval_longer_accuracy", "env/reward_mean", "objective/kl"):
            self.assertRegex(summary, rf"\b{name} +\S+ -> ")
        for name in ("env/reward_before_mean", "env/reward_after_mean"):
            self.assertRegex(summary, rf"\b{name} +-?[0-9.e-]+\n")

    def test_what_a_stage_left_out_of_the_data_is_told(self):
        self.assertRegex(self.outcome.stdout, r"\n  data: .*\bheld_out_tokens dropped \d+ pairs, tokens dropped \d+ pairs\n")
        self.assertRegex(self.outcome.stdout, r"\n  data: .*\bpieces dropped \d+ tokens\n")

    def test_each_stage_stands_on_the_one_before(self):
        bases = {
            stage: json.loads((self.out / path / "adapter_config.json").read_text())["base_model_name_or_path"]
            for stage, path in (("reward", "reward/resources/judge"), ("ppo", "ppo/resources/policy"))
        }
        made_by_sft = str((self.out / "sft/resources/policy").resolve())
        self.assertEqual({"reward": made_by_sft, "ppo": made_by_sft}, bases)

    def test_policy_reference_and_reward_model_share_one_set_of_weights(self):
        # Only the policy reads a checkpoint.
        graph = (self.out / "ppo/graph.yaml").read_text()
        self.assertEqual(1, graph.count("checkpoint:"), graph)
        self.assertIn("base: policy\n", graph)
        self.assertIn("reference: policy.base\n", graph)

    def test_the_first_rollout_is_the_models_of_the_second_stage(self):
        # An adapter that is new changes nothing: no KL before the first update, and some behind it.
        first, second = self.metric("ppo", "objective/kl")
        self.assertAlmostEqual(0, first, places=4)
        self.assertGreater(abs(second), 1e-6)

    def test_a_later_stage_runs_alone_from_what_is_there_and_gives_the_same_bits(self):
        again = self.out.parent / "again"
        outcome = run("ppo", out=again, made=self.made("sft", "reward"))
        self.assertEqual(0, outcome.returncode, outcome.stderr)
        name = "resources/policy/adapter_model.safetensors"
        self.assertEqual((self.out / "ppo" / name).read_bytes(), (again / name).read_bytes())

    def test_a_stage_alone_says_what_it_needs(self):
        none = self.out.parent / "none"
        for stage, needs in {"reward": ["sft"], "ppo": ["sft", "reward"], "answers": ["sft", "reward", "ppo"]}.items():
            with self.subTest(stage=stage):
                outcome = run(stage, out=none)
                self.assertEqual(78, outcome.returncode)
                for need in needs:
                    self.assertIn(f"no graph '{need}' runs before this one", outcome.stderr)
                    self.assertIn(f"--made {need}=DIR", outcome.stderr)
                self.assertFalse(none.exists())

    def test_what_an_earlier_stage_did_not_make_is_named(self):
        outcome = run("ppo", out=self.out.parent / "none", made=self.made("sft") + [f"reward={self.out / 'sft'}"])
        self.assertEqual(78, outcome.returncode)
        self.assertIn("'made:reward/judge': the run of 'reward' saves policy", outcome.stderr)


if __name__ == "__main__":
    ANABRANCH, PROJECT = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
