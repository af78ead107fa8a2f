"""Chinese characters that are written in another form and are the same: traditional ones, and radicals that PDF leaves.

The table has the characters of forms, not of the language; a newly met one is one pair.  Answers are never changed by
it: it makes words of a form found again that somebody typed, converted or pasted otherwise.
"""

from __future__ import annotations

import unicodedata

from docfill import late

_TRADITIONAL = (
    "聯联繫系絡络電电話话單单機机關关構构業业務务產产專专學学歷历號号碼码證证書书簽签開开發发項项數数據据標标準准區区縣县鄉乡鎮镇"
    "稱称職职類类別别級级幣币員员姓姓齡龄貫贯國国籍籍黨党團团體体總总計计額额價价質质報报告告審审覈核批批準准見见領领導导負负責责"
    "簡简況况說说明明內内容容範范圍围時时間间開开始始終终結结歲岁週周訂订購购買买賣卖費费資资貸贷銀银賬账戶户號号稅税財财賺赚"
    "設设備备採采樣样檢检測测驗验試试術术藝艺術术創创新新優优獎奖勵励認认許许註注冊册護护環环境境節节能能源源電电氣气熱热"
    "網网絡络訊讯傳传輸输軟软體体硬硬應应用用雲云鏈链鏡镜頭头線线點点隻只條条件件個个雙双陸陆餘余萬万億亿兩两廠厂廣广場场"
    "園园樓楼層层門门牌牌東东車车輛辆運运輸输貨货進进出出關关稅税實实際际驅驱動动議议會会議议記记錄录選选舉举擇择擬拟訂订"
    "縱纵橫横長长寬宽濃浓淡淡輕轻重重廢废棄弃處处理理衛卫醫医療疗藥药劑剂養养殖殖農农業业漁渔畜畜貿贸商商協协會会組组織织"
    "聲声請请訪访問问題题答答複复製制還还歸归還还當当選选確确認认無无誤误誠诚信信諾诺屬属真真實实虛虚偽伪違违約约"
    "則则規规劃划畫画圖图像像攝摄影影視视聽听讀读寫写語语種种節节慶庆歡欢樂乐觀观願愿達达過过連连遷迁適适郵邮鄰邻醬酱釋释"
    "鋼钢鐵铁銅铜鋁铝鏽锈鑄铸針针錶表鍵键鎖锁閉闭閱阅隊队階阶隱隐難难離离靈灵響响順顺預预頻频顧顾顯显風风飛飞飯饭館馆馬马"
    "騎骑驗验鳥鸟齊齐齒齿龍龙後后裡里裏里麵面髮发鬆松衝冲禦御徵征佔占併并佈布於于為为與与從从來来們们這这對对將将幾几兒儿"
    "傑杰倉仓償偿儀仪價价億亿優优冪幂凍冻劉刘劇剧勁劲勞劳勝胜匯汇卻却壓压壞坏壯壮夠够夾夹奮奋媽妈嬰婴孫孙寧宁寶宝尋寻專专屆届"
    "島岛嶺岭師师帶带幫帮庫库廳厅張张強强彈弹彙汇徑径懷怀態态慮虑憑凭憲宪戰战戲戏擔担據据擴扩擊击攔拦敗败敘叙斷断舊旧暫暂"
    "機机殺杀權权極极榮荣樹树橋桥檔档欄栏歐欧殘残氫氢決决況况淨净減减測测湯汤溫温滅灭滿满漢汉潔洁潛潜濟济灣湾爐炉爭争爾尔"
    "獨独獲获現现異异畢毕療疗監监盤盘眾众硏研礎础禮礼稿稿積积窮穷競竞筆笔築筑籌筹粵粤糧粮紀纪紅红級级納纳紙纸純纯細细紹绍"
    "經经統统絲丝綠绿維维網网緊紧緒绪緣缘編编緩缓縮缩績绩繪绘續续纖纤罰罚羅罗習习聖圣脈脉腦脑臨临臺台興兴艦舰莊庄華华葉叶"
    "蘇苏蘭兰蝕蚀補补裝装褲裤親亲覽览觸触訓训託托設设訴诉診诊詳详誌志調调談谈論论諮咨謝谢講讲譯译讓让豐丰貢贡貧贫貴贵賀贺"
    "賓宾賞赏賠赔賦赋質质贈赠贏赢趙赵趨趋跡迹踐践軍军軌轨較较載载輔辅輪轮轉转辦办辭辞農农遊游遠远遲迟遺遗鄭郑醜丑釐厘釣钓"
    "鈔钞錢钱鐘钟閒闲閥阀陣阵陰阴陳陈陽阳隨随險险雜杂雞鸡霧雾靜静韓韩頁页頂顶須须頓顿頗颇額额顆颗願愿類类飲饮養养駐驻驚惊"
    "並并儲储勢势參参噸吨嚮向嚴严執执崗岗帥帅復复掃扫掛挂擁拥昇升汙污煉炼營营眞真礦矿穩稳穫获箇个籤签綜综締缔繞绕纍累葯药蓋盖薦荐討讨評评"
    "詢询該该譜谱賽赛迴回鉅巨銷销陞升颱台鬚须係系侷局丟丢偉伟儘尽凈净刪删啟启喬乔囌苏塊块奬奖嵗岁彎弯慣惯捨舍捲卷換换損损擋挡擠挤曆历曉晓"
    "棟栋楊杨樑梁沖冲淩凌滙汇滬沪潤润濾滤瀏浏瀾澜煙烟燒烧牽牵狀状甦苏畝亩疊叠盡尽盧卢硃朱碩硕祕秘穀谷篩筛糾纠紡纺絕绝給给綁绑綱纲綴缀綵彩"
    "緻致繆缪繳缴繼继纜缆義义聶聂腳脚膠胶茲兹萊莱蔣蒋蕭萧薑姜藍蓝鬍胡訖讫証证詞词誰谁課课識识譚谭譽誉變变貼贴賈贾賴赖辯辩邊边鄒邹鄔邬鄧邓"
    "鑰钥鉗钳銑铣鋪铺錘锤錫锡錯错鎔熔鑒鉴鑑鉴閆闫閔闵閻阎闞阚闡阐隸隶鞏巩韆千韋韦頃顷顏颜饋馈饒饶馮冯駱骆騰腾魚鱼魯鲁鮑鲍鳳凤齣出龐庞龔龚"
    "懲惩紐纽紗纱紮扎緝缉縫缝繡绣艱艰蟲虫詐诈詩诗詭诡誇夸謀谋謹谨謠谣譴谴貶贬賄贿賊贼贓赃躍跃轄辖邏逻醞酝釀酿鈣钙鈉钠鈦钛鋰锂鎂镁鎢钨閩闽"
    "闢辟陝陕"
    "鮮鲜鹽盐麗丽麥麦黃黄點点鼓鼓龜龟戶户產产呂吕吳吴衆众羣群峯峰牀床啓启麪面鷄鸡傢家"
)
_RADICALS = (
    "⺁厂⺃乚⺅亻⺈刀⺉刂⺌小⺓幺⺕彐⺗心⺘扌⺙攵⺛旡⺝月⺟母⺠民⺡氵⺢水⺣灬⺥爪⺩王⺬示⺭礻⺮竹⺯糸⺰纟⺲罒⺶羊⺷羊⺹耂⺺肀⺼月"
    "⻀艹⻂衤⻄西⻅见⻆角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟飠⻠饣"
    "⻢马⻤鬼⻥鱼⻦鸟⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟"
)


def _pairs(table: str) -> dict[int, str]:
    return {ord(one): other for one, other in zip(table[::2], table[1::2], strict=True) if one != other}


SAME = _pairs(_TRADITIONAL) | _pairs(_RADICALS)
"""The plain form of each character."""
SAME = {code: plain.translate(SAME) for code, plain in SAME.items()}
_COMPATIBLE = "\u2f00-\u2fd5\uf900-\ufaff"
"""Radicals and other characters of which Unicode itself says what they are."""
SHAPES = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""As ranges of a class in a pattern: one by one they would be looked for one by one."""
VARIANTS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""Signs that choose a variant of the character before them, and so are a part of it."""
UNUSUAL = late.pattern(f"[{''.join(map(chr, SAME))}{_COMPATIBLE}{SHAPES}]")
"""A character that is written in another form, in whatever way, or the sign of a variant."""


_DEFINED = late.pattern(f"[{_COMPATIBLE}]+")
_SHAPE = late.pattern(f"[{SHAPES}]+")


def plain(text: str) -> str:
    """A text with each character in its plain form."""
    if UNUSUAL.search(text) is None:
        return text
    text = _DEFINED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _SHAPE.sub("", text).translate(SAME)
