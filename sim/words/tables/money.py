"""The columns of tables about money."""

from __future__ import annotations

from sim.words.tables.column import Column

PAYMENTS = (
    Column("order", "id", "工单号", "order paid for"),
    Column("payer", "name", "付款方", "row of funds.csv, or self: the client", "payers"),
    Column("yuan", "number", "预留金额",
           "promised when the order was written, yuan; all of an order's: what the dearest point "
           "that may do it charges"),
    Column("reserved", "time", "预留时间", "order written"),
    Column("closed", "time", "结清时间", "paid or released; NaT if the order was still open"),
    Column("state", "code", "状态", "reserved, paid or released", "PaymentState"),
    Column("paid_yuan", "number", "实付金额",
           "paid, yuan; all of an order's: what the point that did it charges; 0 unless paid"),
)

FUNDS = (
    Column("fund", "text", "资金", "row of funds.csv, in the order in which they are asked"),
    Column("name_zh", "text", "中文名", "Chinese name"),
    Column("name_en", "text", "英文名", "English name"),
    Column("services", "text", "服务项目", "services it pays for, a|b; empty: all"),
    Column("groups", "text", "人群", "population groups it pays for, a|b; empty: all"),
    Column("yuan_per_year", "number", "年额度", "yuan; NaN: no limit"),
    Column("yuan_per_client_year", "number", "每人年限额", "yuan; NaN: no limit"),
    Column("yuan_per_client_month", "number", "每人月限额", "yuan; NaN: no limit"),
    Column("yuan_per_client_day", "number", "每人日限额", "yuan; NaN: no limit"),
    Column("part", "yes", "可付部分", "whether it pays a part of a price"),
    Column("first_month", "count", "年度首月", "month in which its year begins"),
    Column("monthly", "yes", "按月下达", "one twelfth more each month"),
    Column("start", "time", "启用日期", "pays from this date on; NaT: always"),
    Column("spent_yuan", "number", "此前已用", "spent before the run of the year it begins in"),
)
