"""The tiny LLaMA as GGUF files, laid out as llama.cpp's converter lays them out, and their dequantised values."""
import json

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Type
from transformers import AutoModelForCausalLM

from . import tiny
from .store import DATA, write_tensors
from .vocabulary import CONTROL, SPECIALS, tiny_tokenizer

# name: (type of the projections, type of the embedding). The Q4 files keep the embedding at 8 bits, as SmolLM2's does.
FILES = {
    "tiny": (Type.F32, Type.F32),
    "tiny-f16": (Type.F16, Type.F16),
    "tiny-bf16": (Type.BF16, Type.BF16),
    "tiny-q8_0": (Type.Q8_0, Type.Q8_0),
    "tiny-q4_0": (Type.Q4_0, Type.Q8_0),
    "tiny-q4_1": (Type.Q4_1, Type.Q8_0),
}
FILE_TYPES = {Type.F32: 0, Type.F16: 1, Type.Q4_0: 2, Type.Q4_1: 3, Type.Q8_0: 7, Type.BF16: 32}
DEQUANTISED = ["blk.0.attn_q.weight", "blk.1.ffn_down.weight"]


def permuted(weight, heads):
    """Rows in the order of llama.cpp's RoPE, which turns neighbours (0, 1) where transformers turns halves (0, d/2)."""
    rows = weight.shape[0]
    return weight.reshape(heads, 2, rows // heads // 2, -1).swapaxes(1, 2).reshape(weight.shape)


def tensors():
    """(GGUF name, float32 array) of every tensor of the tiny model, head tied."""
    config = tiny.config()
    weights = {name: value.numpy() for name, value in tiny.weights().items()}
    yield "token_embd.weight", weights["model.embed_tokens.weight"]
    for layer in range(config.num_hidden_layers):
        source, target = f"model.layers.{layer}.", f"blk.{layer}."
        yield target + "attn_norm.weight", weights[source + "input_layernorm.weight"]
        for name, part in (("ffn_down", "down_proj"), ("ffn_gate", "gate_proj"), ("ffn_up", "up_proj")):
            yield f"{target}{name}.weight", weights[f"{source}mlp.{part}.weight"]
        yield target + "ffn_norm.weight", weights[source + "post_attention_layernorm.weight"]
        attention = source + "self_attn."
        yield target + "attn_k.weight", permuted(weights[attention + "k_proj.weight"], config.num_key_value_heads)
        yield target + "attn_output.weight", weights[attention + "o_proj.weight"]
        yield target + "attn_q.weight", permuted(weights[attention + "q_proj.weight"], config.num_attention_heads)
        yield target + "attn_v.weight", weights[attention + "v_proj.weight"]
    yield "output_norm.weight", weights["model.norm.weight"]


def add_tokenizer(writer):
    tokenizer = tiny_tokenizer()
    vocabulary = tokenizer.get_vocab()
    tokens = sorted(vocabulary, key=vocabulary.get)
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([CONTROL if token in SPECIALS else 1 for token in tokens])
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_pad_token_id(0)
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)


def write(name, projection, embedding):
    config = tiny.config()
    writer = gguf.GGUFWriter(DATA / f"{name}.gguf", "llama")
    writer.add_type("model")
    writer.add_name("tiny")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_file_type(FILE_TYPES[projection])
    writer.add_vocab_size(config.vocab_size)
    writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    add_tokenizer(writer)
    for tensor, values in tensors():
        kind = Type.F32 if values.ndim == 1 else embedding if tensor == "token_embd.weight" else projection
        writer.add_tensor(tensor, gguf.quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read_back(name):
    """The model that transformers makes of the file, with the tied head that it forgets."""
    model = AutoModelForCausalLM.from_pretrained(DATA, gguf_file=f"{name}.gguf", torch_dtype=torch.float32)
    model.config.tie_word_embeddings = True
    model.tie_weights()
    return model.eval()


def record():
    DATA.mkdir(exist_ok=True)
    golden = {}
    ids = torch.tensor([tiny.sequences()[1]])
    golden["ids"] = ids[0]
    for name, (projection, embedding) in FILES.items():
        write(name, projection, embedding)
        reader = gguf.GGUFReader(DATA / f"{name}.gguf")
        for tensor in reader.tensors:
            if tensor.name in DEQUANTISED:
                golden[f"{name}/{tensor.name}"] = gguf.dequantize(tensor.data, tensor.tensor_type)
        with torch.no_grad():
            golden[f"{name}/last_logits"] = read_back(name)(ids).logits[0, -1]
    with torch.no_grad():
        expected = tiny.model()(ids).logits[0, -1]
    assert np.abs(golden["tiny/last_logits"] - expected).max() < 1e-5, "the GGUF does not hold the model"
    write_tensors("gguf", golden)
