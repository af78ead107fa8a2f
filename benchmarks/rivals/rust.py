"""rust-docxtpl as a contender: reads how many documents to make, a line each time, and answers with the seconds.

It is a package of the same name as docxtpl, so it has an environment of its own.
"""

import json
import sys
import time
from pathlib import Path

from docxtpl import DocxTemplate

_, template, data, target = sys.argv[1:]

for line in sys.stdin:
    started = time.perf_counter()
    for _ in range(int(line)):
        document = DocxTemplate(template)
        document.render(json.loads(Path(data).read_text(encoding="utf-8")))
        document.save(target)
    print(time.perf_counter() - started, flush=True)
