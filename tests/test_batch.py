"""Batches: whoever works, whatever the files hold, whenever they are interrupted, the outcome is the same."""

from __future__ import annotations

import errno
import itertools
import json
import multiprocessing
import os
import pickle
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from docfill import DocfillError, Form, InvalidData, files, sources
from docfill.batch import Outcome, extract_many, flow, pool, reading
from docfill.batch.filling import Filled, fill_many
from docfill.batch.flow import FEW
from docfill.batch.handed import Register, Settled
from docfill.batch.journal import Journal, _seal
from docfill.batch.outlets import Folder, OneFile
from docfill.extract import Result
from tests.small_form import loaded, p, package
from tests.test_cli import DATA, ROOT, Run, listing, run
from tests.test_cli import loaded as json_of

__all__ = ["run"]

MANY = 40


@pytest.fixture(scope="session")
def form() -> Form:
    """A form of two lines: 人.姓名 and 人.年龄, a whole number."""
    return loaded(package(p("姓名：{{ 人.姓名 | blank(6) }}") + p("年龄：{{ 人.年龄 | integer | blank(4) }}岁")), "人")


def record(number: int) -> dict[str, Any]:
    return {"人": {"姓名": f"甲{number}", "年龄": number}}


@pytest.fixture
def returned(form: Form, tmp_path: Path) -> Path:
    """A folder of so many returns that processes are started for them."""
    folder = tmp_path / "交回"
    folder.mkdir()
    for number in range(MANY):
        (folder / f"{number:03}.docx").write_bytes(form.fill(record(number)))
    return folder


def names(outcomes: list[Outcome]) -> list[str]:
    return [o.result.data["人"]["姓名"] for o in outcomes if o.result]


EXPECTED = [f"甲{n}" for n in range(MANY)]


# --- who works makes no difference ---


def crews() -> Iterator[tuple[int | None, Executor | None]]:
    yield 1, None
    yield 2, None
    with ThreadPoolExecutor(3) as threads:
        yield None, threads


def test_outcomes_are_the_same_whoever_works(form: Form, returned: Path) -> None:
    (returned / "020.docx").write_bytes(b"nothing")
    listed = sources.collect([str(returned)])
    seen = []
    for jobs, executor in crews():
        outcomes = list(extract_many(listed, [form], executor, jobs))
        assert [o.source for o in outcomes] == [*listed]
        seen.append([(o.result, str(o.error)) for o in outcomes])
    assert seen[0] == seen[1] == seen[2]
    assert [n for n, (result, _) in enumerate(seen[0]) if result is None] == [20]
    assert "020.docx：不是 .docx 文件" in seen[0][20][1]


def test_documents_are_the_same_whoever_works(form: Form, tmp_path: Path) -> None:
    many = [record(n) for n in range(150)]
    many[120] = {"人": {"年龄": "老"}}
    expected = [(n, form.fill(data)) if n != 120 else (n, None) for n, data in enumerate(many)]
    for jobs, executor in crews():
        filled = list(fill_many(form, ((n, data, "") for n, data in enumerate(many)), executor, jobs))
        assert [(n, f.document) for n, f in filled] == expected
        assert [n for n, f in filled if not f.is_done] == [120]
        assert [p.code for p in filled[120][1].problems] == ["wrong-type"]


@pytest.mark.parametrize("is_ours", [True, False])
def test_documents_are_written_where_they_are_to_go(form: Form, tmp_path: Path, is_ours: bool) -> None:
    orders = [(n, record(n), str(tmp_path / f"{n}.docx")) for n in range(3)]
    with ThreadPoolExecutor(2) as threads:
        filled = list(fill_many(form, orders, None if is_ours else threads))
    assert filled == [(n, Filled()) for n in range(3)]
    assert [(tmp_path / f"{n}.docx").read_bytes() for n in range(3)] == [form.fill(record(n)) for n in range(3)]


def test_no_more_records_are_taken_than_are_under_way(form: Form) -> None:
    taken = itertools.count()
    orders = ((next(taken), record(1), "") for _ in range(5000))
    with ThreadPoolExecutor(1) as thread:
        filling = fill_many(form, orders, thread, jobs=1)
        next(filling)
        filling.close()
    assert next(taken) <= 101 + (pool.AHEAD + 1) * pool.CHUNK


# --- what a worker meets ---


def deadly(item: str) -> str:
    """Kills its worker: always, or the first time, or not at all."""
    kind, _, marker = item.partition(" ")
    if kind == "always" or (kind == "once" and not Path(marker).exists()):
        if marker:
            Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return item.upper()


def in_order(items: list[str], jobs: int = 2) -> list[tuple[str, str]]:
    return list(pool.in_order(deadly, ((i, i) for i in items), pool.Crew(jobs), lambda i: f"lost {i}", chunk=4))


def test_an_item_that_kills_its_workers_is_lost_and_no_other() -> None:
    items = [f"i{n}" for n in range(30)]
    items[10] = items[29] = "always"
    assert in_order(items) == [(i, "lost always" if i == "always" else i.upper()) for i in items]


def test_an_item_whose_worker_dies_once_is_not_lost(tmp_path: Path) -> None:
    items = [f"i{n}" for n in range(30)]
    items[7] = f"once {tmp_path / 'died'}"
    assert in_order(items) == [(i, i.upper()) for i in items]
    assert (tmp_path / "died").exists()


def test_a_killed_worker_loses_nothing_and_doubles_nothing(form: Form, returned: Path) -> None:
    outcomes = extract_many([*sources.collect([str(returned)])] * 10, [form], jobs=2)
    seen = [next(outcomes)]
    for worker in multiprocessing.active_children():
        worker.kill()
    seen += outcomes
    assert names(seen) == EXPECTED * 10


def test_workers_go_when_the_caller_stops(form: Form, returned: Path) -> None:
    outcomes = extract_many(sources.collect([str(returned)]), [form], jobs=2)
    next(outcomes)
    assert multiprocessing.active_children()
    outcomes.close()
    assert multiprocessing.active_children() == []


def test_a_file_that_vanishes_is_the_problem_of_that_file(form: Form, returned: Path) -> None:
    listed = sources.collect([str(returned)])
    (returned / "005.docx").unlink()
    outcomes = list(extract_many(listed, [form], jobs=2))
    assert [o.source.stem for o in outcomes if o.error] == ["005"]
    assert "没有这个文件" in str(outcomes[5].error)


def test_a_fault_of_ours_is_the_problem_of_that_file(returned: Path) -> None:
    outcomes = list(extract_many(sources.collect([str(returned)])[:2], [None, None]))  # type: ignore[list-item]
    assert [str(o.error) for o in outcomes] == [
        f"{returned}/00{n}.docx：处理时出错（AttributeError: 'NoneType' object has no attribute 'skeleton'），"
        "未处理；请把这个文件报告给开发者"
        for n in range(2)
    ]


def full(item: str) -> str:
    if item == "i5":
        raise OSError(errno.ENOSPC, "No space left on device", "x")
    return item


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_ends_the_batch(jobs: int) -> None:
    items = [f"i{n}" for n in range(30)]
    done = []
    with pytest.raises(OSError, match="No space left"):
        for kept, _ in pool.in_order(full, ((i, i) for i in items), pool.Crew(jobs), str, chunk=2):
            done.append(kept)
    assert done == items[:4]


def misplaced(item: str) -> str:
    raise ModuleNotFoundError("docfill")


def test_workers_that_lack_docfill_are_one_message() -> None:
    with pytest.raises(DocfillError, match="每台机器须装有同一版本"):
        list(pool.in_order(misplaced, [("a", "a")], pool.Crew(1), str))


def test_an_executor_that_breaks_is_one_message() -> None:
    context = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(1, context) as theirs,
        pytest.raises(DocfillError, match="工作进程无法运行（BrokenProcess"),
    ):
        list(pool.in_order(deadly, [("a", "always")], pool.Crew(1, theirs), str))


# --- what travels ---


def test_a_result_is_plain_data(form: Form) -> None:
    result = form.extract(form.fill(record(3)), "甲.docx")
    assert result.places["人.姓名"].xml
    for copy in (pickle.loads(pickle.dumps(result)), result.plain(), Result.from_dict(result.to_dict())):
        assert copy == result
        with pytest.raises(DocfillError, match=r"甲\.docx：这个结果不带原文件"):
            _ = copy.places


def test_problems_and_leftovers_are_the_same_after_a_trip_through_json(run: Run) -> None:
    document = package(p("姓名：甲") + p("年龄：约二十岁") + p("另附材料"))
    form = loaded(package(p("姓名：{{ 人.姓名 | blank(6) }}") + p("年龄：{{ 人.年龄 | integer }}岁")), "人")
    result = form.extract(document)
    assert result.problems
    assert result.leftovers
    assert Result.from_dict(json.loads(json.dumps(result.to_dict()))) == result


def test_a_form_travels_as_its_template_and_is_compiled_once(form: Form) -> None:
    copies = [pickle.loads(pickle.dumps(form)) for _ in range(2)]
    assert copies[0] is copies[1]
    assert copies[0].fingerprint == form.fingerprint
    assert copies[0].fill(record(1)) == form.fill(record(1))


def test_what_a_form_refuses_travels_with_every_problem(form: Form) -> None:
    with pytest.raises(InvalidData) as refused:
        form.fill({"人": {"年龄": "老", "身高": 1}})
    copy = pickle.loads(pickle.dumps(refused.value))
    assert (str(copy), copy.problems) == (str(refused.value), refused.value.problems)
    assert len(copy.problems) == 2


# --- the one run ---


class Remembering:
    """An outlet that knows some outcomes of a former run, and notes what it is given."""

    def __init__(self, known: dict[int, str]) -> None:
        self._known, self.taken = known, list[str]()

    def known(self, item: int) -> str | None:
        return self._known.get(item)

    def add(self, outcome: str) -> str:
        self.taken.append(outcome)
        return outcome + "!"

    def settle(self, settled: Settled, latest: bool) -> Iterator[str]:
        yield "settled"

    def __enter__(self) -> object:
        return self

    def __exit__(self, *_: object) -> None:
        self.taken.append("closed")


def job_of(done: list[str]) -> flow.Job[int, str, str]:
    def work(sent: str) -> str:
        done.append(sent)
        return f"made {sent}"

    return flow.Job(work, str, lambda outcome, item: f"{outcome} of {item}", lambda item: f"lost {item}")


def test_only_what_every_outlet_does_not_know_is_done_and_outcomes_keep_their_order() -> None:
    done: list[str] = []
    outlets = [Remembering({1: "one", 2: "two"}), Remembering({2: "zwei"})]
    found = list(flow.run(job_of(done), iter(range(4)), outlets, jobs=1))
    assert done == ["0", "1", "3"]
    assert found == ["made 0 of 0!!", "made 1 of 1!!", "two!!", "made 3 of 3!!", "settled", "settled"]
    assert outlets[1].taken == [*(f.removesuffix("!") for f in found[:4]), "closed"]


def test_a_run_that_is_closed_early_closes_its_outlets_and_settles_nothing() -> None:
    outlet, done = Remembering({}), list[str]()
    running = flow.run(job_of(done), itertools.count(), [outlet], jobs=1)
    assert next(running) == "made 0 of 0!"
    running.close()
    assert outlet.taken == ["made 0 of 0", "closed"]
    assert len(done) == 1


def test_records_go_to_workers_together_only_where_there_are_enough_for_all() -> None:
    sizes: list[int] = []

    class Counting(ThreadPoolExecutor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
            sizes.append(len(args[1]))
            return super().submit(fn, *args, **kwargs)

    for count, expected in ((6, {1}), (40, {5}), (500, {8})):
        sizes.clear()
        with Counting(2) as executor:
            assert len(list(flow.run(job_of([]), range(count), executor=executor, jobs=2))) == count
        assert set(sizes[:-1]) == expected, count


# --- going on where it stopped ---


def into(
    outlet: Callable[..., Folder | OneFile], output: Any, folder: Path, form: Form, **how: Any
) -> Iterator[Outcome]:
    listed = sources.collect([str(folder)])
    template = folder.parent / "人.docx"
    if not template.exists():
        template.write_bytes(form._package.data)
    outlets = [outlet(output, listed, [form], [template], **how)]
    return flow.run(reading([form]), listed, outlets, jobs=1, register=Register({}))


def targets(folder: Path, returned: Path) -> list[str]:
    return [str(folder / f"{path.stem}.json") for path in sorted(returned.iterdir())]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx", ".json"])
def test_one_file_is_the_same_whether_interrupted_or_not(
    form: Form, returned: Path, tmp_path: Path, suffix: str
) -> None:
    whole, part = tmp_path / f"全{suffix}", tmp_path / f"断{suffix}"
    list(into(OneFile, str(whole), returned, form))
    stopped = into(OneFile, str(part), returned, form)
    assert names(list(itertools.islice(stopped, 15))) == EXPECTED[:15]
    stopped.close()  # type: ignore[attr-defined]
    assert not part.exists()
    assert names(list(into(OneFile, str(part), returned, form, is_resumed=True))) == EXPECTED
    assert part.read_bytes() == whole.read_bytes()
    assert not list(tmp_path.glob("*.part"))


def test_what_is_in_the_journal_is_not_read_again(form: Form, returned: Path, tmp_path: Path) -> None:
    stopped = into(OneFile, str(tmp_path / "a.jsonl"), returned, form)
    list(itertools.islice(stopped, 3))
    stopped.close()  # type: ignore[attr-defined]
    journal = tmp_path / "a.jsonl.part"
    first, second, *_ = [line.partition(b" ")[2] for line in journal.read_bytes().splitlines()]
    changed = second.replace(b"\\u75321", b"\\u4e591")
    journal.write_bytes(b"".join(_seal(said) + b" " + said + b"\n" for said in (first, changed)))
    resumed = names(list(into(OneFile, str(tmp_path / "a.jsonl"), returned, form, is_resumed=True)))
    assert resumed == ["甲0", "乙1", *EXPECTED[2:]]


def test_a_line_of_the_journal_that_no_run_wrote_is_passed_over(form: Form, returned: Path, tmp_path: Path) -> None:
    stopped = into(OneFile, str(tmp_path / "a.jsonl"), returned, form)
    list(itertools.islice(stopped, 3))
    stopped.close()  # type: ignore[attr-defined]
    journal = tmp_path / "a.jsonl.part"
    deep = b"0" * 32 + b' {"key":' + b"[" * 100_000 + b"\n"
    journal.write_bytes(deep + journal.read_bytes().replace(b"\\u75321", b"\\u4e591"))
    assert names(list(into(OneFile, str(tmp_path / "a.jsonl"), returned, form, is_resumed=True))) == EXPECTED


def test_a_journal_is_for_the_same_content_form_and_version(
    form: Form, returned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = sources.collect([str(returned)])
    journal = Journal(tmp_path / "j", [form], is_resumed=False, force=False)
    journal.open()
    for outcome in extract_many(listed[:2], [form]):
        journal.add(outcome)
    journal.close(is_finished=False)

    def known(form: Form) -> list[bool]:
        again = Journal(tmp_path / "j", [form], is_resumed=True, force=False)
        again.open()
        found = [again.outcome(s) is not None for s in sources.collect([str(returned)])[:3]]
        again.close(is_finished=False)
        return found

    assert known(form) == [True, True, False]
    assert known(loaded(package(p("姓名：{{ 人.姓名 }}")), "人")) == [False] * 3
    changed = returned / "000.docx"
    was = changed.stat()
    changed.write_bytes(form.fill(record(7)))
    os.utime(changed, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert known(form) == [False, True, False]
    monkeypatch.setattr("docfill.__version__", "0.0.1")
    assert known(form) == [False] * 3


@pytest.mark.parametrize("torn", [b'{"key": "ab', b"\xff\xfe\n", b'{"key": 1}\n', b"[]\n", b"\n"])
def test_a_torn_line_of_a_journal_is_no_result(form: Form, returned: Path, tmp_path: Path, torn: bytes) -> None:
    stopped = into(OneFile, str(tmp_path / "a.jsonl"), returned, form)
    list(itertools.islice(stopped, 3))
    stopped.close()  # type: ignore[attr-defined]
    with (tmp_path / "a.jsonl.part").open("ab") as journal:
        journal.write(torn)
    assert names(list(into(OneFile, str(tmp_path / "a.jsonl"), returned, form, is_resumed=True))) == EXPECTED


def test_an_unfinished_run_is_not_thrown_away_unasked(form: Form, returned: Path, tmp_path: Path) -> None:
    stopped = into(OneFile, str(tmp_path / "a.jsonl"), returned, form)
    list(itertools.islice(stopped, 3))
    stopped.close()  # type: ignore[attr-defined]
    with pytest.raises(DocfillError, match=r"上次没有做完，已完成的保存在 .*a\.jsonl\.part；加 --resume 接着做"):
        into(OneFile, str(tmp_path / "a.jsonl"), returned, form)
    assert names(list(into(OneFile, str(tmp_path / "a.jsonl"), returned, form, force=True))) == EXPECTED


def test_a_folder_is_resumed_by_what_is_newer_in_it(form: Form, returned: Path, tmp_path: Path) -> None:
    out = targets(tmp_path / "结果", returned)
    stopped = into(Folder, out, returned, form)
    list(itertools.islice(stopped, 10))
    stopped.close()  # type: ignore[attr-defined]
    marked = Path(out[1])
    marked.write_bytes(marked.read_bytes().replace("甲1".encode(), "乙1".encode()))
    (returned / "002.docx").write_bytes(form.fill(record(99)))
    os.utime(returned / "002.docx", (0, 0))  # an old file that came late
    later = Path(out[2]).stat().st_mtime - 60
    os.utime(out[2], (later, later))
    resumed = names(list(into(Folder, out, returned, form, is_resumed=True)))
    assert resumed == ["甲0", "乙1", "甲99", *EXPECTED[3:]]
    assert [json_of(t)["data"]["人"]["姓名"] for t in out] == resumed


def test_a_result_of_an_older_template_is_read_again(form: Form, returned: Path, tmp_path: Path) -> None:
    out = targets(tmp_path / "结果", returned)
    list(into(Folder, out, returned, form))
    for target in out:
        Path(target).write_bytes(Path(target).read_bytes().replace("甲".encode(), "乙".encode()))
        os.utime(target, (1, 1))
    assert names(list(into(Folder, out, returned, form, is_resumed=True))) == EXPECTED


@pytest.mark.parametrize("mine", ["[1, 2]", "my notes", '{"data": 1}'])
def test_resuming_replaces_no_file_that_is_no_result(form: Form, returned: Path, tmp_path: Path, mine: str) -> None:
    out = targets(tmp_path / "结果", returned)
    files.write(Path(out[4]), mine.encode())
    with pytest.raises(DocfillError, match=r"004\.json 不是 extract 的结果，未改动"):
        into(Folder, out, returned, form, is_resumed=True)
    assert Path(out[4]).read_text() == mine


def test_filling_is_resumed_by_the_same_content(form: Form, tmp_path: Path) -> None:
    orders = [(n, record(n), str(tmp_path / f"{n}.docx")) for n in range(3)]
    (tmp_path / "0.docx").write_bytes(form.fill(record(0)))
    (tmp_path / "1.docx").write_bytes(b"mine")
    first = (tmp_path / "0.docx").stat()
    filled = [f for _, f in fill_many(form, orders, is_resumed=True)]
    assert [f.is_done for f in filled] == [True, False, True]
    assert "1.docx 已存在，内容与这次生成的不同，未改动" in str(filled[1].error)
    assert (tmp_path / "0.docx").stat().st_mtime_ns == first.st_mtime_ns
    assert (tmp_path / "1.docx").read_bytes() == b"mine"


# --- on the command line ---


def command(*arguments: str | Path, cwd: Path, **how: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", "from docfill.cli import main; main()", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DOCFILL_LANG": "zh"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **how,
    )


def said_by(*arguments: str, cwd: Path, **how: Any) -> str:
    with command(*arguments, cwd=cwd, **how) as process:
        return process.communicate()[1].decode()


@pytest.mark.parametrize(
    ("output", "jobs", "sent"),
    [("结果", "2", signal.SIGINT), ("全.jsonl", "2", signal.SIGTERM), ("结果", "1", signal.SIGTERM)],
)
def test_an_interruption_leaves_whole_files_and_resume_goes_on(
    tmp_path: Path, form: Form, output: str, jobs: str, sent: signal.Signals
) -> None:
    (tmp_path / "人.docx").write_bytes(form._package.data)
    for number in range(600):
        doubtful = number == 0
        document = package(p("姓名：甲0") + p("年龄：约一岁")) if doubtful else form.fill(record(number))
        files.write(tmp_path / "交回" / f"{number:03}.docx", document)
    arguments = ("extract", "交回", "--form", "人.docx", "-o", output, "--jobs", jobs)

    def heed() -> None:  # a shell that runs the tests in the background has its children ignore Ctrl-C
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with command(*arguments, cwd=tmp_path, process_group=0, preexec_fn=heed) as stopped:
        assert stopped.stderr
        stopped.stderr.readline()  # the doubt about the first file: the batch is under way
        os.killpg(stopped.pid, sent)
        said = stopped.stderr.read().decode()
    assert stopped.returncode == 130, said
    assert "已中断" in said
    assert "加 --resume 可以接着做\n未做的：交回/" in said
    assert "Traceback" not in said
    written = [path for path in (tmp_path / "结果").rglob("*") if path.is_file()]
    assert [json_of(path)["form"] for path in written] == ["人"] * len(written)
    assert not (tmp_path / "全.jsonl").exists()

    assert "共 600 份：599 份无疑问，1 份有疑问，0 份无法读取" in said_by(*arguments, "--resume", cwd=tmp_path)
    results = [json.loads(line) for line in (tmp_path / output).read_bytes().splitlines()] if "." in output else []
    results = results or [json_of(path) for path in sorted((tmp_path / output).iterdir())]
    assert [r["data"]["人"]["姓名"] for r in results] == [f"甲{n}" for n in range(600)]
    assert not list(tmp_path.glob("*.part"))


def test_nothing_of_the_workers_outlives_a_run_that_is_killed(
    tmp_path: Path, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "人.docx").write_bytes(form._package.data)
    for number in range(400):
        files.write(tmp_path / "交回" / f"{number:03}.docx", form.fill(record(number)))
    arguments = ("extract", "交回", "--form", "人.docx", "-o", "结果", "--jobs", "2")
    with tempfile.TemporaryDirectory() as temporary:  # the name of a socket must be short
        monkeypatch.setenv("TMPDIR", temporary)
        with command(*arguments, cwd=tmp_path) as killed:
            while not [*tmp_path.glob("结果/*.json")] and killed.poll() is None:
                time.sleep(0.01)
            assert [*Path(temporary).glob("pymp-*")]
            killed.kill()
            killed.wait()
        until = time.monotonic() + 20
        while [*Path(temporary).iterdir()] and time.monotonic() < until:
            time.sleep(0.05)
        assert [*Path(temporary).iterdir()] == []


def test_a_full_disk_is_one_message_and_what_is_there_is_whole(tmp_path: Path, form: Form) -> None:
    (tmp_path / "人.docx").write_bytes(form._package.data)
    for number in range(30):
        files.write(tmp_path / "交回" / f"{number:02}.docx", form.fill(record(number)))

    def limit() -> None:  # a file may not grow beyond this, as on a disk that is full
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

    arguments = ("extract", "交回", "--form", "人.docx", "-o", "全.jsonl")
    told = said_by(*arguments, cwd=tmp_path, preexec_fn=limit)
    assert told.splitlines()[-1] == "无法读写 全.jsonl.part：文件太大"
    assert "Traceback" not in told
    assert not (tmp_path / "全.jsonl").exists()
    assert (
        said_by(*arguments, "--resume", cwd=tmp_path).splitlines()[0]
        == "共 30 份：30 份无疑问，0 份有疑问，0 份无法读取"
    )
    lines = (tmp_path / "全.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["data"]["人"]["年龄"] for line in lines] == list(range(30))


def test_a_large_batch_ends_with_time_rate_and_what_was_not_done(run: Run, form: Form) -> None:
    Path("人.docx").write_bytes(form._package.data)
    for number in range(FEW + 5):
        files.write(Path(f"交回/{number}.docx"), form.fill(record(number)) if number != 3 else b"")
    done = run("extract", "交回", "--form", "人.docx", "-o", "全.csv", "--jobs", "1")
    assert done.exit_code == 1
    said = done.stderr.splitlines()
    assert said[1:3] == ["共 13 份：12 份无疑问，0 份有疑问，1 份无法读取", "未能处理：交回/3.docx"]
    assert said[3].startswith("用时 ")


def test_fill_makes_the_same_files_with_any_number_of_jobs(run: Run, form: Form) -> None:
    Path("人.docx").write_bytes(form._package.data)
    rows = [record(n % 90) for n in range(130)]
    rows[5] = {"人": {"年龄": 1.5}}
    Path("批.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    for jobs in ("1", "2"):
        done = run("fill", "人.docx", "批.jsonl", "-o", f"好{jobs}", "--name", "{人.姓名}", "--jobs", jobs)
        assert done.exit_code == 1
        assert "共 130 条记录：已生成 129 份，1 条不合要求" in done.stderr
    assert listing("好1") == listing("好2")
    assert {"甲0.docx", "甲0-2.docx", "甲89.docx"} < set(listing("好1"))
    assert all(Path("好1", n).read_bytes() == Path("好2", n).read_bytes() for n in listing("好1"))


def test_fill_goes_on_where_it_stopped(run: Run) -> None:
    Path("批.json").write_text(json.dumps([{"封面": {"集群名称": f"甲{n}"}} for n in range(3)]))
    assert run("fill", "shanghai", "批.json", "-o", "好").exit_code == 0
    Path("好/批-002.docx").unlink()
    refused = run("fill", "shanghai", "批.json", "-o", "好")
    assert (refused.exit_code, listing("好")) == (2, ["批-001.docx", "批-003.docx"])
    done = run("fill", "shanghai", "批.json", "-o", "好", "--resume")
    assert (done.exit_code, done.stderr) == (0, "共 3 条记录：已生成 3 份，0 条不合要求\n")
    assert listing("好") == ["批-001.docx", "批-002.docx", "批-003.docx"]


def test_a_single_file_can_be_resumed_too(run: Run) -> None:
    run("fill", "shanghai", DATA / "shanghai.json", "-o", "a.docx")
    assert run("extract", "a.docx", "-o", "a.json").exit_code == 0
    assert run("extract", "a.docx", "-o", "a.json").exit_code == 2
    assert run("extract", "a.docx", "-o", "a.json", "--resume").exit_code == 0


def test_ten_thousand_records_of_one_name_are_numbered_in_time() -> None:
    made = list(files.distinct(["表", "表-3", *["表"] * 20_000]))
    assert made[:5] == ["表", "表-3", "表-2", "表-4", "表-5"]
    assert len({m.casefold() for m in made}) == len(made)


def test_a_crew_of_one_starts_no_process(form: Form, returned: Path) -> None:
    outcomes = extract_many(sources.collect([str(returned)]), [form], jobs=1)
    next(outcomes)
    assert multiprocessing.active_children() == []
    outcomes.close()


def test_what_is_kept_of_a_refusal_holds_nothing_of_the_file(form: Form, tmp_path: Path) -> None:
    (tmp_path / "坏.docx").write_bytes(b"x" * 9_999)
    [outcome] = extract_many(sources.collect([str(tmp_path)]), [form], jobs=1)
    assert outcome.error is not None
    assert (outcome.error.__traceback__, outcome.error.__context__, outcome.error.__cause__) == (None, None, None)
