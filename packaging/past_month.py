"""A believable month of the demo vessel's port engine as CSV, for the pictures of the trends page.

`python packaging/past_month.py FILE.csv` writes a wide file that ends now: passages of nine hours, nights in port, a
lube oil filter that clogs and is changed, a sensor that was silent for three hours.
"""

import csv
import math
import random
import sys
from datetime import UTC, datetime, timedelta

DAYS, STEP_S = 30, 30
TAGS = ("me_p.lo_press", "me_p.fo_press", "me_p.lo_temp", "me_p.ht_temp", "me_p.rpm", "me_p.state")


def main(path: str) -> None:
    """Write the file."""
    chance = random.Random(4)
    end = datetime.now(UTC).replace(microsecond=0)
    begin = end - timedelta(days=DAYS)
    rows = DAYS * 86_400 // STEP_S
    hot, speed = 0.0, 0.0
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("time", *TAGS))
        for row in range(rows):
            at = begin + timedelta(seconds=row * STEP_S)
            hours = (at - begin).total_seconds() / 3600
            ahead = (end - at).total_seconds() / 3600
            runs = ahead < 7.5 or (hours % 24) < 9 + 2 * math.sin(hours / 40)
            cruise = (
                1550 + 30 * math.sin(hours) if ahead < 7.5 else 1400 + 250 * math.sin(hours / 3) * math.sin(hours / 17)
            )
            wanted = cruise if runs else 0.0
            speed += (wanted - speed) * 0.15
            hot += ((1.0 if runs else 0.0) - hot) * 0.008
            clog = (hours % 340) / 340
            rpm = speed + chance.gauss(0, 4) if speed > 20 else 0.0
            lube = (3.7 + 2.1 * rpm / 1800 - 0.9 * clog + chance.gauss(0, 0.04)) * min(1.0, rpm / 500)
            fuel = (4.6 + 1.9 * rpm / 1800 + chance.gauss(0, 0.05)) * min(1.0, rpm / 500)
            silent = 171 < hours < 174 or 3.1 < ahead < 3.4
            oil = 25 + 63 * hot + 6 * rpm / 1800 * hot + chance.gauss(0, 0.3)
            water = 28 + 56 * hot + 3 * math.sin(hours) * hot + chance.gauss(0, 0.2)
            state = 2 if rpm > 450 else 1 if runs else 3 if rpm > 20 else 0
            values = (
                "nan" if silent else f"{lube:.2f}",
                f"{fuel:.2f}",
                f"{oil:.1f}",
                f"{water:.1f}",
                f"{rpm:.0f}",
                state,
            )
            writer.writerow((at.isoformat(), *values))


if __name__ == "__main__":
    main(sys.argv[1])
