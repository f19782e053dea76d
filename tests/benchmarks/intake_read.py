"""How fast, and in how much memory, a client's file is taken in: raw rows, then read, mapped and cleaned.

    .venv/bin/python tests/benchmarks/intake_read.py [rows] [--encoding gb18030] [--format csv|xlsx|parquet]

Writes a fictional file of 12 columns into a temporary folder, reads it in this process and prints rows a
second and the process's largest resident size.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from pathlib import Path

from tracer.intake import Placement, inspect, read
from tracer.intake.readers import open_table

HEADER = (
    "案件编号,客户姓名,证件号码,手机号,住宅电话,公司名称,公司电话,住宅地址,委案金额,委案日期,"
    "联系人1姓名,联系人1电话"
)
_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀兰霞平刚桂英华建国文斌玲辉云飞鹏宇浩然子轩"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def main() -> None:
    """Write the file, read it, print the figures."""
    options = argparse.ArgumentParser()
    options.add_argument("rows", type=int, nargs="?", default=1_000_000)
    options.add_argument("--encoding", default="utf-8")
    options.add_argument("--format", default="csv", choices=("csv", "xlsx", "parquet"))
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"placement.{chosen.format}"
        _write(path, chosen.rows, chosen.encoding)
        start_memory = _memory()
        began = time.perf_counter()
        opened = open_table(path)
        found = time.perf_counter()
        raw = sum(1 for _ in opened.rows()) - (not opened.columns)
        rawly = time.perf_counter()
        mapping = inspect(path).mapping
        looked = time.perf_counter()
        placements = problems = numbers = 0
        for item in read(path, mapping):
            if isinstance(item, Placement):
                placements += 1
                numbers += sum(len(named.claims) for named in item.people)
            problems += not isinstance(item, Placement)
        ended = time.perf_counter()
    print(f"{path.name}: {chosen.rows:,} rows, {chosen.encoding}")
    print(f"detect {found - began:6.2f} s   raw {raw / (rawly - found):10,.0f} rows/s")
    print(f"read, mapped, cleaned {ended - looked:6.1f} s   {placements / (ended - looked):8,.0f} rows/s")
    print(f"{placements:,} placements, {numbers:,} numbers, {problems:,} rows set aside")
    print(f"largest resident size {_memory():.0f} MB ({start_memory:.0f} MB before reading)")


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _row(chance: random.Random, number: int) -> list[str]:
    def name() -> str:
        return chance.choice(_FAMILY) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2, 2))))

    born = f"{chance.randint(1955, 2004)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    body = f"3301{chance.randint(2, 27):02d}{born}{chance.randint(1, 999):03d}"
    check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]
    company = f"虚构{chance.choice('东南西北中')}{chance.choice('方海山川')}{chance.randint(1, 4000)}有限公司"
    return [
        f"NB{number:09d}",
        name(),
        body + check,
        f"154{chance.randint(0, 99_999_999):08d}",
        f"0571-8{chance.randint(0, 9_999_999):07d}" if chance.random() < 0.3 else "",
        company,
        f"0571-8{sum(map(ord, company)) % 10_000_000:07d}",
        f"浙江省杭州市余杭区虚构路{chance.randint(1, 999)}号{chance.randint(1, 30)}幢{chance.randint(1, 99)}",
        f"{chance.randint(100, 90_000)}.{chance.randint(0, 99):02d}",
        f"2026-{chance.randint(1, 10):02d}-{chance.randint(1, 28):02d}",
        name(),
        f"164{chance.randint(0, 99_999_999):08d}",
    ]


def _write(path: Path, count: int, encoding: str) -> None:
    chance = random.Random(1)
    if path.suffix == ".csv":
        with path.open("w", encoding=encoding) as file:
            file.write(HEADER + "\n")
            for number in range(count):
                file.write(",".join(_row(chance, number)) + "\n")
    elif path.suffix == ".xlsx":
        import xlsxwriter

        book = xlsxwriter.Workbook(path, {"constant_memory": True})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        for number in range(count):
            sheet.write_row(number + 1, 0, _row(chance, number))
        book.close()
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = list(zip(*(_row(chance, number) for number in range(count)), strict=True))
        pq.write_table(pa.table(dict(zip(HEADER.split(","), map(list, columns), strict=True))), path)


if __name__ == "__main__":
    main()
