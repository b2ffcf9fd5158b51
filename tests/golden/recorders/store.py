"""Where golden files go, and how they are written: always the same bytes for the same values."""
import json
import pathlib
import re

import numpy as np
import torch
from safetensors.numpy import save_file

GOLDEN = pathlib.Path(__file__).resolve().parents[1]
PROJECT = GOLDEN.parents[1]
DATA = GOLDEN / "data"
CACHE = PROJECT / ".cache" / "golden"


def plain(value):
    """A tensor, array or nested list as a contiguous float32 or int64 array."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().numpy()
    array = np.asarray(value)
    kind = np.float32 if array.dtype.kind == "f" else np.int64
    return np.ascontiguousarray(array.astype(kind))


def write_tensors(name, tensors):
    """tensors: {name: tensor, array or list}, written as DATA/name.safetensors."""
    DATA.mkdir(exist_ok=True)
    path = DATA / f"{name}.safetensors"
    save_file({key: plain(value) for key, value in tensors.items()}, path)
    path.chmod(0o644)


def write_json(name, header, rows=None):
    """A JSON object, ASCII only so that no editor alters a text; the list `rows` = (key, list) stands one entry a line."""
    DATA.mkdir(exist_ok=True)
    text = re.sub(r"\[[-+.,eE\d\s]+\]", lambda numbers: " ".join(numbers[0].split()), json.dumps(header, indent=2))
    if rows is not None:
        key, entries = rows
        lines = ",\n".join("    " + json.dumps(entry) for entry in entries)
        text = text[:-2] + f',\n  "{key}": [\n{lines}\n  ]\n}}'
    (DATA / f"{name}.json").write_text(text + "\n", encoding="ascii")


def scalars(stats):
    """The numbers of a dictionary of numbers, arrays and tensors, without timings, which differ from run to run."""
    kept = {}
    for key, value in stats.items():
        size = value.numel() if isinstance(value, torch.Tensor) else np.size(value)
        if size == 1 and not key.startswith("time/"):
            kept[key] = float(value)
    return kept
