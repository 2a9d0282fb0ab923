"""A cheap guess at the language of a message, so that no reply goes out in the wrong one.

Counts each language's commonest small words; a few hundred words of text settle it, and a text that
gives no sign at all is left undecided rather than guessed.
"""

from __future__ import annotations

import re

_BOUND = 2_000
_WORD = re.compile(r"[^\W\d_]+")
_WORDS: dict[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the and to of is in it you that my for on have was with not are this be i but can please what "
        "when where how do did has an order hello hi thanks thank from your me would could why who "
        "am been there help need want get yes no just if at or we they so still a as he she his her good "
        "again come soon possible early per",
        "fr": "le la les des et est une je vous ne pas mon ma mes pour que qui dans avec bonjour merci "
        "votre nous ce cette commande bonsoir où quand comment avez ai été suis du au il sont",
        "de": "der die das und ist ich nicht mein meine ein eine mit für auf wie wann wo bitte hallo danke "
        "sie haben habe wurde zu den dem von es guten tag noch kann ihr ihre wir sehr sind bei",
        "es": "el los las y es mi por para con no una un que en hola gracias pedido dónde cuándo cómo "
        "está su se lo del quiero buenos días tengo mis ha he usted favor pero son muy",
        "it": "il gli e è un una di che non per con mio mia sono ciao grazie ordine dove quando come "
        "buongiorno ho ha del della vorrei mi si questo sul anche le salve",
        "pt": "o os as e é um uma de que não para com meu minha olá obrigado obrigada pedido onde quando "
        "como está bom dia eu foi do da em mas por você tenho",
        "nl": "de het een en is ik niet mijn voor op met van hoe waar wanneer hallo dank bestelling u heb "
        "heeft wordt kan er maar bij zijn naar graag goedendag nog",
        "pl": "i w nie jest na z do się że moje moja zamówienie proszę dzień dobry gdzie kiedy jak czy to "
        "dziękuję mam mnie jeszcze cześć",
        "cy": "y yr yn mae fy ac ar i o ddim diolch helo bore da ble pryd sut archeb eich rwy ydy gyda os",
    }.items()
}


def guess_language(text: str) -> str | None:
    """Return an ISO 639-1 code, "other" for a script that is not Latin, or None when nothing tells.

    Looks at the first 2,000 characters only.
    """
    words = [word.lower() for word in _WORD.findall(text[:_BOUND])]
    letters = "".join(words)
    if not letters:
        return None
    latin = sum(1 for letter in letters if letter < "ɐ")
    if latin * 2 < len(letters):
        return "other"
    hits = {code: sum(word in known for word in words) for code, known in _WORDS.items()}
    best = max(hits, key=lambda code: hits[code])
    if hits[best] == 0 or (best != "en" and hits[best] <= hits["en"]):
        return "en" if hits["en"] else None
    return best


def speaks(text: str, languages: tuple[str, ...]) -> bool:
    """Whether a reply in one of `languages` would be in the language of `text`; undecided counts as yes."""
    guess = guess_language(text)
    return guess is None or guess in languages
