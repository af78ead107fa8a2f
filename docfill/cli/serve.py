"""`docfill serve`: the page; `docfill user` and `docfill store`: who may use it, and its folder."""

from __future__ import annotations

import signal
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docfill.cli.app import Force, Jobs, Lang, Scheduler, app, tell, workers
from docfill.problems import DocfillError, say

if TYPE_CHECKING:
    from docfill.serve.addresses import Addresses
    from docfill.serve.server import Settings
    from docfill.serve.store import Store

PORT = 8765

Data = Annotated[
    Path | None, typer.Option("--data", metavar="FOLDER", help="存放一切的文件夹 / the folder that holds everything")
]

Database = Annotated[
    str,
    typer.Option("--database", metavar="URL", help="PostgreSQL，代替文件夹里的 SQLite / instead of SQLite [postgres]"),
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
    origin: Annotated[
        str,
        typer.Option("--origin", metavar="URL", help="经代理访问的地址 / the address by a proxy: https://…"),
    ] = "",
    database: Database = "",
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    lang: Lang = None,
) -> None:
    """在浏览器中收表、核对、汇总 / the whole job in a browser

    \b
    例 / example:
      docfill serve

    \b
    只有这台电脑能打开，无须登录；给 --host 其他地址，或用 --origin 经代理访问时，先用 docfill user add 建账号。
    一切都在 --data 的文件夹中，停电也不丢；再次启动会接着没做完的做。不需要互联网。
    Only this machine can open it, without login; for any other --host, or a proxy's
    --origin, make accounts first with docfill user add. Everything is in the folder --data and survives a
    power cut; a second start goes on. No internet is needed.
    """
    from docfill.serve.run import run
    from docfill.serve.server import Settings

    if bool(cert) != bool(key):
        raise DocfillError("--cert 与 --key 要一起给", "give --cert and --key together")
    settings = Settings(_data(data), host, port, jobs, public, bool(cert), origin, database)
    # A request to end (SIGTERM, as services get it) is treated as Ctrl-C is: by itself it leaves what workers share.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with workers(scheduler, jobs) as (executor, _):
        run(settings, executor, _opener(settings, browser), cert, key)


def _opener(settings: Settings, is_opened: bool) -> Callable[[Addresses], None]:
    """What is done when the server can be reached."""

    def begun(addresses: Addresses) -> None:
        tell(say(f"docfill 已启动：{addresses.here}", f"docfill is at {addresses.here}"))
        if addresses.others:
            tell(say(f"同事打开：{' 或 '.join(addresses.others)}", f"others open {' or '.join(addresses.others)}"))
        tell(say(f"数据在 {settings.data}；按 Ctrl-C 停止", f"the data are in {settings.data}; stop with Ctrl-C"))
        if is_opened:
            import webbrowser

            webbrowser.open(addresses.here)

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


class UserAction(StrEnum):
    """What is done with accounts."""

    list = "list"
    add = "add"
    password = "password"
    remove = "remove"


class RoleName(StrEnum):
    """What an account may do."""

    official = "official"
    data = "data"
    reader = "reader"


@app.command()
def user(
    action: Annotated[UserAction, typer.Argument(metavar="ACTION", help="list add password remove")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="用户名 / the user's name")] = "",
    role: Annotated[
        RoleName,
        typer.Option("--role", help="official 经办，data 数据管理，reader 只读 / what the account may do"),
    ] = RoleName.official,
    data: Data = None,
    database: Database = "",
    lang: Lang = None,
) -> None:
    """网页的账号：新增、改密码、删除 / accounts of the page

    \b
    例 / example:
      docfill user add 王芳 --role official

    \b
    密码从键盘输入（不显示），或取自环境变量 DOCFILL_PASSWORD。
    The password is asked for, or taken from DOCFILL_PASSWORD.
    """
    store = _store(data, database)
    try:
        if action is UserAction.list:
            for known in store.users.all():
                typer.echo(f"{known['name']}\t{known['role']}".encode())
            return
        if not name:
            raise DocfillError("请写明用户名", "name the user")
        if action is UserAction.remove:
            store.users.remove(name)
        elif action is UserAction.add:
            from docfill.serve.doors import Role

            store.users.add(name, Role[role.value], _password())
        else:
            store.users.set_password(name, _password())
        store.users.note("docfill user", f"user.{action.value}", "", "", name)
        done = {"add": "已新增", "password": "已改密码", "remove": "已删除"}[action.value]
        tell(say(f"{done}：{name}", f"done: {action.value} {name}"))
    finally:
        store.close()


class StoreAction(StrEnum):
    """What is done with the folder."""

    list = "list"
    backup = "backup"
    restore = "restore"
    delete = "delete"


@app.command(name="store")
def store_(
    action: Annotated[StoreAction, typer.Argument(metavar="ACTION", help="list backup restore delete")],
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="备份文件，或任务编号 / the backup, or a collection's id")
    ] = "",
    data: Data = None,
    database: Database = "",
    force: Force = False,
    lang: Lang = None,
) -> None:
    """网页的数据：备份、恢复、删除任务 / the page's data: backup, restore, deletion

    \b
    例 / example:
      docfill store backup 备份.zip

    \b
    backup 可在运行时做；restore 只恢复到空文件夹；delete 删除一个收表任务及其中全部个人数据
    （编号见 docfill store list）。
    backup works while the server runs; restore wants an empty folder; delete removes a
    collection with all personal data in it (docfill store list has the ids).
    """
    if action is not StoreAction.list and not target:
        raise DocfillError("请写明备份文件或任务编号", "name the backup, or the collection's id")
    if action in (StoreAction.backup, StoreAction.restore):
        from docfill import files
        from docfill.serve import keeping

        if database:
            raise DocfillError("PostgreSQL 请用 pg_dump 备份", "back PostgreSQL up with pg_dump")

        if action is StoreAction.backup:
            files.check_targets([Path(target)], [], force)
            count = keeping.backup(_data(data), Path(target))
        else:
            count = keeping.restore(Path(target), _data(data))
        tell(say(f"好了：{count} 个文件", f"done: {count} files"))
        return
    store = _store(data, database)
    try:
        if action is StoreAction.delete:
            store.delete_collection(store.collections.one(target)["id"])
            store.users.note("docfill store", "collection.delete", target, target)
            tell(say("已删除", "deleted"))
        else:
            for known in store.collections.all():
                typer.echo(f"{known['id']}\t{known['title']}\t{known['read_']}".encode())
    finally:
        store.close()


def _store(data: Path | None, database: str) -> Store:
    folder = _data(data)
    from docfill.serve.store import Store

    return Store(folder, database)


def _password() -> str:
    import os

    given = os.environ.get("DOCFILL_PASSWORD")
    return given or str(
        typer.prompt(say("密码", "password"), hide_input=True, confirmation_prompt=say("再输一次", "once more"))
    )
