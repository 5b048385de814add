"""Broken and hostile workbooks. `REFUSED`: name -> (build(path), words of the sentence); `BOMBS` are the large ones."""

import struct
import zipfile
from functools import partial

from tests.anchors.census.corpus import (
    GOOD,
    HEAD,
    MAIN,
    SHEET,
    book,
    cells,
    edited,
    person,
    plain_bytes,
    raw_sheet,
    save,
)

TYPES = "[Content_Types].xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def instead(old, new):
    return lambda part: part.replace(old, new, 1)


def with_type(kind, path, name="xl/more.bin"):
    part = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'.encode()
    edited(path, {TYPES: instead(b"</Types>", part), name: b"x"})


def with_relation(kind, path):
    relation = f'<Relationship Id="rX" Type="http://x/{kind}" Target="a.bin"/></Relationships>'.encode()
    edited(path, {RELATIONS: instead(b"</Relationships>", relation)})


def content(data, path):
    path.write_bytes(data)


def other_archive(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no workbook")


def word_document(path):
    types = '<Types><Override PartName="/word/document.xml" ContentType="application/wordprocessingml"/></Types>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(TYPES, types)


def part_of(name, data, path):
    edited(path, {name: data})


def declared(change, path):
    """A good workbook whose ZIP directory says something else: `change(directory entry as bytearray)`."""
    data = bytearray(plain_bytes())
    place = data.index(b"PK\x01\x02")
    change(data, place)
    path.write_bytes(data)


def set_encrypted(data, place):
    struct.pack_into("<H", data, place + 8, 1)


def lying_bomb(path):
    """The sheet unpacks to 90 MB and its directory entry says 1 kB."""
    edited(path, {SHEET: b"<worksheet>" + b" " * (90 * 2**20)})
    data = bytearray(path.read_bytes())
    place = data.index(b"PK\x01\x02")
    while struct.unpack_from("<I", data, place + 24)[0] < 2**20:
        place = data.index(b"PK\x01\x02", place + 4)
    struct.pack_into("<I", data, place + 24, 1024)
    path.write_bytes(data)


def many_parts(path):
    edited(path, {f"xl/media/{number}.png": b"x" for number in range(2_500)})


def laughs(path):
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<!DOCTYPE x [<!ENTITY l0 "lol">{entities}]><worksheet {MAIN}><sheetData>&l9;</sheetData></worksheet>'
    edited(path, {SHEET: text.encode()})


def outside_entity(path):
    text = '<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/hostname">]><sst><si><t>&x;</t></si></sst>'
    edited(path, {"xl/sharedStrings.xml": text.encode()})


def doctype_in(encoding, path):
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE worksheet [<!ENTITY a "b">]><worksheet/>'
    edited(path, {SHEET: text.encode(encoding)})


def formatted_to_the_end(path):
    raw_sheet(path, f"<row>{GOOD}</row>" + '<row ht="20"/>' * 200_000)


def rows_far_apart(path):
    raw_sheet(path, f'<row r="2">{GOOD}</row><row r="1004">{GOOD}</row>')


def spaces_only(path):
    blank = "".join(f"<row>{cells(' ')}</row>" for _ in range(1_001))
    raw_sheet(path, f"<row>{GOOD}</row>{blank}<row>{GOOD}</row>")


def too_many_rows(path):
    raw_sheet(path, "<row><c><v>1</v></c></row>" * 40_001)


def hidden_head(path):
    made = book([("说明",)], ("数据", [HEAD, person()]))
    made["数据"].sheet_state = "hidden"
    made.save(path)


def sparse(path):
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(21 * 2**20)


BOMBS = {
    "100 MB of nothing": (lambda path: edited(path, {"xl/media/a.png": bytes(101 * 2**20)}), "超过 100 MB"),
    "a part larger than it says": (lying_bomb, "损坏"),
    "a million cells in one row": (lambda path: raw_sheet(path, "<row>" + "<c/>" * 10**6 + "</row>"), "内容太多"),
    "70 rows of 50 000 cells": (
        lambda path: raw_sheet(path, f"<row>{'<c/>' * 50_000}</row>" * 70), "内容太多",
    ),
    "a million merged cells": (
        lambda path: raw_sheet(path, "</sheetData><mergeCells>" + "<m/>" * 10**6 + "</mergeCells><sheetData>"),
        "内容太多",
    ),
    "a million shared strings": (
        lambda path: part_of("xl/sharedStrings.xml", b"<sst>" + b"<si><t>x</t></si>" * 10**6 + b"</sst>", path),
        "内容太多",
    ),
    "a cell of 30 MB": (lambda path: raw_sheet(path, f"<row>{cells('长' * 10**7)}</row>"), "内容太多"),
    "a cell of 30 MB in CDATA": (
        lambda path: raw_sheet(path, f"<row>{cells('<![CDATA[' + '<' * 3 * 10**7 + ']]>')}</row>"), "内容太多",
    ),
    "a comment of 30 MB": (lambda path: raw_sheet(path, f"<!--{'<' * 3 * 10**7}-->"), "内容太多"),
    "an attribute of 30 MB": (lambda path: raw_sheet(path, f'<row spans="{"1" * 3 * 10**7}"/>'), "内容太多"),
    "a million styles": (
        lambda path: part_of("xl/styles.xml", b"<styleSheet>" + b"<xf/>" * 10**6 + b"</styleSheet>", path),
        "内容太多",
    ),
    "a theme of 30 MB": (
        lambda path: part_of("xl/theme/theme1.xml", b"<t>" + b"<!-- x -->" * 3 * 10**6 + b"</t>", path), "内容太多",
    ),
    "a billion laughs": (laughs, "XML 声明"),
    "2 500 parts": (many_parts, "内容太多"),
    "formatted to row 200 000": (formatted_to_the_end, "第 2 行以后有 1000 多行空行"),
    "40 001 rows": (too_many_rows, "一次最多 40000 行"),
}

REFUSED = BOMBS | {
    "nothing": (partial(content, b""), "文件是空的"),
    "a text": (partial(content, "姓名,手机号码\n".encode()), "不是 Excel 工作簿"),
    "a page named .xlsx": (partial(content, b"<html><table></table></html>"), "不是 Excel 工作簿"),
    "an old .xls": (partial(content, OLE + bytes(512) + "Workbook".encode("utf-16-le")), "旧格式的 .xls"),
    "an encrypted workbook": (partial(content, OLE + bytes(4096) + "EncryptedPackage".encode("utf-16-le")), "加了密码"),
    "an encrypted part": (partial(declared, set_encrypted), "加了密码"),
    "half a file": (lambda path: path.write_bytes(plain_bytes()[:2_000]), "损坏"),
    "the beginning alone": (partial(content, b"PK\x03\x04"), "损坏"),
    "more than 20 MB": (sparse, "超过 20 MB"),
    "another archive": (other_archive, "不是 Excel 工作簿"),
    "a document": (word_document, "不是 Excel 工作簿"),
    "a sheet cut off": (lambda path: edited(path, {SHEET: lambda old: old[:-30]}), "损坏"),
    "no XML in the sheet": (partial(part_of, SHEET, b"\0\1\2"), "损坏"),
    "a workbook part cut off": (partial(part_of, "xl/workbook.xml", b"<workbook>"), "损坏"),
    "no workbook part": (partial(part_of, "xl/workbook.xml", None), "损坏"),
    "another packing": (partial(edited, parts={}, compression=zipfile.ZIP_BZIP2), "损坏"),
    "an entity from outside": (outside_entity, "XML 声明"),
    "a DTD in UTF-16": (partial(doctype_in, "utf-16"), "XML 声明"),
    "a DTD in an 8-bit code": (partial(doctype_in, "windows-1251"), "XML 声明"),
    "macros": (partial(part_of, "xl/vbaProject.bin", b"x"), "宏"),
    "macros by their type": (partial(with_type, "application/vnd.ms-office.vbaProject"), "宏"),
    "macros by their relation": (partial(with_relation, "vbaProject"), "宏"),
    "an .xlsm renamed": (
        partial(with_type, "application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "宏",
    ),
    "a macro sheet": (partial(part_of, "xl/macrosheets/sheet1.xml", b"<a/>"), "宏"),
    "a control": (partial(part_of, "xl/activeX/activeX1.xml", b"<a/>"), "宏"),
    "an .xlsb renamed": (partial(with_type, "application/vnd.ms-excel.sheet.binary.main"), ".xlsb"),
    "an external link": (partial(part_of, "xl/externalLinks/externalLink1.xml", b"<a/>"), "外部"),
    "an external link by its relation": (partial(with_relation, "externalLink"), "外部"),
    "an external reference": (
        lambda path: edited(path, {"xl/workbook.xml": instead(
            b"<sheets>", b"<externalReferences><externalReference/></externalReferences><sheets>",
        )}),
        "外部",
    ),
    "a data connection": (partial(part_of, "xl/connections.xml", b"<connections/>"), "外部"),
    "no head": (partial(save, rows=[("张三", "1"), ("李四", "2")]), "没有找到表头"),
    "an empty sheet": (partial(save, rows=[]), "没有找到表头"),
    "a head below 50 rows": (partial(save, rows=[("说明",)] * 50 + [HEAD, person()]), "没有找到表头"),
    "a head on a hidden sheet": (hidden_head, "没有找到表头"),
    "a head without numbers": (partial(save, rows=[("姓名", "县区", "平台", "账号名称")]), "缺少必填的列：手机号码"),
    "two columns of one meaning": (partial(save, rows=[(*HEAD, "联系电话"), person()]), "是同一个意思"),
    "rows 1 002 apart": (rows_far_apart, "第 2 行以后有 1000 多行空行"),
    "1 001 rows of spaces": (spaces_only, "第 2 行以后有 1000 多行空行"),
    "rows out of order": (partial(raw_sheet, inside=f'<row r="9">{GOOD}</row><row r="5">{GOOD}</row>'), "行号错乱"),
    "a row numbered by a word": (partial(raw_sheet, inside='<row r="x"/>'), "损坏"),
    "a number that is none": (partial(raw_sheet, inside="<row><c><v>abc</v></c></row>"), "损坏"),
    "a string that is not there": (partial(raw_sheet, inside='<row><c t="s"><v>99</v></c></row>'), "损坏"),
}
