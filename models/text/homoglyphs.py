"""Letters that look like Latin ones, for words that mix scripts. A small hand-made part of Unicode TR39."""

_CYRILLIC = dict(
    zip("абвгдеёжзийкмнопрстуфхцшщьэяіїјѕԁԛԝһӏүҽѵԍғӕ", "abbraeexenukmhonpctyoxuwwberiijsdqwhlyevgfa", strict=True)
)
_GREEK = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", "abydeznoiklmveonpoctuoxww", strict=True))
_ARMENIAN = dict(zip("ոսօցհյզքեա", "nuoghjqpeu", strict=True))
_CHEROKEE = dict(zip("ᎪᎬᎫᎳᎷᎢᎻᏔᏢᏟᏚᏀᏞᏃᏴᎡᎥᏙ", "aejwmthwpcsglzbriv", strict=True))

#: folded letter of another script -> the Latin letter it is drawn like; used only beside Latin letters
OTHER_SCRIPTS: dict[str, str] = {**_CYRILLIC, **_GREEK, **_ARMENIAN, **_CHEROKEE}

_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡɩʋ", "abcdefghijklmnoprstuvwyzagiv", strict=True))
_ENCLOSED = {
    chr(first + i): chr(97 + i) for first in (0x1F130, 0x1F150, 0x1F170) for i in range(26)
}  # squared, negative circled, negative squared: NFKC leaves them alone

#: decorations of Latin letters that Unicode's own folding leaves; always undone
DECORATED: dict[str, str] = {**_SMALL_CAPITALS, **_ENCLOSED}

#: what a digit or sign inside a word stands for
LEET: dict[str, str] = dict(zip("0134578@$", "oieastbas", strict=True))

#: Latin letters with a stroke, which no decomposition reaches
STROKES: dict[str, str] = dict(zip("øłđħŧɨƀɇ", "oldhtibe", strict=True))
