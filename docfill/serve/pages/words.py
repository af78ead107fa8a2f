"""Words of the pages for what the server calls by a code: kinds, roles, deeds; the official's own."""

from __future__ import annotations

import re

from docfill import kinds
from docfill.problems import Language
from docfill.serve.database import Row

KINDS = {name: kind.label for name, kind in kinds.KINDS.items()}
ROLES = {
    "reader": ("只看不改", "may look, not change"),
    "official": ("经办人：收表、核对、汇总", "official: collects, corrects, hands over"),
    "data": (
        "数据管理员：收表、核对、汇总，也能建表、改表、删除任务",
        "data person: also makes forms and deletes collections",
    ),
}
DEEDS = {
    "collection.start": ("新建任务", "started the collection"),
    "collection.change": ("改设置", "changed settings"),
    "collection.delete": ("删除任务", "deleted a collection"),
    "roster.change": ("改名单", "changed the roster"),
    "drop.begin": ("投入文件", "dropped files"),
    "drop.whole": ("投完", "dropped everything"),
    "drop.cancelled": ("取消投入", "cancelled a drop"),
    "correct": ("改正", "corrected"),
    "corrections": ("读入改正记录", "took corrections in"),
    "undo": ("撤销改正", "undid a correction"),
    "confirm": ("确认", "confirmed"),
    "unconfirm": ("收回确认", "took a confirmation back"),
    "remark": ("写意见", "wrote a remark"),
    "unremark": ("删意见", "removed a remark"),
    "verdict.accepted": ("核对无误", "accepted"),
    "verdict.returned": ("退回修改", "sent back"),
    "verdict.open": ("撤回结论", "took the decision back"),
    "draft.begin": ("开始新表单", "began a form"),
    "edition.save": ("存一版表单", "saved an edition"),
    "export": ("导出", "exported"),
    "fill": ("批量填表", "filled forms"),
    "login": ("登录", "logged in"),
    "login.refused": ("登录未成", "failed to log in"),
    "user.add": ("新增账号", "added an account"),
    "user.password": ("改密码", "set a password"),
    "user.remove": ("删除账号", "removed an account"),
    "token.add": ("新令牌", "made a token"),
    "token.end": ("收回令牌", "ended a token"),
}
SETTINGS = {
    "title": ("任务名称", "title"),
    "due": ("截止日期", "due date"),
    "key_path": ("用哪一项认出填报单位", "which answer names the applicant"),
    "shown": ("列表里的列", "columns of the list"),
    "edition": ("用表的哪一版", "edition of the form"),
}
COUNTED = {
    "drop.begin": ("{} 个文件", "{} files"),
    "roster.change": ("{} 家", "{} applicants"),
    "corrections": ("{} 处", "{} made"),
}
"""Deeds of which the audit trail has a number."""
PLACED = ("correct", "undo", "confirm", "unconfirm", "remark", "unremark")
"""Deeds of which it has the path of a field."""


def detail(note: Row, lang: Language) -> str:
    """What the audit trail says besides of a deed; nothing where only a program reads it."""
    told = str(note["detail"])
    if note["action"] == "collection.change":
        return "、".join(word(SETTINGS, name, lang) for name in told.split(", ") if name)
    if note["action"] in COUNTED:
        return word(COUNTED, note["action"], lang).format(told)
    if note["action"] in PLACED:
        return "" if re.fullmatch("[0-9a-f]{16}", told) else told.replace(".", " › ")
    return told


def word(known: dict[str, tuple[str, str]], code: str, lang: Language) -> str:
    """The word for a code; the code itself where there is none."""
    zh, en = known.get(code, (code, code))
    return en if lang == "en" else zh
