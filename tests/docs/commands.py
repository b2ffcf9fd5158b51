"""What check_commands.py must know of single commands and quotations in the pages: the one place to change when one is added.

A command is run in a copy of the project with a tiny model, unless one of RULES says otherwise. A rule that meets no command, and a
quotation that is nowhere named, is an error.
"""

from typing import NamedTuple


class Rule(NamedTuple):
    pattern: str  # a regular expression; the first one that is found in a command counts
    instead: str  # what is run: {} stands for the command; "": nothing
    why: str


RULES = (
    Rule(r"^make \w+( \w+=(\"[^\"]*\"|\S+))*$", "{} --dry-run", "make run and make test set up and build; .ci/run does `make test`"),
    Rule(r"brevity/build/plugins", "", "its plugin is built by tests/install"),
    Rule(r"^cmake (-S|--preset \w+ -DCMAKE)", "", "configures from scratch: what this test runs in was made so"),
    Rule(r"^cmake --preset (\w+)$", "cmake --list-presets | grep '\"{1}\"'", "the preset is there"),
    Rule(r"^cmake --build build --target help", "ninja -C build -t targets all | grep anabranch", "CMake would see another folder"),
    Rule(r"^cmake --build build --target (\S+)", "ninja -C build -t query {1}", "the target is there; nothing is built"),
    Rule(r"^cmake --build build$", "", "builds everything, which this test runs in"),
    Rule(r" steps=100$", "{} --set steps=2", "two steps show the same"),
    Rule(r"^ctest ", "{} -N", "the tests are there; this is one of them"),
    Rule(r"^tensorboard --logdir", "", "needs tensorboard, and serves until it is stopped"),
    Rule(r" --out runs/beer_long$", "", "goes on from a run on data that are not here"),
    Rule(r"(?s)^anabranch run (.*(?:llama-7b|beer).*) --out \S+$", "anabranch check {1}", "a model or data that are not here"),
    Rule(r"^tests/fuzz/run.sh", "", "builds with Clang, for minutes"),
    Rule(r"bench/", "", "benchmarks are built by `make bench` only"),
)

# Pages whose commands another test runs: tests/install/install_test.py, with an installed program.
ELSEWHERE = {"docs/writing-a-plugin.md"}

# Commands that a page's commands need to have been run before.
BEFORE = {
    "docs/getting-started.md": [
        "cp graphs/data/Posts.xml coffee.stackexchange.com.7z",
        "anabranch run graphs/ppo_words.yaml --set steps=2",
    ],
    "docs/models.md": [
        "anabranch run graphs/ppo_words.yaml --set steps=1 --set 'save={every: 1, best: {metric: env/reward_mean, mode: max}}' --out runs/ppo"
    ],
}


class Quotation(NamedTuple):
    page: str
    begins: str  # how the block begins
    command: str  # what prints it; "": nothing, see why
    why: str = ""


STAGES = "anabranch run graphs/sft.yaml graphs/reward.yaml graphs/ppo.yaml graphs/answers.yaml"
PPO = "anabranch run graphs/ppo_words.yaml --out runs/quoted --overwrite"

# Blocks without a language that do not begin with "$ COMMAND". Errors of graphs are looked for in what `check` says of graphs in quoted/.
QUOTATIONS = (
    Quotation("README.md", "stage 1 of 4: sft", STAGES + " --out runs/quoted --overwrite"),
    Quotation("docs/engine.md", "  most packets in flight:", PPO + " --set steps=2"),
    Quotation("docs/engine.md", "running ppo_words:", PPO + " --set steps=1"),
    Quotation("docs/engine.md", "input 'a' ended after", "", "a test of the engine holds this text: order_test.cpp"),
    Quotation("docs/engine.md", "error: graphs/rewards.yaml:34:",
              "anabranch run graphs/rewards.yaml --out runs/quoted --overwrite --set nodes.total.weights.politenes=1"),
    Quotation("docs/engine.md", "stopping after this step", "", "needs Ctrl-C at the right moment: signal_test.cpp"),
    Quotation("docs/graph-language.md", "graphs/ppo_words.yaml:", "anabranch check graphs/ppo_words.yaml --set 'feedback=[]'"),
    Quotation("docs/numerics.md", "loading policy (llama.policy)", PPO + " --set steps=1"),
    Quotation("docs/packet-files.md", "runs/a/recorded/update", "", "needs a torn file: packet_file_test.cpp"),
    Quotation("docs/contributing.md", "sdk/node/", "", "folders"),
    Quotation("docs/contributing.md", "plugins/*", "", "folders"),
    Quotation("docs/getting-started.md", "runs/ppo-", "", "folders"),
    Quotation("docs/models.md", "tiny          base", "", "printed by tests/peers/check_exports.sh, which needs the peers"),
)
