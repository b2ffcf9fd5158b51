"""Small tokenizers of every kind that a model's folder has, and the ids that their own libraries give."""
import io
import json
import re

import sentencepiece
from gguf import GGUFWriter
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import LlamaTokenizer
from transformers.convert_slow_tokenizer import LlamaConverter

from . import corpus, texts
from .store import DATA, write_json

BYTE_LEVEL, SENTENCEPIECE = 300, 400  # tokens
FOLDER = DATA / "tokenizers"
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace("{1,3}", "")
# No tokenizer that has a name in GGUF: words, lower and upper case apart.
UNNAMED = r"\p{Lu}+|\p{Ll}+|\s+(?=\S)|[^\s\p{L}]"


def sentencepiece_model():
    """A BPE model as LLaMA's: byte fallback, digits apart, no normalisation, a space in front."""
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus.lines()), model_writer=out, model_type="bpe", vocab_size=SENTENCEPIECE,
        byte_fallback=True, split_digits=True, allow_whitespace_only_pieces=True, normalization_rule_name="identity",
        remove_extra_whitespaces=False, character_coverage=0.98, num_threads=1, minloglevel=2,
        user_defined_symbols=["::note"])
    return out.getvalue()


def byte_level(steps, normaliser=None, prefix_space=False, use_regex=True, ignore_merges=False, vocabulary=BYTE_LEVEL):
    specials = ["<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"]
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    tokenizer.normalizer = normaliser
    cut = pre_tokenizers.ByteLevel(add_prefix_space=prefix_space, use_regex=use_regex)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([*steps, cut]) if steps else cut
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(corpus.lines(), trainers.BpeTrainer(
        vocab_size=vocabulary - 4, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in specials])
    tokenizer.add_tokens([AddedToken("Caf\u0065\u0301", normalized=True)])
    return tokenizer


def isolated(expression):
    return pre_tokenizers.Split(Regex(expression), "isolated")


def llama3():
    tokenizer = byte_level([isolated(LLAMA3)], use_regex=False, ignore_merges=True)
    bos = "<|begin_of_text|>"
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single=f"{bos} $A", special_tokens=[(bos, tokenizer.token_to_id(bos))])])
    return tokenizer


def converted(model, legacy):
    path = FOLDER / "tokenizer.model"
    path.write_bytes(model)
    made = LlamaConverter(LlamaTokenizer(str(path), legacy=legacy)).converted()
    path.unlink()
    return made


def metaspace(model, scheme, split):
    tokenizer = converted(model, legacy=False)
    tokenizer.normalizer = None
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("\u2581", scheme, split)
    whole = [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()]
    tokenizer.decoder = decoders.Sequence(whole if scheme == "never" else [*whole, decoders.Strip(" ", 1, 0)])
    return tokenizer


def without_bytes(model):
    """No byte fallback: what has no token is unknown, neighbours together."""
    tokenizer = json.loads(converted(model, legacy=True).to_str())
    tokenizer["model"]["byte_fallback"] = False
    tokenizer["model"]["vocab"] = {t: i for t, i in tokenizer["model"]["vocab"].items()}
    return Tokenizer.from_str(json.dumps(tokenizer))


def json_kinds(model):
    return {
        "llama3": llama3(),
        "nfc_qwen2": byte_level([isolated(QWEN2)], normalizers.NFC(), use_regex=False),
        "prefix_space": byte_level([], prefix_space=True),
        "digit_runs": byte_level([pre_tokenizers.Digits(individual_digits=False)]),
        "unnamed": byte_level([isolated(UNNAMED)], use_regex=False),
        "llama2": converted(model, legacy=True),
        "llama2_first": converted(model, legacy=False),
        "metaspace_words": metaspace(model, "always", True),
        "metaspace_never": metaspace(model, "never", False),
        "unknown": without_bytes(model)}


def write_vocabulary_gguf(model, path):
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    writer = GGUFWriter(path, "llama")
    ids = range(processor.vocab_size())
    writer.add_tokenizer_model("llama")
    writer.add_token_list([processor.id_to_piece(i) for i in ids])
    writer.add_token_scores([processor.get_score(i) for i in ids])
    kinds = [(processor.is_unknown, 2), (processor.is_control, 3), (processor.is_unused, 5), (processor.is_byte, 6)]
    writer.add_token_types([
        next((kind for test, kind in kinds if test(i)), 4 if processor.id_to_piece(i) == "::note" else 1) for i in ids])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def case(text, ids, as_text, decoded, specials):
    found = {"text": text, "ids": ids}
    if as_text != ids:
        found["ids_as_text"] = as_text
    if any(special in text for special in specials):
        found["decoded"] = None
    elif decoded != text:
        found["decoded"] = decoded
    return found


def covered(tokenizer, text):
    """Whether every byte of the text has a token: the library drops those that have none, where we refuse the text."""
    vocabulary = tokenizer.get_vocab()
    normal = tokenizer.normalizer.normalize_str(text) if tokenizer.normalizer else text
    return all(letter in vocabulary for piece, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normal) for letter in piece)


def cases_of_json(tokenizer):
    # Byte-level text stands for itself; in the other kind we take back the space that encoding put behind a special token.
    spaced = "ByteFallback" in tokenizer.to_str() or "Strip" in tokenizer.to_str()
    specials = [token.content for token in tokenizer.get_added_tokens_decoder().values()] if spaced else []
    found = []
    for text in texts.all_texts() + texts.FOLDERS:
        if not spaced and not covered(tokenizer, text):
            continue
        tokenizer.encode_special_tokens = True
        as_text = tokenizer.encode(text, add_special_tokens=False).ids
        tokenizer.encode_special_tokens = False
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        found.append(case(text, ids, as_text, tokenizer.decode(ids, skip_special_tokens=False), specials))
    return found


def cases_of_sentencepiece(model):
    """With special tokens in the text: each part between them encoded alone, as transformers' LlamaTokenizer does."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    specials = ["<unk>", "<s>", "</s>"]
    found = []
    for text in texts.all_texts() + texts.FOLDERS:
        ids = []
        for part in re.split("(" + "|".join(specials) + ")", text):
            if part in specials:
                ids.append(processor.piece_to_id(part))
            elif part:
                ids += processor.encode(part)
        as_text = processor.encode(text)
        found.append(case(text, ids, as_text, processor.decode(as_text), specials))
    return found


def record_cases(name, size, cases):
    write_json(f"tokenizer_{name}", {"vocabulary": size}, ("cases", cases))


def from_file(path):
    """In the shared LLaMA-2 file no-break spaces have become spaces, so that three merges hold more than one: cut where both sides
    and the whole are tokens, and spelt as pairs."""
    content = json.loads(path.read_text(encoding="utf-8"))
    vocabulary = content["model"]["vocab"]

    def pair(merge):
        blanks = [i for i, character in enumerate(merge) if character == " "]
        cuts = [(merge[:i], merge[i + 1:]) for i in blanks]
        return next(cut for cut in cuts if cut[0] in vocabulary and cut[1] in vocabulary and "".join(cut) in vocabulary)

    content["model"]["merges"] = [pair(merge) for merge in content["model"]["merges"]]
    return Tokenizer.from_str(json.dumps(content))


def record(shared):
    """shared: the folder with LLaMA-2's tokenizer and the tiny byte-level one, or None."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    model = sentencepiece_model()
    (FOLDER / "spm").mkdir(exist_ok=True)
    (FOLDER / "spm" / "tokenizer.model").write_bytes(model)
    write_vocabulary_gguf(model, FOLDER / "spm" / "vocabulary.gguf")
    record_cases("spm", SENTENCEPIECE, cases_of_sentencepiece(model))
    for name, tokenizer in json_kinds(model).items():
        (FOLDER / name).mkdir(exist_ok=True)
        tokenizer.save(str(FOLDER / name / "tokenizer.json"), pretty=False)
        record_cases(name, tokenizer.get_vocab_size(), cases_of_json(tokenizer))
    if not shared:
        return
    model = (shared / "llama2-tokenizer.model").read_bytes()
    record_cases("llama2_model", 32000, cases_of_sentencepiece(model))
    for name, file in {"llama2_json": "llama2-tokenizer.json", "tiny_bpe": "tiny_bpe_tokenizer.json"}.items():
        tokenizer = from_file(shared / file)
        record_cases(name, tokenizer.get_vocab_size(), cases_of_json(tokenizer))
