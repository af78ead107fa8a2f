"""Questions: what a question in Chinese is called, whose words are many more than a name has.

您目前的职业是？ asks for 职业, 课堂参与：你在课堂上的表现如何？ for 课堂参与. What is said to whoever answers, and the
words that only ask, are no part of the name; of a long question its last clause is, or how it begins.  Labels that ask
nobody are not touched: they are the form's own words (design, section 5).
"""

from __future__ import annotations

from docfill import late

_ASKS = late.pattern(r"[您你]|[?？][\s*＊]*$|^\s*请问")
_TITLED = late.pattern(r"\s*([一-鿿][^：:，。；?？\n]{1,11}?)[ ]?[：:]\s*(?=[^：:\n]{4,})")
"""A title in front of a question, which is its name: 课前准备：你如何准备学习用品？"""
_TO_SOMEBODY = late.pattern(
    r"^[\s，,、]*(?:请问|请教|[您你]们?好|一般情况下|总的来说|总体[上而][说来言]?|在?[您你]看来|从[您你]的角度(?:出发|来?看)?|[就据][您你](?:而言|所知|了解)"
    r"|请[您你]?(?:选择|填写|输入|写[出下]|列[出举]|说明|描述|谈谈|谈一谈|介绍)(?:一下)?|[您你]们?(?:觉得|认为|感觉|感到)"
    r"|(?:以下|下列)(?=哪)|[您你]们?(?:目前|现在|当前)(?:的|所[在处]的?)|[您你]们?的?|(?<=[您你])的)"
)
"""What a question begins with that asks nothing: to whom it is said, and how politely."""
_ASKING = late.pattern(
    r"(?:(?:应该)?(?:分别)?(?:是|为|在于|叫)(?:怎样|怎么样|什么样|如何|什么|哪些|哪一?[个种类项位]|谁|多少|几[个次]?|何)?[的了]?"
    r"|(?<![的得])(?:如何|怎么?样))?(?:呢|吗|么|吧)?$"
)
"""What a question ends with that only asks: 是什么, 有哪些, 如何."""
_HAVING = late.pattern(r"(?:还|都)?有着?(?:一[个种些])?(?:什么样|什么|哪些|怎样|何种?|哪[个种类])的?(?![可能需会应要])")
_HAVING_AT_END = late.pattern(r"有(?:哪些|什么|哪几[个种类])$")
_YOU = late.pattern(r"(?:[，,]\s*)?(?<![给为向与和])[您你]们?(?:认为|觉得|的(?!原因|理由|因素|地方|方面|时候))?")
_WONDERS = late.pattern(r"什么|哪|如何|怎|是否|多少|几|谁|吗|有无|能否|会不会|[是有能会]不[是有能会]|有没有")
_STOPS = late.pattern(r"[，,；;。]")
_LONG, _SHORT, _LEAST = 24, 12, 5
"""Characters of a name made of a question at most; of one that is cut, and of a clause that names, at least."""
_CUT = late.pattern(r".*[一-鿿](?=[的了和与或及、在时])")


def is_question(label: str) -> bool:
    """Whether a label in Chinese asks somebody something."""
    return _ASKS.search(label) is not None


def subject_of(label: str) -> str:
    """What a question in Chinese asks for."""
    titled = _TITLED.match(label)
    if titled is not None and is_question(label[titled.end() :]) and not is_question(titled[1]):
        return titled[1]
    said = _bare(label)
    if len(said) <= _LONG:
        return said if len(said) > 1 else label
    clauses = [x for x in _STOPS.split(label) if len(_bare(x)) >= _LEAST] or [label]
    asking = [x for x in clauses if _WONDERS.search(x)] or clauses
    return _cut(_bare(asking[-1]))


def _bare(question: str) -> str:
    """A question without what is said to somebody and what only asks."""
    end = next((i for i in range(len(question), 0, -1) if question[i - 1].isalnum()), 0)
    said, before = question[:end].strip(), ""
    while said != before:
        before, said = said, _TO_SOMEBODY.sub("", said)
    said = _YOU.sub("", _HAVING_AT_END.sub("", said))
    if (has := _HAVING.search(said)) is not None:
        lead = _ASKING.sub("", said[: has.start()].rstrip("，, "))
        is_one = said.startswith("对") or lead == said[: has.start()]
        said = f"{lead}{'的' * (is_one and lead != '')}{said[has.end() :]}"
    return _ASKING.sub("", said).strip("，,、 的")


def _cut(said: str) -> str:
    """How a name begins that is too long, up to a word that leads on."""
    if len(said) <= _LONG:
        return said
    cut = _CUT.match(said[: _LONG + 1])
    return cut[0] if cut is not None and len(cut[0]) >= _SHORT else said[:_LONG]
