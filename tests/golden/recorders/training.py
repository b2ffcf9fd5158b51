"""What transformers' Trainer makes of a loss: which parameters decay, the schedule, clipping. Shared by the recorders of SFT and
of the reward model."""
import torch
from transformers import get_scheduler
from transformers.pytorch_utils import ALL_LAYERNORM_LAYERS
from transformers.trainer_pt_utils import get_parameter_names


def optimiser(model, learning_rate, weight_decay):
    """AdamW with the two groups of Trainer.create_optimizer."""
    decayed = [name for name in get_parameter_names(model, ALL_LAYERNORM_LAYERS) if "bias" not in name]
    trained = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for n, p in trained if n in decayed], "weight_decay": weight_decay},
        {"params": [p for n, p in trained if n not in decayed], "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=learning_rate)


def train(model, settings, losses_of_step):
    """losses_of_step(step): the parts whose sum is the step's loss, each made when it is asked for. Returns a line a step."""
    adam = optimiser(model, settings["learning_rate"], settings["weight_decay"])
    schedule = get_scheduler(
        settings["schedule"], adam, num_warmup_steps=settings["warmup_steps"], num_training_steps=settings["total_steps"])
    lines = []
    for step in range(settings["steps"]):
        adam.zero_grad()
        total = 0.0
        for loss in losses_of_step(step):
            loss.backward()
            total += loss.item()
        norm = torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], settings["max_grad_norm"])
        rate = adam.param_groups[0]["lr"]
        adam.step()
        schedule.step()
        lines.append({"loss": total, "grad_norm": norm.item(), "learning_rate": rate})
    return lines


def factors(name, warmup_steps, total_steps, steps):
    """What a schedule multiplies the learning rate by at each step."""
    parameter = torch.nn.Parameter(torch.zeros(1))
    adam = torch.optim.SGD([parameter], lr=1.0)
    schedule = get_scheduler(name, adam, num_warmup_steps=warmup_steps, num_training_steps=total_steps)
    found = []
    for _ in range(steps):
        found.append(adam.param_groups[0]["lr"])
        adam.step()
        schedule.step()
    return found
