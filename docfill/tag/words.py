"""The words of forms: what is a label, a hint, an instruction, a signature, an office's own area, a unit.

Plain text in, plain answers out; nothing here knows Word.  The vocabulary is
that of official forms in general, Chinese and English.  A new word is one entry
in one of these patterns.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Sequence

from docfill import late
from docfill.tag import questions
from docfill.text import COUNTERS, MEASURES, NUMBERING, SECTION, fold, key, without_brackets
from docfill.text import SIGNED as SIGN
from docfill.values import DRAWN

SIGNED = late.pattern(
    rf"{SIGN.pattern}|签[ \u3000]+[字名章]|盖[ \u3000]+章|(?<=[人长任师])章(?=\s*[：:])|簽[字名章]|蓋章", re.I
)
"""What stands where a form is signed or sealed, also where its characters are set apart."""
INTRODUCTION = late.pattern(
    r"[你您](?:们)?好$|[”\"」]?一栏$|^附[件表录]\s*[\d一二三四五六七八九十]*(?:[-—–.]\d+)?$|^(?:填[表写报]|问卷|调查|申报|使用)?(?:说明|注|注意事项|提示|要求)$|须知$|^(?:annex|appendix)\b|(?:如下|以下|包括)$|(?:下列|以下|如下)[^：:]{0,12}$|(?:格式|内容|要求)[为是]$|[计评记打]分(?:方法|标准|规则|说明|细则)$"
    r"|^(?:do|have|are|did|will|can) you(?: \w+)?$|^(?:\d+[.)] ?)?in case\b"
    r"|(?:^|, )(?:please )?rate (?:from|each|the|your|how)\b[^:]*$"
    r"|^to be (?:completed|filled|read|signed)\b"
    r"|\bfollowing(?: \w+)?$|\bthe following (?:about|regarding|concerning|from|for|to)\b[^:]*$"
    r"|\bas follows$|\bbelow$|\b(?:by and )?between$|\bwhom it may concern$|^(?:sincerely|dear)\b"
    r"|(?<=\w)[ ]?(?:…|\.{3})\s*[?]?$"
    r"|(?<=\w)[ ]?(?:…|\.{3})\s*[?]?$"
    r"|\b(?:link|click)(?: here)?$|^(?:for [\w ]{1,30} )?(?:please )?(?:contact|call|visit)$"
    r"|\b(?:mail|send|return|submit|post|fax|e-?mail)\b.{0,60}\bto$",
    re.I,
)
"""What stands in front of a colon and asks nothing: an attachment's number, the lead of a list."""
ONLY_TELLS = late.pattern(r"(?:填[表写报]?)?(?:说明|须知|注意事项|要求|备?注)|提示")
"""The label of what only tells how to fill in the form."""
_GREETING = late.pattern(r"\s*(?:致(?![谢辞词])|(?:尊敬|敬爱)的)")
_SOME_BODY = ("委员会", "党组织", "党支部", "党总支部", "党委", "工会", "居委会", "村委会")
_LEAST_BODY, _LONGEST_BODY = 5, 36


def greets(line: str) -> bool:
    """Whether a line is what a letter begins with, whose colon asks nothing: 尊敬的…：, 某某公司工会委员会：."""
    shown = line.strip().rstrip("：: ")
    is_body = shown.endswith(_SOME_BODY) and _LEAST_BODY <= len(shown) <= _LONGEST_BODY
    return _GREETING.match(line) is not None or (is_body and not set(shown) & {*"，。：:（(_＿"})


OFFICE = late.pattern(
    r"以下由.{0,20}填写|(?:银行|机关|受理|审核|审批|经办|管理)[^\s，,、；。]{0,6}(?:专用|填写)(?:区|栏)?"
    r"|(?:部门|领导|主管|董事长|总经理|人事|办公室|窗口|审查|审核|审批)\S{0,6}(?:填写|审核|审批|审查|办理)(?:事项|栏目?|区)"
    r"|(?:for|to be)\b.{0,24}\b(?:office|official|bank|staff|internal)\b.{0,8}\b(?:use|only)"
    r"|\b(?:office|official|staff|internal)\s+use\b",
    re.I,
)
"""Words over or beside what the office that receives the form fills in."""

FILLED_ABOVE = late.pattern(r"(?:以上|上述)[^，。：:]{0,12}由[^，。：:]{1,16}填写")
"""What says who fills in the part above, and so is no title of what stands below."""


def is_for_office(text: str) -> bool:
    """Whether a title says that what stands below it is for the office; a note behind an item set apart is of that."""
    return OFFICE.search(re.split(r"\t| {3,}", text.strip(), maxsplit=1)[0]) is not None


_PICTURE = late.pattern(
    r"图片|(?=.{2,24}$)(?!.*(?:是否|[数份][量数]|[:：？?])).*(?:照片|近照|相片|证件照|登记照|免冠|[一二两小大12]寸照?|头像).*"
    r"|.{0,12}\b(?:photo(?:graph)?s?|picture)\b.{0,12}",
    re.I,
)
"""What stands where a photograph goes (without white space)."""
TO_PASTE = late.pattern(r"(?:粘贴|张贴)[处栏区]")
"""Where papers are glued on: a scanned receipt, say."""
STATEMENT = late.pattern(
    r"承诺|声明|保证(?![^，。]{2,30}(?:条件|措施)[：:]?\s*$)|属实|真实"
    r"|hereby|\bdeclaration\b|i (?:confirm|declare|understand|give|authori[sz]e|agree)",
    re.I,
)
DECLARATION = late.pattern(
    r"(?:申请人|本人|申报单位|单位)?(?:承诺|声明)[：:\s]*|declaration\b|i hereby\b|i (?:certify|declare)\b", re.I
)
"""What the part of a form begins with that is signed, and belongs to no section above."""
DECLARED = late.pattern(r"\s*i (?:hereby |do )*(?:certify|declare|confirm|understand|authori[sz]e|agree)\b", re.I)
"""What a statement in English begins with, which names no cell beside it."""
OUT_OF = late.pattern(r"[_＿]{2,}\s*[/／]\s*\d{1,3}")
"""Room for a mark out of so many."""
_SIGN_OF_MONEY = late.pattern(r"([ \u00a0]*[$€£¥￥₱₹][ \u00a0]?)[ \u00a0_＿]*")


def sign_of_money(text: str) -> str:
    """The sign of money that is all a text says, with the space in front of its sum; "" for any other text."""
    alone = _SIGN_OF_MONEY.fullmatch(text)
    return "" if alone is None else alone[1]


WHETHER_ASKED = late.pattern(r"(?:optional|required)", re.I)
"""A hint that may be the title of a column, too."""
OVER_LABELS = late.pattern(
    r"(?:form )?fields?|particulars|questions?|items?|details?|information|criteria|项目|栏目|内容", re.I
)
"""What stands over the labels of a table, and is none itself."""
SPOKEN = late.pattern(r"\s*(?:I|We|I ?/ ?We)(?: [a-z]\w*){3}")
"""What somebody who signs says in English begins with: I/We agree to abide by."""
MEASURE = late.pattern(rf"[%％‰㎡]|[kKcC]?[mM][2²3³]|[kK][gG]|[cCkK][mM]|[十百千万亿]?(?:{MEASURES})(?:/\S+)?")
NUMERIC_UNIT = late.pattern(
    rf"(?:{MEASURE.pattern})"
    r"|(?!(?i:y(?:es)?/no?|m(?:ale)?/f(?:emale)?|f/m|and/or|am/pm|n/a|s?/?he|he/she|[nsew]/[nsew])$)(?:[^（()）\s]{0,6}/[^（()）\s]{1,6})"
)
DAY_PARTS = late.pattern(r"[年月日时分/ ]+|(?:(?:yyyy|yy|mm|dd|year|month|day)[/ .-]*)+", re.I)
"""How a day is to be written, which is no unit: (年/月), (Month/Year)."""
TIME_UNIT = "个?年|个?月|[天日周岁分]|周岁|周年|学时|课时|分钟"
UNIT_ONLY = late.pattern(rf"(?:[{COUNTERS}][（(][{COUNTERS}][)）]|[{COUNTERS}]|{MEASURE.pattern}|{TIME_UNIT})")
"""A unit that stands alone where an answer goes."""
ORDINAL = late.pattern(
    r"[（(]?(?:\d{1,3}(?:[.．]\d{1,2})*|[一二三四五六七八九十]{1,3}|[①-⑳]|[ivx]{1,4}|[a-z])[)）]?[.．、:：]?|…|[.．…·]{2,}|(?:[a-z]/?[a-z]?|no\.?)\s*\d{1,3}",
    re.I,
)
ELLIPSIS = late.pattern(r"\s*(?:…|[.．。…·]{2,}|等)\s*")
SAMPLE = late.pattern(
    r"[^，。；]*\bplaceholder\b[^，。；]*|[xX×＊*]{3,}|(?:click|tap) .*"
    r"|(?:请|点击)(?:此处|这里)?(?:输入|填写|选择|录入).*",
    re.I,
)
"""Text that only keeps the place of an answer."""
SAMPLED = late.pattern(r"[比例]如(?=\s*[:：]|[^\s:：])")
"""What a sample of an answer begins with, where a label would stand."""
TO_TICK = late.pattern(
    r"请?(?:在.{0,8})?[打划画][“\"]?[√✓勾]|[（(][ ]?[√✓][ ]?[)）]\s*$|\b(?:[Tt]ick|TICK)\b"
    r"|\b(?:[Cc]heck|[Mm]ark|[Xx])(?: \w+){0,3} (?:box(?:es)?|all|one|any|(?:that|which) appl(?:y|ies))\b"
)
"""What is said behind boxes, or over cells to be ticked."""
MARKING = late.pattern(r"\b(?:put|place|write|mark|check|tick)\b.{0,24}[\"'‘’“”(][ ]?[xX✓✔√/][ ]?[\"'‘’“”)]")
"""What says to mark the answers that are chosen: Please put ‘X’ on the answers."""
CAPTION = late.pattern(r"[（(]\s*([^（）()_＿]{2,60}?)\s*[)）]")
"""What stands under a line to write on and says what for."""
REFERENCE = late.pattern(r"详见|参见|见附|附表《|\b(?:see|in) (?:the )?(?:annex|attached|appendix)", re.I)
"""Words that lead somewhere else, and so are no heading."""
CITED = late.pattern(r"\[(?:[A-Z]|[A-Z]{1,2}/OL)\]")
"""The kind of work in an entry of a list of references, [J] say, which so is no heading."""
ASKS_TO_TELL = late.pattern(
    r"(?:\d{1,2}[.)]\s*)?(?:[^.]{0,40}\bplease |kindly )?(?:also |briefly )?"
    r"(?:list|describe|explain|state|provide|highlight|give|specify|outline|summari[sz]e|tell us|indicate)\b"
    r"[^:?]{6,240}"
    r"|(?:\d{1,2}[.、]\s*)?请(?:您)?(?:简要|简单|详细)?(?:列出|说明|描述|介绍|阐述|谈谈)[^：？?]{2,80}",
    re.I | re.S,
)
"""A sentence that asks to write something, where there is room below it."""


ANSWER = late.pattern(
    r"(?:your )?(?:answer|response|reply|score|rating)(?: ?[(][^()]{1,16}[)])?|ans?[.]?"
    r"|[您你]?的?(?:回答|答案|答复|答)",
    re.I,
)
"""The label of the answer to the question above."""
ASKS_FOR_SOME = late.pattern(r"\?|\b(?:please|list|name)\b", re.I)
"""What stands over numbered lines that asks for what is written on them."""
TELLS_AT_END = late.pattern(
    r"\?[ ]+(?:[Pp]lease|[Kk]indly)\b[^.?]{2,40}\.\s*$"
    r"|(?:(?<=[.!?][ ])|(?<=[ ]and[ ]))(?:[Pp]lease[ ])?"
    r"(?:[Cc]hoose|[Dd]escribe|[Ee]xplain|[Dd]iscuss|[Oo]utline|[Ll]ist)\b[^.?]{4,160}\.\s*$"
)
"""A line in English whose last sentence asks to write something, where there is room below it."""


def is_latin(text: str) -> bool:
    """Whether a text is written without Chinese characters, whatever quotes and dashes it has."""
    return max(text, default="") <= _LAST_LATIN


_LAST_LATIN = "\u2e7f"


def is_told(text: str) -> bool:
    """Whether a line in English is a sentence that tells something and asks nothing: a clause of a contract, say."""
    shown = text.strip()
    is_sentence = is_latin(shown) and shown.endswith((".", ";", "!")) and len(shown.split()) > _A_SENTENCE
    return is_sentence and ASKS_TO_TELL.fullmatch(shown) is None and "?" not in shown


_A_SENTENCE = 8
"""Words of a line that ends in a stop from which it is a sentence."""
ASKS_AT_END = late.pattern(
    r"[?？]\s*$|\b(?i:please|provide|describe|explain|specify|details?|list|state)\b[^:]*:[\s–—-]*$"
)
"""What the words end with over lines to write on that stand a little below."""
EXAMPLE = late.pattern(
    r"(?:an? |worked )?(?:example|sample)s?\s*[:：]?|填[表写][示样]例\s*[:：]?|[示样]例\s*[:：]?", re.I
)
"""What stands over a table that only shows how to fill in the next one."""
KIND_OF_QUESTION = late.pattern(r"[\[（(【](?:矩阵)?(?:[单多]选|填空|量表)题?[^\]）)】]{0,8}[\]）)】] ?[*＊]?")
"""What stands behind, or below, a question and says of what kind it is: [单选题] *."""
CAPTION_OF_TABLE = late.pattern(r"\s*(?:续?表|Table)\s*\d{1,2}(?:[-.．–]\d{1,2})?(?!\d)[\s:：.]*\S", re.I)
"""What stands over a table of a report: 表2 使用情况统计表."""
SECTION_TITLE = late.pattern(r"(?:section|part|appendix|schedule) (?:\d+(?:\.\d+)*|[ivx]+|[a-z])\b[^?？]*$", re.I)
"""The numbered title of a section in English, which asks nothing itself."""
LIMIT = late.pattern(r"\d+\s*(?:字|words|characters)", re.I)
"""How long an answer may be, and so that one is asked for."""
DATED = late.pattern(
    r"(?:\d{4}|[一二三四五六七八九〇○零Ｏ]{4})\s*年|(?:20|19)[\d\s_＿]*[-—–－~～至到/]+\s*(?:20|19)[\d\s_＿]*学?年"
)
"""What the date of a form begins with, or the school year that it is for."""
DAY_PART = late.pattern("[年月日][至到—–~～-]?")
"""What stands alone in a cell behind a part of a day."""
YEAR = late.pattern(r"(?:19|20)\d{2}\s*+年?度?\s*(?:[（(].*[)）])?", re.S)
DATE_BLANK = late.pattern(
    r"(?:(?:19|20)\d{2}|(?<!\d)20(?=[ \u3000\u00a0_＿])|(?<![ \u3000\u00a0_＿]))[ \u3000\u00a0_＿]*+年"
    r"[ \u3000\u00a0_＿]*+月(?:[ \u3000\u00a0_＿]*+日)?"
)

SIGNER = late.pattern(r"(?:[人者师任长员]|教授|领导|家长|学生|代表|单位|签|盖章)$")
"""Who signs: a blank behind such words in the line of a signature is one."""
ASKED = late.pattern(
    r"姓名|名[称稱]|性[别別]|出生|年[龄齡]|民族|籍[贯貫]|国籍|國籍|[学學][历歷位号號校]|[专專][业業]|[职職][务務称稱位业業责責]|部[门門]|[单單]位|公司|"
    r"地址|住[址所]|学院|院[系部]|导师|教师|题目|班级|课题|[邮郵][编編箱]|[电電][话話邮郵]|手[机機提]|[传傳]真|[号號][码碼]|编号|[证證]件|身份|日期|[时時][间間]|原因|薪|金[额額]|介[绍紹]人|[联聯][系繫络絡]|"
    r"\b(?:names?|surname|sex|gender|birth|d\.?o\.?b|age|nationality|citizenship|address(?:es)?|e-?mail|phone|tel|telephone|mobile|"
    r"cell|fax|no|numbers?|date|position|title|company|city|zip|post ?code|employer|salary|school|qualifications?|"
    r"reasons?|duties|occupation|signature|referred|relationship|department)\b",
    re.I,
)
"""Words that forms ask for, where a cell draws no room."""
LISTING = late.pattern(
    r"(?:[表单册录图]|测[度评量]|明细|名单|情况|信息|资料|内容|经历|成员|情形|事项|说明|要求|标准|安排)$|\b(?:table|list|schedule|details)$",
    re.I,
)
"""What a label ends with that leads on to a table."""
SUBJECT = late.pattern(
    r"(?:\w+ ){0,3}(?:information|details?|particulars|data|preferences?|background|history)"
    r"|[^，。？]{0,12}(?:信息|资料|情况)",
    re.I,
)
"""The title of several questions, though a colon stands behind it."""

_HINT = late.pattern(
    r"^[（(\[【].*[)）\]】][。.]?$|^[-–—•·*][ ][\[【][^\[\]【】]{2,24}[\]】]$"
    r"|^[xX×＊*]{2,12}$|^(?:注|说明|备注|(?:内容)?提示|备注说明|note)s?\s*[:：]|^(?:please\b|kindly\b|e\.g\.)"
    r"|^(?:if (?:not )?(?:any|available|applicable|known)|optional|required)\b|^[如若]有(?![限])|^[选必]填"
    r"|^(?:y(?:es)?\s*/\s*no?|[是有]\s*/\s*[否无]|男\s*/\s*女)$"
    r"|^[如例].{2,80}等[。.]?$|^[比例]如[:：]?(?=.{2,100}$)"
    r"|^(?:请(?![假款示柬购领调辞托战])|包括|须(?!知)|主要(?:包括|描述|介绍|说明|反映))"
    r"|^简要(?=说明|描述|介绍|概[述括]|阐述|叙述|陈述|列|填|写|回[顾答]|总结|分析|评价)"
    r"|^应(?![对聘急届用收付税征邀到发缴交试变力])(?=.{0,8}(?:[填写附当按与为不有在由以能尽详简]|说明|注明|包[括含]|如实|反映|突出|体现|一致|真实))",
    re.I | re.S,
)
"""A hint; a word that only begins like one (应发工资, 请购物品, 简要经历) is a label."""
TELLS = late.pattern(
    r"请(?:简要|简述|如实|详细)?(?:说明|描述|填写|列[出举]|介绍|概述|阐述|写[明出]).{4,140}|如.{4,100}等[。.]?", re.S
)
"""What stands alone where an answer goes and says what to write."""
TELLS_TO = late.pattern(
    r"请.{0,40}(?:说明|描述|列举|举例|写出|写明|回答|分析|谈谈|讨论|画出|阐述|填写)|[?？]\s*$|展开讨论[。]?\s*$", re.S
)
"""A sentence that tells to write something, wherever its room is."""
_COUNT = late.pattern(r"(?:数量|个数|人数|家数|户数|件数|次数|字数|台数|套数|总数|申请量|授权量|拥有量|保有量)$")
_RATE = late.pattern(r"每|平均|人均|率|比例|比重|占比|强度|增速|幅")
_AMOUNT = late.pattern(r"(?:金额|总额|产值|收入|面积|经费|资金|利润|税金|税收|投资额|费用|价格|总价)$")
_ONE_OF = late.pattern(
    r"单选|任选其一|选一项|二选一|三选一|select one|tick one|one only|only one|mark one|check one|choose one", re.I
)
_MANY_OF = late.pattern(
    r"多选|可选多项|勾选需|select all|all that apply|tick all|已开展|相关工作|建设情况$|服务情况$|领域$", re.I
)
_ONE_KIND = late.pattern(r"(?:^|_)(?:gender|sex|marital_status)(?:_|$)|性别|婚姻状况")
"""What a label asks of which there is one."""
_PRICE = late.pattern(r"\d[\d.,]*\s*(?:[a-z]{3}\b|[万亿]?元|[$€£¥￥])|[$€£¥￥]\s*\d", re.I)
_KIND_OF = late.pattern(r"(?:类型|性质|性别|学历|等级|级别|类别|形式|状态|模式|阶段|与否)$")
_YES = frozenset({"是", "有", "同意", "男", "已", "yes", "male", "合格", "支持", "通过", "涉及", "初中"})
_NO = late.pattern(r"^(?:否|无|没有|不|非|未|女|没|no\b|not\b|female)")


FIGURE = late.pattern(
    r"\d+(?:[.,]\d+)*\s*+[%％分]?(?:\s*[~～—–-]+\s*\d+(?:[.,]\d+)*\s*[%％分]?)?|[<>≤≥＜＞]\s*\d+\s*[%％分]?"
)
"""A figure or a range that the form prints: a full mark, say."""


MONEY = late.pattern(
    r"(?<![\d.,])(?:[¥￥$€£]\d{1,9}+(?:[.,]\d{1,4}+){0,4}+|\d{1,9}+(?:[.,]\d{1,4}+){0,4}+"
    r"(?:RMB|USD|CNY|EUR|HKD|元|万元|美元))(?:/[^\W\d]{1,8})?",
    re.I,
)
"""An amount of money that the form prints: 3600RMB, ￥50/人."""


def is_figure(text: str) -> bool:
    """Whether a text is a figure, a range or a price that the form prints."""
    return FIGURE.fullmatch("".join(text.split())) is not None or _PRICE.match(text.strip()) is not None


TOLD_BESIDE = late.pattern(
    r"说明|须知|注意|要求|示例|样例|例如|提示|附件|附表|条件|材料|对象|流程|程序|标准|依据|声明|承诺|注\s*+(?:[：:]\s*+)?$"
)
"""What a label has whose words below or beside tell something, and ask for nothing."""
TELLS_TO_ANSWER = late.pattern(
    r"请|填|写|描述|叙述|阐述|陈述|概述|简述|概括|列[出举]|介绍|说明|输入|选择|注明|标明|附[上页图]|突出|重点|不超过|不少于|以内|左右"
    r"|不要|勿|应当?|须|需|可|包括|包含|例如|比如|全称|[xXＸ×]{2}|\b(?:please|describe|list|state|enter|explain|e\.g)\b",
    re.I,
)
"""What words have that tell how to answer."""
_OF_OFFICE = late.pattern(
    r"开户|账户|帐户|户名|[账帐税]号|抬头|收费|缴费|受理|咨询|监督|主办|承办|截止|报名(?:时间|地点|方式)|网址|法律|政策"
)
"""What a label asks whose answer the office prints itself: its account, its hours, what it charges."""


def says_itself(label: str, said: str) -> bool:
    """Whether words in a colour beside a label are printed for good, and keep no answer's place."""
    is_of_office = _OF_OFFICE.search(label) is not None and TELLS_TO_ANSWER.search(said) is None
    return is_of_office or TOLD_BESIDE.search(label) is not None


def is_photo(text: str) -> bool:
    """Whether a text stands where a photograph goes; words with a note that photographs may be added do not."""
    shown = "".join(text.split())
    bare = without_brackets(shown)
    is_noted = len(bare) >= _NAMED_BESIDE and _PICTURE.fullmatch(bare) is None
    return not is_noted and _PICTURE.fullmatch(shown) is not None


_NAMED_BESIDE = 6
"""Characters outside of brackets from which they say what goes there."""


NUMBERED_ROOM = late.pattern(r"\d{1,2}\s*[、.．)）]")
"""The number of one of several answers, with nothing behind it."""
NOTE = late.pattern(r"\s*(?:备?注|说明|note)s?\s*[:：]", re.I)
"""What notes begin with."""


def is_bracketed(text: str) -> bool:
    """Whether a text stands in brackets as a whole."""
    return bool(text.strip()) and not without_brackets(text).strip(" 。.")


FORM_TITLE = late.pattern(
    r"(?:[表书单册函卡证]|合同|协议|报告|问卷)$|(?:^|_)(?:form|application|agreement|report|questionnaire|survey|declaration|receipt|certificate|contract|lease|waiver"
    r"|release|checklist|request|order|invoice|timesheet|assessment|evaluation|consent|statement|letter|feedback)$"
)
"""What the name of a whole form ends with."""


OPEN_END = late.pattern(r"\b(?:of|and|or|between|by|with|to|the|for|in|on|at|from)\s*$", re.I)
"""What a line in English ends with that goes on below, and so is the title of nothing: IN FAVOUR OF."""


def begins_form(shown: str) -> bool:
    """Whether a line in Chinese is the title of a form that begins below another: no section goes on into it."""
    is_short = len(shown) <= _TITLE_OF_FORM and is_title(shown) and not is_latin(shown) and not NUMBERING.match(shown)
    return is_short and (FORM_TITLE.search(label_key(shown)) is not None or _SIGNED_PART.search(shown) is not None)


_TITLE_OF_FORM = 16
_SIGNED_PART = late.pattern(r"(?:声明|承诺|签[署字名]页)$")
"""What the title of a part ends with that is only signed."""
NAME_OF_FORM = late.pattern(
    r"(?:报名|申请|申报|登记|审批|推荐|备案|汇总)[表书]|(?:调查)?问卷(?:调查|部分|正文)?|调查(?:问题|内容)?"
)
"""What a form is called, and so asks nothing where a colon stands behind it."""


def is_sentence(text: str) -> bool:
    """Whether a text of a cell is a sentence, or several clauses, and so names no other cell."""
    shown = text.strip()
    is_ended = shown.endswith(("。", "；")) or "；" in shown
    return is_ended and len(shown) > _SENTENCE and re.search("[：:?？]", shown) is None


_SENTENCE = 15


def is_clauses(text: str) -> bool:
    """Whether a text is written as a sentence is, with a stop behind it or in it."""
    return re.search("[。；]", text) is not None and re.search("[：:?？]", text) is None


def is_blank(text: str) -> bool:
    """Whether a text is nothing but what a blank is drawn with."""
    return not text.strip(DRAWN)


def is_hint(text: str) -> bool:
    """Whether a paragraph tells how to answer, and so stands where the answer will."""
    shown = text.strip()
    return bool(_HINT.search(shown))


def is_label(text: str) -> bool:
    """Whether a text may name a place: some words, and no sentence or paragraph."""
    shown = text.strip()
    if not any(c.isalnum() for c in shown) or is_photo(shown):
        return False
    bare = without_brackets(shown)
    return len(bare) <= (300 if "?" in bare or "？" in bare or is_latin(bare) else 90) and bare.count("。") < 2


def is_title(text: str, longest: int = 40) -> bool:
    """Whether a line can be the title of what follows: short, no sentence, no colon with words behind it."""
    bare = without_brackets(text).strip()
    return 0 < len(bare) <= longest and not re.search(r"[。；;]|[:：]\s*\S", bare) and any(c.isalnum() for c in bare)


def is_capitalized(text: str) -> bool:
    """Whether a line in English is written as titles are: short, no sentence, its longer words with capitals."""
    said = [x for x in text.split() if len(x) > _LEAST_CAPITAL]
    is_short = is_latin(text) and is_title(text, _LONGEST_TITLE) and text.strip()[-1] not in ".:;,"
    return is_short and len(said) > 0 and all(x[0].isupper() for x in said)


_LEAST_CAPITAL, _LONGEST_TITLE = 3, 60
_SPREAD = late.pattern(r"[^\s：:]{1,2}(?:[ \u3000\u00a0]{1,12}[^\s：:]){2,}")


def is_spread(text: str) -> bool:
    """Whether a text is words set apart character by character, so that its spaces are no blanks."""
    shown = text.strip()
    return _SPREAD.fullmatch(shown) is not None and not set(shown.removeprefix("20")) <= _PARTS


_SERIES = late.pattern(r"\s*(?:([A-Z])|([a-z]))\s*([)）.．、])")


def series_of(title: str) -> str:
    """How a title is numbered, where letters do it: the same for all of one series; "" for none."""
    found = _SERIES.match(title)
    return "" if found is None else f"{'A' if found[1] else 'a'}{fold(found[3])}"


_PARTS = frozenset("年月日时分省市区县州盟旗镇乡村街路号栋幢楼层室届级班第期元个人至到起止—–-~～ \u3000\u00a0")
"""What stands behind the parts of a date, an address or a sum."""


_TOLD_BEHIND = late.pattern(
    r"(?<!\bif yes)(?<!\bif no)(?<!\bif so)\s+[–—-]+\s*(?:please|pls|kindly|tick|select|choose|circle|check)\b.*",
    re.I | re.S,
)
"""What a label tells behind a dash."""
_PART_OF_WORD = late.pattern(
    r"(?:(?<=[院室系部班校所处级组])[（(](?=[院室系部所处组班][)）])|(?<=[一-鿿])[（(](?=[一-鿿][)）][一-鿿]))(.)[)）]"
)
"""Brackets around a part of a word: 院（系）, 教研室（组）, 首台（套）产品."""


def label_key(label: str) -> str:
    """The data key of a label, one that is only in brackets included; the question in front of a note."""
    shown = re.sub(r"^[\s*＊※●◆·•☆★①-⑳]+(?=\S)", "", label)
    shown = untranslated(_COUNTED_TITLE.sub("", shown))
    shown = re.sub(r"(?<=[?？])\s*\S.*", "", shown, flags=re.S) if re.match(r"[^?？]{6,}[?？]", shown) else shown
    shown = re.sub(r"[\u3000-\u303f]?请在.{0,12}打.{0,3}[√✓勾]", "", shown)
    shown = _TOLD_BEHIND.sub("", shown)
    shown = _PART_OF_WORD.sub(r"\1", shown)
    bare = SECTION.sub("", shown) if any("a" <= c <= "z" for c in shown) else shown
    if not any(ord(c) > 0x2E7F and c.isalnum() for c in bare):
        return _latin_key(bare)
    shown = _TO_WRITE.sub("", _WEIGHT.sub("", _CODED.sub("", _RANGE_OF_MARK.sub("", shown.rstrip()))))
    if questions.is_question(shown):
        shown = questions.subject_of(without_brackets(_first_lines(shown)) or shown)
    found = key(_first_lines(shown)) or key(NUMBERING.sub("", shown).strip("（）()[]【】")) or key(shown)
    if not found or (len(found) == 1 and len(_first_lines(shown)) <= _SHORT):  # 院（系）
        found = "".join(c for c in _first_lines(shown) if c.isalnum()) or "".join(c for c in shown if c.isalnum())
    return found


_CODED = late.pattern(
    r"^\s*(?:(?:Q\.? ?\d{1,2}|问题 ?\d{1,2}|第 ?\d{1,2} ?题)[.:：、)）]?|[(（]?[A-Za-z][)）]|\d{1,2}[)）])"
    r"\s*(?=[一-鿿]{2})|^\s*\d{1,2}[ \u3000]{1,4}(?=[一-鿿]{4})(?!个|份|人|名|年|月|日|篇|张|件|项(?!目))"
    r"|^\s*(?:(?:(?i:part|section) ?(?:[IVX]{1,4}|\d{1,2}|[A-Z])|[A-Z]\d{1,3}(?=[ .．、:：]))[ .．、:：]*(?=[一-鿿])"
    r"|\d{1,2}(?:[.．]\d{1,2}){1,2}[.．、]?\s*(?=[一-鿿])(?![万亿元年月日米吨级版亩平公千倍小折]))"
)
"""What numbers a label in Chinese below its section: 5.1, 1．1, A5：, Part II."""


_TO_WRITE = late.pattern(
    r"^\s*(?:[如若](?:有|是|无|否)[，,；;\s]*)?请(?:如实|详细|简要)?(?:填写|写[明出]|注明|列[出明]|提供|说明|描述|介绍|谈谈|阐述|简述)"
    r"(?:[其该]|[您你]的)?(?=[一-鿿]{2,12}[：:。]?\s*$)"
)
"""What a label begins with that says to write what it goes on to name: 如有，请填写其姓名."""


_WEIGHT = late.pattern(
    r"(?<=[一-鿿]{2})(?<![前后第超过高低约近满于达至到得扣加减])[ \u3000\n]{0,3}[×*占]?[ ]?"
    r"(?:\d{1,3}(?:\.\d{1,2})?[ ]?[%％]|0\.\d{1,2}|\d{1,3}[ ]?分)[：:]?\s*$"
)
"""What a label ends with that says how much it counts: 学习态度20%, 论文质量60分."""


_RANGE_OF_MARK = late.pattern(
    r"(?<=[优秀良好中等般格差劣])[ \u3000\n]{0,3}[（(]?[<>≤≥＜＞]?\d{1,3}[ ]?分?[ ]?"
    r"(?:[-–—~～至][ ]?\d{1,3}[ ]?分?|以[上下])[)）]?$"
)
"""How many points a mark of a scale is: 良70-84, 优90分以上."""


def untranslated(text: str) -> str:
    """A label in Chinese without the same words in English behind it."""
    return _TRANSLATED.sub("", text.rstrip())


_TRANSLATED = late.pattern(
    r"(?<=[一-鿿）])(?:[ \u3000]{0,3}[/／\n][ \u3000]{0,3}|[ \u3000]?(?=[A-Z][a-z]{1,20}(?:['’]s)? [A-Za-z(]))"
    r"[A-Z][a-z][A-Za-z'’.,;&()（）/ \n-]{0,400}+[：:]?$"
    r"|(?<=[一-鿿])(?:Name|Title|Discipline|Major|Degree|Gender|Sex|Age|Date|Department|School|Address|Phone|Tel|Email|Number"
    r"|Position|Nationality|Signature|Score|Remarks?)[：:]?$"
)
"""What a label in Chinese ends with that says the same in English: 联系人 / Contact."""
_COUNTED_TITLE = late.pattern(r"^0\d\s+(?=[^\W\d])")
"""The number of a title that is counted with two digits: 01 基本信息."""
_SHORT = 8
"""Characters of a label of which all are its name where only one stands outside brackets."""
_LATIN_WORDS, _LATIN_LENGTH = 8, 48
_LEADS_ON = late.pattern(
    r"(?<=[a-z0-9])(?:_(?:an?|the|or|and|of|in|to|for|if|as|at|by|on|with|from|about|into|than|that|th[eo]se|this|wh\w{1,4}|how"
    r"|i|we|you|they|it|my|our|your|h(?:is|er)|its|their|is|are|am|was|were|be|been|ha[sd]|have|do|does|did|any|some"
    r"|can|could|will|would|should|may|must|shall|not|also|just))+$"
)
"""Words at the end of a shortened name that say nothing without the next one."""


_LETTERED = late.pattern(
    r"^\s*[a-z][)）.．、](?=\s*(?:[^\W\d_]{2}|[\u4e00-\u9fff])|\s+(?:[ai] [a-z]|[<>≤≥]?\s?\d))", re.I
)
"""The letter that numbers a question or an option."""
_PART_NUMBER = late.pattern(
    r"^\s*(?:\d{1,2} ?[(（][a-z]{1,3}[)）]|\d{1,2}[a-z]?[.)]|Q\.? ?\d{1,2}[.:)]|[A-Z]\d{1,2}[.:)]"
    r"|[(（]?[ivx]{2,4}[)）])[.:]?\s*(?=[^\W\d_])",
    re.I,
)
"""What numbers a question or a part of one: 2(a), 3b., 1), Q4., A1."""


_PLEASE = late.pattern(
    r"^\s*(?!if\b)(?:[^.:]{0,40}\b)?please\s+(?:\w+ly\s+)?"
    r"(?:list|describe|explain|state|provide|give|highlight|specify|indicate|mention|write|enter|tell us)\s+"
    r"(?:(?:down|out)\s+)?(?:(?:and|any|your|the|all)\s+)*",
    re.I,
)
"""What a sentence begins with that asks for what it goes on to name."""


def _latin_key(label: str) -> str:
    """A label in letters as a name: its first words in lower case with "_" between, as data people name columns."""
    label = _PART_NUMBER.sub("", label)
    led = _LED_UP_TO.match(NUMBERING.sub("", label))
    label = _PLEASE.sub("", label if led is None else led[1])
    bare = without_brackets(_LETTERED.sub("", NUMBERING.sub("", _first_lines(label, " "))))
    said = _spoken(bare) or _spoken(label)
    said[:1] = [_ORDINALS.get(x.lower(), x) for x in said[:1]]
    if len(said) > 1 and all(len(word) == 1 for word in said) and "/" not in bare:
        return "".join(said)  # an abbreviation that is set apart
    name, count = "", 0
    for word in said[:_LATIN_WORDS]:
        longer = f"{name}_{word.lower()}".strip("_")
        if name and len(longer) > _LATIN_LENGTH:
            break
        name, count = longer, count + 1
    return name if count == len(said) else _LEADS_ON.sub("", name)


_LED_UP_TO = late.pattern(
    r"\s*(?:according|using|bas(?:ed|ing)|with|in|for|considering"
    r"|given|during|regarding|when|if|as)(?: [^\s,?:]+){6,30}?,\s+"
    r"((?:do|does|did|is|are|was|were|have|has|can|could|would|will|should|what|which|how|who|when|where|why"
    r"|please|indicate|rate|select|choose|categori[sz]e)\b.*)",
    re.I | re.S,
)
"""A question behind words of some length that lead up to it: With respect to …, how useful is it?"""


def numbered_column(number: int, *, is_latin: bool) -> str:
    """What a column without a header is called."""
    return f"column_{number}" if is_latin else f"第{number}列"


_ORDINALS = dict(zip(("1st", "2nd", "3rd", "4th", "5th"), ("first", "second", "third", "fourth", "fifth"), strict=True))
"""Words that no name begins with, since a name begins with a letter."""


def _spoken(text: str) -> list[str]:
    """The words of a text without their apostrophes: in many scripts vowels are marks on the letter before."""
    text = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text).split()


_PLAIN = str.maketrans(
    {"'": None, "’": None, "İ": "i"}
)  # a capital i with a dot is two characters when it is made small


_TALL = 3
_IN_COLUMNS = late.pattern(r"[^\W\d_]\s+[^\W\d_]")
"""A line of words that stand in two columns from top to bottom, in so many lines at least."""


def _first_lines(shown: str, between: str = "") -> str:
    """A label's words: its lines joined, without lines that are hints."""
    lines = [line for line in shown.split("\n") if line.strip()]
    if len(lines) >= _TALL and all(_IN_COLUMNS.fullmatch(line.strip()) for line in lines):
        return "".join(line.split()[0] for line in lines) + "".join(line.split()[1] for line in lines)
    kept = [line for index, line in enumerate(lines) if index == 0 or len(line.strip()) < 3 or not is_hint(line)]
    return NUMBERING.sub("", between.join(NUMBERING.sub("", line) if i == 0 else line for i, line in enumerate(kept)))


_ATTRIBUTE = late.pattern(
    r"(?:姓名|名称|性别|年龄|籍贯|民族|日期|时间|电话|地址|编号|号码|_?name)$|^(?:name|sex|gender|age|date|no)$"
)
"""What a label ends with that names a property: what is left in front of it is the owner, if anything is."""
_OPINION = late.pattern(r"(.{2,12}?)(?:对.{1,20}的)?(?:审[核批查]|推荐|鉴定|验收)?(?:意见|评语|评价)")
"""Whose an opinion is."""
_ENTITY = late.pattern(
    r"(?:人|者|单位|公司|企业|机构|部门|法人|代表|教师|导师|老师|学生|家长|父亲|母亲|配偶|子女|院|校|(?<!地)方|团队|委员会|小组"
    r"|领导|队长|队员|班主任|主席|组长|秘书)[一二三四五六\dⅠ-Ⅻ]?$"
    r"|contact(?!s$|_nos?$|_num)|applicant|employe[er]|person|company|spouse|father|mother|guardian|parent|refer|emergency|supervisor"
    r"|manager|owner|director|author|student|teacher|school|bank|partner|member|institution|organi[sz]ation"
    r"|landlord|tenant|attorney|officer|physician|doctor|dentist|relative|witness|translator|sponsor",
    re.I,
)
"""Who or what a label in a row below may belong to."""


_PROPERTY = late.pattern(r"_(?:number|nos?|id|date|e?mail|phone|tel|telephone|mobile|fax|status|age|gender)$")
"""What the key of a label in English ends with that only says something of somebody."""


@functools.lru_cache(maxsize=1024)  # every label near a repeated one is asked again and again
def owner_of(label: str) -> str:
    """Whose a repeated label is: the key of another one, without the property that it names itself."""
    opinion = _OPINION.match("".join(label.split()))
    return _ATTRIBUTE.sub("", label_key(opinion[1] if opinion else label)).rstrip("_")


def is_owner(label: str) -> bool:
    """Whether a label names who or what the labels in rows below it may belong to."""
    owner = owner_of(label)
    return _ENTITY.search(owner) is not None and _PROPERTY.search(owner) is None


def is_party(label: str) -> bool:
    """Whether a label of a line names one side of a contract or the like, which the lines below go on with."""
    is_question = label.rstrip().endswith(("?", "？"))
    return any(c > "\u2e7f" for c in label) and not is_question and SIGNED.search(label) is None and is_owner(label)


def signer_of(label: str) -> str:
    """Who signs, or writes a name, on the line that a label names: 法定代理人签名（正楷）; "" for any other label."""
    said = _SIGNER_OF.match(label)
    return said[1] if said is not None and is_owner(said[1]) else ""


_SIGNER_OF = late.pattern(r"\s*([一-鿿]{2,8}?)(?:签名|签字)(?:[（(][^（）()]*[)）])?[：:]?$")


def is_side(label: str) -> bool:
    """Whether a label says which side of a contract somebody is, so that an agent named below is theirs."""
    return _IS_SIDE.search(label) is not None


_IS_SIDE = late.pattern(r"[甲乙丙丁][ \u3000]{0,6}方")
_SIDE = late.pattern(
    r"(?<![一-鿿])([甲乙丙丁][ \u3000]{0,6}方|[一-鿿]{1,5}(?:人|方|单位))(?:[（(][^（()）]*[)）])?[ \u3000]*[：:]"
    r"|(?<![^\s])([甲乙丙丁][ \u3000]{0,6}方)(?:[（(][^（()）]*[)）])?(?=[ \u3000]{6}|\s*$)"
)


def sides_of(line: str) -> list[str]:
    """The sides that a line names, where it names several; none otherwise."""
    sides = ["".join((m[1] or m[2]).split()) for m in _SIDE.finditer(line)]
    return sides if len(sides) > 1 and len({*sides}) == len(sides) else []


def is_relative(label: str) -> bool:
    """Whether a label only asks further about the one above."""
    return _RELATIVE.match(label_key(label)) is not None


_RELATIVE = late.pattern(
    r"是否|有无|其中|同比|较上年|比上年"
    r"|(?:(?:any|further|other|additional|your)_)*(?:suggestions?|comments?|remarks?|notes?|details?|explanation|evidence)(?:_|$)"
    r"|(?:if_(?:yes|no|so|not|other)|please|specify|explain|describe|why)(?:_|$)"
)


def is_judged(label: str) -> bool:
    """Whether a label says what somebody does with the form or finds, whose cell has room for it: 学院审核, 问题."""
    return _JUDGED.search(label_key(label)) is not None


_JUDGED = late.pattern(r"(?:审[核批查定]|复核|核[准实定]|批[准示]|推荐|鉴定|验收|评[审议定]|结[论果]|决定|问题|不足)$")


def is_opinion(label: str) -> bool:
    """Whether a label asks for somebody's opinion."""
    return _OPINION.match("".join(label.split())) is not None


def says_whose(label: str) -> bool:
    """Whether a label is an opinion of somebody whom it names itself: 检查组意见, and not 审核意见."""
    return is_opinion(label) and (is_owner(label) or len(owner_of(label)) > _NOBODY)


_NOBODY = 2
"""Characters in front of 意见 that may say what is done (审核) rather than who does it."""
_PURE = frozenset("个件台套篇枚款艘次条份本")
"""Measure words that name nothing themselves; the others may be the end of a label (系（所）, 地址（户）)."""
_COUNTED = late.pattern(r"[数量]$|多少|共计|合计|总计|规模以上")
_COUNTED_BY = {
    "家": late.pattern(r"(?:企业|公司|机构|单位|院所|高校|学校|平台|基地|中心|集群|园区|商|店)$"),
    "项": late.pattern(r"(?:专利|标准|成果|项目|技术|产品|奖|课题|荣誉|著作权|权)$"),
    "人": late.pattern(r"(?:人才|人员|员工|职工|博士|硕士|学生|教师|专家|院士|干部|党员|劳动力)$"),
    "名": late.pattern(r"(?:人才|人员|员工|职工|博士|硕士|学生|教师|专家|院士|干部|党员)$"),
    "户": late.pattern(r"(?:用户|农户|客户|企业|商户)$"),
    "所": late.pattern(r"(?:院所|学校|高校|医院|研究院|研究所)$"),
    "种": late.pattern(r"(?:产品|品种|材料|图书|期刊)$"),
    "处": late.pattern(r"(?:基地|场所|网点|站点|设施)$"),
    "座": late.pattern(r"(?:站|厂|桥|楼|库)$"),
}


_CALLED = late.pattern(
    r"(?:项目|课题|科室|部门|单位|个人|班级|院系|学院|团队|小组|岗位|职务|专业|课程|任务|活动|奖项|荣誉|社团|议题|作品|商品|选项)$"
)
"""What forms ask to name, though its measure word stands behind it in brackets: 课题（个）."""
_HAD = late.pattern(
    r"新增|拥有|累计|[现共有]有|有效|授权|获得|承担|主持|参[与加]|完成|引进|培养|建[成立]|发表|在研|立项|[家省市县]级|总|各类|入库|签约"
)
"""What is said in front of such words where they are counted after all: 承担课题（个）."""
_TIMES = "次套件批"
"""What measure words of two characters end with: 人次, 台套; 单位（个人） is none."""


def _is_counted(label: str, unit: str) -> bool:
    """Whether a measure word in brackets counts what the label names, and is not another word for its end."""
    name = key(without_brackets(label))
    if _COUNTED.search(name):
        return True
    if len(unit) > 1 or (_CALLED.search(name) and not _HAD.search(name)):
        return len(unit) > 1 and unit[-1] in _TIMES
    if unit in _PURE:
        return True
    return unit in _COUNTED_BY and _COUNTED_BY[unit].search(name) is not None


def kind_of(label: str, suffix: str, header: str = "") -> str:
    """The kind of value that a label, the unit behind the blank and a column header ask for.

    A year is no kind, and a date is only where the form draws 年 月 日: people
    write dates under other labels in every way, and as text nothing is lost.
    """
    for words in (label, header):
        shown = words.strip().rstrip(":：")
        for unit in reversed(re.findall(r"[（(]([^（()）]{1,12})[)）](?=\s*(?:[（(][^（()）]*[)）]\s*)*$)", shown)):
            bare = unit.removeprefix("单位").lstrip(":：").strip()
            if bare and all(c in COUNTERS for c in bare) and _is_counted(shown, bare):
                return "integer"
            if NUMERIC_UNIT.fullmatch(bare) and not DAY_PARTS.fullmatch(bare):
                return "number"
    suffix = suffix.strip()
    if suffix:
        if MEASURE.match(suffix):
            return "number"
        if suffix[0] in COUNTERS and not re.match(
            r"人[员民才]|名[称单]|个人|所[属在]|处[理罚]|类[别型]|期[间限]", suffix
        ):
            return "integer"
    name = key(_first_lines(label))
    if _RATE.search(name) and re.search(r"(?:率|比例|比重|占比|强度|增速|量|数)$", name):
        return "number"
    if _COUNT.search(name):
        return "integer"
    return "number" if header and YEAR.fullmatch(header.strip()) and _AMOUNT.search(name) else "text"


def tick_kind(label: str, line: str, options: list[str], has_write_in: bool) -> str:
    """`choice` where the options exclude each other, else `choices`, which loses nothing.

    Args:
        label: the words that name the group.
        line: the line that holds all its boxes; "" where there are more.
        options: the texts of its options.
        has_write_in: whether something can be written in beside one.
    """
    if _ONE_OF.search(f"{label} {line}"):
        return "choice"
    if _MANY_OF.search(label) or _MANY_OF.search(key(label)):
        return "choices"
    plain = [key(o).lower() for o in options]
    if len(options) == 1:
        return "choices"
    if {*plain} in ({"m", "f"}, {"男", "女"}) or _ONE_KIND.search(label_key(label)):
        return "choice"
    if (
        are_opposed(options)
        or are_grades(options)
        or are_initials(options)
        or (len(plain) == 2 and len({o[-1:] for o in plain}) == 1 and all(len(o) == 2 for o in plain))
    ):
        return "choice"
    if _KIND_OF.search(key(label)) and not has_write_in and len(options) <= 4:
        return "choice"
    return "choices"


_GRADE = late.pattern(
    r"(?:极其|非常|十分|比较|完全|基本|大致|有[点些]|[很较极最太])?[不未]?(?:优秀|优良|良好|中等|通过|优|良|中|差|好|坏|一般|(?:不?及|合)格|达标|称职"
    r"|满意|同意|完成|赞[成同]|符合(?:要求)?|重要|需要|必要|熟[悉练]|了解|掌握|愿意|是|否|有|无)"
    r"|(?:极其|非常|十分|比较|[很较极最太])(?:多|少|大|小|高|低|强|弱|频繁)|有(?:一)?点"
    r"|从[不未]|几乎(?:从不|不|总是|每天)|很少|偶尔|有时|时常|经常|常常|总是|一直"
    r"|(?:very |strongly |dis|un|in|highly |partly |completely |extremely |slightly |somewhat |moderately |fairly "
    r"|less |more |most |almost |quite |not (?:at all |really |very |so )?)*"
    r"(?:excellent|outstanding|good|fair|average|poor|bad|agree|neither agree nor disagree|acceptable|likely|useful"
    r"|(?:increas|decreas)(?:ing|ed|e)|(?:no|any) changes?|unchanged|stays? the same"
    r"|better|worse|high|low|medium|moderate"
    r"|(?:high|low)(?:ly)? (?:positive|negative)|helpful|important"
    r"|independent|dependent|(?:requires?|needs?) (?:assistance|help|support)"
    r"|effective|efficient|familiar|aware|concerned|interested|relevant|true|frequent(?:ly)?|occasionally|seldom|usually"
    r"|difficult|easy|(?:above|below) average|needs improvement|confident|clear"
    r"|approved(?: (?:as|with) \w{2,12})?|disapproved|rejected|accepted|declined|denied|pending|recommended"
    r"|disagree|neutral|never|rarely|sometimes|often|always|satisfied|satisfactory|dissatisfied|yes|no|n/?a"
    r"|not applicable|(?:exceeds|meets|below) expectations)(?: at all)?",
    re.I,
)
"""A mark that is given in words."""
_STARS = "*＊†‡ "
"""What leads from a word to a note."""
_SCALES = ("abcdefgh", "12345678910")
_LEAST_GRADES = 3


_LETTER_OF_MARK = late.pattern(r"^\s*[A-Ha-h][.．:：、]\s*(?=[一-鿿])")


def without_letter(mark: str) -> str:
    """The words of a mark without the letter that stands for it: A:符合要求."""
    return _LETTER_OF_MARK.sub("", mark)


def _as_mark(word: str) -> str:
    """A word as a mark of a scale is told by: its characters together (优 秀), the words of English apart."""
    said = _in_figures(untranslated(without_letter(word))).split()
    return ("" if all(c > "\u2e7f" for x in said for c in x) else " ").join(said).rstrip(_STARS)


def _in_figures(word: str) -> str:
    """A word with the digits of other scripts as figures: १."""
    return word if word.isascii() else "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in word)


def is_in_other_letters(text: str) -> bool:
    """Whether a text is written in letters of which nothing here knows a word: neither Latin nor Chinese."""
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and all(_LAST_ROMAN < c <= _LAST_LATIN for c in letters)


_LAST_ROMAN = "\u024f"


def are_grades(options: Sequence[str]) -> bool:
    """Whether some words are the marks of one scale, of which one is given: 优 良 中 差, A B C D, 明确 不明确."""
    said = [*map(_as_mark, _uncounted(options))]
    if len({*said}) < max(len(said), _PAIR):
        return False
    run = "".join(said).lower()
    first = [s[: len(run)] for s in _SCALES]
    is_scale = len(said) >= _LEAST_GRADES and run in (*first, *(s[::-1] for s in first))
    if len(said) >= _LEAST_GRADES and len({_DEGREE.sub("", x) for x in said} - _MIDDLE) == 1:
        return True
    return is_scale or {*said} == {said[0], f"不{said[0]}"} or all(map(_GRADE.fullmatch, said))


_DEGREE = late.pattern(r"^(?:[极最]其|非常|十分|比较|完全|基本上?|有[点些]|略有|稍微|[很较极最太]|不太|不)*")
_MIDDLE = frozenset({"一般", "中立", "普通", "中等", "不确定", "说不清"})
"""What stands between more and less of one quality: 非常透明, 比较透明, 一般, 不透明."""


def _uncounted(options: Sequence[str]) -> Sequence[str]:
    """Some words without the figures right in front of them, where they are counted by these: 1非常少 2有一点 3中等."""
    counted = [_COUNTED_MARK.match(x.strip()) for x in options]
    figures = [int(m[1]) for m in counted if m is not None]
    is_run = len(figures) == len(options) >= _LEAST_GRADES and figures[0] < _PAIR
    is_run = is_run and figures == [*range(figures[0], figures[0] + len(figures))]
    return [m.string[m.end() :] for m in counted if m is not None] if is_run else options


_COUNTED_MARK = late.pattern(r"^(\d{1,2})(?=[一-鿿])")
_PAIR = 2


_INITIALS = late.pattern(r"[A-Z]{1,3}(?:\s*[(]\s*\d{1,2}\s*[)])?")


def are_initials(options: Sequence[str]) -> bool:
    """Whether some words are letters for the marks of a scale, perhaps with their figures: SA (4), A (3), D (2)."""
    said = [x.strip() for x in options]
    return len({*said}) == len(said) >= _LEAST_GRADES and all(map(_INITIALS.fullmatch, said))


def is_mark(word: str, others: Collection[str] = ()) -> bool:
    """Whether a word may be one of the marks of a scale, `others` being the words beside it."""
    are_counted = bool(others) and all(map(_COUNTED_MARK.match, others))
    shown = _as_mark(_COUNTED_MARK.sub("", word) if are_counted else word)
    is_opposed = shown.removeprefix("不") in others and f"不{shown.removeprefix('不')}" in others
    return is_opposed or _GRADE.fullmatch(shown) is not None or shown.lower() in (*_SCALES[0], *_SCALES[1], "10")


_TWO, _NEGATED = 2, ("ab", "un", "non", "not", "in", "im", "dis")
"""What a word in English begins with that says no: Normal / Abnormal."""


def are_opposed(options: list[str]) -> bool:
    """Whether some options are yes and no, in whatever words."""
    plain = [key(o).lower() for o in options]
    if len(plain) == _TWO and any(b == f"{x}{a}" for x in _NEGATED for a, b in (plain, plain[::-1]) if a):
        return True
    if len(plain) == _TWO and [_first_word(o) for o in options] in (["yes", "no"], ["no", "yes"]):
        return True
    return any(_NO.match(o) for o in plain) and (
        plain[0] in _YES or plain[-1] in _YES or any(a != b and a in b for a in plain for b in plain)
    )


def _first_word(option: str) -> str:
    """The first word of an option in English that goes on behind a comma: Yes, I have."""
    return option.partition(",")[0].strip().lower()


def option_of(text: str, *, is_whole: bool = False) -> str:
    """The text of an option: without numbering, bracketed notes and the punctuation around it.

    What stands behind a colon is for writing in, but where the box comes after it all (`is_whole`).
    """
    drawn = re.split(r"[（(\[【]?[\s_＿]{2,}[)）\]】]|[_＿]{2,}", text.strip().lstrip("*＊"))[0]
    bare = without_brackets(_LETTERED.sub("", NUMBERING.sub("", drawn)))
    is_told = is_latin(bare) and len(bare.partition(":")[2].split()) >= _TOLD_WORDS
    ends = r"[（(\[【]" if is_whole or is_told else r"[：:]|[（(\[【]"
    bare = re.split(ends, bare)[0] if not bare.startswith(("（", "(")) else bare
    said = bare.strip(" \t\u3000/／、，,；;。.:：|_＿").split()
    is_spread = len(said) > 1 and all(len(x) == 1 and not x.isascii() for x in said)
    return ("" if is_spread else " ").join(said)


_TOLD_WORDS = 4
"""Words in English behind the colon of an option from which they are a part of it."""


def wants_words(text: str) -> bool:
    """Whether a bracketed note behind an option asks to write something in."""
    return bool(re.search(r"需说明|请说明|请注明|注明|请填写|请列出|specify|describe", text, re.I))


_PHOTOS = (
    (late.pattern(r"小[二两2]寸"), "3.5", "4.5"),
    (late.pattern(r"[二两2]寸"), "3.5", "4.9"),
    (late.pattern(r"小[一1]寸"), "2.2", "3.2"),
    (late.pattern(""), "2.5", "3.5"),
)
"""The usual sizes of photographs on forms, in centimetres; the last one where none is said."""


def photo_frame(shown: str) -> str:
    """The room for a photograph as the words in its cell say it, as an argument of `picture`."""
    width, height = next((w, h) for said, w, h in _PHOTOS if said.search("".join(shown.split())))
    return f'(width="{width}cm", height="{height}cm")'
