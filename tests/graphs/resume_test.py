"""Shipped graphs, killed at random instants and resumed until they are done, give the bits of runs that nobody killed.

Usage: resume_test.py ANABRANCH PROJECT [--runs N] [--seed N] [-v]
Longer: --runs 20 kills many times more; the last lines say how often.
"""

import argparse
import fnmatch
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TIMES = ("wall_s", "time/", "tokens/generated_per_second")


def settings(**values):
    return [word for name, value in values.items() for word in ("--set", f"{name.replace('__', '.')}={value}")]


def graphs(project, folder):
    """Name -> graph files and settings, each of some seconds."""
    tiny = project / "tests/golden/data/tiny.gguf"
    ppo = dict(resources__policy__checkpoint=tiny, steps=12, nodes__questions__batch=8, nodes__rollout__max_new_tokens=6,
               nodes__questions__shuffle_buffer=20, nodes__update__use_score_scaling="true")

    def changed(name, graph, *changes):
        """A copy of the graph, for what --set cannot add."""
        text = (project / f"graphs/{graph}.yaml").read_text()
        for old, new in changes:
            text = text.replace(old, new)
        (folder / f"{name}.yaml").write_text(text)
        return [folder / f"{name}.yaml"]

    rows = "\nnodes:\n  rows: {type: sink.jsonl, in: rollout, path: %s, columns: [response_tokens, logprobs], numbers: true}\n"
    sft = dict(variables__model=tiny, variables__steps=16, variables__length=64, nodes__update__eval_steps=4)
    reward = dict(variables__model=tiny, variables__steps=8, variables__max_tokens=256, nodes__update__eval_steps=3)
    save = dict(save="{every: 3, keep: 2}")

    def ppo_with(name, credits):
        graph = changed(name, "ppo_words", ("\nnodes:\n", rows % (folder / f"{name}.jsonl")))
        return graph, settings(**ppo, **{"nodes.questions.path": project / "graphs/data/Posts.xml",
                                           "feedback.0.credits": credits})

    chain = [f"sft.{word}" if i % 2 else word for i, word in enumerate(settings(**sft, **save))]
    chain += [f"reward.{word}" if i % 2 else word for i, word in enumerate(settings(**reward, **save))]
    return {
        "ppo_1": ppo_with("ppo_1", 1),
        "ppo_2": ppo_with("ppo_2", 2),
        "sft": ([project / "graphs/sft.yaml"], settings(**sft, **save)),
        "sft_full": (changed("sft_full", "sft", ("policy.base", "ids"),
                             ("\nresources:", "\nresources:\n  ids: {type: text.tokenizer, path: %s}\n#" % tiny)),
                     settings(**sft, variables__posts=project / "graphs/data/Posts.xml",
                              resources__policy="{type: llama.full, checkpoint: %s, dtype: bfloat16}" % tiny)),
        "reward": ([project / "graphs/reward.yaml"], settings(**reward, nodes__update__normalise="true")),
        "chain": ([project / "graphs/sft.yaml", project / "graphs/reward.yaml"], chain),
    }


def metrics_of(path):
    """The lines without times; those of several clocks have no order among them."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    kept = [{name: value for name, value in line.items() if not name.startswith(TIMES)} for line in lines]
    return sorted(json.dumps(line) for line in kept)


def printed_in(path):
    """What nodes printed, without how long a save took; the lines of several clocks have no order among them."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        line["lines"] = [text for text in line["lines"] if not re.fullmatch(r"saved .* in [0-9.]+ (ms|s)", text)]
    return sorted(json.dumps(line) for line in lines)


def result_of(out, rows):
    files = {}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if fnmatch.fnmatch(path.name, "run*.json"):
            continue  # of times and the machine, one a process
        if path.name == "printed.jsonl":
            files[name] = printed_in(path)
        elif path.name == "metrics.jsonl":
            files[name] = metrics_of(path)
        elif path.is_file() and "resume" not in path.relative_to(out).parts and path.name != "graph.yaml":
            files[name] = path.read_bytes()
    if rows.exists():
        files["rows"] = rows.read_bytes()
    return files


class Trial:
    def __init__(self, anabranch, project, folder, name, chance):
        self.anabranch, self.folder, self.name, self.chance = anabranch, folder, name, chance
        self.files, self.settings = graphs(project, folder)[name]
        self.rows = folder / f"{name}.jsonl"
        self.kills = self.stops = self.begun = 0

    def command(self, out, *more):
        return [self.anabranch, "run", *self.files, "--out", out, "--threads", "1", "--no-tensorboard", *self.settings, *more]

    def uninterrupted(self):
        out = self.folder / f"{self.name}-whole"
        start = time.monotonic()
        done = subprocess.run(self.command(out, "--engine", "serial"), capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{self.name}: {done.stderr}")
        seconds = time.monotonic() - start
        result = result_of(out, self.rows)
        self.rows.unlink(missing_ok=True)
        return result, seconds

    def interrupted(self, seconds):
        out = self.folder / f"{self.name}-cut"
        shutil.rmtree(out, ignore_errors=True)
        self.rows.unlink(missing_ok=True)
        begun = 0
        while True:
            engine = self.chance.choice([["serial"], ["flow", "--workers", "1"], ["flow", "--workers", "3"]])
            command = self.command(out, "--resume", "--checkpoint-every", str(self.chance.choice([1, 2, 3])), "--engine",
                                   *engine)
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            begun += 1
            # It gets longer and longer, so that it ends also on a busy machine.
            until = self.chance.uniform(0, 0.5 * seconds * (1 + begun / 4))
            try:
                output, errors = process.communicate(timeout=until)
            except subprocess.TimeoutExpired:
                kill = self.chance.random() < 0.8
                process.send_signal(signal.SIGKILL if kill else signal.SIGINT)
                output, errors = process.communicate()
                self.kills += process.returncode == -signal.SIGKILL
                self.stops += process.returncode == 130
            if process.returncode == 0:
                self.begun += begun
                return result_of(out, self.rows)
            if process.returncode not in (-signal.SIGKILL, -signal.SIGINT, 130):
                sys.exit(f"{self.name}: ended with {process.returncode}\n{output}\n{errors}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("anabranch")
    parser.add_argument("project", type=lambda path: Path(path).resolve())
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only or graphs(options.project, Path(folder)):
            trial = Trial(options.anabranch, options.project, Path(folder), name, chance)
            expected, seconds = trial.uninterrupted()
            for _ in range(options.runs):
                found = trial.interrupted(seconds)
                different = [file for file in expected.keys() | found.keys() if expected.get(file) != found.get(file)]
                if different:
                    sys.exit(f"{name}: other than in a run that was not interrupted: {', '.join(sorted(different))}")
            print(f"{name}: {options.runs} runs, begun {trial.begun} times, killed {trial.kills}, stopped {trial.stops}; "
                  f"{len(expected)} files the same as in a run of {seconds:.1f} s", flush=True)


main()
