"""Files that a mail only leads to: providers keep what is large, or sent so, and put a link into the text.

Nothing is fetched; each such file is refused by name.  A link leads to one where it leads to what a provider keeps for
mails; where a mail has nothing attached, also where it leads to a drive on the net, or is called like a file in a text
that speaks of such attachments.  What a reply quotes was sent by somebody else.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from docfill import late, limits
from docfill.members import ARROW, Attached, printable
from docfill.problems import DocfillError

_ANCHOR = late.pattern(r"<a\s[^<>]*>", re.I)
_TARGET = late.pattern(r"""\bhref\s*=\s*["']?(https?://[^"'\s<>]+)""", re.I)
_PLAIN = late.pattern(r"""https?://[^\s"'<>，。；）)\]]+""", re.I)
_KEPT = late.pattern(
    r"\bmail\.qq\.com/(?:cgi-bin/)?ftn|//[^/]*\bftn\.qq\.com/|/cgi-bin/ftnExs_|"
    r"large-attachment-download|//(?:u|fs)\.(?:163|126|yeah)\.|netease-huge|"
    r"//file\.mail\.10086\.cn/|[?&/](?:big|large|huge|super)[_-]?attach",
    re.I,
)
"""Where providers keep what is attached to mails: QQ and its business mail, NetEase, 139, and others by their words."""
_DRIVE = late.pattern(
    r"//(?:[\w-]+\.)?(?:pan\.baidu\.com|alipan\.com|aliyundrive\.com|pan\.quark\.cn|drive\.weixin\.qq\.com|docs\.qq\.com|"
    r"weiyun\.com|cloud\.189\.cn|jianguoyun\.com|kdocs\.cn|feishu\.cn|drive\.google\.com|docs\.google\.com|1drv\.ms|"
    r"onedrive\.live\.com|sharepoint\.com|dropbox\.com|we\.tl|wetransfer\.com)/",
    re.I,
)
_SAID = late.pattern(r"(?:超大|云|大)附件|文件中转站|网盘|(?:large|cloud) attachment", re.I)
_QUOTED = late.pattern(
    r"<blockquote\b|(?<!-)-{4,}+(?:&nbsp;|\s)*+(?:原始邮件|回复的?原?邮件|original message)|"
    r"<div\s[^<>]*?(?:gmail_quote|divRplyFwdMsg)",
    re.I,
)
_FORWARDED = late.pattern(r"\s*(?:转发?|fwd?)\s*[:：]", re.I)
_FILE = late.pattern(r"[^\s/\\<>:?*|\"][^/\\<>:?*|\"\n]{0,200}\.[A-Za-z0-9]{2,5}")
_TAG = late.pattern(r"<[^<>]*>")
_MOST, _LONGEST, _STEPS_A_LINK = 200, 2_000, 20


def attached(texts: Iterable[str], mail: str, subject: str, *, is_all: bool) -> Iterator[Attached]:
    """The files that the texts of a mail lead to, each refused.

    Args:
        texts: what the mail says, in each of its forms.
        mail: how messages call the mail.
        subject: of the mail.
        is_all: whether nothing else is attached to it.
    """
    met: dict[str, str] = {}
    for text in texts:
        own = text if _FORWARDED.match(subject) else text[: _before_quotation(text)]
        is_said = is_all and _SAID.search(own) is not None
        for url, words in _links(own):
            is_file = _FILE.fullmatch(words) is not None
            if _KEPT.search(url) or (is_all and _DRIVE.search(url)) or (is_said and is_file):
                met[url] = met.get(url) or (words if is_file else "")
    names = list(dict.fromkeys(filter(None, met.values())))
    for name in names or (["网上的附件"] if met else []):
        called = f"{mail}{ARROW}{printable(name)}"
        yield Attached(called, refusal=refusal(called))


def refusal(name: str) -> DocfillError:
    """Why a file that a mail leads to is not read."""
    return DocfillError(
        f"{name}：邮件里只有链接（超大附件、云附件、网盘），没有文件本身，请下载后放进来",
        f"{name}: the mail only leads to the file on the net; download it, and put it in",
        "no-access",
    )


def _before_quotation(text: str) -> int:
    """Where what a reply quotes begins."""
    quoted = _QUOTED.search(text)
    return quoted.start() if quoted else len(text)


def _links(text: str) -> Iterator[tuple[str, str]]:
    """The targets of the first links in a text, with their words; without marks of HTML, without words."""
    number = 0
    for number, anchor in enumerate(_ANCHOR.finditer(text), 1):
        if number > _MOST:
            return
        limits.spend(_STEPS_A_LINK)
        target = _TARGET.search(anchor[0][: 2 * _LONGEST])
        if target is not None:
            words = text[anchor.end() : anchor.end() + _LONGEST].partition("</a")[0]
            yield html.unescape(target[1])[:_LONGEST], " ".join(html.unescape(_TAG.sub("", words)).split())
    if number == 0:
        for number, plain in enumerate(_PLAIN.finditer(text), 1):
            if number > _MOST:
                return
            limits.spend(_STEPS_A_LINK)
            yield plain[0][:_LONGEST], ""
