"""The wordings by which a customer takes a wish back or rules one out (English ones)."""

from __future__ import annotations

_START = r"(?:\A|[.!?,;:\n(]|\b(?:please|pls|plz|kindly|so|but|no|and|then|actually|sorry|just|again))[\s*-]*"
_I = r"\b(?:i|we)"
_CAN_YOU = (
    r"(?:(?:please |pls |kindly )?(?:can|could|would|will|may) (?:you|we|i) (?:please |pls |kindly "
    r"|just )?)"
)
_WILL_NOT = r"(?:will not|won'?t)"
_AM = r"(?: am|'m| are|'re)"
_WOULD = r"(?: would|'d)"
_SOON = r"(?:(?:really|actually|now|just|even|please) )?"
_DO_NOT = r"(?:do not|don'?t)"
_NOT = rf"(?:{_DO_NOT}|would not|wouldn'?t|no longer|not)"
_NEED_NOT = r"(?:need not|needn'?t|must not|mustn'?t|should not|shouldn'?t)"
THE = r"(?:the|my|that|this|our)"
REQUEST = (
    r"(?:refund|return|exchange|replacement|cancellation|change|swap|call[- ]?back|repair|reimbursement"
    r"|collection|pick[- ]?up"
    r"|compensation|upgrade|quote|quotation|demo|money back)s?\b"
)
STOP = r"(?:stop|undo|revoke|reverse|halt|call off|cancel|close|drop|void|withdraw|hold|pause|suspend)"
_MESSAGE = (
    r"(?:messages?|msgs?|e?-?mails?|requests?|notes?|questions?|chats?|enquir(?:y|ies)|quer(?:y"
    r"|ies)|tickets?|texts?"
    rf"|one|{REQUEST})\b"
)
# A denial, words that weigh little, and what was asked for: "I am no longer interested in exchanging it".
_DENIAL = (
    r"(?:(?<!\byou )(?<!\bthey )\b(?:do|will|shall|would|need|must|should|is|am|are|rather|prefer"
    r"|to|please|kindly) not"
    r"|(?:'m|'re|'d|'ll) not|(?<!\byou )(?<!\bthey )\b(?:don'?t|won'?t|needn'?t|shan'?t|wouldn'?t"
    r"|mustn'?t|isn'?t|aren'?t)"
    r"|\byou (?:do not|don'?t) (?=need|have to)|\bno longer|\bno (?=need|point|reason|call|wish"
    r"|intention|desire))"
)
_LIGHT = (
    r"(?:to|be|you|u|me|us|that|the|my|this|our|an?|any|please|pls|just|really|actually|now|even"
    r"|still|need(?:ed)?"
    r"|want|wish|like|require|necessary|required|have to|going|go|ahead|through|with|plan(?:ning)?"
    r"|intend(?:ing)?"
    r"|interested|looking|asking|keen|fussed|bothered|bother(?:ing)?|worry(?:ing)?|about|in|on|for"
    r"|of|longer|point|reason|proceed(?:ing)?"
    r"|continu(?:e|ing)|process(?:ing)?|start(?:ing)?|send(?:ing)?|dispatch(?:ing)?|issue|issuing"
    r"|arrange|arranging"
    r"|(?:think|believe) (?:i|we|you|it is|it's))"
)
_ASKED_FOR = (
    rf"(?:{REQUEST}|(?:cancel|refund|return|exchang|replac|swap|clos|collect|reimburs|repair|chang|upgrad)"
    r"(?:e|ing|ling)?\b|(?:send|giv)(?:e|ing)? (?:it|them|[\w']+ [\w']+) back\b|end(?:ing)? (?:it"
    r"|my|the)\b)"
)
_ORDER = r"(?:order|booking|reservation|subscription|account|appointment|parcel|money)\b"
_TO_CLAUSE_END, _TO_SENTENCE_END = r"[^.!?;,\n]", r"[^.!?;\n]"

# What these verbs name is not asked of the shop and taken back, but borne by the customer ("I do not want to
# wait"), or forbidden as a wish of its own ("do not send me your newsletter").
_OTHER_WORDS = """
    accept add agree apologise apologize appear argue ask be bear believe bill bother buy call care
    carry charge come complain connect contact continue deal debit delay deliver dispatch drink
    drive eat email end expect fail feel find forget get give go have hear hesitate ignore keep know
    learn leave let like live load look lose mail make mind miss need neglect open order own pass
    pay phone play post proceed put read receive recognise recognize remain remember renew ring risk
    say see seem sell send share ship shop show sit sound spend stand start stay switch take tell
    text think throw trust try turn understand use wait want waste work worry write you i we they it
    he she this that the a an any my your really even just always ever usually
"""
OTHER_VERBS = frozenset(_OTHER_WORDS.split())
# Followed by the wish: "I no longer want to" "cancel my order".
_BEFORE_WISH = (
    rf"(?:{_I} {_SOON}|{_START}){_NOT} {_SOON}(?:want|wish|need|intend|plan|like|care)(?: you| anyone)? to ",
    rf"{_I}{_WOULD} (?:(?:rather|prefer)(?: you)? not(?: to)?|(?:like|prefer)(?: you)? not to) ",
    rf"{_I}{_WOULD} (?:rather|prefer it if) you (?:did not|didn'?t) ",
    rf"{_I}(?: have|'ve)?(?: now)? (?:decided|chosen|agreed) (?:not to|against) ",
    rf"{_I}{_AM} (?:not|no longer) (?:going|planning|looking|intending) to ",
    rf"{_I}{_AM} no longer (?=\w+ing\b)",
    rf"{_I}{_AM} not (?=\w+ing\b{_TO_SENTENCE_END}* (?:after all|any ?more|any longer)\b)",
    rf"(?:{_I}|\band|\bbut) {_WILL_NOT} be (?=\w+ing\b)(?!(?:need|want|requir)ing)",
    r"(?:\b(?:can|could|would|will) you (?:please|pls|plz|kindly)|\bplease (?:can|could|would"
    r"|will) you) not ",
    rf"{_I}(?: have|'ve)? changed (?:my|our) minds? (?:about|on|over) ",
    rf"{_I} (?:(?:did not|didn'?t) (?:mean|want|intend)|never (?:meant|wanted|intended)) to ",
    rf"{_I}{_AM}? ask(?:ing)? you(?: please)? not to ",
    rf"\bi {_DO_NOT} (?:think|believe) (?:i|we) (?:(?:still )?(?:want|need|wish) to|will|should) ",
    rf"\bno (?:longer any |more )?need (?:for you )?(?:to |for (?=\w+ing\b|(?:[\w']+ ){{0,2}}{REQUEST}))",
    r"\b(?:it is|it's|its) (?:no longer|not) (?:necessary|needed|required) (?:for you )?to ",
    rf"\byou (?:(?:{_DO_NOT}|no longer) (?:need|have) to|{_NEED_NOT}) ",
    rf"{_START}{_DO_NOT} {_SOON}",
    rf"{_START}let(?:'s| us) not ",
    rf"{_START}never ?mind (?:about )?(?=\w+ing\b)",
    rf"(?:{_START}|{_CAN_YOU}|\byou (?:can|may) |{_I}(?:{_WOULD} like| want| wish|{_AM} writing) to )"
    rf"(?:forget(?: about)?|{STOP}) (?={THE} (?:[\w'-]+ ){{0,2}}?{REQUEST})",
    rf"{_START}(?:refrain from|hold off(?: on)?) (?={THE} {REQUEST}|\w+ing\b)",
)
_NOUN = rf"(?:(?:a|an|any|another|your|{THE}) )?(?:[\w']+ ){{0,2}}{REQUEST}{_TO_SENTENCE_END}*"
_DONE = rf"(?:{THE}|these|it|them|anything)(?: [\w']+){{0,3}}? (?:to be )?[a-z]{{3,}}ed\b{_TO_SENTENCE_END}*"
WISHES = (
    rf"\b(?:cancel|withdraw|retract|revoke|drop|undo|stop|forget(?: about)?|disregard"
    rf"|ignore) {THE} (?:[\w'-]+ ){{0,2}}"
    rf"(?:request|call|wish) (?:from this \w+ |of \w+ )?(?:for|to|about"
    rf"|that) (?P<wish_request>{_TO_SENTENCE_END}+)",
    *(rf"{before}(?P<wish{place}>{_TO_SENTENCE_END}+)" for place, before in enumerate(_BEFORE_WISH)),
    rf"(?:(?:{_I} {_SOON}|{_START}){_NOT} {_SOON}(?:want|need|require|wish for)"
    rf"|{_I} {_WILL_NOT} (?:be )?(?:want|need|requir)(?:ing|e)?) (?P<wish_noun>{_NOUN})",
    rf"(?:{_I} {_SOON}|{_START}){_NOT} {_SOON}(?:want|need|wish) (?P<wish_done>{_DONE})",
    rf"{_DENIAL}(?: {_LIGHT}){{0,7}} (?P<wish_any>{_ASKED_FOR}{_TO_SENTENCE_END}*)",
    rf"(?P<wish_put_off>\bmy request (?:for|to) {_TO_CLAUSE_END}{{2,60}}?) (?:can|should|may|could) be "
    r"(?:ignored|disregarded|forgotten|dropped|cancelled|closed|stopped)\b",
    rf"\b(?:asked for|requested|wanted) (?P<wish_before>(?:an? |the "
    rf"|my )?{REQUEST}){_TO_CLAUSE_END}{{0,40}}?,? "
    rf"but (?:now )?(?:i )?(?:no longer|{_DO_NOT}) (?:want|need|require) (?:it|that|one|this)\b",
    rf"\b(?:going|wanted|meant|planned|planning"
    rf"|asked? you) to (?P<wish_once>{_TO_CLAUSE_END}{{2,60}}?),? but (?:now )?"
    r"(?:i(?:'m| am|'ll| will) keep|there(?:'s| is) no need|no need|i(?:'ve| have)? changed"
    r"|please do(?: not|n'?t)"
    r"|i no longer|i do(?: not|n'?t))\b",
    rf"(?P<wish_mistaken>{THE} {REQUEST}(?: [\w'-]+){{0,3}}?) (?:was|is) (?:a mistake|an accident"
    rf"|(?:made )?(?:in error|by mistake))",
    rf"(?P<wish_needless>(?:a|any|{THE}) (?:[\w'-]+ ){{0,2}}{REQUEST}(?: [\w'-]+){{0,3}}?)"
    rf" (?:(?:is|are) (?:no longer|not)|isn'?t|aren'?t|{_WILL_NOT} be) (?:needed|required|necessary"
    rf"|wanted)\b"
    r"(?: any ?more)?",
    rf"\bno (?P<wish_none>(?:[\w'-]+ )?{REQUEST})(?: is| are)? (?:needed|required|necessary|wanted)\b",
    rf"(?P<wish_undone>(?:\b{THE}(?: [\w-]+){{1,3}}|\bit) (?:does not|doesn't|{_NEED_NOT}) "
    rf"(?:need to |have to )?be [a-z]+ed\b{_TO_SENTENCE_END}*)",
)
TAKEN_BACK = (
    rf"{_START}(?:please |pls |kindly |just |you (?:can|may|could) |(?:can|could|would) you )*"
    r"(?:ignore|disregard|forget(?: about)?|scrap|scratch|strike|never ?mind(?: about)?) (?:all (?:of )?)?"
    r"(?:(?:that|this|it|everything|what i (?:just |had )?(?:said|wrote|asked|sent)"
    rf"(?: (?:before|earlier|above))?)\b(?! \w+ing\b)|(?:{THE} |(?=last|previous"
    rf"|earlier))(?:[\w-]+ ){{0,2}}{_MESSAGE})",
    rf"{_START}never ?mind\b(?: then| now)?(?= *(?:[.,!;:)\n-]|\Z|(?:thank|i|we|it|about|all)\b))",
    rf"(?:{_START}|{_CAN_YOU})(?:reinstate|restore|reactivate|un-?cancel) (?:it\b|{THE} {_ORDER}|{_ORDER})",
    rf"{_I}(?:'ve| have)? (?:only )?(?:cancel|return|clos)\w* {_TO_CLAUSE_END}{{0,30}}?"
    r"by (?:accident|mistake)\b",
    rf"{_I}(?:'ll)? take (?:it all|that|all (?:of )?(?:that|it)|everything) back\b(?! to)",
    rf"{_START}{_DO_NOT}(?: do (?:it|that|this|so)\b|(?= *(?:[.!\n]|\Z)))",
    rf"(?:{_I}(?:{_WOULD} like to| want to| wish to| have to|'ll| will| hereby)?|\b(?:can|could"
    rf"|may) (?:i|we))"
    rf" (?:take back|withdraw|retract) "
    rf"(?:that|it|what i (?:said|wrote|asked)|{THE} {_TO_CLAUSE_END}{{0,40}})",
    rf"{_START}{_I}(?:(?: have|'ve)? (?:decided|chosen) to|{_WOULD}? (?:like to|prefer to|want to)"
    rf"|{_AM} going to|'?ll| will| shall) (?:just |rather |simply |now )?keep "
    rf"(?:(?:it|them|everything|{THE} {_ORDER})\b"
    rf"|{_TO_CLAUSE_END}{{2,40}}? (?:after all|as it is|as they are))"
    rf"(?! (?:safe|dry|clean|warm|for you|until|if|when)\b){_TO_CLAUSE_END}*",
)
# Says the same of a wish ruled out beside it; alone it takes nothing back.
STAYS = (
    rf"{_START}(?:please |just |simply )*(?:keep|leave) (?:(?!and\b)[^.!?;,\n ]+ ?){{1,10}}",
    rf"{_I}(?: do)? still (?:want|need|would like) {_TO_CLAUSE_END}{{1,60}}",
    rf"{_I}(?:'?ll| will| want to|{_WOULD} like to) (?:just )?keep {_TO_CLAUSE_END}{{1,60}}",
)
