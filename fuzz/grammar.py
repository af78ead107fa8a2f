"""Word's and Excel's XML grown from a grammar: what programs write, in every order and number, not only what they mean.

A grammar is data: for each name its alternatives, texts in which `{name}` stands for
one of another name, `{name?}` for one or none and `{name*}` for up to four.
`Choices` decide, so that a fuzzer's bytes become other documents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from fuzz.choices import Choices

Grammar = Mapping[str, Sequence[str]]

DEEPEST = 12
"""Names inside each other; deeper, the first alternative is taken, which grows no further."""
MOST = 4_000
"""Pieces of one text."""

_NAME = re.compile(r"\{(\w+)([?*]?)\}")

_TOGGLES = ("0", "1", "true", "false", "on", "off", "", "甲")
_NUMBERS = ("0", "1", "2", "-1", "7", "255", "65536", "99999999999999999999", "1.5", "", "甲", "0x1F", "auto")

WORD: Grammar = {
    "block": (
        "<w:p/>",
        "<w:p>{paragraphPr?}{inline*}</w:p>",
        "<w:p>{paragraphPr?}{inline*}{inline*}</w:p>",
        "<w:tbl>{tablePr?}{row*}</w:tbl>",
        "<w:sdt>{controlPr?}<w:sdtContent>{block*}</w:sdtContent></w:sdt>",
        '<w:customXml w:element="a">{block*}</w:customXml>',
        "<mc:AlternateContent><mc:Choice Requires=\"w14\">{block*}</mc:Choice>"
        "<mc:Fallback>{block*}</mc:Fallback></mc:AlternateContent>",
        '<w:altChunk r:id="rId{number}"/>',
        '<w:bookmarkStart w:id="{number}" w:name="甲"/>',
        '<w:bookmarkEnd w:id="{number}"/>',
        '<w:ins w:id="{number}">{block*}</w:ins>',
        '<w:moveTo w:id="{number}">{block*}</w:moveTo>',
        "<w:sectPr>{section*}</w:sectPr>",
    ),
    "paragraphPr": (
        "<w:pPr/>",
        '<w:pPr><w:pStyle w:val="{style}"/>{paragraphSetting*}</w:pPr>',
        "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>",
        "<w:pPr><w:rPr>{runSetting*}</w:rPr></w:pPr>",
        "<w:pPr><w:sectPr>{section*}</w:sectPr></w:pPr>",
    ),
    "paragraphSetting": (
        '<w:jc w:val="{number}"/>',
        '<w:numPr><w:ilvl w:val="{number}"/><w:numId w:val="{number}"/></w:numPr>',
        '<w:ind w:left="{number}" w:firstLineChars="{number}"/>',
        '<w:spacing w:line="{number}"/>',
        '<w:framePr w:w="{number}" w:hSpace="{number}"/>',
        '<w:pPrChange w:id="{number}"><w:pPr/></w:pPrChange>',
        '<w:tabs><w:tab w:val="left" w:leader="underscore" w:pos="{number}"/></w:tabs>',
    ),
    "section": (
        '<w:pgSz w:w="{number}" w:h="{number}"/>',
        '<w:pgMar w:left="{number}" w:right="{number}"/>',
        '<w:cols w:num="{number}"/>',
        '<w:headerReference w:type="default" r:id="rId{number}"/>',
        '<w:type w:val="continuous"/>',
    ),
    "tablePr": (
        "<w:tblPr/>",
        '<w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{number}" w:type="dxa"/></w:tblPr>',
        '<w:tblPr/><w:tblGrid><w:gridCol w:w="{number}"/><w:gridCol w:w="{number}"/></w:tblGrid>',
    ),
    "row": (
        "<w:tr/>",
        "<w:tr>{cell*}</w:tr>",
        '<w:tr><w:trPr><w:gridBefore w:val="{number}"/></w:trPr>{cell*}</w:tr>',
        '<w:tr><w:trPr><w:del w:id="{number}"/></w:trPr>{cell*}</w:tr>',
        '<w:tr><w:trPr><w:ins w:id="{number}"/><w:tblHeader/></w:trPr>{cell*}</w:tr>',
        "<w:sdt>{controlPr?}<w:sdtContent>{row*}</w:sdtContent></w:sdt>",
    ),
    "cell": (
        "<w:tc><w:p/></w:tc>",
        "<w:tc>{block*}</w:tc>",
        '<w:tc><w:tcPr><w:gridSpan w:val="{number}"/></w:tcPr>{block*}</w:tc>',
        "<w:tc><w:tcPr><w:vMerge/></w:tcPr>{block*}</w:tc>",
        '<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{block*}</w:tc>',
        '<w:tc><w:tcPr><w:hMerge w:val="continue"/></w:tcPr>{block*}</w:tc>',
        '<w:tc><w:tcPr><w:cellDel w:id="{number}"/></w:tcPr>{block*}</w:tc>',
        "<w:sdt>{controlPr?}<w:sdtContent>{cell*}</w:sdtContent></w:sdt>",
    ),
    "controlPr": (
        "<w:sdtPr/>",
        "<w:sdtPr><w:showingPlcHdr/></w:sdtPr>",
        '<w:sdtPr><w:alias w:val="{word}"/><w:tag w:val="{word}"/></w:sdtPr>',
        '<w:sdtPr><w14:checkbox><w14:checked w14:val="{toggle}"/></w14:checkbox></w:sdtPr>',
        '<w:sdtPr><w:date w:fullDate="{moment}"><w:dateFormat w:val="yyyy年M月d日"/></w:date></w:sdtPr>',
        '<w:sdtPr><w:dropDownList><w:listItem w:value="{word}" w:displayText="{word}"/></w:dropDownList></w:sdtPr>',
        '<w:sdtPr><w:dataBinding w:xpath="{xpath}" w:storeItemID="甲"/></w:sdtPr>',
        "<w:sdtPr><w:picture/></w:sdtPr>",
        "<w:sdtPr><w15:repeatingSection/></w:sdtPr>",
    ),
    "inline": (
        "<w:r/>",
        "<w:r>{runPr?}{piece*}</w:r>",
        "<w:r>{runPr?}{piece*}{piece*}</w:r>",
        '<w:hyperlink r:id="rId{number}" w:anchor="{word}">{inline*}</w:hyperlink>',
        '<w:ins w:id="{number}" w:author="{word}">{inline*}</w:ins>',
        '<w:del w:id="{number}"><w:r><w:delText>{word}</w:delText></w:r></w:del>',
        '<w:moveFrom w:id="{number}">{inline*}</w:moveFrom>',
        '<w:smartTag w:element="a">{inline*}</w:smartTag>',
        "<w:sdt>{controlPr?}<w:sdtContent>{inline*}</w:sdtContent></w:sdt>",
        '<w:fldSimple w:instr="{instruction}">{inline*}</w:fldSimple>',
        '<w:r><w:fldChar w:fldCharType="begin">{fieldData?}</w:fldChar></w:r>',
        '<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>',
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        '<w:bookmarkStart w:id="{number}" w:name="{word}"/>',
        '<w:commentRangeStart w:id="{number}"/>',
        '<w:commentRangeEnd w:id="{number}"/>',
        "<m:oMath>{formula*}</m:oMath>",
        '<w:bdo w:val="rtl">{inline*}</w:bdo>',
        "<w:subDoc r:id=\"rId{number}\"/>",
        "<mc:AlternateContent><mc:Choice Requires=\"wps\">{inline*}</mc:Choice>"
        "<mc:Fallback>{inline*}</mc:Fallback></mc:AlternateContent>",
        "<w:proofErr w:type=\"spellStart\"/>",
        '<w:permStart w:id="{number}" w:edGrp="everyone"/>',
    ),
    "fieldData": (
        '<w:ffData><w:checkBox><w:default w:val="{toggle}"/><w:checked w:val="{toggle}"/></w:checkBox></w:ffData>',
        '<w:ffData><w:ddList><w:result w:val="{number}"/><w:listEntry w:val="{word}"/></w:ddList></w:ffData>',
        '<w:ffData><w:textInput><w:default w:val="{word}"/></w:textInput></w:ffData>',
        "<w:fldData>AAAA</w:fldData>",
    ),
    "formula": (
        "<m:r><m:t>{word}</m:t></m:r>",
        "<m:f><m:num>{formula*}</m:num><m:den>{formula*}</m:den></m:f>",
        "<m:sup>{formula*}</m:sup>",
        '<m:d><m:dPr><m:begChr m:val="{word}"/></m:dPr><m:e>{formula*}</m:e></m:d>',
    ),
    "runPr": (
        "<w:rPr/>",
        '<w:rPr><w:rStyle w:val="{style}"/>{runSetting*}</w:rPr>',
        "<w:rPr>{runSetting*}</w:rPr>",
    ),
    "runSetting": (
        '<w:b w:val="{toggle}"/>',
        '<w:vanish w:val="{toggle}"/>',
        '<w:strike w:val="{toggle}"/>',
        '<w:u w:val="{number}"/>',
        '<w:color w:val="FFFFFF" w:themeColor="{word}"/>',
        '<w:vertAlign w:val="superscript"/>',
        '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings 2"/>',
        '<w:sz w:val="{number}"/>',
        '<w:highlight w:val="yellow"/>',
        '<w:bdr w:val="single"/>',
        '<w:fitText w:val="{number}"/>',
        '<w:eastAsianLayout w:combine="{toggle}"/>',
        '<w:lang w:bidi="{word}"/>',
    ),
    "piece": (
        '<w:t xml:space="preserve">{word}</w:t>',
        "<w:t>{word}{word}</w:t>",
        "<w:t>□{word}　☑{word}</w:t>",
        "<w:t>{character}</w:t>",
        "<w:tab/>",
        "<w:br/>",
        '<w:br w:type="page"/>',
        "<w:cr/>",
        "<w:noBreakHyphen/>",
        "<w:softHyphen/>",
        '<w:sym w:font="Wingdings 2" w:char="F0{pair}"/>',
        '<w:footnoteReference w:id="{number}"/>',
        '<w:endnoteReference w:id="{number}"/>',
        '<w:commentReference w:id="{number}"/>',
        "<w:ruby><w:rt><w:r><w:t>{word}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{word}</w:t></w:r></w:rubyBase></w:ruby>",
        "<w:drawing>{drawing}</w:drawing>",
        "<w:pict>{vml}</w:pict>",
        "<w:object>{vml}<o:OLEObject Type=\"Embed\" r:id=\"rId{number}\"/></w:object>",
        '<w:object><w:control r:id="rId{number}" w:name="CheckBox1"/></w:object>',
        "<w:lastRenderedPageBreak/>",
        '<w:ptab w:relativeTo="margin" w:alignment="right" w:leader="none"/>',
        "<w:pgNum/>",
    ),
    "drawing": (
        '<wp:inline><wp:extent cx="{number}" cy="{number}"/><wp:docPr id="{number}" name="{word}" descr="{word}"/>'
        '<a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="rId{number}"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline>",
        "<wp:anchor><a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>{block*}</w:txbxContent></wps:txbx>"
        "</wps:wsp></a:graphicData></a:graphic></wp:anchor>",
        '<wp:anchor behindDoc="{toggle}"><wp:positionH relativeFrom="page"><wp:posOffset>{number}</wp:posOffset>'
        "</wp:positionH></wp:anchor>",
    ),
    "vml": (
        '<v:shape style="width:{number}pt;visibility:hidden"><v:imagedata r:id="rId{number}"/></v:shape>',
        "<v:shape><v:textbox><w:txbxContent>{block*}</w:txbxContent></v:textbox></v:shape>",
        '<v:group><v:rect><v:textpath string="{word}"/></v:rect></v:group>',
    ),
    "instruction": (
        " FORMCHECKBOX ", " FORMTEXT ", " FORMDROPDOWN ", ' EQ \\o\\ac(□,√) ', " SYMBOL 254 \\f Wingdings ",
        ' HYPERLINK &quot;{word}&quot; ', " PAGE ", ' DATE \\@ &quot;yyyy&quot; ', " MACROBUTTON a {word}",
        ' MERGEFIELD &quot;{word}&quot; ',
        " ADVANCE \\u 5", " = 1 + 1 ", " REF a \\h", ' QUOTE &quot;{word}&quot; ', "\\", "{word}", "", ' EQ \\o(□ ',
    ),
    "style": ("a", "b", "c", "Normal", "1", "", "甲"),
    "word": (
        "甲", "乙", "申请人：", "部门", "数量（件）", "是", "否", "□", "☑", "√", "____", "　　", "年   月   日",
        "2021年", "12", "１２", "约120", "-3.5", "无", "其他：", "{{ 甲 }}", "{% if 甲 %}", "&lt;b&gt;", "&#x202E;",
        "&#x200B;", "\n", "",
    ),
    "character": ("&#x1F600;", "&#x9B;", "&#xFFFD;", "&#x2028;", "&#xE000;", "&#x7F;", "&#xA0;", "&#x3000;",
                  "&#xFE0F;"),
    "number": _NUMBERS,
    "toggle": _TOGGLES,
    "pair": ("52", "A3", "FE", "6F", "00", "甲", ""),
    "moment": ("2021-03-04T00:00:00Z", "2021-13-45T00:00:00Z", "", "甲", "0001-01-01"),
    "xpath": ("/a[1]/b[1]", "/ns0:a/ns0:b", "//*", "a", "(((", "/a[999999999]"),
    # other parts
    "styles": ("<w:docDefaults><w:rPrDefault>{runPr?}</w:rPrDefault></w:docDefaults>{styled*}{styled*}",),
    "styled": (
        '<w:style w:type="paragraph" w:styleId="{style}"><w:basedOn w:val="{style}"/>{paragraphPr?}{runPr?}</w:style>',
        '<w:style w:type="character" w:styleId="{style}"><w:basedOn w:val="{style}"/>{runPr?}</w:style>',
        '<w:style w:type="table" w:default="{toggle}" w:styleId="{style}"><w:link w:val="{style}"/>{runPr?}</w:style>',
    ),
    "numbering": ("{abstract*}{list*}{list*}",),
    "abstract": (
        '<w:abstractNum w:abstractNumId="{number}">{level*}</w:abstractNum>',
        '<w:abstractNum w:abstractNumId="{number}"><w:numStyleLink w:val="{style}"/></w:abstractNum>',
    ),
    "level": (
        '<w:lvl w:ilvl="{number}"><w:start w:val="{number}"/><w:numFmt w:val="chineseCounting"/>'
        '<w:lvlText w:val="%1.%{number}、"/></w:lvl>',
        '<w:lvl w:ilvl="{number}"><w:numFmt w:val="bullet"/><w:lvlText w:val="{word}"/></w:lvl>',
    ),
    "list": (
        '<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>',
        '<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/><w:lvlOverride w:ilvl="{number}">'
        '<w:startOverride w:val="{number}"/></w:lvlOverride></w:num>',
    ),
    "comments": ('{comment*}{comment*}',),
    "comment": ('<w:comment w:id="{number}" w:author="{word}" w:date="{moment}">{block*}</w:comment>',),
    "footnotes": ("{footnote*}{footnote*}",),
    "footnote": (
        '<w:footnote w:id="{number}">{block*}</w:footnote>',
        '<w:footnote w:type="separator" w:id="{number}">{block*}</w:footnote>',
    ),
    "hdr": ("{block*}{block*}",),
    "settings": (
        '<w:documentProtection w:edit="forms" w:enforcement="{toggle}"/><w:trackRevisions w:val="{toggle}"/>',
        '<w:compat><w:compatSetting w:name="{word}" w:val="{number}"/></w:compat><w:docVars><w:docVar w:val="{word}"/>'
        "</w:docVars>",
    ),
}  # fmt: skip
"""The productions of WordprocessingML that a form may hold, as Word, WPS and LibreOffice write them, and mistaken."""

PARTS = ("styles", "numbering", "comments", "footnotes", "hdr", "settings")
"""The productions of `WORD` that are the content of parts of their own."""

SHEET: Grammar = {
    "rows": ("{row*}", "{row*}{row*}"),
    "row": (
        "<row/>",
        "<row>{cell*}</row>",
        '<row r="{rowNumber}" hidden="{toggle}" s="{number}">{cell*}{cell*}</row>',
        '<row r="{rowNumber}" spans="{number}:{number}">{cell*}</row>',
    ),
    "cell": (
        "<c/>",
        '<c r="{reference}"><v>{value}</v></c>',
        '<c r="{reference}" s="{number}"><v>{value}</v></c>',
        '<c r="{reference}" t="s"><v>{number}</v></c>',
        '<c t="str"><v>{text}</v></c>',
        '<c r="{reference}" t="b"><v>{toggle}</v></c>',
        '<c r="{reference}" t="e"><v>#N/A</v></c>',
        '<c r="{reference}" t="d"><v>{moment}</v></c>',
        '<c r="{reference}" t="{text}"><v>{value}</v></c>',
        '<c r="{reference}" t="inlineStr"><is>{rich*}</is></c>',
        '<c r="{reference}"><f>{text}</f><v>{value}</v></c>',
        '<c r="{reference}"><f t="shared" si="{number}" ref="A1:B9"/></c>',
        '<c r="{reference}" t="str"><f t="array" ref="A1:A9">{text}</f><v>{text}</v></c>',
    ),
    "rich": (
        "<t>{text}</t>",
        '<t xml:space="preserve"> {text} </t>',
        "<r><rPr><b/></rPr><t>{text}</t></r>",
        '<rPh sb="0" eb="1"><t>{text}</t></rPh>',
    ),
    "sharedStrings": ("{string*}{string*}{string*}",),
    "string": ("<si/>", "<si>{rich*}</si>", "<si><t>{text}</t></si>"),
    "styles": (
        '<numFmts><numFmt numFmtId="{number}" formatCode="{format}"/></numFmts><cellXfs>{xf*}{xf*}</cellXfs>',
        "<cellXfs>{xf*}</cellXfs>",
    ),
    "xf": ('<xf numFmtId="{number}"/>', '<xf numFmtId="14"/>', '<xf numFmtId="22" applyNumberFormat="{toggle}"/>'),
    "format": ("yyyy-mm-dd", "[$-804]yyyy年m月d日", "0.00%", "[h]:mm:ss", "\"年\"@", "[[[[", "General;;;", "d/m", ""),
    "tail": (
        '<mergeCells><mergeCell ref="{reference}:{reference}"/></mergeCells>',
        '<dataValidations><dataValidation sqref="{reference}" type="list"><formula1>{text}</formula1></dataValidation>'
        "</dataValidations>",
        '<autoFilter ref="{reference}:{reference}"/>',
        '<hyperlinks><hyperlink ref="{reference}" r:id="rId1"/></hyperlinks>',
    ),
    "value": ("1", "-2.5", "44321", "44321.5", "0.1", "1e308", "-1e400", "NaN", "", "甲", "99999999999", "60", "59.9"),
    "text": (
        "甲", "是", "2021年3月", "", "1,234", "=1+1", "'=1", "_x000D_", "_x005F_x0041_", "&lt;r&gt;", "&#10;",
        "12", "无",
        "[{}]", '[{"名称": "甲"}]', "[[[[", "□是", "x\t=1",
    ),
    "reference": ("A1", "A2", "B2", "C3", "XFD1048576", "A0", "AAAA1", "a2", "$A$2", "2", "", "R1C1", "A99999999999"),
    "rowNumber": ("1", "2", "3", "4", "1048576", "0", "-1", "2.5", "甲", "", "99999999999999"),
    "number": _NUMBERS,
    "toggle": _TOGGLES,
    "moment": ("2021-03-04", "2021-03-04T05:06:07", "甲", "0000-00-00"),
}  # fmt: skip
"""The productions of SpreadsheetML that a table of data may hold, and mistaken ones."""


def grown(grammar: Grammar, name: str, choices: Choices) -> str:
    """A text that a grammar's name may be."""
    left = MOST

    def expand(name: str, depth: int) -> str:
        nonlocal left
        left -= 1
        alternatives = grammar[name]
        if depth > DEEPEST or left < 0:
            return _NAME.sub(lambda m: "" if m[2] or left < 0 else expand(m[1], depth + 1), alternatives[0])

        def one(matched: re.Match[str]) -> str:
            times = 1 if not matched[2] else choices.below(2 if matched[2] == "?" else 5)
            return "".join(expand(matched[1], depth + 1) for _ in range(times))

        return _NAME.sub(one, choices.one_of(alternatives))

    return expand(name, 0)
