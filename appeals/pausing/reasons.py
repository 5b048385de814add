"""Why an appeal may be put aside for a while (domain.md §5.5), and how long."""

from django.db import models

MOST_DAYS = 10  # working days each time
MOST_TIMES = 2
MOST_DAYS_IN_ALL = 20


class SuspendReason(models.TextChoices):
    WAITS_FOR_ANCHOR = "WAITS_FOR_ANCHOR", "等主播补充"
    WAITS_FOR_OTHERS = "WAITS_FOR_OTHERS", "等别的单位或平台回话"
    LEGAL_PROCEDURE = "LEGAL_PROCEDURE", "等仲裁、诉讼等程序走完"
