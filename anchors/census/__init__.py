"""Reading a census workbook 摸底登记表: from a file to checked rows, without a database.

    with workbook.open_rows(path) as sheet:            # judged first; raises errors.Refused(one sentence)
        gathering = Gathering()
        for batch in itertools.batched(sheet, 500):    # each row is (number, cells), blank rows left out
            rows = [check(number, cells, sheet.head, known) for number, cells in batch]
            for row in gathering.settle(rows, names_by_phone(row.mobile for row in rows)):
                ...                                    # row.number, row.values, row.errors, row.remarks

`known` is checks.Known: counties, townships and branches, read once from the database by the caller.
`row.values` holds only what was filled in: a missing key means an empty cell, which changes nothing.
A row with `errors` (Chinese sentences) is rejected. After the last row `gathering.rows`, `.people`, `.accounts` and
`.rejected` are the counts and `.persons` what the file says of each person: the first filled cell wins.

`sheets.template(known)` is the empty workbook; `sheets.rejected(head.texts, rows)` sends rejected rows back.
"""
