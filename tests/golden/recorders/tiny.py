"""The tiny LLaMA that every small golden file is about."""
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from .vocabulary import VOCABULARY, tiny_tokenizer, transformers_tokenizer

SEQUENCES = [
    "How do I keep the lamp?",
    "Question: Why is the sky blue?\n\nAnswer: because of the air, 12 times over 😀",
    "in the garden 7",
]


def config():
    return LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=256, rope_theta=10000.0, rms_norm_eps=1e-5,
        tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, pad_token_id=0, attn_implementation="eager")


def weights():
    """Normal weights of deviation 0.15, so that logits are not flat; norms near 1 but not at it."""
    source = torch.Generator().manual_seed(20)
    out = {}
    for name, parameter in LlamaForCausalLM(config()).named_parameters():
        noise = torch.randn(parameter.shape, generator=source)
        out[name] = 1 + 0.1 * noise if "norm" in name else 0.15 * noise
    return out


def model():
    made = LlamaForCausalLM(config())
    missing, unexpected = made.load_state_dict(weights(), strict=False)
    assert missing == ["lm_head.weight"] and not unexpected
    made.tie_weights()
    made.generation_config.eos_token_id = None  # greedy continuations run to their full length
    return made.eval()


def tokenizer():
    return transformers_tokenizer(tiny_tokenizer())


def sequences():
    """Ids of SEQUENCES, a list of lists."""
    encode = tiny_tokenizer().encode
    return [encode(text).ids for text in SEQUENCES]
