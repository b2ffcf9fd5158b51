"""Tiny models in the folders that transformers and peft write, one for each kind of configuration, and their logits."""
import json
import shutil

import torch
from peft import LoraConfig, get_peft_model
from transformers import (
    LlamaConfig, LlamaForCausalLM, LlamaForSequenceClassification, MistralConfig, MistralForCausalLM)

from . import adapter, small_tokenizers
from .small_tokenizers import BYTE_LEVEL, SENTENCEPIECE
from .store import DATA, write_tensors

FOLDER = DATA / "checkpoints"
IDS = [1, 17, 250, 3, 99, 42, 42, 280, 5, 64, 128, 7, 201]
SHAPE = dict(
    hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=128,
    bos_token_id=1, eos_token_id=2, attn_implementation="eager")
LLAMA3_ROPE = {
    "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}


def fill(model, seed):
    """Normal weights of deviation 0.2, so that logits are not flat; norms near 1 but not at it."""
    source = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=source)
        parameter.data = 1 + 0.1 * noise if "norm" in name else 0.2 * noise
    return model.eval()


def save(model, name, tokenizer, dtype=torch.float32, **options):
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    model.to(dtype).save_pretrained(folder, **options)
    for file in (small_tokenizers.FOLDER / tokenizer).glob("tokenizer*"):
        shutil.copy(file, folder)
    return folder


@torch.no_grad()
def last_logits(folder, kind):
    """Of the model as the folder has it, computed in float32."""
    model = kind.from_pretrained(folder, torch_dtype=torch.float32, attn_implementation="eager").eval()
    return model(torch.tensor([IDS])).logits[0]


def llama_folders():
    llama = lambda **more: LlamaConfig(**(SHAPE | more))
    yield "llama", fill(LlamaForCausalLM(llama(vocab_size=SENTENCEPIECE, rms_norm_eps=1e-6)), 81), "spm", {}
    tied = llama(
        vocab_size=BYTE_LEVEL, num_key_value_heads=2, rope_theta=500000.0, rope_scaling=LLAMA3_ROPE, tie_word_embeddings=True,
        rms_norm_eps=1e-5, bos_token_id=296, eos_token_id=[297, 298])
    yield "llama3", fill(LlamaForCausalLM(tied), 82), "llama3", {"dtype": torch.bfloat16}
    linear = llama(vocab_size=SENTENCEPIECE + 12, num_key_value_heads=1, rope_scaling={"type": "linear", "factor": 4.0})
    yield "sharded", fill(LlamaForCausalLM(linear), 83), "llama2", {"dtype": torch.float16, "max_shard_size": "24KB"}
    mistral = MistralConfig(**(SHAPE | dict(
        vocab_size=SENTENCEPIECE, num_key_value_heads=2, head_dim=12, sliding_window=16, max_position_embeddings=96)))
    yield "mistral", fill(MistralForCausalLM(mistral), 84), "llama2_first", {"dtype": torch.bfloat16}
    classifier = llama(vocab_size=SENTENCEPIECE, num_labels=1, pad_token_id=0)
    yield "classifier", fill(LlamaForSequenceClassification(classifier), 85), "spm", {"dtype": torch.bfloat16}


def settle(folder, base):
    """Names the base as it lies here, and leaves out the model card."""
    path = folder / "adapter_config.json"
    config = json.loads(path.read_text())
    config["base_model_name_or_path"] = base
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    (folder / "README.md").unlink(missing_ok=True)


def save_adapter(kind, name, base, task, targets, seed):
    """An adapter with a score head of its own where the task is SEQ_CLS; the logits of peft's merge_and_unload."""
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    options = {"num_labels": 1, "pad_token_id": 0} if task == "SEQ_CLS" else {}
    model = kind.from_pretrained(FOLDER / "llama", torch_dtype=torch.float32, attn_implementation="eager", **options)
    model = get_peft_model(model, LoraConfig(r=2, lora_alpha=6, lora_dropout=0.1, task_type=task, target_modules=targets)).eval()
    adapter.fill(model, seed, 0.2)
    if task == "SEQ_CLS":
        score = model.base_model.model.score.modules_to_save["default"]
        score.weight.data = 0.3 * torch.randn(score.weight.shape, generator=torch.Generator().manual_seed(seed))
    model.save_pretrained(folder)
    settle(folder, base)
    with torch.no_grad():
        return model.merge_and_unload()(torch.tensor([IDS])).logits[0]


def record():
    golden = {"ids": IDS}
    kinds = {"mistral": MistralForCausalLM, "classifier": LlamaForSequenceClassification}
    for name, model, tokenizer, options in llama_folders():
        folder = save(model, name, tokenizer, **options)
        golden[name] = last_logits(folder, kinds.get(name, LlamaForCausalLM))
    golden["adapter"] = save_adapter(LlamaForCausalLM, "adapter", "../llama", "CAUSAL_LM", adapter.ALL_LINEAR, 86)
    golden["reward_adapter"] = save_adapter(
        LlamaForSequenceClassification, "reward_adapter", "../llama", "SEQ_CLS", adapter.QUERY_VALUE, 87)
    for folder in FOLDER.iterdir():
        (folder / "generation_config.json").unlink(missing_ok=True)
    generation = {"bos_token_id": 296, "eos_token_id": [297, 298]}
    (FOLDER / "llama3" / "generation_config.json").write_text(json.dumps(generation) + "\n")
    write_tensors("checkpoints", golden)
