"""One process that loads a list and is asked for one person at a time; run by bench_screen_speed.py, prints JSON.

python warm.py LIST PEOPLE COUNT
"""

import io
import json
import sys
import time
from pathlib import Path

from common import spread

from cauce.vetting.screening import DEFAULT_NATS, load, read_people, screen, write_hits

WARMING = 20  # people asked for before the clock starts


def main() -> None:
    listed, people, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    began = time.perf_counter()
    loaded = load([listed])
    built = time.perf_counter()
    asked = read_people(people).queries[: count + WARMING]
    times = []
    for one in asked:
        start = time.perf_counter()
        write_hits(io.StringIO(), screen(loaded.index, [one], DEFAULT_NATS, 10), DEFAULT_NATS, loaded.edition_of)
        times.append(time.perf_counter() - start)
    told = {
        "seconds_to_load": round(built - began, 3),
        "first_person_ms": round(times[0] * 1000, 1),
        "one_person": spread(times[min(WARMING, len(times) // 2) :]),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
