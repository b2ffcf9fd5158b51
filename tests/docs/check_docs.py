"""Holds the reference pages in docs/ against what the program writes. Usage: check_docs.py PROGRAM DOCS [--only PAGE]"""

import difflib
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def pages(folder: Path) -> set[str]:
    found = {str(page.relative_to(folder)) for page in folder.glob("nodes/*.md")}
    return found | {name for name in ("errors.md", "graph.schema.json") if (folder / name).exists()}


def main() -> int:
    program, docs = sys.argv[1], Path(sys.argv[2])
    only = sys.argv[4:] if sys.argv[3:4] == ["--only"] else []
    environment = {name: value for name, value in os.environ.items() if name != "ANABRANCH_PLUGIN_PATH"}
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        subprocess.run([program, "docs", folder], check=True, env=environment, stdout=subprocess.DEVNULL)
        stale = []
        for name in sorted(only or pages(fresh) | pages(docs)):
            texts = [path.read_text() if path.exists() else "" for path in (docs / name, fresh / name)]
            if texts[0] == texts[1]:
                continue
            stale.append(name)
            lines = (text.splitlines() for text in texts)
            print("\n".join(list(difflib.unified_diff(*lines, f"docs/{name}", "now", lineterm="", n=1))[:40]))
    if stale:
        print(f"stale: {', '.join(stale)}\nwrite them anew: {program} docs {docs}; remove pages of plugins that are gone")
    return 1 if stale else 0


sys.exit(main())
