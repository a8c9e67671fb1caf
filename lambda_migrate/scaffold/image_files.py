"""Puts the layers of a container image together as far as `init` reads them: the code, and what is installed beside it.

Nothing is unpacked into folders: what is kept goes into one file without a name. Layers are applied in their order,
with what they remove, as the OCI image specification has it ("Image Layer Filesystem Changeset"): a whiteout hides what
lower layers have, and not what its own layer brings; links lead nowhere but inside the image.
"""

from __future__ import annotations

import re
import tarfile
import zlib
from collections import Counter
from typing import BinaryIO, NamedTuple

from lambda_migrate.aws.download import ROOM
from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold.layer_archive import LONGEST_PATH, PIECE, entries, hostile
from lambda_migrate.scaffold.source import LARGEST_CODE, SKIPPED_FOLDERS

LARGEST_IMAGE = 11 * 2**30
"""Bytes that layers unpack to at most: Lambda takes 10 GB ("Lambda quotas" in its guide)."""

LARGEST_PACKAGE_FILE = 2**20
"""Bytes of a file of an installed package whose content may be asked for."""

WHITEOUT, OPAQUE, RESERVED = ".wh.", ".wh..wh..opq", ".wh..wh."
PACKAGES = re.compile(r"(?:^|/)(?:lib/python(3\.\d+)/(?:site|dist)-packages|^opt/python)/(.+)")
"""Where packages are installed: the version of Python, and the path below."""

_BINARY = (".so", ".a", ".pyc", ".pyd", ".dll", ".dylib")
_MOST_PATHS = 500_000
"""Paths that are held: each takes memory, and fifty thousand files of code are refused later on."""

_MOST_LINKS = 40
_NAMED, _LINK = -1, -2
_BROKEN = (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, OverflowError, RecursionError)


class Kept(NamedTuple):
    """A file of the image.

    Attributes:
        at: Where its content begins in the file that holds all of them; negative where it is not kept.
        size: Its bytes.
        mode: Of its inode.
    """

    at: int
    size: int
    mode: int


class _FullError(Exception):
    """A file could not be stored on the disk; the message says why."""


class ImageFiles:
    """The files of an image.

    Args:
        held: An empty file for their contents.
        folder: The folder of the code, ``/var/task``; "/" keeps the contents of everything.
        largest: Bytes of contents at most, a third of them of binaries; of what is more the name is kept alone.

    Attributes:
        moved: Whether a link has led the folder of the code elsewhere: what had come there before was not kept.
    """

    def __init__(self, held: BinaryIO, folder: str, largest: int = 3 * LARGEST_CODE) -> None:
        self._held = held
        self._folder = _clean(folder)
        self._largest = largest
        self._files: dict[str, Kept] = {}
        self._links: dict[str, str] = {}
        self._folders: set[str] = set()
        self._fresh: set[str] = set()
        self._linked: dict[str, list[tuple[str, int]]] = {}
        self._unpacked = self._binaries = 0
        self.moved = False

    @property
    def folder(self) -> str:
        """The folder of the code, as a path of the image without links and without a slash in front."""
        return self._inside(self._folder) if self._folder else ""

    @property
    def files(self) -> dict[str, Kept]:
        """The files, by path without a slash in front; without links and whatever else is not a plain file."""
        return {path: each for path, each in self._files.items() if each.at != _LINK}

    @property
    def unkept(self) -> list[str]:
        """The files of the code whose contents did not fit."""
        inside = [path for path, each in self.files.items() if each.at < 0 and not PACKAGES.search(path)]
        return sorted(path for path in inside if self._is_code(path))

    @property
    def skipped(self) -> list[str]:
        """Links, devices and the like."""
        return sorted(path for path, each in self._files.items() if each.at == _LINK)

    @property
    def python(self) -> str:
        """The version of Python that most installed files are of, ``3.12``; "" where nothing is installed."""
        versions = Counter(match[1] for path in self._files if (match := PACKAGES.search(path)) and match[1])
        return versions.most_common(1)[0][0] if versions else ""

    def read(self, path: str) -> bytes:
        """Return the content of a file.

        Raises:
            KeyError: It is not there, or its content is not kept.
        """
        kept = self._files[path]
        if kept.at < 0:
            raise KeyError(path)
        self._held.seek(kept.at)
        return self._held.read(kept.size)

    def apply(self, layer: BinaryIO, what: str) -> None:
        """Apply a layer on top.

        Args:
            layer: A tar archive, compressed or not, from its beginning; read twice where it has hard links.
            what: What messages call it.

        Raises:
            MigrateError: It is not an archive, leads out of the image, or is larger than Lambda takes.
        """
        self._fresh, self._linked = set(), {}
        try:
            for archive, entry in entries(layer):
                self._take(archive, entry)
            if self._linked:
                layer.seek(0)
                for archive, entry in entries(layer):
                    self._follow(archive, entry)
        except _FullError as full:
            raise MigrateError(f"{what} cannot be kept: {full}", hint=ROOM) from full
        except _BROKEN as error:
            raise MigrateError(f"{what} cannot be unpacked ({type(error).__name__})", hint=_HINT) from error
        for names in self._linked.values():
            self._files |= {path: Kept(_LINK, 0, mode) for path, mode in names}

    def _take(self, archive: tarfile.TarFile, entry: tarfile.TarInfo) -> None:
        self._count(entry)
        path = self._placed(entry.name)
        if not path:
            return
        if path.rpartition("/")[2].startswith(WHITEOUT):
            self._white_out(path)
            return
        self._links.pop(path, None)
        if entry.isdir():
            self._files.pop(path, None)
            return
        self._make_room(path)
        if entry.isreg():
            if kept := self._kept(archive, entry, path):
                self._files[path] = kept
        elif entry.islnk():
            self._link(path, self._placed(entry.linkname), entry.mode)
        elif self._is_code(path):
            self._files[path] = Kept(_LINK, 0, entry.mode)
        if entry.issym():
            before = self.folder
            self._links[path] = entry.linkname
            self.moved |= self.folder != before

    def _count(self, entry: tarfile.TarInfo) -> None:
        """Count what an entry takes, of whatever kind it is.

        Raises:
            MigrateError: Together they are more than an image of Lambda's can have, or would fill the memory.
        """
        self._unpacked += tarfile.BLOCKSIZE + entry.size
        if self._unpacked > LARGEST_IMAGE:
            raise hostile("it unpacks to more than the 10 GB that Lambda allows")
        if len(self._files) + len(self._links) + len(self._folders) > _MOST_PATHS:
            raise hostile(f"it has more than {_MOST_PATHS:,} files of code and packages, links and folders")

    def _kept(self, archive: tarfile.TarFile, entry: tarfile.TarInfo, path: str) -> Kept | None:
        """Return a file as far as it is kept, its content where that may be asked for; None where nothing is."""
        packaged = PACKAGES.search(path) if self._folder else None
        if packaged is None and not self._is_code(path):
            return None
        if packaged and (entry.size > LARGEST_PACKAGE_FILE or path.endswith(_BINARY)):
            return Kept(_NAMED, entry.size, entry.mode)
        return self._spooled(archive, entry, path)

    def _spooled(self, archive: tarfile.TarFile, entry: tarfile.TarInfo, path: str) -> Kept:
        at, binary = self._held.seek(0, 2), entry.size if path.endswith(_BINARY) else 0
        if at + entry.size > self._largest or (binary and self._binaries + binary > self._largest // 3):
            return Kept(_NAMED, entry.size, entry.mode)
        self._binaries += binary
        content = archive.extractfile(entry)
        while content and (piece := content.read(PIECE)):
            try:
                self._held.write(piece)
            except OSError as error:
                raise _FullError(error.strerror) from error
        if self._held.tell() - at != entry.size:
            raise EOFError
        return Kept(at, entry.size, entry.mode)

    def _link(self, path: str, target: str, mode: int) -> None:
        """Keep a hard link as the file that it is; where that is not kept, look for it in the layer once more."""
        there = self._files.get(target)
        if there is not None and there.at >= 0:
            self._files[path] = there
        elif self._is_code(path) or PACKAGES.search(path):
            self._linked.setdefault(target, []).append((path, mode))

    def _follow(self, archive: tarfile.TarFile, entry: tarfile.TarInfo) -> None:
        names = self._linked.pop(self._placed(entry.name), ()) if entry.isreg() else ()
        if names:
            kept = self._spooled(archive, entry, names[0][0])
            self._files |= {path: kept for path, _ in names}

    def _make_room(self, path: str) -> None:
        """Remove what was where something comes that is not a folder, and files that were where its folders come."""
        self._fresh.add(path)
        self._remove(path)
        self._remove_below(path)
        parent = path.rpartition("/")[0]
        while parent:
            self._folders.add(parent)
            self._files.pop(parent, None)
            parent = parent.rpartition("/")[0]

    def _white_out(self, path: str) -> None:
        """Hide what lower layers have: a file or a folder, or only what is below the folder."""
        folder, _, name = path.rpartition("/")
        if name == OPAQUE:
            self._remove_below(folder, fresh=True)
        elif not name.startswith(RESERVED):
            hidden = f"{folder}/{name.removeprefix(WHITEOUT)}".lstrip("/")
            if hidden not in self._fresh:
                self._remove(hidden)
            self._remove_below(hidden, fresh=True)

    def _remove(self, path: str) -> None:
        self._files.pop(path, None)
        self._links.pop(path, None)

    def _remove_below(self, folder: str, *, fresh: bool = False) -> None:
        """Remove what is in a folder; `fresh` keeps what the layer itself has brought."""
        if folder and folder not in self._folders:
            return
        below = f"{folder}/" if folder else ""
        kept = self._fresh if fresh else frozenset()
        for each in [each for each in (*self._files, *self._links) if each.startswith(below) and each not in kept]:
            self._remove(each)

    def _is_code(self, path: str) -> bool:
        if not self._folder:
            return True
        folder = f"{self.folder}/"
        return path.startswith(folder) and SKIPPED_FOLDERS.isdisjoint(path[len(folder) :].split("/")[:-1])

    def _placed(self, name: str) -> str:
        """Return where an entry goes, its folder without links; "" for the image's root.

        Raises:
            MigrateError: It leads out of the image.
        """
        if ".." in name.split("/"):
            raise hostile(f"`{ascii(name)[1:-1]}` leads out of it")
        folder, _, last = _clean(name).rpartition("/")
        return f"{self._inside(folder)}/{last}".lstrip("/") if folder else last

    def _inside(self, path: str) -> str:
        """Return a path without links in it, never above the image's root.

        Raises:
            MigrateError: Its links lead in a circle, or to a path that no system has.
        """
        for _ in range(_MOST_LINKS):
            parts = path.split("/")
            at = next((n for n in range(1, len(parts) + 1) if "/".join(parts[:n]) in self._links), 0)
            if not at:
                return path
            target = self._links["/".join(parts[:at])]
            begin = [] if target.startswith("/") else parts[: at - 1]
            path = _clean("/".join([*begin, target, *parts[at:]]))
            if len(path) > LONGEST_PATH:
                raise hostile(f"links lead to a path that is longer than {LONGEST_PATH:,} characters")
        raise hostile(f"the links at `{ascii(path)[1:-1]}` lead in a circle")


_HINT = "name the folder of its sources with `--source`"


def _clean(path: str) -> str:
    """Return a path without a slash in front or behind, and without steps that lead nowhere or up."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
