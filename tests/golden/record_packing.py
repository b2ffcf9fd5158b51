"""Records packing.json: what TRL's ConstantLengthDataset makes of a small corpus.

Needs trl 0.11.4, transformers 4.46 and torch (requirements.txt). usage: python3 tests/golden/record_packing.py"""
import json
import pathlib
import warnings

warnings.filterwarnings("ignore")

import trl  # noqa: E402
from trl.trainer import ConstantLengthDataset  # noqa: E402

# Characters of one to four bytes, so that counting bytes instead of code points moves the buffers' ends.
WORDS = ["water", "na\u00efve", "\u65e5\u672c\u8a9e", "\U0001f600", "na\u0308ive", "a", "beer", "\u20ac5", "\n\n", "constant length"]
TEXTS = [" ".join(WORDS[(i * 7 + j * j) % len(WORDS)] for j in range(1 + (i * 5) % 13)) for i in range(60)] + [""]


class Tokenizer:
    """One token for up to three characters; with add_special_tokens, one in front."""

    eos_token_id = 2

    def encode(self, text, bos):
        pieces = [text[i : i + 3] for i in range(0, len(text), 3)]
        return ([1] if bos else []) + [3 + sum(map(ord, piece)) % 997 for piece in pieces]

    def __call__(self, texts, add_special_tokens, truncation):
        assert not truncation
        return {"input_ids": [self.encode(text, add_special_tokens) for text in texts]}


def case(sequence_length, characters_per_token, sequences, bos, append_eos):
    packed = ConstantLengthDataset(
        Tokenizer(), TEXTS, formatting_func=lambda text: text, seq_length=sequence_length, infinite=False,
        num_of_sequences=sequences, chars_per_token=characters_per_token, shuffle=False, append_concat_token=append_eos,
        add_special_tokens=bos)
    pieces = []
    for row in packed:
        assert row["input_ids"].tolist() == row["labels"].tolist()
        pieces.append(row["input_ids"].tolist())
    return {"sequence_length": sequence_length, "characters_per_token": characters_per_token, "sequences": sequences,
            "bos": bos, "append_eos": append_eos, "pieces": pieces}


CASES = [
    case(16, 3.6, 4, False, True),     # several buffers, each with a tail
    case(16, 3.6, 4, True, True),
    case(16, 2.0, 3, False, False),
    case(7, 1.1, 1, True, True),       # a threshold of 7.7 characters: mostly one example a buffer
    case(5, 1.0, 6, False, True),      # a whole threshold, met exactly by some buffers
    case(64, 3.6, 1024, True, True),   # everything in one buffer
    case(2048, 3.6, 1, True, True),    # longer than the corpus: nothing comes out
]
rows = [{"text": text, "ids": Tokenizer().encode(text, False)} for text in TEXTS]
lines = ['{"recorded_with": ' + json.dumps({"trl": trl.__version__}) + ', "eos": 2, "bos": 1,', '"examples": [']
lines += [json.dumps(row) + ("," if row is not rows[-1] else "") for row in rows]
lines += ['], "cases": [']
lines += [json.dumps(one) + ("," if one is not CASES[-1] else "") for one in CASES]
lines += ["]}"]
path = pathlib.Path(__file__).with_name("packing.json")
path.write_text("\n".join(lines) + "\n")
print(path, [len(one["pieces"]) for one in CASES])
