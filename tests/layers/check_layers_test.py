"""Each rule of check_layers.py on a small tree that breaks it, and on one that does not."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import check_layers


def check(files):
    """The findings in a project of these files."""
    with tempfile.TemporaryDirectory() as project:
        for name, text in files.items():
            path = Path(project, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return check_layers.check(Path(project))[1]


class CheckLayers(unittest.TestCase):
    def allowed(self, name, include):
        self.assertEqual([], check({name: f"#include {include}\n"}), f"{name} may include {include}")

    def refused(self, name, include, *words):
        findings = check({name: f"// line 1\n#include {include}\n"})
        self.assertEqual(1, len(findings), f"{name} may not include {include}: {findings}")
        self.assertTrue(findings[0].startswith(f"{name}:2: "), findings)
        for word in words:
            self.assertIn(word, findings[0])

    def test_each_layer_sees_only_those_below_it(self):
        self.allowed("framework/graph/plan.h", "<anabranch/spec.h>")
        self.allowed("framework/graph/plan.cpp", "<framework/graph/plan.h>")
        self.allowed("sdk/lm/src/model/llama.cpp", "<anabranch/lm/model/llama.h>")
        self.allowed("plugins/text/pack.cpp", "<anabranch/lm/text/pack.h>")
        self.refused("framework/engine/run.cpp", "<anabranch/lm/json/json.h>", "framework/")
        self.refused("sdk/node/src/packet.cpp", "<anabranch/lm/json/json.h>", "stands alone")
        self.refused("sdk/node/src/packet.cpp", "<framework/graph/plan.h>")
        self.refused("sdk/lm/src/rl/ppo.cpp", "<framework/graph/plan.h>")
        self.refused("plugins/ppo/update.cpp", "<framework/graph/plan.h>", "out of tree")

    def test_quoted_paths_do_not_leave_the_layer(self):
        headers = {"sdk/lm/src/model/layer.h": "", "plugins/ppo/nodes.h": ""}
        self.assertEqual([], check(headers | {"sdk/lm/src/rl/ppo.cpp": '#include "../model/layer.h"\n'}))
        self.assertIn(
            "sdk/lm/src/model/layer.h",
            check(headers | {"sdk/node/src/packet.cpp": '#include "../../lm/src/model/layer.h"\n'})[0],
        )
        self.assertIn("no other plugin", check(headers | {"plugins/text/pack.cpp": '#include "../ppo/nodes.h"\n'})[0])

    def test_a_plugin_uses_no_other(self):
        self.allowed("plugins/data/jsonl.cpp", "<plugins/data/nodes.h>")
        self.allowed("plugins/data/jsonl.cpp", "<plugins/common/rows.h>")
        self.refused("plugins/data/jsonl.cpp", "<plugins/text/nodes.h>", "no other plugin")

    def test_each_library_has_one_owner(self):
        for owner, include in {
            "framework/engine/flow_engine.cpp": "<oneapi/tbb/flow_graph.h>",
            "framework/graph/yaml_reader.cpp": "<yaml-cpp/parser.h>",
            "framework/host/library.cpp": "<boost/dll/shared_library.hpp>",
            "framework/cli/run.cpp": "<CLI/App.hpp>",
            "sdk/lm/src/data/xml_rows.cpp": "<expat.h>",
            "sdk/lm/src/json/parse.cpp": "<nlohmann/json.hpp>",
            "sdk/lm/src/text/regular_expression.cpp": "<pcre2.h>",
            "sdk/lm/src/tokenizer/unicode_class.cpp": "<utf8proc.h>",
            "sdk/lm/src/kernels/rope_cuda.cu": "<cuda_runtime.h>",
        }.items():
            with self.subTest(include):
                self.allowed(owner, include)
                for other in (
                    "framework/engine/run.cpp",
                    "sdk/lm/src/rl/ppo.cpp",
                    "plugins/data/jsonl.cpp",
                    "sdk/node/src/spec.cpp",
                ):
                    self.refused(other, include, "belongs to")

    def test_libtorch_stays_in_its_place(self):
        self.allowed("sdk/lm/src/model/llama.cpp", "<torch/csrc/autograd/custom_function.h>")
        self.allowed("sdk/lm/include/anabranch/lm/model/llama.h", "<ATen/core/Tensor.h>")
        self.allowed("plugins/ppo/update.cpp", "<ATen/core/Tensor.h>")
        self.refused("sdk/lm/include/anabranch/lm/model/llama.h", "<ATen/ATen.h>", "libtorch")
        self.refused("plugins/ppo/update.cpp", "<torch/torch.h>", "libtorch")
        self.refused("framework/engine/run.cpp", "<ATen/core/Tensor.h>", "libtorch")
        self.refused("sdk/node/src/column.cpp", "<c10/util/BFloat16.h>", "libtorch")
        for room in ("json", "text", "data", "tokenizer", "checkpoint"):
            self.refused(f"sdk/lm/src/{room}/file.cpp", "<ATen/core/Tensor.h>", "libtorch")
            self.refused(f"sdk/lm/include/anabranch/lm/{room}/file.h", "<ATen/core/Tensor.h>", "libtorch")

    def test_the_contract_takes_the_standard_library_and_posix(self):
        self.allowed("sdk/node/src/packet.cpp", "<vector>")
        self.allowed("sdk/node/src/atomic_file.cpp", "<sys/stat.h>")
        self.refused("sdk/node/src/random.cpp", "<cpuid.h>", "standard library")
        self.refused("sdk/node/src/packet.cpp", "<fmt/format.h>", "standard library")

    def test_a_library_that_nobody_owns_is_named(self):
        self.refused("sdk/lm/src/text/markdown.cpp", "<fmt/format.h>", "LIBRARIES")
        self.allowed("sdk/lm/src/kernels/dispatch.cpp", "<cpuid.h>")

    def test_no_code_is_conditional_on_cuda(self):
        for line in ("#ifdef USE_CUDA", "#if defined(__CUDACC__)", "# ifndef ANABRANCH_CUDA"):
            self.assertIn("x_cuda.cu", check({"sdk/lm/src/kernels/rope.h": f"{line}\n#endif\n"})[0])
        self.assertEqual([], check({"sdk/lm/src/kernels/rope.cu": "#ifdef __CUDACC__\n#endif\n"}))

    def test_no_file_is_longer_than_600_lines(self):
        self.assertEqual([], check({"sdk/node/src/spec.cpp": "\n" * 600}))
        self.assertIn("tests/golden/record.py:601: 601 lines", check({"tests/golden/record.py": "\n" * 601})[0])

    def test_findings_and_an_empty_project_fail(self):
        with tempfile.TemporaryDirectory() as project:
            self.assertEqual((1, True), self.run_on(project, "is it the project's top?"))
            source = Path(project, "sdk/node/spec.cpp")
            source.parent.mkdir(parents=True)
            source.write_text("#include <vector>\n")
            self.assertEqual((0, True), self.run_on(project, "1 sources, 0 findings"))
            source.write_text("#include <ATen/ATen.h>\n")
            self.assertEqual((1, True), self.run_on(project, "sdk/node/spec.cpp:1: "))

    def run_on(self, project, words):
        run = subprocess.run(
            [sys.executable, "-B", check_layers.__file__, project], capture_output=True, text=True, check=False
        )
        return run.returncode, words in run.stdout


if __name__ == "__main__":
    unittest.main()
