"""The recipes of docs/recipes.md are run, with the real Celery, FastAPI and Django; Airflow's command without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing
from pathlib import Path

import pytest

from docfill import Form
from tests.test_docs import RECIPES, blocks


def recipe(word: str) -> str:
    """The program of the page that has a word in it."""
    [found] = [block for kind in ("py", "python") for block in blocks(RECIPES, kind) if word in block]
    return found


def run(folder: Path, program: str) -> typing.Any:
    """What a program prints as JSON, run in a process and a folder of its own."""
    (folder / "program.py").write_text(program, encoding="utf-8")
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "program.py"], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with a form as it was sent out, and a file that is none."""
    (tmp_path / "表.docx").write_bytes(Form.load("shanghai").blank())
    (tmp_path / "坏.docx").write_bytes(b"%PDF-1.7")
    return tmp_path


def test_a_watched_folder_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, typing.Any] = {}
    exec(compile(recipe("one_round"), str(RECIPES), "exec"), known)
    inbox, out = tmp_path / "收件", tmp_path / "结果"
    inbox.mkdir()
    out.mkdir()
    form = Form.load("shanghai")
    (inbox / "表.docx").write_bytes(form.blank())
    (inbox / "坏.docx").write_bytes(b"%PDF-1.7")
    for path in inbox.iterdir():
        os.utime(path, (1e9, 1e9))
    monkeypatch.setattr("time.time", lambda: 4e9)
    assert [known["one_round"](form, inbox, out) for _ in range(2)] == [2, 0]
    assert sorted(path.name for path in out.iterdir()) == ["坏.json", "表.json"]


def test_celery(office: Path) -> None:
    """In a worker of Celery's own, by a broker in memory."""
    program = """
        import json
        from celery.contrib.testing.worker import start_worker
        app.conf.update(broker_url="memory://", result_backend="cache+memory://")
        with start_worker(app, perform_ping_check=False, pool="threads", loglevel="ERROR"):
            print(json.dumps([read.delay(name).get(timeout=60) for name in ("表.docx", "坏.docx")]))
    """
    good, bad = run(office, recipe("from celery") + _outdented(program))
    assert good["leftovers"] == [] and good["data"]["封面"]
    assert bad["error"] == "not-word"


def test_fastapi(office: Path) -> None:
    program = """
        import json
        from pathlib import Path
        from fastapi.testclient import TestClient
        client = TestClient(app)
        answers = [client.post("/extract", files={"file": (n, Path(n).read_bytes())}) for n in ("表.docx", "坏.docx")]
        print(json.dumps([[a.status_code, a.json()] for a in answers]))
    """
    good, bad = run(office, recipe("from fastapi") + _outdented(program))
    assert good[0] == 200 and good[1]["leftovers"] == []
    assert bad[0] == 422 and bad[1]["detail"]["code"] == "not-word"


def test_django(office: Path) -> None:
    program = """
        import json, sys
        from django.conf import settings
        settings.configure(ALLOWED_HOSTS=["testserver"], ROOT_URLCONF=__name__, SECRET_KEY="x")
        import django
        from django.test import Client
        from django.urls import path
        django.setup()
        urlpatterns = [path("form", download)]
        sys.modules[__name__] = sys.modules["__main__"]
        said = [Client().post("/form", {"name": name}) for name in ("甲集群", "甲\\u0000")]
        read = FORM.extract(said[0].content).data["封面"]["集群名称"]
        print(json.dumps([read, said[0]["Content-Type"], said[1].status_code, said[1].json()["problems"][0]["code"]]))
    """
    name, kind, status, code = run(office, recipe("from django") + _outdented(program))
    assert name == "甲集群" and kind.endswith("wordprocessingml.document")
    assert status == 422 and code


def test_airflows_command(office: Path) -> None:
    """The operator only keeps what it is given; its command, with a day and folders for the store, is run twice."""
    operator = "import sys, types\n" + "".join(
        f"sys.modules['{name}'] = types.ModuleType('{name}')\n"
        for name in ("airflow", *(f"airflow.providers{rest}" for rest in _PARTS))
    )
    operator += "sys.modules['airflow.providers.standard.operators.bash'].BashOperator = lambda **given: given\n"
    (office / "in").mkdir()
    (office / "form.docx").write_bytes(Form.load("shanghai").template)
    for name in ("表.docx", "坏.docx"):
        (office / name).rename(office / "in" / name)
    program = """
        import json, shlex, subprocess
        assert read["task_id"] == "read" and read["retries"] == 3
        command = read["bash_command"].replace("s3://in/{{ ds }}/", "in/").replace("s3://out/{{ ds }}/", "out/")
        words = shlex.split(command)
        assert words.pop(0) == "docfill"
        runs = [subprocess.run([sys.executable, "-m", "docfill", *words], capture_output=True, text=True) for _ in "12"]
        print(json.dumps([[done.returncode, done.stdout + done.stderr] for done in runs]))
    """
    first, again = run(office, operator + recipe("BashOperator") + _outdented(program))
    assert {path.name for path in (office / "out").iterdir() if path.suffix == ".json"} >= {"表.json"}
    assert first[0] == again[0] and "坏.docx" in first[1]


_PARTS = ("", ".standard", ".standard.operators", ".standard.operators.bash")


def _outdented(program: str) -> str:
    """Lines of a program as they stand at the beginning of a line."""
    return "\n" + "\n".join(line[8:] for line in program.splitlines()) + "\n"
