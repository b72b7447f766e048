"""What the people of the demo write, by language: their names, and how a comment begins, goes on and ends."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Voice:
    """One language. A comment is one of the beginnings, one of the middles and one of the ends; title: of a page."""

    language: str
    names: tuple[str, ...]
    beginnings: tuple[str, ...]
    middles: tuple[str, ...]
    ends: tuple[str, ...]
    titles: tuple[str, ...]


VOICES = (
    Voice(
        "en",
        ("Hannah Clarke", "Tom Ellery", "Priya Nair", "Owen Wright", "Grace Achebe"),
        (
            "Thank you for writing this up.",
            "I tried it last weekend.",
            "My grandmother did it differently.",
            "Second attempt today.",
            "Good read, as always.",
        ),
        (
            "The crust came out far better than I expected.",
            "Mine needed ten minutes more in the oven.",
            "I halved the salt and would do so again.",
            "The photo of the third step helped me most.",
            "With rye it gets heavier, but it keeps for days.",
        ),
        (
            "Has anybody tried spelt?",
            "I will come back to this page.",
            "Greetings from a rainy Leeds.",
            "What flour do you use?",
            "More of these, please.",
        ),
        ("Bread without kneading", "A garden on the roof", "Mending a bicycle"),
    ),
    Voice(
        "de",
        ("Jana Vogt", "Uwe Brandt", "Miriam Keller", "Timo Schäfer"),
        (
            "Danke für die Anleitung.",
            "Bei uns steht das jeden Sonntag auf dem Tisch.",
            "Ich habe es gestern ausprobiert.",
            "Schöner Beitrag!",
        ),
        (
            "Der Teig war bei mir etwas zu feucht.",
            "Mit Dinkel gelingt es genauso gut.",
            "Nach zwei Stunden war er schon doppelt so groß.",
            "Die Temperatur stimmt nach meiner Erfahrung nicht ganz.",
        ),
        (
            "Hat das noch jemand beobachtet?",
            "Grüße aus Bremen.",
            "Ich freue mich auf den nächsten Teil.",
            "Welche Hefe nehmt ihr?",
        ),
        ("Brot ohne Kneten", "Ein Garten auf dem Dach"),
    ),
    Voice(
        "fr",
        ("Camille Roux", "Étienne Morel", "Nadia Benali", "Luc Perrin"),
        (
            "Merci pour cet article.",
            "Je l’ai essayé hier soir.",
            "Très clair, bravo.",
            "Petite remarque sur l’étape trois.",
        ),
        (
            "La pâte a levé plus vite que prévu.",
            "J’ai mis un peu moins de sel.",
            "Mes enfants en redemandent.",
            "Le four était sans doute trop chaud.",
        ),
        (
            "Et avec de la farine complète ?",
            "À refaire dimanche.",
            "Bonne continuation.",
            "Quelqu’un a-t-il essayé sans levure ?",
        ),
        ("Le pain sans pétrissage", "Un jardin sur le toit"),
    ),
    Voice(
        "es",
        ("Lucía Ortega", "Andrés Molina", "Carmen Ruiz"),
        ("Gracias por la receta.", "Lo probé ayer con mi hermana.", "Muy buen artículo."),
        (
            "La masa quedó un poco seca.",
            "Usé harina integral y salió bien.",
            "El segundo paso no me quedó claro.",
        ),
        ("¿Alguien lo ha hecho sin gluten?", "Saludos desde Sevilla.", "Espero la segunda parte."),
        ("Pan sin amasar", "Un huerto en la azotea"),
    ),
    Voice(
        "it",
        ("Giulia Conti", "Marco Ferri", "Elena Riva"),
        ("Grazie della ricetta.", "L’ho provata ieri sera.", "Articolo molto utile."),
        (
            "L’impasto era un po’ troppo morbido.",
            "Con la farina di farro viene ancora meglio.",
            "Il forno di casa mia scalda di più.",
        ),
        ("Qualcuno ha provato senza sale?", "Saluti da Torino.", "Aspetto il prossimo."),
        ("Pane senza impasto", "Un orto sul tetto"),
    ),
    Voice(
        "pt",
        ("Beatriz Lopes", "Rui Tavares", "Inês Moura"),
        ("Obrigada pela receita.", "Experimentei no domingo.", "Muito bem explicado."),
        ("A massa cresceu depressa.", "Usei menos sal e ficou ótimo.", "No meu forno levou mais tempo."),
        ("Alguém tentou com centeio?", "Cumprimentos do Porto.", "Volto a escrever quando repetir."),
        ("Pão sem amassar", "Uma horta no telhado"),
    ),
    Voice(
        "nl",
        ("Sanne de Wit", "Bram Jansen", "Lotte Visser"),
        ("Bedankt voor het recept.", "Gisteren geprobeerd.", "Fijn stuk om te lezen."),
        ("Het deeg was wat te nat.", "Met spelt lukt het ook.", "Tien minuten langer was beter."),
        ("Wie heeft dit met rogge gedaan?", "Groeten uit Zwolle.", "Graag meer hiervan."),
        ("Brood zonder kneden", "Een tuin op het dak"),
    ),
    Voice(
        "pl",
        ("Agata Zielińska", "Piotr Wójcik", "Magda Lis"),
        ("Dziękuję za przepis.", "Wczoraj spróbowałam.", "Świetny wpis."),
        ("Ciasto wyszło trochę za suche.", "Dałem mniej soli i było lepsze.", "U mnie rosło całą noc."),
        ("Czy ktoś piekł z mąki żytniej?", "Pozdrowienia z Gdyni.", "Czekam na dalszy ciąg."),
        ("Chleb bez wyrabiania", "Ogród na dachu"),
    ),
    Voice(
        "sv",
        ("Elsa Nyström", "Anders Holm", "Maja Lind"),
        ("Tack för receptet.", "Jag provade i helgen.", "Fint skrivet."),
        ("Degen blev lite lös.", "Med dinkel går det också bra.", "Min ugn behövde tio minuter till."),
        ("Har någon provat med råg?", "Hälsningar från Umeå.", "Mer sådant, tack."),
        ("Bröd utan att knåda", "En trädgård på taket"),
    ),
    Voice(
        "tr",
        ("Elif Demir", "Mert Kaya", "Zeynep Arslan"),
        ("Tarif için teşekkürler.", "Dün akşam denedim.", "Çok güzel bir yazı."),
        ("Hamur biraz yumuşak oldu.", "Tuzu azalttım, daha iyi oldu.", "Benim fırınımda daha uzun sürdü."),
        ("Çavdar unuyla deneyen var mı?", "İzmir’den selamlar.", "Devamını bekliyorum."),
        ("Yoğurmadan ekmek", "Çatıda bir bahçe"),
    ),
    Voice(
        "ru",
        ("Анна Белова", "Игорь Климов", "Дарья Сомова"),
        ("Спасибо за рецепт.", "Вчера попробовала.", "Хорошая статья."),
        (
            "Тесто получилось слишком влажным.",
            "Соли положил меньше, и стало лучше.",
            "В моей духовке нужно больше времени.",
        ),
        ("Кто-нибудь пёк из ржаной муки?", "Привет из Твери.", "Жду продолжения."),
        ("Хлеб без замеса", "Сад на крыше"),
    ),
    Voice(
        "ar",
        ("ليلى حداد", "سامر يوسف", "نور خليل"),
        ("شكرا على الوصفة.", "جربتها أمس.", "مقال جميل."),
        ("كان العجين طريا بعض الشيء.", "قللت الملح فصار أطيب.", "احتاج الفرن عندي إلى وقت أطول."),
        ("هل جربها أحد بدقيق الشوفان؟", "تحياتي من طرابلس.", "أنتظر الجزء التالي."),
        ("خبز بلا عجن", "حديقة على السطح"),
    ),
    Voice(
        "ja",
        ("佐藤 美咲", "中村 健", "小林 葵"),
        ("レシピをありがとうございます。", "昨日試してみました。", "とても参考になりました。"),
        (
            "生地が少しやわらかくなりました。",
            "塩を減らしたらおいしくできました。",
            "うちのオーブンではもう少し時間がかかりました。",
        ),
        ("ライ麦で作った方はいますか。", "また来ます。", "続きを楽しみにしています。"),
        ("こねないパン", "屋上の庭"),
    ),
    Voice(
        "zh",
        ("李 明", "王 芳", "陈 静"),
        ("谢谢分享这个做法。", "我昨天试了一下。", "写得很清楚。"),
        ("面团有点太湿了。", "少放了一点盐，味道更好。", "我家的烤箱需要更长时间。"),
        ("有人用黑麦试过吗？", "来自成都的问候。", "期待下一篇。"),
        ("免揉面包", "屋顶上的花园"),
    ),
)

SPAM = (
    "Cheap watches and handbags, free delivery worldwide, order today at {shop}",
    "Earn 3,000 a week from home without any experience, write to us at {shop}",
    "Casino bonus of 200 % for new players only this week: {shop}",
    "Your site could be first in every search engine. We guarantee it: {shop}",
    "Kredit ohne Schufa, sofort ausgezahlt: {shop}",
    "Acheter des abonnés pas cher, livraison immédiate : {shop}",
)
ABUSE = (
    "You are an idiot and everybody here knows it, just shut up.",
    "What a pathetic moron writes this? Get lost.",
    "Halt einfach die Klappe, du Vollidiot.",
    "Nobody wants you here, you disgusting liar.",
)
DOUBTFUL = (
    "This is the worst advice I have read in years, and you even sell a course about it.",
    "I write about the same on my own page, look there: {shop}",
    "Sorry, but whoever believes this deserves what they get.",
    "My brother repairs these for a living, his shop is {shop} if you need one.",
    "Das ist doch Unsinn, und das wissen Sie auch.",
)
OFFERS = (
    "Dear {name}, our agency sells followers cheaply, write to us today and get the first hundred for free.",
    "Hello {name}! I made 4,000 this month with the signals of Mr Alden, write to him, he answers at once.",
    "Hi {name}, we buy links on pages like this one and pay within the day, tell us your price by return of mail.",
)
