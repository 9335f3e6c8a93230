"""The parts of the alarm KPI page: period, headline, chart, table, worst offenders."""
