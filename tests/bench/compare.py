#!/usr/bin/env python3
"""Anabranch beside its peers, in one run on one machine: the same weights, the same work, the same type, the same threads.

  make setup && tests/bench/compare.py [float32|bfloat16 ...] [--runs N] [--works ppo training]

Sets the peers up from PyPI once (.venv-peers), builds the benchmark, then runs ours and theirs in turn and prints each
line of JSON as it comes, and at the end a table of medians. Needs half an hour and more: TRL's iteration takes minutes."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
PYTHON = PROJECT / ".venv-peers" / "bin" / "python"
OURS = PROJECT / "build" / "bin" / "bench"
PROGRAMS = ("ppo_bench", "sft_bench")
MODEL = PROJECT / "graphs" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"


def lines(command):
    """The lines of JSON that a benchmark prints, shown as they come."""
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    found = []
    for line in process.stdout:
        print(line, end="", flush=True)
        found.append(json.loads(line))
    if process.wait() != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return found


def set_up():
    subprocess.run([HERE / "peers" / "setup.sh"], check=True, stdout=sys.stderr)
    subprocess.run([PYTHON, HERE / "peers" / "export_smollm2.py"], check=True, stdout=sys.stderr)
    missing = [name for name in PROGRAMS if not (OURS / name).exists()]
    if missing:
        sys.exit(f"{OURS}: not built; run: cmake -S . -B build -DANABRANCH_BENCHMARKS=ON && "
                 f"cmake --build build --target {' '.join(missing)}")


def measure(dtype, threads, works):
    found = []
    if "ppo" in works:
        found += lines([OURS / "ppo_bench", MODEL, dtype, threads])
        for name in ("generate.py", "ppo_step.py"):
            found += lines([PYTHON, HERE / "peers" / name, "--dtype", dtype, "--threads", threads])
    if "training" in works:
        for kind in ("lora", "full", "reward"):  # a process each, for its peak of memory
            found += lines([OURS / "sft_bench", MODEL, dtype, threads, kind])
        for script in ("sft_step.py --kind lora", "sft_step.py --kind full", "reward_step.py"):
            name, *more = script.split()
            found += lines([PYTHON, HERE / "peers" / name, "--dtype", dtype, "--threads", threads, *more])
    return found


def table(found):
    """Medians by work and type, ours against the peer's."""
    by_work = {}
    for line in found:
        by_work.setdefault((line["what"], line["dtype"]), {}).setdefault(line["peer"], []).append(line)
    print("\n| work | type | peer | peer s | anabranch s | faster | peer MB | anabranch MB |\n|---|---|---|---|---|---|---|---|")
    for (what, dtype), peers in by_work.items():
        median = {name: statistics.median(line["seconds"] for line in runs) for name, runs in peers.items()}
        memory = {name: max(line["peak_memory_mb"] for line in runs) for name, runs in peers.items()}
        peer = next(name for name in peers if name != "anabranch")
        print(f"| {what} | {dtype} | {peer} | {median[peer]:.1f} | {median['anabranch']:.1f} | "
              f"{median[peer] / median['anabranch']:.2f}x | {memory[peer]} | {memory['anabranch']} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dtypes", nargs="*", default=["float32", "bfloat16"])
    parser.add_argument("--runs", type=int, default=1, help="times that everything is run; medians are reported")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--works", nargs="+", choices=["ppo", "training"], default=["ppo", "training"],
                        help="ppo: sampling and a PPO iteration; training: SFT and reward models")
    chosen = parser.parse_args()
    set_up()
    table([line for _ in range(chosen.runs) for dtype in chosen.dtypes
           for line in measure(dtype, chosen.threads, chosen.works)])


if __name__ == "__main__":
    main()
