# The two commands that do it all on a fresh machine are `make run` and `make test`; `make help` names the others.
# With CMake alone (see CMakePresets.json) nothing here is needed.

BUILD ?= build
GRAPH ?= graphs/sft.yaml graphs/reward.yaml graphs/ppo.yaml graphs/answers.yaml
PREFIX ?= /usr/local
OUT ?= runs/$(if $(word 2,$(GRAPH)),stackllama,$(basename $(notdir $(GRAPH))))-$(shell date +%Y%m%d-%H%M%S)
ARGS ?=
WERROR ?= OFF
CMAKE_FLAGS ?=

configure_and_build = .ci/build $(BUILD) -DANABRANCH_WERROR=$(WERROR) $(CMAKE_FLAGS)

.PHONY: build setup run install test bench format clean help
.DEFAULT_GOAL := build

build: setup  ## set up and build everything but the tests: build/bin/anabranch and its plugins
	@$(configure_and_build) -- framework/all plugins/all

setup:  ## install what is missing: packages, libtorch in .venv, the model
	@.ci/setup

run: build  ## train on the sample, three stages in turn; GRAPH=, OUT= and ARGS="--set a.b=c" change what is run
	@exec $(BUILD)/bin/anabranch run $(GRAPH) --out $(OUT) $(ARGS)

install: build  ## install the program, its plugins, the SDK and the graphs to PREFIX=
	@cmake --install $(BUILD) --prefix $(PREFIX)

test: setup  ## build everything and run all tests; WERROR=ON makes warnings errors
	@$(configure_and_build) -- all
	@ctest --test-dir $(BUILD) --output-on-failure --no-tests=error $(ARGS)

bench:  ## measure it beside its peers, about 25 minutes; ARGS="bfloat16 --works ppo" measures a part
	@tests/bench/compare.py $(ARGS)

format:  ## lay out all sources as .clang-format says
	@.ci/format

clean:  ## remove what was built; .venv, graphs/models and runs stay
	rm -rf $(BUILD)

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
