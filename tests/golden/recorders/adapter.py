"""LoRA on the tiny model through peft, with an adapter that already does something: B is not zero."""
import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict

from . import tiny

QUERY_VALUE = ["q_proj", "v_proj"]
ALL_LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def lora_config(targets, dropout=0.0):
    return LoraConfig(r=4, lora_alpha=8, lora_dropout=dropout, bias="none", task_type="CAUSAL_LM", target_modules=targets)


def fill(model, seed, scale=0.1):
    """Gives every LoRA matrix of a model normal values of deviation `scale`."""
    source = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            parameter.data = scale * torch.randn(parameter.shape, generator=source)


def adapted(targets, seed):
    model = get_peft_model(tiny.model(), lora_config(targets))
    fill(model, seed)
    return model


def weights(model, prefix):
    """The adapter under the names that peft saves it with, each behind `prefix`."""
    return {prefix + name: value.clone() for name, value in get_peft_model_state_dict(model).items()}


def gradients(model, prefix):
    """The gradients of the adapter, named as `weights` names what they belong to."""
    return {
        prefix + name.replace(".default.", "."): parameter.grad.clone()
        for name, parameter in model.named_parameters() if parameter.requires_grad}


def padded(rows, value):
    """Ragged rows as one int64 tensor, `value` behind the short ones."""
    return torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True, padding_value=value)
