"""Golden token ids for CLIP's tokenizer, by the reference implementations.

    python make_tokenizer_golden.py texts --out texts.json
    python make_tokenizer_golden.py COLUMN --texts texts.json --tokenizer FOLDER --out COLUMN.json
    python make_tokenizer_golden.py join texts.json COLUMN.json ... --out clip-golden.tsv
    python make_tokenizer_golden.py characters --out ftfy-characters.tsv

FOLDER has vocab.json and merges.txt of CLIP, and tokenizer_config.json and special_tokens_map.json of
SD2. Columns, each in an environment of its own:

    fast           CLIPTokenizer of transformers 5 ("!" is the pad token); no ftfy
    fast_sd1       the same, pad token <|endoftext|>
    slow           CLIPTokenizer of transformers 4 with ftfy ("!" is the pad token)
    slow_sd1       the same, pad token <|endoftext|>
    openai         SimpleTokenizer of openai/CLIP, with ftfy

`join` writes a line a text: the text as JSON, and a column each, tab between. `characters` lists each code
point that ftfy changes when it stands alone in a text, other than to its NFC.

Texts hold no character newer than Unicode 13, which is what Java 17 knows.
"""
import argparse
import json
import random
import unicodedata
from pathlib import Path

LANGUAGES = """
A photograph of an astronaut riding a horse, 4k, trending on artstation
Ein Foto eines Astronauten, der auf einem Pferd reitet – schön & groß, Größe Übermaß
Une photo d’un astronaute à cheval ; « très élégant », n’est-ce pas ?
Une photo « cliché » d'été, « voilà », c'était…»
¿Por qué…¿Qué tal, señor Ñandú? ¡Olé!
Uma fotografia de um astronauta: AÇÃO, MAÇÃ, coração, NÃO, «MAÇÃ»
Zdjęcie astronauty na koniu, zażółć gęślą jaźń
Příliš žluťoučký kůň úpěl ďábelské ódy
Árvíztűrő tükörfúrógép
Bir atın üzerinde astronot, İSTANBUL ışık ÇĞÖŞÜ
Ảnh một phi hành gia cưỡi ngựa, tiếng Việt
Ljósmynd af geimfara á hesti, þæð ÞÆÐ
Фотография космонавта верхом на лошади. ЁЛКА
Снимка на астронавт, їжак ґава Ђорђе
Φωτογραφία ενός ΑΣΤΡΟΝΑΥΤΗΣ, ΟΔΥΣΣΕΥΣ. ΑΣ ΣΑΣ Σ ΆΣ'Σ
צילום של אסטרונאוט רוכב על סוס, שָׁלוֹם
صورة لرائد فضاء يركب حصانًا، السَّلَامُ عَلَيْكُمْ ٠١٢٣
عکس فضانورد سوار بر اسب می‌شود ۴۵۶
घोड़े की सवारी करता अंतरिक्ष यात्री, हिन्दी १२३
ঘোড়ায় চড়া মহাকাশচারীর ছবি
ਘੋੜੇ ਦੀ ਸਵਾਰੀ
குதிரை சவாரி செய்யும் விண்வெளி வீரர்
గుర్రంపై స్వారీ చేస్తున్న వ్యోమగామి
ಕುದುರೆ ಸವಾರಿ
കുതിരപ്പുറത്ത് ഒരു ബഹിരാകാശയാത്രികൻ
නිල් අශ්වයා
ภาพถ่ายนักบินอวกาศขี่ม้า น้ำ
ຮູບພາບນັກບິນອາວະກາດ
ពពក ទន្លេ
မြင်းစီးသော အာကာသယာဉ်မှူး
རྟ་ཞོན་མཁན།
ასტრონავტი ცხენზე ᲐᲑᲒ
Ձիու վրա տիեզերագնաց ԱԲԳ և ﬓ
ፈረስ የሚጋልብ ጠፈርተኛ፥
ᏣᎳᎩ ꭰꭱ
一张宇航员骑马的照片,漂亮!
一張太空人騎馬的照片,「漂亮」。
馬に乗った宇宙飛行士の写真。カタカナ ひらがな パピプ ヴ ー
말을 타는 우주비행사의 사진 한국어
𐐀𐐁𐐨 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟘𝟙 𝕏 ᚠᚢᚦ 𒀀𒁀 𓀀 𐌰𐌱
"""

OTHERS = [
    "", " ", "\t\n", "  two  spaces  ", "line\nbreak\r\nand\rmore", "tab\tseparated", "a\u00a0b\u3000c\u2003d\u1680e",
    "a\x0bb", "a\x0cb", "a\x1cb\x1db\x1eb\x1fb", "a\x85b", "a\u180eb", "a\u200bb\u200cb\u200db", "a\u2028b\u2029c",
    "a\ufeffb", "\ufeffstart", "x\x00y", "\x00", "\x1b[31mred\x1b[0m", "del\x7fete", "soft\u00adhyphen",
    "a\u206ab\u206fc", "tag\U000e0041\U000e007f", "\ufff9x\ufffay\ufffb", "\ufffd", "\uffff", "\U0010ffff", "\ue000",
    "hello world!", "!", "!!", "! !! !!!", "a!b", "!a", "Wow!!! Really?!", "...?!", "?!?", "\uff01", "\u203c", "\u00a1hola!",
    "!\u0338", "a!\u0301b", "<|start!oftext|>", "(!)", "!</w>", "</w>", "a</w>b",
    "<|startoftext|>", "<|endoftext|>", "<|STARTOFTEXT|> x", "<|EndOfText|>", "<|startoftext|> in <|endoftext|> out",
    "a<|endoftext|>b", "#<|endoftext|>!", "<|endoftext|><|endoftext|>", "<|endoftext", "|endoftext|>",
    "<|\u017ftartoftext|>", "<start_of_text>", "<end_of_text>", "[PAD]", "<s>", "<unk>",
    "don't", "DON'T", "I'll we've they're I'm he'd it's", "I'LL WE'VE THEY'RE I'M HE'D IT'S", "'s", "''s", "'S'S", "s's's",
    "don\u2019t", "rock'n'roll", "'twas", "o'clock", "x\u017f '\u017f don'\u017f", "'\u017f", "a'\u212a", "\u017ftop",
    "2024", "3.14", "1,000,000", "1/2", "10%", "$5", "\u20ac20", "\u00a310", "50\u00b0C", "x\u00b2+y\u00b3", "H\u2082O", "1st", "4k 8K uhd", "v2.1",
    "\u00bd \u00b2 \u2167 \u0663", "\u2460\u2461", "\u0967\u0968", "\u3007\u3021", "\u2189", "e=mc^2 #hash @at 50%", "a+b=c", "C++ C#", "under_score-dash",
    "http://example.org/?q=a&b=c#d", "user@example.org", "C:\\temp\\x", "a/b\\c|d", "(masterpiece:1.2), [detailed], {best}", "--ar 16:9",
    "~`@#$%^&*()_+-={}[]|\\:;\"'<>,.?/", "\u2026 \u2013 \u2014 \u2022 \u2122 \u00ae \u00a9", "\u2190\u2191\u2192 \u2713 \u2605",
    "\u201cquoted\u201d", "\u2018single\u2019", "\u201elow\u201c", "\u00abguillemets\u00bb", "\u2039x\u203a", "\u2032\u2033", "\u02bcx", "\u201bx",
    "cafe\u0301", "caf\u00e9", "A\u030a \u212b \u00c5", "e\u0301\u0302", "\u0301", "a\u0301\u0301", "q\u0307\u0323", "\u1e69 s\u0323\u0307", "\ufb1d \u05d9\u05b4", "\u0958",
    "\u1112\u1161\u11ab\u1100\u1173\u11af", "\u2126 \u2329", "\u0344", "\u0130stanbul", "I\u0307", "\u0131", "\u1e9e\u00df", "\u01c5", "\u1fb3\u1fbc",
    "\u03a3\u0391\u03a3", "\u03a3", "\u0391\u03a3.\u0391", "\u0391\u03a3!", "A\u03a3\u0301", "\u0391\u03a3\u00ad\u0391", "\u1c90\u10d0", "\u13a0\uab70", "\u2160\u2170", "\u24b6\u24d0",
    "\u0131\u015f\u0131k\ud0c0\ub294\u03a3", "\u05d0\u0386\u03a3'\u03a3\uc844", "\u03a5\u03a3.\u0641", "\u03a3\u03a3.A \u03a3:\u03a3\u4e2d", "\u0345", "x\u0345y", "\u0345'\u0301",
    "\ufb01ne ligature", "\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06", "\u0132\u0133\u01c6\u0149", "\u00c6\u0152", "\uff21\uff22\uff23\uff11\uff12", "\uff76\uff80\uff76\uff85", "\uff76\uff9e", "\u3000", "\uffe5\uffe1",
    "&lt;b&gt; &amp;amp;", "&amp;", "&amp;amp;amp;", "&eacute; &EACUTE; &Eacute;", "&quot;x&quot;", "&#39; &#x27; &#X27;", "&nbsp;x", "&copy 2020", "&notit; &notin;",
    "&#0; &#128; &#xD800; &#x110000; &#12;", "&#59; &#x3b", "&LTIMES; &ltimes;", "<b>&amp;</b>", "a &lt; b\n<i> &lt;", "AT&T R&D", "&;&#;&#x;", "&hellip;&rarr;", "&fjlig;", "&bne;",
    "&#99999999999999999999;", "&amp;lt;", "&#38;amp;", "&zwnj;x", "&ThickSpace;x", "&abcdefghijklmnopqrstuvwxyzabcdefgh;",
    "\U0001f436 dog", "\U0001f600\U0001f601", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f44d\U0001f3fd", "\u2764\ufe0f", "\U0001f1e9\U0001f1ea", "1\ufe0f\u20e3", "\u263a", "cat\U0001f431cat", "\U0001f9d1\u200d\U0001f680",
    "supercalifragilisticexpialidocious", "pneumonoultramicroscopicsilicovolcanoconiosis", "a" * 300, "ab" * 200, "!" * 100, "\u00e9" * 100, "1" * 100,
    " ".join(["word"] * 100), "aaaa bbbb " * 30, "x" * 75 + " y", "\u4e2d" * 90,
    "\u00c2", "\u00c3", "IKEA\u00ae CAF\u00c9\u2122", "\u00e9\u00a0\u00bb", "\u00c9\u00a0\u00bb", "AMANH\u00c3 \u00bb", "gro\u00df\u00bc", "\u00e0\u2026", "\u00ca\u00b9",
]

DAMAGED = ["caf\u00e9", "na\u00efve fa\u00e7ade", "\u00fcber gro\u00df", "M\u00fcnchen", "\u201cquoted\u201d text", "it\u2019s", "a \u2013 b", "wait\u2026", "\u20ac5", "50\u00b0", "\u00a9 2020",
           "se\u00f1or", "\u2122", "\u2022 item", "\u0142aska w\u0142a\u015bnie", "\u043f\u0440\u0438\u0432\u0435\u0442", "\u65e5\u672c\u8a9e", "\U0001f600", "\u2192 \u2713", "d\u00e9j\u00e0 vu", "\u00d6sterreich", "\u00c9cole"]


def damaged():
    """UTF-8 read as Windows-1252, whose five open bytes are controls, and as Latin-1."""
    for text in DAMAGED:
        once = "".join(chr(b) if b in (0x81, 0x8d, 0x8f, 0x90, 0x9d) else bytes([b]).decode("cp1252") for b in text.encode())
        yield once
        yield text.encode().decode("latin-1")


def drawn(count):
    """Random texts of characters that Unicode 13 has, from all scripts."""
    random.seed(20)
    ages = [c for c in range(0x20, 0x2FA1E) if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co")]
    ages = [c for c in ages if c not in NEW]
    for _ in range(count):
        yield "".join(chr(random.choice(ages)) if random.random() < 0.8 else random.choice(" aZ'!9.")
                      for _ in range(random.randint(1, 12)))


def new_characters():
    """What Unicode 14 added to 13, by blocks of the standard's DerivedAge table."""
    ranges = """061D 0870-088E 0890-0891 0898-089F 08B5 08C8-08D2 0C3C 0C5D 0CDD 170D 1715 171F 180F 1AC1-1ACE 1B4C 1B7D-1B7E
    1DFA 20C0 2C2F 2C5F 2E53-2E5D 9FFD-9FFF A7C0-A7C1 A7D0-A7D1 A7D3 A7D5-A7D9 A7F2-A7F4 FBC2 FD40-FD4F FDCF FDFE-FDFF
    10570-1057A 1057C-1058A 1058C-10592 10594-10595 10597-105A1 105A3-105B1 105B3-105B9 105BB-105BC 10780-10785 10787-107B0
    107B2-107BA 10F70-10F89 11070-11075 110C2 116B9 11740-11746 11AB0-11ABF 12F90-12FF2 16A70-16ABE 16AC0-16AC9 1AFF0-1AFF3
    1AFF5-1AFFB 1AFFD-1AFFE 1B11F-1B122 1CF00-1CF2D 1CF30-1CF46 1CF50-1CFC3 1D1E9-1D1EA 1DF00-1DF1E 1E290-1E2AE 1E7E0-1E7E6
    1E7E8-1E7EB 1E7ED-1E7EE 1E7F0-1E7FE 1F6DD-1F6DF 1F7F0 1F979 1F9CC 1FA7B-1FA7C 1FAA9-1FAAC 1FAB7-1FABA 1FAC3-1FAC5 1FAD7-1FAD9
    1FAE0-1FAE7 1FAF0-1FAF6 2A6DE-2A6DF 2B735-2B738"""
    for part in ranges.split():
        first, _, last = part.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


NEW = set(new_characters())


def texts():
    found = [line for line in LANGUAGES.split("\n") if line]
    found += [line.upper() for line in found]
    found += OTHERS + list(damaged()) + list(drawn(120))
    return list(dict.fromkeys(found))


def encoder(column, folder):
    if column == "openai":
        from clip.simple_tokenizer import SimpleTokenizer
        tokenizer = SimpleTokenizer()
        return tokenizer.encode
    from transformers import CLIPTokenizer
    tokenizer = CLIPTokenizer.from_pretrained(folder)
    if column.endswith("_sd1"):
        import shutil
        import tempfile
        copy = tempfile.mkdtemp()
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        path = Path(copy, "special_tokens_map.json")
        path.write_text(path.read_text().replace('"!"', '"<|endoftext|>"'))
        tokenizer = CLIPTokenizer.from_pretrained(copy)
    if column.startswith("slow"):
        assert tokenizer.fix_text is not None and not tokenizer.is_fast
    else:
        assert tokenizer.is_fast
    return lambda text: tokenizer(text, add_special_tokens=False)["input_ids"]


def join(names, out):
    columns = [json.loads(Path(name).read_text()) for name in names]
    lines = ["\t".join(["text"] + [Path(name).stem for name in names[1:]])]
    for row in zip(*columns, strict=True):
        ids = [" ".join(map(str, cell)) for cell in row[1:]]
        lines.append("\t".join([json.dumps(row[0])] + ids))
    Path(out).write_text("\n".join(lines) + "\n", encoding="ascii")


def characters(out):
    import ftfy
    lines = []
    for c in range(0x110000):
        if 0xD800 <= c < 0xE000 or c == ord("\n"):
            continue
        fixed = ftfy.fix_text(chr(c))
        if fixed != unicodedata.normalize("NFC", chr(c)):
            # All line breaks are white space to CLIP, and left as they are.
            if fixed != "\n":
                lines.append(f"{c:X}\t{' '.join(f'{ord(x):X}' for x in fixed)}")
    Path(out).write_text("\n".join(lines) + "\n", encoding="ascii")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--texts")
    parser.add_argument("--tokenizer")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    if args.what == "texts":
        Path(args.out).write_text(json.dumps(texts()))
    elif args.what == "join":
        join(args.files, args.out)
    elif args.what == "characters":
        characters(args.out)
    else:
        encode = encoder(args.what, args.tokenizer)
        Path(args.out).write_text(json.dumps([encode(text) for text in json.loads(Path(args.texts).read_text())]))


if __name__ == "__main__":
    main()
