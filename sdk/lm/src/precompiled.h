#pragma once
// What nearly every file of sdk/lm that uses tensors includes; precompiled once, it saves seconds a file.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
