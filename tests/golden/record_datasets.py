"""Records tests/golden/datasets.json: what the recipe's chars_token_ratio and create_datasets do, restated without their
packages (TRL's supervised_finetuning.py; IterableDataset.shuffle and train_test_split of Hugging Face's datasets).

Random draws are Python's and are recorded, so that another generator's order can be compared.
usage: python3 tests/golden/record_datasets.py"""
import itertools
import json
import math
import pathlib
import random

WORDS = ["water", "na\u00efve", "\u65e5\u672c\u8a9e", "\U0001f600", "a", "beer", "\u20ac5", "constant length"]
EXAMPLES = [{"question": " ".join(WORDS[(i * 3 + j) % len(WORDS)] for j in range(1 + i % 7)), "response_j": WORDS[i % len(WORDS)]}
            for i in range(450)]


def prepare_sample_text(example):
    return f"Question: {example['question']}\n\nAnswer: {example['response_j']}"


def tokenize(text):
    """One token for up to three characters."""
    return [text[i : i + 3] for i in range(0, len(text), 3)]


def chars_token_ratio(dataset, nb_examples=400):
    total_characters, total_tokens = 0, 0
    for _, example in zip(range(nb_examples), iter(dataset)):
        text = prepare_sample_text(example)
        total_characters += len(text)
        total_tokens += len(tokenize(text))
    return total_characters / total_tokens


def buffered_shuffle(rows, buffer_size, generator, draws):
    """IterableDataset.shuffle: _iter_random_indices and the buffer of BufferShuffledExamplesIterable."""
    buffer = []
    for row in rows:
        if len(buffer) == buffer_size:
            draws.append(generator.randrange(buffer_size))
            yield buffer[draws[-1]]
            buffer[draws[-1]] = row
        else:
            buffer.append(row)
    order = list(range(len(buffer)))
    generator.shuffle(order)
    draws.append(order)
    yield from (buffer[i] for i in order)


def create_datasets_streaming(rows, size_valid_set, shuffle_buffer, seed):
    draws = []
    valid = list(itertools.islice(rows, size_valid_set))                       # dataset.take
    rest = itertools.islice(rows, size_valid_set, None)                        # dataset.skip
    train = list(buffered_shuffle(rest, shuffle_buffer, random.Random(seed), draws))
    return {"rows": len(rows), "size_valid_set": size_valid_set, "shuffle_buffer": shuffle_buffer, "draws": draws[:-1],
            "last": draws[-1], "valid": valid, "train": train}


def train_test_split(rows, test_size, seed):
    """Dataset.train_test_split(test_size, seed), without stratification."""
    permutation = list(range(len(rows)))
    random.Random(seed).shuffle(permutation)
    n_test = math.ceil(test_size * len(rows))
    return {"rows": len(rows), "test_size": test_size, "permutation": permutation,
            "train": [rows[i] for i in permutation[n_test:]], "test": [rows[i] for i in permutation[:n_test]]}


golden = {
    "texts": [prepare_sample_text(example) for example in EXAMPLES],
    "ratios": [{"examples": n, "ratio": chars_token_ratio(EXAMPLES, n)} for n in (1, 7, 400, 1000)],
    "streaming": [create_datasets_streaming(list(range(rows)), valid, buffer, 0)
                  for rows, valid, buffer in ((60, 10, 8), (60, 59, 5), (30, 4, 100), (9, 2, 1))],
    "split": [train_test_split(list(range(rows)), fraction, 0) for rows, fraction in ((7, 0.005), (400, 0.005), (401, 0.005), (10, 0.25))],
}
path = pathlib.Path(__file__).with_name("datasets.json")
path.write_text("{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items()) + "\n}\n")
print(path, path.stat().st_size)
