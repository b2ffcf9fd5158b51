"""Byte-level BPE tokenizers: the tiny one trained here, and those that a GGUF carries."""
from gguf import GGUFReader
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from . import corpus, texts
from .store import write_json

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
VOCABULARY = 400
CONTROL = 3  # GGUF's token type of a special token


def pre_tokenizer(kind):
    """The pre-tokenizer that GGUF calls `smollm` or `gpt-2`."""
    cut = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    if kind == "gpt-2":
        return cut
    return pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), cut])


def tiny_tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer("smollm")
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=SPECIALS, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(corpus.lines(), trainer)
    assert tokenizer.get_vocab_size() == VOCABULARY, tokenizer.get_vocab_size()
    return tokenizer


def transformers_tokenizer(tokenizer):
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=SPECIALS[1], eos_token=SPECIALS[2], pad_token=SPECIALS[0])


def gguf_tokenizer(path):
    """Built from a GGUF's tokens and merges with the pre-tokenizer that the file names; adds no special token of its own."""
    fields = GGUFReader(path).fields
    tokens, merges = (fields[f"tokenizer.ggml.{key}"].contents() for key in ("tokens", "merges"))
    types = fields["tokenizer.ggml.token_type"].contents()
    vocabulary = {token: index for index, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocabulary, [tuple(merge.split(" ")) for merge in merges]))
    tokenizer.pre_tokenizer = pre_tokenizer(fields["tokenizer.ggml.pre"].contents())
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([
        AddedToken(token, normalized=False, special=True) for token, kind in zip(tokens, types) if kind == CONTROL])
    assert tokenizer.get_vocab_size() == len(tokens)
    return tokenizer


def cases(tokenizer):
    found = []
    for text in texts.all_texts():
        tokenizer.encode_special_tokens = True  # specials in the text are ordinary text
        as_text = tokenizer.encode(text, add_special_tokens=False).ids
        tokenizer.encode_special_tokens = False
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        for each in (ids, as_text):
            assert tokenizer.decode(each, skip_special_tokens=False) == text, text
        case = {"text": text, "ids": ids}
        if as_text != ids:
            case["ids_as_text"] = as_text
        found.append(case)
    return found


def check_against_transformers(path, recorded):
    """transformers reads the same GGUF but leaves out its digit rule: equal on every text without a number."""
    peer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    compared = 0
    for case in recorded:
        if not any(character.isnumeric() for character in case["text"]):
            assert peer(case["text"], add_special_tokens=False).input_ids == case["ids"], case["text"]
            compared += 1
    assert compared > 60, compared


def record_cases(name, pre, tokenizer):
    recorded = cases(tokenizer)
    write_json(f"tokenizer_{name}", {"pre": pre, "vocabulary": tokenizer.get_vocab_size()}, ("cases", recorded))
    return recorded


def record(smollm2, gpt2):
    """smollm2, gpt2: paths of GGUF files, or None to leave that file as it is."""
    record_cases("tiny", "smollm", tiny_tokenizer())
    if smollm2:
        check_against_transformers(smollm2, record_cases("smollm2", "smollm", gguf_tokenizer(smollm2)))
    if gpt2:
        record_cases("gpt2", "gpt-2", gguf_tokenizer(gpt2))
