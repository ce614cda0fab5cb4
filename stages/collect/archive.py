"""The documents in an archive (zip; tar, plain or compressed): read member by member, never unpacked to the disk.

An archive is not trusted. A name that leads out of it, a link, an encrypted member and one that grows a thousandfold
get a row with the reason; an archive that holds more than it should is not read on; one inside another is not opened.
"""

from __future__ import annotations

import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Any

from stages.collect.content import Rows, documents, hidden
from stages.collect.document import row
from stages.collect.kinds import UNKNOWN

RATIO = 200  # bytes that one compressed byte may become; DEFLATE reaches 1032, text 5 to 20
TOTAL = 200_000_000_000  # bytes of all members together
HEADER = 1_000_000  # bytes of a header that describes a member
DESCRIBING = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
BROKEN = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError,
          NotImplementedError)  # fmt: skip
Held = Callable[[str], tuple[str, dict[str, str | None]]]


def archive_rows(file: IO[bytes], size: int, held: Held, takes: Callable[[str], bool], max_bytes: int) -> Rows:
    """Yield (key, row) for each member of an archive of `size` bytes; `held` gives key and origin of a name in it."""
    try:
        zipped = file.read(2) == b"PK"
        file.seek(0)
        if zipped:
            yield from _zip_rows(file, held, takes, max_bytes)
        else:
            yield from _tar_rows(file, size, held, takes, max_bytes)
    except BROKEN as error:
        yield _refused("", held, "broken archive", _words(error))


def _zip_rows(file: IO[bytes], held: Held, takes: Callable[[str], bool], max_bytes: int) -> Rows:
    total = 0
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            name = member.filename
            if member.is_dir() or not _wanted(name, takes):
                continue
            total += member.file_size
            if total > TOTAL:
                yield _refused("", held, "archive bomb", f"its members are larger than {TOTAL} bytes together")
                return
            if wrong := _wrong_name(name) or _wrong_member(member):
                yield _refused(name, held, *wrong, size=member.file_size)
                continue
            yield from _member(name, member.file_size, held, max_bytes, partial(archive.open, member))


def _tar_rows(file: IO[bytes], size: int, held: Held, takes: Callable[[str], bool], max_bytes: int) -> Rows:
    """Members in order, so that the archive is decompressed once and no list of them is kept."""
    with tarfile.open(fileobj=file, mode="r|*", tarinfo=_Member) as archive:
        for member in _members(archive):
            name = member.name.removeprefix("./").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            if max(archive.offset, member.offset_data + member.size) > min(TOTAL, max(size, 1_000_000) * RATIO):
                detail = f"it grows more than {RATIO}-fold, or over {TOTAL} bytes, at {name!r}; the rest is not read"
                yield _refused("", held, "archive bomb", detail)
                return
            if member.isdir() or not _wanted(name, takes):
                continue
            if wrong := _wrong_name(name) or _wrong_tar_member(member):
                yield _refused(name, held, *wrong)
                continue
            yield from _member(name, member.size, held, max_bytes, partial(_extracted, archive, member))


class _Member(tarfile.TarInfo):
    """A header of a tar archive; one that describes another (a long name, PAX) is read whole, so it must be small."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in DESCRIBING and self.size > HEADER:
            raise tarfile.ReadError(f"a header of {self.size} bytes")
        return super()._proc_member(archive)  # type: ignore[misc]


def _extracted(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(member)
    assert file is not None, "a member that is no file was refused"
    return file


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while member := archive.next():
        yield member
        archive.members = []  # type: ignore[attr-defined]  # tarfile would keep them all


def _member(name: str, size: int, held: Held, max_bytes: int, opened: Callable[[], IO[bytes]]) -> Rows:
    key, place = held(name)
    try:
        with opened() as file:
            yield from documents(key, file, size, place, max_bytes)
    except BROKEN as error:
        yield key, row(UNKNOWN, place, size=size, reason="unreadable", detail=_words(error))


def _wanted(name: str, takes: Callable[[str], bool]) -> bool:
    return takes(name) and (_wrong_name(name) is not None or not hidden(name))


def _wrong_name(name: str) -> tuple[str, str] | None:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or parts[0].endswith(":") or "\0" in name:
        return "path out of the archive", "a name that is absolute or climbs up"
    return None


def _wrong_member(member: zipfile.ZipInfo) -> tuple[str, str] | None:
    if member.flag_bits & 1:
        return "encrypted", "it opens with a password only"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "link", "a link in an archive is not followed"
    if member.file_size > RATIO * max(member.compress_size, 1000):
        return "archive bomb", f"{member.compress_size} bytes become {member.file_size}"
    return None


def _wrong_tar_member(member: tarfile.TarInfo) -> tuple[str, str] | None:
    if member.issym() or member.islnk():
        return "link", "a link in an archive is not followed"
    return None if member.isfile() and not member.issparse() else ("not a file", "a device, pipe or sparse file")


def _refused(name: str, held: Held, reason: str, detail: str, *, size: int | None = None) -> tuple[str, dict[str, Any]]:
    key, place = held(name)
    return key, row(UNKNOWN, place, size=size, reason=reason, detail=detail)


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
