"""`docfill serve`: the page; `docfill user` and `docfill store`: who may use it, and its folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docfill.cli.app import Jobs, Lang, Scheduler, app, tell, workers
from docfill.problems import DocfillError, say

if TYPE_CHECKING:
    from docfill.serve.server import Settings

PORT = 8765

Data = Annotated[
    Path | None, typer.Option("--data", metavar="FOLDER", help="存放一切的文件夹 / the folder that holds everything")
]


@app.command()
def serve(
    host: Annotated[str, typer.Option("--host", help="监听的地址 / the address to listen at")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="端口，0 为任意 / the port, 0 for any")] = PORT,
    data: Data = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="是否打开浏览器 / whether a browser is opened")
    ] = True,
    public: Annotated[
        bool, typer.Option("--public", help="开放填表人自查页 / open the applicant's page, without login")
    ] = False,
    cert: Annotated[Path | None, typer.Option("--cert", help="TLS 证书 / the certificate, for TLS")] = None,
    key: Annotated[Path | None, typer.Option("--key", help="TLS 私钥 / its private key")] = None,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    lang: Lang = None,
) -> None:
    """在浏览器中收表、核对、汇总 / the whole job in a browser

    \b
    例 / example:
      docfill serve

    \b
    只有这台电脑能打开，无须登录；给 --host 其他地址时，先用 docfill user add 建账号。
    一切都在 --data 的文件夹中，停电也不丢；再次启动会接着没做完的做。不需要互联网。
    Only this machine can open it, without login; for any other --host, make accounts
    first with docfill user add. Everything is in the folder --data and survives a
    power cut; a second start goes on. No internet is needed.
    """
    from docfill.serve.run import run
    from docfill.serve.server import Settings

    if bool(cert) != bool(key):
        raise DocfillError("--cert 与 --key 要一起给", "give --cert and --key together")
    settings = Settings(_data(data), host, port, jobs, public, bool(cert))
    with workers(scheduler, jobs) as (executor, _):
        run(settings, executor, _opener(settings, browser), cert, key)


def _opener(settings: Settings, is_opened: bool) -> Callable[[str], None]:
    """What is done when the server can be reached."""

    def begun(address: str) -> None:
        tell(say(f"docfill 已启动：{address}", f"docfill is at {address}"))
        tell(say(f"数据在 {settings.data}；按 Ctrl-C 停止", f"the data are in {settings.data}; stop with Ctrl-C"))
        if is_opened:
            import webbrowser

            webbrowser.open(address)

    return begun


def _data(data: Path | None) -> Path:
    if data is not None:
        return data
    try:
        from platformdirs import user_data_path
    except ImportError:
        raise DocfillError(
            '这个命令要另外安装：pip install "docfill-forms[serve]"',
            'this command needs more: pip install "docfill-forms[serve]"',
        ) from None
    return user_data_path("docfill", appauthor=False)
