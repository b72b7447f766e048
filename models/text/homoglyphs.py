"""Look-alikes of Latin letters: a small, hand-picked subset of the confusables in Unicode TR39."""

_CYRILLIC = dict(
    zip("абвгдеёжзийкмнопрстуфхцшщьэяіїјѕԁԛԝһӏүҽѵԍғӕ", "abbraeexenukmhonpctyoxuwwberiijsdqwhlyevgfa", strict=True)
)
_GREEK = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", "abydeznoiklmveonpoctuoxww", strict=True))
_ARMENIAN = dict(zip("ոսօցհյզքեա", "nuoghjqpeu", strict=True))
_CHEROKEE = dict(zip("ᎪᎬᎫᎳᎷᎢᎻᏔᏢᏟᏚᏀᏞᏃᏴᎡᎥᏙ", "aejwmthwpcsglzbriv", strict=True))

#: folded letter of another script -> its Latin look-alike; applied only in words that also have Latin letters
OTHER_SCRIPTS: dict[str, str] = {**_CYRILLIC, **_GREEK, **_ARMENIAN, **_CHEROKEE}

_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡɩʋ", "abcdefghijklmnoprstuvwyzagiv", strict=True))
_ENCLOSED = {
    chr(first + i): chr(97 + i) for first in (0x1F130, 0x1F150, 0x1F170) for i in range(26)
}  # squared, negative circled and negative squared letters, which NFKC does not fold

#: decorated Latin letters that NFKC does not fold; always replaced
DECORATED: dict[str, str] = {**_SMALL_CAPITALS, **_ENCLOSED}

#: digit or sign inside a word -> the letter that it stands for
LEET: dict[str, str] = dict(zip("0134578@$", "oieastbas", strict=True))

#: Latin letters with a stroke, which have no Unicode decomposition
STROKES: dict[str, str] = dict(zip("øłđħŧɨƀɇ", "oldhtibe", strict=True))
