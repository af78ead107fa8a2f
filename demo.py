"""The main job on the bundled data: fill both forms, read them back, compare.

Run by `./run demo`; the files are left in out/ to look at.
"""

import json
import sys
from pathlib import Path

from docfill import Form, bundled

HERE = Path(__file__).parent


def main() -> int:
    """0 if both round trips hold."""
    out = HERE / "out"
    out.mkdir(exist_ok=True)
    failures = 0
    for name in bundled():
        form = Form.load(name)
        record = json.loads((HERE / "data" / f"{name}.json").read_text(encoding="utf-8"))
        document = form.fill(record)
        filled = out / f"{name}.docx"
        filled.write_bytes(document)
        result = form.extract(filled)
        read = out / f"{name}.json"
        read.write_text(json.dumps(result.to_dict(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        holds = result.data == record and not result.problems and form.fill(result.data) == document
        failures += not holds
        verdict = "往返一致 round trip holds" if holds else "往返不一致 ROUND TRIP BROKEN"
        print(f"{name}: {len(form.fields)} 项 fields  {verdict}")
        print(f"  {filled.relative_to(HERE)}  （已填表 filled form）")
        print(f"  {read.relative_to(HERE)}  （读回的数据 what was read back）")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
