"""The command line as a user meets it: what is written, what is said, and the exit status."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from docfill import DocfillError, Form, bundled, files
from docfill.cli import asked
from tests.commands import app

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command line in an empty folder, with messages in Chinese."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, [str(a) for a in arguments], env={"DOCFILL_LANG": "zh"})

    return command


@pytest.fixture(scope="module")
def shanghai() -> Form:
    return Form.load("shanghai")


@pytest.fixture(scope="module")
def documents() -> dict[str, bytes]:
    """The two forms, filled, by name."""
    return {name: Form.load(name).fill(loaded(DATA / f"{name}.json")) for name in bundled()}


def with_text(document: bytes, old: str, new: str) -> bytes:
    """The document with one text of it retyped."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(changed, "w") as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == "word/document.xml":
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode(), 1)
            target.writestr(info, data)
    return changed.getvalue()


def loaded(path: str | Path) -> Any:
    return json.loads(Path(path).read_text(encoding="utf-8"))


def listing(folder: str) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in Path(folder).rglob("*") if p.is_file())


# --- extract ---


def test_extract_shows_one_file_on_the_screen(run: Run, documents: dict[str, bytes]) -> None:
    Path("a.docx").write_bytes(documents["shanghai"])
    done = run("extract", "a.docx")
    shown = json.loads(done.stdout)
    assert (done.exit_code, shown["form"], shown["source"]) == (0, "shanghai", "a.docx")
    assert (shown["data"], shown["problems"]) == (loaded(DATA / "shanghai.json"), [])
    assert done.stderr == "共 1 份：1 份无疑问，0 份有疑问，0 份无法读取\n"


def test_an_option_that_takes_one_value_is_not_given_twice(run: Run, documents: dict[str, bytes]) -> None:
    """Of two outputs the first was lost without a word."""
    Path("a.docx").write_bytes(documents["shanghai"])
    done = run("extract", "a.docx", "-o", "a.csv", "-o", "a.json")
    assert (done.exit_code, "'-o' / '--output' 的值不对：只能给一次" in done.stderr) == (2, True), done.stderr
    assert not Path("a.json").exists()
    assert run("check", "a.docx", "-o", "a.html", "-o", "a.json", "--lang", "zh", "--lang", "en").exit_code < 2


def test_extract_recognises_each_form_and_writes_a_file_for_each(run: Run, documents: dict[str, bytes]) -> None:
    for name, document in (("甲/表.docx", "shanghai"), ("乙/表.DOCX", "shandong"), ("乙/深/表-2.docm", "shandong")):
        files.write(Path("交回", name), documents[document])
    for skipped in ("~$表.docx", ".~lock.表.docx#", "._表.docx", "Thumbs.db"):
        Path("交回", skipped).write_bytes(b"x")
    done = run("extract", "交回", "-o", "结果")
    assert done.exit_code == 0
    assert done.stderr == (
        "共 3 份：3 份无疑问，0 份有疑问，0 份无法读取\n"
        "交回/乙/深/表-2.docm：与 交回/乙/表.DOCX 是同一个文件；最新的是 交回/乙/深/表-2.docm\n"
        "交回/乙/表.DOCX：与 交回/乙/深/表-2.docm 是同一个文件；最新的是 交回/乙/深/表-2.docm\n"
        "另有 4 个文件不是表，已略过：交回/._表.docx、交回/.~lock.表.docx#、交回/Thumbs.db、交回/~$表.docx\n"
    )
    assert listing("结果") == ["表-2.json", "表-3.json", "表.json"]
    assert {loaded(p)["form"] for p in Path("结果").iterdir()} == {"shanghai", "shandong"}


@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".csv", ".xlsx"])
def test_what_extract_writes_fill_takes(run: Run, documents: dict[str, bytes], suffix: str) -> None:
    Path("交回").mkdir()
    for name in ("甲", "乙"):
        Path("交回", f"{name}.docx").write_bytes(documents["shandong"])
    assert run("extract", "交回", "-o", f"汇总{suffix}").exit_code == 0
    done = run("fill", "shandong", f"汇总{suffix}", "-o", "填好")
    assert (done.exit_code, done.stderr) == (0, "共 2 条记录：已生成 2 份，0 条不合要求\n")
    assert listing("填好") == ["乙.docx", "甲.docx"]
    assert {p.read_bytes() for p in Path("填好").iterdir()} == {documents["shandong"]}


def test_one_file_gives_an_object_and_a_folder_a_list(run: Run, documents: dict[str, bytes]) -> None:
    files.write(Path("交回/a.docx"), documents["shanghai"])
    run("extract", "交回/a.docx", "-o", "一.json")
    run("extract", "交回", "-o", "多.json")
    assert [loaded("一.json")] == loaded("多.json")


def test_doubts_are_told_with_file_place_and_reason(run: Run, documents: dict[str, bytes]) -> None:
    Path("松江.docx").write_bytes(with_text(documents["shanghai"], ">148.75<", ">一百五十左右<"))
    done = run("extract", "松江.docx", "-o", "松江.json")
    assert done.exit_code == 1
    assert done.stderr == (
        "松江.docx：二、主导产业情况，行“集群总产值”，列“2021年”，主导产业情况.集群总产值.2021年："
        "应为数字，实为“一百五十左右”，已按原文保留\n"
        "共 1 份：0 份无疑问，1 份有疑问，0 份无法读取\n"
    )
    assert loaded("松江.json")["data"]["主导产业情况"]["集群总产值"]["2021年"] == "一百五十左右"


def test_text_that_belongs_to_no_field_is_told(run: Run, documents: dict[str, bytes]) -> None:
    added = "<w:p><w:r><w:t>另附材料三份</w:t></w:r></w:p><w:sectPr"
    Path("a.docx").write_bytes(with_text(documents["shanghai"], "<w:sectPr", added))
    done = run("extract", "a.docx", "-o", "a.json")
    assert done.exit_code == 1
    assert "表外文字，未归入任何一项：“另附材料三份”" in done.stderr


def test_a_bad_file_does_not_stop_the_others(run: Run, documents: dict[str, bytes]) -> None:
    files.write(Path("交回/好.docx"), documents["shanghai"])
    files.write(Path("交回/坏.docx"), b"nothing")
    files.write(Path("交回/空.docx"), b"")
    done = run("extract", "交回", "-o", "结果")
    assert done.exit_code == 1
    assert "坏.docx：不是 .docx 文件，或文件已损坏，请在 Word 中打开后另存为 .docx" in done.stderr
    assert "空.docx：文件是空的（0 字节）" in done.stderr
    assert done.stderr.endswith("共 3 份：1 份无疑问，0 份有疑问，2 份无法读取\n")
    assert listing("结果") == ["坏.json", "好.json", "空.json"]
    unread = loaded(Path("结果/空.json"))
    assert (unread["data"], unread["problems"][0]["code"]) == (None, "empty")


def test_a_table_of_two_forms_is_refused_with_the_way_out(run: Run, documents: dict[str, bytes]) -> None:
    for name, document in documents.items():
        files.write(Path("交回", f"{name}.docx"), document)
    done = run("extract", "交回", "-o", "汇总.csv")
    assert done.exit_code == 2
    assert "一个 .csv 文件只能存放一种表，这里有：shandong、shanghai；请用 --form 分次读取" in done.stderr
    assert not Path("汇总.csv").exists()


# --- fill ---


def test_a_refused_record_is_explained_and_the_others_are_written(run: Run) -> None:
    bad = {"基本情况": {"集群占地面积": "约七", "工业软件": 1}, "真实性声明及推荐意见": {"真实性声明": {"日期": "5月"}}}
    Path("批.json").write_text(json.dumps([{}, bad, {"封面": {"集群名称": "甲"}}]), encoding="utf-8")
    done = run("fill", "shanghai", "批.json", "-o", "填好")
    assert done.exit_code == 1
    told = done.stderr.splitlines()
    assert [line.startswith("批.json 第 2 条：") for line in told] == [True, True, True, False]
    assert "应为数字" in told[0]
    assert "基本情况.工业软件：表中没有这一项" in told[1]
    assert "应为日期" in told[2]
    assert told[3] == "共 3 条记录：已生成 2 份，1 条不合要求"
    assert listing("填好") == ["批-001.docx", "批-003.docx"]


def test_a_refused_row_is_named_as_the_spreadsheet_does(run: Run) -> None:
    Path("批.csv").write_text("封面.集群名称,主导产业情况.集群企业数量.2021年\n甲,12\n乙,十几\n", encoding="utf-8")
    done = run("fill", "shanghai", "批.csv", "-o", "填好")
    assert done.exit_code == 1
    assert done.stderr == (
        "批.csv：第 3 行 B 列，主导产业情况.集群企业数量.2021年：应为整数或“无”，实为 十几\n"
        "不合要求的各行连同原因已抄入 填好/批-未生成.xlsx\n"
        "共 2 条记录：已生成 1 份，1 条不合要求\n"
    )


def test_a_copy_of_failed_rows_that_was_mended_is_not_overwritten(run: Run) -> None:
    Path("批.csv").write_text("封面.集群名称,主导产业情况.集群企业数量.2021年\n乙,十几\n", encoding="utf-8")
    for name in ("批-未生成.xlsx", "批-未生成-2.xlsx"):
        assert run("fill", "shanghai", "批.csv", "-o", "填好").stderr.splitlines()[1].endswith(f"填好/{name}")
    assert listing("填好") == ["批-未生成-2.xlsx", "批-未生成.xlsx"]
    done = run("fill", "shanghai", "填好/批-未生成.xlsx", "-o", "再填")
    assert "工作表“上海市中小企业特色产业集群申报表”第 2 行 C 列" in done.stderr


def test_what_a_folder_of_data_holds_besides_is_refused_or_named(run: Run) -> None:
    Path("数据").mkdir()
    for name in ("甲.ods", "乙.et", "说明.docx", "~$甲.xlsx", "总.previous.xlsx", "总.corrections.jsonl"):
        Path("数据", name).write_bytes(b"x")
    run("sheet", "shanghai", "-o", "数据/总.xlsx", "--data", DATA / "shanghai.json")
    done = run("fill", "shanghai", "数据", "-o", "填好")
    assert (done.exit_code, listing("填好")) == (1, ["总.docx"])
    others = [line for line in done.stderr.splitlines() if "打开后另存为 .xlsx" in line]
    assert [line.partition("：")[0] for line in others] == ["数据/乙.et", "数据/甲.ods"]
    aside = "数据/~$甲.xlsx、数据/总.corrections.jsonl、数据/总.previous.xlsx、数据/说明.docx"
    assert f"另有 4 个文件不是数据，已略过：{aside}\n共 1 条记录：已生成 1 份，0 条不合要求\n" in done.stderr
    assert run("sheet", "shanghai", "-o", "二.xlsx", "--data", "数据").exit_code == 2


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.jsonl", '{"封面": {"集群名称": "甲"}}\n' * 3 + "{\n", "不是 JSON"),
        ("a.csv", '封面.集群名称\n甲\n乙\n"丙\n', "引号不成对"),
        ("a.json", "[" + ",".join(['{"封面": {}}'] * 40_000) + "]", "work=1500000"),
    ],
)
def test_of_a_data_file_that_cannot_be_read_to_its_end_nothing_is_filled(
    run: Run, name: str, text: str, says: str
) -> None:
    """The documents of its first records were written, and then it was told that it is not read."""
    files.write(Path(name), text.encode())
    done = run("fill", "shanghai", name, "-o", "填好")
    assert (done.exit_code, says in done.stderr) == (1, True), done.stderr
    assert not list(Path("填好").glob("*.docx"))


def test_sheet_makes_a_workbook_that_fill_takes(run: Run, documents: dict[str, bytes]) -> None:
    done = run("sheet", "shandong", "-o", "录入.xlsx", "--data", DATA / "shandong.json")
    assert (done.exit_code, done.stderr) == (0, "已生成 录入.xlsx\n")
    assert run("fill", "shandong", "录入.xlsx", "-o", "填好").exit_code == 0
    assert Path("填好/录入.docx").read_bytes() == documents["shandong"]
    assert run("sheet", "shandong").stderr == "已生成 shandong-录入.xlsx\n"
    assert run("sheet", "shandong").exit_code == 2
    bad = Path("坏.json")
    bad.write_text('{"基本情况": {"集群占地面积": "约七"}}', encoding="utf-8")
    done = run("sheet", "shandong", "-o", "x.xlsx", "--data", bad)
    assert (done.exit_code, "应为数字" in done.stderr, Path("x.xlsx").exists()) == (2, True, False)


def test_names_come_from_the_data_and_are_safe(run: Run) -> None:
    names = ["甲/乙:丙", "甲/乙:丙", "CON", None, "长" * 300, "..\\..\\etc", "a\u202eb\u200b"]
    Path("批.json").write_text(json.dumps([{"封面": {"集群名称": n}} for n in names]), encoding="utf-8")
    done = run("fill", "shanghai", "批.json", "-o", "填好", "--name", "{封面.集群名称}")
    assert (done.exit_code, done.stderr) == (0, "共 7 条记录：已生成 7 份，0 条不合要求\n")
    assert listing("填好") == sorted(
        ["甲_乙_丙.docx", "甲_乙_丙-2.docx", "_CON.docx", "批-004.docx", "长" * 66 + ".docx", "_.._etc.docx", "ab.docx"]
    )


def test_one_record_may_be_one_file(run: Run, documents: dict[str, bytes]) -> None:
    assert run("fill", "shanghai", DATA / "shanghai.json", "-o", "表.docx").exit_code == 0
    assert Path("表.docx").read_bytes() == documents["shanghai"]
    Path("两条.jsonl").write_text("{}\n\n{}\n")
    done = run("fill", "shanghai", "两条.jsonl", "-o", "表2.docx")
    assert (done.exit_code, done.stderr) == (2, "数据中有 2 条记录，不能输出为一个文件；请把 -o 改为文件夹\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"封面": ', "批.json：第 1 行第 8 个字符处不是 JSON"),
        ('{"封面": {}, "封面": {}}', "批.json：“封面”出现了两次，请删去一个"),
        ('{"基本情况": {"集群占地面积": NaN}}', "批.json：JSON 中不能有 NaN"),
        ('{"基本情况": {"集群占地面积": 1e400}}', "批.json：数字过大：1e400"),
        ('{"基本情况": {"集群占地面积": -' + "9" * 400 + ".0}}", "批.json：数字过大：-9999999999999999999"),
        ("[" * 100_000, "批.json：JSON 无法读取"),
        ("5", "批.json 第 1 条：应为一条记录（{…}），实为 5"),
    ],
)
def test_data_that_is_no_record_is_refused(run: Run, text: str, message: str) -> None:
    Path("批.json").write_text(text, encoding="utf-8")
    done = run("fill", "shanghai", "批.json", "-o", "填好")
    assert done.exit_code == 1
    assert message in done.stderr


# --- blank, fields, schema, forms ---


def test_blank_writes_the_blank_form(run: Run, shanghai: Form) -> None:
    done = run("blank", "shanghai")
    assert (done.exit_code, done.stderr) == (0, "已生成 shanghai-blank.docx\n")
    assert Path("shanghai-blank.docx").read_bytes() == shanghai.blank()


@pytest.mark.parametrize("name", ["shanghai", "shandong"])
def test_fields_lists_path_kind_and_options(run: Run, name: str) -> None:
    lines = run("fields", name).stdout_bytes.decode().split("\n")
    form = Form.load(name)
    assert lines[0] == "path\tkind\toptions"
    assert [line.split("\t") for line in lines[1:-1]] == [
        [f.path, f.kind.name, " | ".join(f.options)] for f in form.fields
    ]
    known = json.loads(run("fields", name, "--json").stdout)
    assert [f["path"] for f in known] == [f.path for f in form.fields]


def test_schema_is_printed_or_written(run: Run, shanghai: Form) -> None:
    assert json.loads(run("schema", "shanghai").stdout) == shanghai.schema
    assert run("schema", "shanghai", "-o", "s.json").exit_code == 0
    assert loaded("s.json") == shanghai.schema


def test_forms_lists_what_is_bundled(run: Run) -> None:
    assert [line.split("\t")[:2] for line in run("forms").stdout.splitlines()] == [
        ["shandong", "山东省特色产业集群申报表"],
        ["shanghai", "上海市中小企业特色产业集群申报表"],
    ]


def test_a_template_of_ones_own_is_given_by_its_path(run: Run, documents: dict[str, bytes]) -> None:
    Path("我的表.docx").write_bytes(bundled()["shanghai"].read_bytes())
    assert run("fill", "我的表.docx", DATA / "shanghai.json", "-o", "填好").exit_code == 0
    assert Path("填好/shanghai.docx").read_bytes() == documents["shanghai"]
    shown = run("extract", "填好/shanghai.docx", "--form", "我的表.docx").stdout
    assert json.loads(shown)["form"] == "我的表"


# --- wrong use ---


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("fields 不存在", "没有名为“不存在”的表单；随附的有：shandong、shanghai；也可给出模板文件的路径"),
        ("extract 不存在.docx", "没有这个文件或文件夹：不存在.docx"),
        (
            "extract 空",
            "空 中没有可用的文件",
        ),
        ("extract a.docx b.docx", "请用 -o 指定输出的文件夹或文件"),
        (
            "extract a.docx -o 结果.txt",
            "输出文件 结果.txt 的后缀应为 .json .jsonl .csv .xlsx .parquet 之一；若是",
        ),
        ("extract a.docx -o a.docx/", "无法读写 a.docx"),
        ("fill shanghai a.docx -o 填好", "a.docx：数据文件的后缀应为 .json .jsonl .csv .xlsx .xlsm .xls 之一"),
        ("fill shanghai 空.json -o 填好", "空.json：没有任何记录"),
        (
            "fill shanghai 一.json -o 填好 --name {封面.名}",
            "--name 中的“封面.名”不是表中的项，见 docfill fields",
        ),
        ("blank shanghai -o x.pdf", "输出文件 x.pdf 的后缀应为 .docx；"),
    ],
)
def test_wrong_use_is_one_clear_message(run: Run, documents: dict[str, bytes], arguments: str, message: str) -> None:
    Path("空").mkdir()
    for name in ("a.docx", "b.docx"):
        Path(name).write_bytes(documents["shanghai"])
    Path("空.json").write_text("[]")
    Path("一.json").write_text("{}")
    done = run(*arguments.split())
    assert (done.exit_code, done.stdout) == (3 if "无法读写" in message else 2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_outputs_are_not_overwritten_unless_asked(run: Run) -> None:
    Path("填好").mkdir()
    Path("填好/shanghai.docx").write_bytes(b"mine")
    command = ("fill", "shanghai", DATA / "shanghai.json", "-o", "填好")
    done = run(*command)
    expected = "输出已存在，未改动：填好/shanghai.docx；要覆盖请加 --force，或另选位置\n"
    assert (done.exit_code, done.stderr, Path("填好/shanghai.docx").read_bytes()) == (2, expected, b"mine")
    assert run(*command, "--force").exit_code == 0
    assert Path("填好/shanghai.docx").read_bytes() != b"mine"


def test_inputs_are_never_overwritten(run: Run, documents: dict[str, bytes]) -> None:
    template = bundled()["shanghai"].read_bytes()
    Path("我的表.docx").write_bytes(template)
    Path("我的表.json").write_text("{}")
    Path("链接.docx").hardlink_to("我的表.docx")
    for output in ("我的表.docx", "链接.docx", "."):
        done = run("fill", "我的表.docx", "我的表.json", "-o", output, "--force")
        assert done.exit_code == 2
        assert "就是输入文件，请另选位置" in done.stderr
    assert Path("我的表.docx").read_bytes() == template


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "表.docx").mkdir()
    with pytest.raises(OSError, match="表"):
        files.write(tmp_path / "表.docx", b"data")
    assert [p.name for p in tmp_path.iterdir()] == ["表.docx"]


def test_a_folder_that_cannot_be_made_is_one_message(run: Run) -> None:
    Path("挡路").write_text("")
    done = run("fill", "shanghai", DATA / "shanghai.json", "-o", "挡路/里面/")
    assert done.exit_code == 3
    assert "挡路" in done.stderr


def test_files_named_twice_count_once(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"")
    assert files.collect([tmp_path / "a.docx", tmp_path, tmp_path / "a.docx"], files.WORD) == [tmp_path / "a.docx"]
    with pytest.raises(DocfillError, match=r"没有这个文件或文件夹：.*b\.docx"):
        files.collect([tmp_path / "b.docx"], files.WORD)


# --- languages and the process itself ---


def test_messages_are_english_on_request(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCFILL_LANG", "zh")
    done = run("fields", "nowhere", "--lang", "en")
    assert done.stderr == (
        'there is no form "nowhere"; bundled are shandong, shanghai; a path to a template works too\n'
    )


def docfill(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    code = "from docfill.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        check=False,
        timeout=60,
    )


def test_a_real_process_prints_utf_8_whatever_the_locale(tmp_path: Path, documents: dict[str, bytes]) -> None:
    (tmp_path / "a.docx").write_bytes(documents["shanghai"])
    done = docfill("extract", "a.docx", cwd=tmp_path, PYTHONIOENCODING="gbk", DOCFILL_LANG="zh")
    assert done.returncode == 0
    assert json.loads(done.stdout.decode("utf-8"))["data"] == loaded(DATA / "shanghai.json")
    assert done.stderr.decode("gbk") == "共 1 份：1 份无疑问，0 份有疑问，0 份无法读取" + os.linesep


def test_a_real_process_exits_with_2_and_no_traceback(tmp_path: Path) -> None:
    done = docfill("fields", "nowhere", cwd=tmp_path, DOCFILL_LANG="en")
    assert done.returncode == 2
    assert done.stderr.startswith(b'there is no form "nowhere"')


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from docfill.cli import main\n"
        "sys.argv = ['docfill', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*sorted({m.split('.')[0] for m in sys.modules} | {m for m in sys.modules if m.startswith('rich.')}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=True
    )
    loaded_modules = set(done.stdout.decode().splitlines()[-1].split())
    heavy = {"lxml", "msgspec", "jinja2", "rapidfuzz", "xlsxwriter", "xlrd", "rich.progress", "rich.console"}
    assert not heavy & loaded_modules


def test_a_start_makes_few_dataclasses(tmp_path: Path) -> None:
    """Each costs most of a millisecond; msgspec's Structs, which the inner classes are, cost a fiftieth of it."""
    (tmp_path / "a.docx").write_bytes(Form.load("shanghai").blank())
    code = (
        "import sys\n"
        "from docfill.cli import main\n"
        f"sys.argv = ['docfill', 'extract', {str(tmp_path / 'a.docx')!r}, '--form', 'shanghai']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "known = {c for n, m in sys.modules.items() if n.startswith('docfill.') for c in vars(m).values()\n"
        "         if isinstance(c, type) and '__dataclass_params__' in vars(c) and c.__module__ == n}\n"
        "print(*sorted(c.__module__ + '.' + c.__name__ for c in known), file=sys.stderr)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True, encoding="utf-8")
    made = done.stderr.splitlines()[-1].split()
    assert "docfill.extract.Result" in made
    assert len(made) <= 14, made


def test_the_package_has_all_that_it_names() -> None:
    import docfill

    assert all(getattr(docfill, name) for name in docfill.__all__)
    assert set(docfill.__all__) <= set(dir(docfill))
    with pytest.raises(AttributeError, match="module 'docfill' has no attribute 'nothing'"):
        _ = docfill.nothing


def test_a_problem_that_only_the_form_finds_has_the_cell_for_its_place(run: Run) -> None:
    Path("x.csv").write_text("集群产业链强链补链情况,企业上云比例\n" + "字" * 201 + ",80\n", encoding="utf-8")
    done = run("fill", "shanghai", "x.csv", "-o", "表/")
    assert done.stderr.startswith("x.csv：第 2 行 A 列，主导产业情况.集群产业链强链补链情况：超出字数限制")


def test_a_file_that_cannot_be_read_is_told_though_the_folder_holds_something(run: Run) -> None:
    files.write(Path("表/旧.docx"), b"")
    Path("x.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    done = run("fill", "shanghai", "x.csv", "-o", "表")
    assert "x.csv：表头中没有表单" in done.stderr
    assert "是一个文件夹" not in done.stderr


def test_a_name_with_unbalanced_braces_is_refused(run: Run) -> None:
    for name in ("{封面.集群名称", "{{封面.集群名称}}"):
        done = run("fill", "shanghai", "x.json", "-o", "表/", "--name", name)
        assert (done.exit_code, "花括号不成对" in done.stderr) == (2, True), done.stderr


# --- the start ---


def test_a_command_prepares_its_own_parameters_only() -> None:
    whole, light = (typer.main.get_command(a) for a in (app, asked(["--lang", "en", "extract", "fill"])))
    assert {n: c.get_short_help_str() for n, c in whole.commands.items()} == {  # type: ignore[attr-defined]
        n: c.get_short_help_str()
        for n, c in light.commands.items()  # type: ignore[attr-defined]
    }
    prepared = {n for n, c in light.commands.items() if c.params}  # type: ignore[attr-defined]
    assert prepared == {"extract", "fill"}
    assert {n for n in prepared if len(light.commands[n].params) == len(whole.commands[n].params)} == prepared  # type: ignore[attr-defined]


@pytest.mark.parametrize("arguments", [[], ["--lang", "en"], ["--help"], ["--version", "extract"]])
def test_where_no_command_comes_first_all_are_listed(arguments: list[str]) -> None:
    program = (
        "import sys; from docfill.cli import COMMANDS, asked; found = asked(sys.argv[1:]).registered_commands;"
        "assert [c.name or c.callback.__name__ for c in found] == [*COMMANDS], found"
    )
    subprocess.run([sys.executable, "-c", program, *arguments], check=True, cwd=ROOT)


def test_reading_and_filling_one_file_import_only_what_they_need(tmp_path: Path) -> None:
    returned = tmp_path / "a.docx"
    returned.write_bytes(Form.load("shanghai").blank())
    seldom = {"email", "tarfile", "sqlite3", "xlrd", "xlsxwriter", "docxtpl", "docx", "docfill.put",
              "docfill.tag", "docfill.check", "docfill.serve", "concurrent.futures.process"}  # fmt: skip
    for arguments, more in (
        (["extract", str(returned), "--form", "shanghai"], {"docfill.tables", "docfill.batch.handed", "tomllib"}),
        (["fill", "shanghai", str(DATA / "shanghai.json"), "-o", str(tmp_path / "b.docx")], set[str]()),
    ):
        told = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "docfill", *arguments],
            capture_output=True, encoding="utf-8", check=True, cwd=ROOT,
        )  # fmt: skip
        imported = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines() if "import time" in line}
        assert "docfill.form" in imported and imported & (seldom | more) == set()


@pytest.mark.parametrize(
    "command", ["fields {}", "fields {}.docx", "fill {}.docx {}.json -o 填好", "check --form shanghai 夹/{}", "{}"]
)
def test_a_very_long_name_is_told_by_its_ends(run: Run, command: str) -> None:
    """It was repeated whole, as long as it was, and some of it was a fault of the disk."""
    done = run(*command.format("长" * 3_000, "短").split())
    assert done.exit_code == 2
    assert len(done.stderr) < 500 and "长……长" in done.stderr


def test_data_in_front_of_the_form_are_told_to_stand_behind_it(run: Run) -> None:
    done = run("fill", "数据.xlsx", "shanghai", "-o", "填好")
    zh = "数据.xlsx 是数据文件；请先写表单名或模板，再写数据：docfill fill 表单 数据.xlsx -o 文件夹\n"
    assert (done.exit_code, done.stderr) == (2, zh)
