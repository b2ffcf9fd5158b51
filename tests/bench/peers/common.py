"""What the peers' timings share: their options, the model's folder, and the line of JSON that each prints."""
import argparse
import json
import os
import pathlib
import resource
import sys
import warnings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TQDM_DISABLE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
warnings.filterwarnings("ignore")

PROJECT = pathlib.Path(__file__).resolve().parents[3]
MODEL = PROJECT / ".cache" / "peers" / "smollm2-135m-instruct"


def options(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--model", type=pathlib.Path, default=MODEL, help="Hugging Face folder that export_smollm2.py wrote")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=64, help="prompts")
    parser.add_argument("--prompt", type=int, default=64, help="tokens of a prompt")
    parser.add_argument("--new", type=int, default=64, help="tokens sampled after it")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def parse(parser):
    """Options, with torch's threads and seed set by them."""
    chosen = parser.parse_args()
    if not (chosen.model / "config.json").exists():
        sys.exit(f"{chosen.model}: no model there; write it with {pathlib.Path(__file__).with_name('export_smollm2.py')}")
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(chosen.seed)
    chosen.torch_dtype = getattr(torch, chosen.dtype)
    chosen.shape = f"{chosen.batch}x({chosen.prompt}+{chosen.new})"
    return chosen


def peak_memory_mb():
    """The most memory that this process has held so far, loading the model included."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def report(peer, what, chosen, seconds, **more):
    line = {
        "peer": peer, "what": what, "dtype": chosen.dtype, "threads": chosen.threads, "seconds": round(seconds, 3),
        "tokens_per_second": round(chosen.batch * chosen.new / seconds, 1), "peak_memory_mb": peak_memory_mb()}
    print(json.dumps(line | more), flush=True)
