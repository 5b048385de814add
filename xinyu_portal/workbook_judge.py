"""Whether a file may be opened at all: judged by its bytes, its ZIP directory and one pass over its XML.

openpyxl keeps whole parts in memory, expands what it is given and needs no DTD; so everything that could make it
slow, large or surprising is refused before it sees the file. Nothing here is kept but a few counters.
"""

import mmap
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from xinyu_portal.workbook_errors import Refused

LARGEST_FILE = 20 * 2**20  # bytes, packed
LARGEST_UNPACKED = 100 * 2**20  # bytes, all parts together (issue: refused above)
MOST_PARTS = 2_000
MOST_ELEMENTS = 3_000_000
MOST_CELLS = 800_000  # 40 000 rows of 20; openpyxl takes 5 µs for each, also for empty ones, to find the width alone
WIDEST_ROW = 3_000  # cells
MOST_APART = 40_000  # elements outside rows, or in one row
MOST_STRINGS = 150_000  # shared strings; each costs openpyxl about 20 µs
MOST_ROWS = 40_000  # with something in them
MOST_BLANK = 1_000  # rows in a row
LONGEST_TOKEN = 2**20  # one tag, comment or text; a cell holds 32 767 characters at most
LARGEST_OTHER = 16 * 2**20  # bytes of an XML part that is neither a sheet nor the shared strings
STEP = 2**16

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
SAVE_AGAIN = "请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"
BROKEN = f"文件已损坏，读不出内容，{SAVE_AGAIN}"
TOO_LARGE = "文件解压后超过 100 MB，请删去图片和多余的表，或分成几个文件再上传。"
TOO_MUCH = "表里的内容太多，请删去多余的格式和表，或分成几个文件再上传。"
TOO_MANY_ROWS = f"一次最多 {MOST_ROWS} 行，请分成几个文件再上传。"
HOSTILE = f"文件里有不应出现的 XML 声明，{SAVE_AGAIN}"
MACROS = "文件里有宏或控件，不能接收，请另存为不带宏的 .xlsx 再上传。"
LINKS = "文件引用了外部的文件或数据，请在“数据—编辑链接”里断开链接，另存后再上传。"
ENCRYPTED = "文件加了密码，请取消密码后再上传。"
OLD_FORMAT = f"这是旧格式的 .xls（或改了扩展名），{SAVE_AGAIN}"
NOT_A_WORKBOOK = f"这不是 Excel 工作簿（.xlsx），{SAVE_AGAIN}"

_MACRO_NAMES = ("xl/macrosheets/", "xl/dialogsheets/", "xl/activex/", "xl/ctrlprops/")
_LINK_NAMES = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/")


@dataclass
class Part:
    """What one pass over an XML part found; rows are counted in worksheets alone."""

    rows: int = 0
    gap_after: int | None = None  # the row before the first run of too many blank rows


def judge(path):
    """Return {name: Part} of the XML parts of a workbook that may be opened. Raises Refused."""
    _judge_bytes(Path(path))
    try:
        with zipfile.ZipFile(path) as archive:
            _judge_directory(archive.infolist())
            _judge_types(archive)
            return _judge_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise Refused(BROKEN) from None


def _judge_bytes(path):
    size = path.stat().st_size
    if not size:
        raise Refused("文件是空的，请重新选择文件。")
    if size > LARGEST_FILE:
        raise Refused("文件超过 20 MB，请删去图片，或分成几个文件再上传。")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        judge_start(content)


def judge_start(content):
    """Refuse at once what is no ZIP archive by its first bytes; `content` is bytes or a map of them."""
    if content[:8] == OLE:
        raise Refused(ENCRYPTED if content.find("EncryptedPackage".encode("utf-16-le")) >= 0 else OLD_FORMAT)
    if content[:4] != b"PK\x03\x04":
        raise Refused(NOT_A_WORKBOOK)


def _judge_directory(infos):
    names = [info.filename.lower() for info in infos]
    if len(names) > MOST_PARTS:
        raise Refused(TOO_MUCH)
    if sum(info.file_size for info in infos) > LARGEST_UNPACKED:
        raise Refused(TOO_LARGE)
    if any(info.flag_bits & 1 for info in infos):
        raise Refused(ENCRYPTED)
    if len(set(names)) < len(names) or any(info.compress_type not in (0, 8) for info in infos):
        raise Refused(BROKEN)
    if any(name.endswith("vbaproject.bin") or name.startswith(_MACRO_NAMES) for name in names):
        raise Refused(MACROS)
    if any(name.startswith(_LINK_NAMES) for name in names):
        raise Refused(LINKS)


def _judge_types(archive):
    if "[Content_Types].xml" not in archive.namelist():
        raise Refused(NOT_A_WORKBOOK)
    with archive.open("[Content_Types].xml") as file:
        types = file.read(2**20).lower()
    if b"sheet.binary" in types:
        raise Refused(f"这是二进制的 .xlsb，{SAVE_AGAIN}")
    if any(word in types for word in (b"macroenabled", b"vbaproject", b"macrosheet", b"activex")):
        raise Refused(MACROS)
    if any(word in types for word in (b"externallink", b"connections+xml", b"querytable")):
        raise Refused(LINKS)
    if b"spreadsheetml" not in types:
        raise Refused(NOT_A_WORKBOOK)


def _judge_parts(archive):
    parts, allowed = {}, {"bytes": LARGEST_UNPACKED, "elements": MOST_ELEMENTS, "cells": MOST_CELLS}
    for info in archive.infolist():
        scan = _Scan(allowed)
        try:
            with archive.open(info) as file:
                scan.read(file)
        except expat.ExpatError:
            # A picture or an old drawing is no XML and nobody reads it; what should be XML must be whole.
            if info.filename.lower().endswith((".xml", ".rels")):
                raise Refused(BROKEN) from None
        else:
            parts[info.filename] = scan.part
    return parts


class _Scan:
    """One pass of expat, the parser that openpyxl's reading stands on, over one part."""

    def __init__(self, allowed):
        self.part, self.allowed = Part(), allowed
        self.root, self.apart, self.text, self.strings = None, 0, 0, 0
        self.row = self.filled = self.cells = 0
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._element
        self.parser.CharacterDataHandler = self._characters

    def read(self, file):
        """Feed the part to expat. Raises Refused, expat.ExpatError, and what a broken ZIP raises."""
        size = 0
        while chunk := file.read(STEP):
            size += len(chunk)
            self.allowed["bytes"] -= len(chunk)
            self.parser.Parse(chunk, False)
            self._judge_sizes(size)
        self.parser.Parse(b"", True)
        self._end_rows()

    def _judge_sizes(self, size):
        if self.allowed["bytes"] < 0:
            raise Refused(TOO_LARGE)
        if size - self.parser.CurrentByteIndex > LONGEST_TOKEN:
            raise Refused(TOO_MUCH)
        if size > LARGEST_OTHER and self.root not in ("worksheet", "sst"):
            raise Refused(TOO_MUCH)

    def _doctype(self, *_):
        raise Refused(HOSTILE)

    def _characters(self, data):
        self.text += len(data)
        if self.text > LONGEST_TOKEN:
            raise Refused(TOO_MUCH)

    def _element(self, name, attributes):
        if ":" in name:
            name = name.rpartition(":")[2]
        self.text = 0
        self.apart += 1
        if self.root is None:
            self.root = name
        if name == "c":
            self.cells += 1
        elif name in ("v", "t", "f"):
            self._fill_row()
        elif name == "row":
            self._start_row(attributes)
        elif name == "si":
            self._start_string()
        elif name == "externalReference":
            raise Refused(LINKS)
        elif name == "Relationship":
            _judge_relationship(attributes.get("Type", ""))
        if self.apart > MOST_APART or self.cells > WIDEST_ROW:
            raise Refused(TOO_MUCH)

    def _start_row(self, attributes):
        number = int(attributes.get("r", self.row + 1))
        if not self.row < number <= 2**20:
            raise Refused(f"表里的行号错乱，{SAVE_AGAIN}")  # openpyxl would drop such rows without a word
        self._count_elements()
        self.row = number

    def _start_string(self):
        self._count_elements()
        self.strings += 1
        if self.strings > MOST_STRINGS:
            raise Refused(TOO_MUCH)

    def _count_elements(self):
        self.allowed["elements"] -= self.apart
        self.allowed["cells"] -= self.cells
        self.apart = self.cells = 0
        if self.allowed["elements"] < 0 or self.allowed["cells"] < 0:
            raise Refused(TOO_MUCH)

    def _fill_row(self):
        if self.filled != self.row:
            self._note_gap(self.row - 1)
            self.filled = self.row
            self.part.rows += 1

    def _end_rows(self):
        self._count_elements()
        self._note_gap(self.row)

    def _note_gap(self, last):
        if last - self.filled > MOST_BLANK and self.part.gap_after is None:
            self.part.gap_after = self.filled


def _judge_relationship(kind):
    if kind.endswith(("/externalLink", "/externalLinkPath", "/connections", "/queryTable")):
        raise Refused(LINKS)
    if kind.endswith(("/vbaProject", "/xlMacrosheet", "/control", "/ctrlProp")):
        raise Refused(MACROS)
