"""Small runs of the real program for the tests in this folder."""

import json
import subprocess
from pathlib import Path


class Program:
    def __init__(self, anabranch, project):
        self.anabranch = anabranch
        self.project = Path(project)

    def __call__(self, *arguments, expected=0):
        command = [self.anabranch, *map(str, arguments)]
        outcome = subprocess.run(command, capture_output=True, text=True, timeout=100)
        assert outcome.returncode == expected, (command, outcome.stdout, outcome.stderr)
        return outcome

    def ppo_arguments(self, out, steps):
        """PPO on a tiny model: every kind of metric, a loop, printed answers."""
        settings = {
            "resources.policy.checkpoint": self.project / "tests/golden/data/tiny.gguf",
            "steps": steps,
            "nodes.questions.batch": 8,
            "nodes.rollout.max_new_tokens": 4,
            "nodes.samples.every": 1,
        }
        words = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        return ["run", self.project / "graphs/ppo_words.yaml", *words, "--out", out, "--overwrite", "--threads", "1"]


def json_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]
