#!/usr/bin/env python3
"""Anabranch beside its peers, in one run on one machine: the same weights, the same work, the same type, the same threads.

  tests/bench/compare.py [float32|bfloat16 ...] [--runs N] [--works ppo training tokenizer] [--results FILE]

Sets the peers up from PyPI once (.venv-peers), builds the benchmarks, then runs ours and theirs in turn and prints each
line of JSON as it comes, and at the end a table of medians. Needs about 25 minutes: TRL's iteration takes minutes. With
--results the work can be done in parts: lines are added to FILE, and the table is of all that it holds."""
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
PROGRAMS = ("ppo_bench", "sft_bench", "tokenizer_bench")
WORKS = ["ppo", "training", "tokenizer"]
TEXT = PROJECT / "graphs" / "data" / "Posts.xml"
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
    subprocess.run([PYTHON, HERE / "peers" / "export_smollm2.py", "--gguf", MODEL], check=True, stdout=sys.stderr)
    subprocess.run([PROJECT / ".ci" / "setup", "bench"], check=True, stdout=sys.stderr)
    subprocess.run([PROJECT / ".ci" / "build", "build", "-DANABRANCH_WERROR=OFF", "-DANABRANCH_BENCHMARKS=ON", "--",
                    *PROGRAMS], check=True, cwd=PROJECT, stdout=sys.stderr)


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


def measure_tokenizers():
    """Both on one thread over the same documents; they must make the same number of tokens of them."""
    command = [OURS / "tokenizer_bench", MODEL, TEXT, "--benchmark_filter=^encode$", "--benchmark_min_time=2",
               "--benchmark_format=json"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["benchmarks"][0]
    theirs, = lines([PYTHON, HERE / "peers" / "tokenizer.py", "--text", TEXT])
    if report["tokens"] != theirs["tokens"]:
        sys.exit(f"{TEXT}: {report['tokens']:.0f} tokens here, {theirs['tokens']} by the peer; expected the same")
    seconds = report["real_time"] * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3}[report["time_unit"]]
    size = TEXT.stat().st_size
    ours = theirs | {"peer": "anabranch", "seconds": round(seconds, 6), "mb_per_second": round(size / seconds / 1e6, 2),
                     "peak_memory_mb": None}
    print(json.dumps(ours), flush=True)
    return [ours, theirs]


def table(found):
    """Medians by work and type, ours against the peer's."""
    by_work = {}
    for line in found:
        by_work.setdefault((line["what"], line["dtype"]), {}).setdefault(line["peer"], []).append(line)
    print("\n| work | type | peer | peer s | anabranch s | faster | peer MB | anabranch MB |\n|---|---|---|---|---|---|---|---|")
    for (what, dtype), peers in by_work.items():
        median = {name: statistics.median(line["seconds"] for line in runs) for name, runs in peers.items()}
        memory = {name: max(line["peak_memory_mb"] or 0 for line in runs) or "" for name, runs in peers.items()}
        peer = next(name for name in peers if name != "anabranch")
        print(f"| {what} | {dtype} | {peer} | {median[peer]:.3g} | {median['anabranch']:.3g} | "
              f"{median[peer] / median['anabranch']:.2f}x | {memory[peer]} | {memory['anabranch']} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dtypes", nargs="*", default=["float32", "bfloat16"])
    parser.add_argument("--runs", type=int, default=1, help="times that everything is run; medians are reported")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--works", nargs="+", choices=WORKS, default=WORKS,
                        help="ppo: sampling and a PPO iteration; training: SFT and reward models; tokenizer: text to tokens")
    parser.add_argument("--results", type=pathlib.Path, help="add the lines to this file, and make the table of all in it")
    chosen = parser.parse_args()
    set_up()
    found = []
    for _ in range(chosen.runs):
        found += measure_tokenizers() if "tokenizer" in chosen.works else []
        for dtype in chosen.dtypes:
            found += measure(dtype, chosen.threads, chosen.works)
    if chosen.results:
        with chosen.results.open("a") as file:
            file.writelines(json.dumps(line) + "\n" for line in found)
        found = [json.loads(line) for line in chosen.results.read_text().splitlines()]
    table(found)


if __name__ == "__main__":
    main()
