"""Chinese characters that are written in another form and are the same: traditional ones, and radicals that PDF leaves.

The table has the characters of forms, not of the language; a newly met one is one pair.  Answers are never changed by
it: it makes words of a form found again that somebody typed, converted or pasted otherwise.
"""

from __future__ import annotations

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
UNUSUAL = late.pattern(f"[{''.join(map(chr, SAME))}\\u2f00-\\u2fd5\\uf900-\\ufaff\\ufe00-\\ufe0f]")
"""A character that is written in another form, in whatever way, or the sign of a variant."""


def plain(text: str) -> str:
    """A text with each character in its plain form."""
    return text.translate(SAME) if UNUSUAL.search(text) else text
