"""The layers of the project and who owns which library: the one place to change when a wall moves.

Paths are from the project's top; in a pattern `*` also matches `/`.
"""

from typing import NamedTuple


class Layer(NamedTuple):
    folder: str
    may_include: tuple[str, ...]  # prefixes of the project's own headers
    may_not: tuple[str, ...]  # exceptions to may_include
    why: str


class Library(NamedTuple):
    name: str
    headers: tuple[str, ...]  # how its headers are recognised
    owners: tuple[tuple[str, str], ...]  # (files, which of its headers they may include)
    never: tuple[str, ...]  # files within the owners' that may not include it
    why: str


SOURCE_FOLDERS = ("framework", "sdk", "plugins")
LONGEST_FILE = 600  # lines

LAYERS = (
    Layer(
        "framework",
        ("anabranch/", "framework/"),
        ("anabranch/lm/",),
        "framework/ sees sdk/node only, never a model or a tensor",
    ),
    Layer("sdk/node", ("anabranch/",), ("anabranch/lm/",), "sdk/node is the contract and stands alone"),
    Layer("sdk/lm", ("anabranch/",), (), "sdk/lm knows sdk/node, but neither the framework nor any plugin"),
    Layer("plugins", ("anabranch/", "plugins/"), (), "plugins see the SDK only, so that they can be built out of tree"),
)

# Everything in sdk/lm that reads and writes formats is built without libtorch.
FORMATS = ("archive", "json", "text", "data", "sentencepiece", "tokenizer", "checkpoint")
TORCH_FREE = tuple(f"sdk/lm/{place}/{room}/*" for place in ("src", "include/anabranch/lm") for room in FORMATS)

LIBRARIES = (
    Library(
        "oneTBB",
        ("tbb/*", "oneapi/*"),
        (("framework/engine/flow_*", "*"),),
        (),
        "the flow engine seals TBB behind the interface of the engines",
    ),
    Library(
        "yaml-cpp",
        ("yaml-cpp/*",),
        (("framework/graph/yaml_reader.cpp", "*"),),
        (),
        "only the reader of graph files knows YAML",
    ),
    Library(
        "Boost",
        ("boost/*",),
        (("framework/host/library.cpp", "*"),),
        (),
        "only the loader of shared libraries uses Boost.DLL",
    ),
    Library(
        "zlib", ("zlib.h",), (("framework/state/crc32.cpp", "*"),), (), "only the checksums of packet files need it"
    ),
    Library("CLI11", ("CLI/*",), (("framework/cli/*", "*"),), (), "only the command line parses arguments"),
    Library(
        "libarchive",
        ("archive.h", "archive_entry.h"),
        (("sdk/lm/src/archive/*", "*"),),
        (),
        "all others open packed files by anabranch/lm/archive/byte_source.h",
    ),
    Library(
        "expat", ("expat*.h",), (("sdk/lm/src/data/xml_rows.cpp", "*"),), (), "only the reader of XML rows parses XML"
    ),
    Library(
        "nlohmann/json",
        ("nlohmann/*",),
        (("sdk/lm/src/json/*", "*"), ("framework/page/*", "*")),
        (),
        "plugins and sdk/lm use <anabranch/lm/json/json.h>; the framework reads JSON for the page of a run only",
    ),
    Library(
        "PCRE2",
        ("pcre2*.h",),
        (("sdk/lm/src/text/*", "*"),),
        (),
        "all others use the regular expressions of anabranch/lm/text",
    ),
    Library(
        "SentencePiece",
        ("sentencepiece_processor.h", "sentencepiece_trainer.h"),
        (("sdk/lm/src/sentencepiece/*", "*"),),
        (),
        "all others use anabranch/lm/sentencepiece/processor.h",
    ),
    Library(
        "utf8proc", ("utf8proc.h",), (("sdk/lm/src/tokenizer/*", "*"),), (), "only the tokenizers need Unicode classes"
    ),
    Library(
        "libtorch",
        ("torch/*", "ATen/*", "c10/*", "caffe2/*"),
        (
            ("sdk/lm/src/*", "*"),
            # ATen/ATen.h and torch/torch.h cost every includer seconds: what others include takes the light headers.
            ("sdk/lm/include/*", "ATen/core/Tensor.h"),
            ("sdk/lm/include/*", "c10/*"),
            ("plugins/*", "ATen/core/Tensor.h"),
            ("plugins/*", "c10/*"),
        ),
        TORCH_FREE,
        "sdk/lm/src has all of it but for the formats; public headers and plugins take ATen/core/Tensor.h and c10 at most",
    ),
    Library(
        "CUDA",
        ("cuda*.h", "cublas*", "cub/*", "nccl.h"),
        (("sdk/lm/src/*.cu", "*"), ("sdk/lm/src/*.cuh", "*")),
        (),
        "CMake picks x_cuda.cu or a file without it",
    ),
)

# What comes with the compiler and a POSIX system; sdk/node may include the first two only.
STANDARD = frozenset(
    "algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes climits clocale cmath "
    "codecvt compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime "
    "cuchar cwchar cwctype deque exception execution filesystem format forward_list fstream functional future initializer_list iomanip "
    "ios iosfwd iostream istream iterator latch limits list locale map memory memory_resource mutex new numbers numeric optional ostream "
    "queue random ranges ratio regex scoped_allocator semaphore set shared_mutex source_location span sstream stack stdexcept stop_token "
    "streambuf string string_view strstream syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map "
    "unordered_set utility valarray variant vector version".split()
)
POSIX = (
    "dirent.h",
    "dlfcn.h",
    "elf.h",
    "errno.h",
    "fcntl.h",
    "ftw.h",
    "glob.h",
    "poll.h",
    "pthread.h",
    "sched.h",
    "signal.h",
    "spawn.h",
    "stdlib.h",
    "sys/*.h",
    "termios.h",
    "time.h",
    "unistd.h",
)
COMPILER = ("cpuid.h", "cxxabi.h", "execinfo.h", "immintrin.h", "link.h", "malloc.h", "x86intrin.h", "arm_neon.h")
