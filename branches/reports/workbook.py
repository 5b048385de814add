"""The roll-up as a workbook: this period, the earlier ones of each branch, and how each figure is counted."""

from django.utils import timezone

from xinyu_portal import sheets

NOTE = "数字由系统从日常记录数出，上报时定住。还没有上报的支部留空，0 是数出来的 0。各支部只和自己以前比。"
NOTHING = "没有数据"


def of(rolled):
    """The .xlsx of a RollUp."""
    heads = [head for column in rolled.columns for head in _heads(column)]
    return sheets.write_all([
        (
            "汇总", [f"{rolled.period.title}汇总", NOTE],
            [("支部", 30), ("情况", 10), ("上报日期", 12), *heads, ("想说的话", 40)], _branches(rolled),
        ),
        (
            "各支部以前各期", ["每个支部自己以前各期的数字，只列上报过的。"], [("支部", 30), ("期别", 18), *heads],
            _earlier(rolled),
        ),
        (
            "怎么算的", ["每个数字怎么算的。"], [("分组", 14), ("项目", 22), ("单位", 8), ("怎么算的", 90)],
            ([column.group, column.title, column.unit, column.how] for column in rolled.columns),
        ),
    ])


def _heads(column):
    yield f"{column.title}（{column.unit}）", 14
    if column.of_many:
        yield f"{column.title}的总数（{column.unit}）", 14


def _branches(rolled):
    for row in rolled.rows:
        report = row.report
        filed = report and report.is_frozen
        yield [
            row.branch.name, report.get_state_display() if report else "没有这份报表",
            timezone.localdate(report.filed_at) if filed else None,
            *_cells(rolled, lambda code, row=row: row.figure(rolled.period, code)),
            report.remarks if filed else None,
        ]
    yield ["合计", None, None, *_cells(rolled, rolled.total), None]


def _earlier(rolled):
    for row in rolled.rows:
        for period in sorted(row.figures, key=lambda one: one.first):
            yield [
                row.branch.name, period.label,
                *_cells(rolled, lambda code, row=row, period=period: row.figure(period, code)),
            ]


def _cells(rolled, figure_of):
    """The values of every column; blank where nothing was filed, in words where nothing could be counted."""
    for column in rolled.columns:
        figure = figure_of(column.code)
        yield NOTHING if figure and figure.value is None else figure and figure.value
        if column.of_many:
            yield figure and figure.denominator
