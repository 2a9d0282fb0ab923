"""The wordings by which promises are told, all over small letters."""

from __future__ import annotations

import re

from brand_voice.patterns import pattern

_FIRM = r"(?:\bwill|'ll|\bshall|\bgoing to)\b"
_AMOUNT_SOURCE = r"(?:\u00a3\d+(?:\.\d\d)?|\b\d{1,2} ?(?:%|per ?cent\b))"
_FREE_THINGS = "delivery|postage|shipping|replacement|collection|return|repair|gift"
_FOR_NOTHING = r"(?:free of charge|for free|at no (?:extra |additional )?(?:cost|charge))"
_FREE_STEMS = "deliver|postage|shipping|replac|collect|return|repair"

GUARANTEE = pattern(
    r"\b(?:i|we|and|can|also|is|are|it's|you're|be) (?:(?:also|fully|personally|100%|completely) )?"
    r"(?P<word>guarantee(?:d|s)?)\b"
    r"(?! (?:for (?:\d|an?\b|one|two|three|five|ten|life|up to|years|the (?:first|life))|against"
    r"|by (?:the|its) (?:maker|manufacturer)|certificate|card|period|slip|claim))"
    r"|(?P<word>guaranteed) (?:delivery|arrival|refund|to|by|before|next)\b|, (?P<word>guaranteed)(?=[.!]|$)"
)
WORD_GIVEN = pattern(
    r"(?<!\b(?:than|what|as|when|that|which) )\b(?:i|we) "
    r"(?:(?:can|do|absolutely|solemnly) )*(?P<word>promise)\b(?! (?:of|code|price))"
    r"|\b(?:i|we)(?: can)? assure you\b|\b(?:rest assured|you (?:can|may) be (?:sure|certain))\b"
    r"|\byou have (?:my|our) word\b|\bwithout fail\b|\bno matter what\b(?! \w)"
    r"|\b100% (?:sure|certain|guaranteed)\b"
)
DEFINITELY = pattern(
    r"(?:\b(?:will|shall)|'ll) (?:be )?(?P<word>definitely|absolutely|most certainly|100%) "
    r"|\b(?P<word>definitely|absolutely) (?:will|be|arrive|receive|get|reach|refund|have it)\b"
    r"|(?:\b(?:will|shall)|'ll) [^.!?\n]{0,60}?\b(?P<word>for (?:sure|certain)|definitely)(?=[.!,]|$)"
)
CERTAINTY_HINTS = (
    "guarantee",
    "promise",
    "definitely",
    "absolutely",
    "certain",
    "sure",
    "word",
    "fail",
    "matter",
    "assure",
    "100%",
)

COMMITS = re.compile(
    r"\bwill\b|'ll\b|\bshall\b|\bgoing to\b|\bguarantee|\bpromise\b|\bno later than\b|\bwithin\b"
    r"|\bcan (?:have|get|expect)\b|\byou have it\b"
)
_MAY = r"(?<!\d )(?<!\d(?:st|nd|rd|th) )(?<!\b(?:of|in|by) )(?<!\buntil )\bmay\b(?! \d|,)"  # not the month
HEDGED = re.compile(
    rf"\bshould\b|\busually\b|\bnormally\b|\btypically\b|\baim\b|\bhope\b|\bup to\b|\bcan take\b|{_MAY}"
    r"|\bmight\b|\bexpect(?:ed)?\b|\bestimated?\b|\baround\b|\babout (?:an? )?(?:\d|one|two|three)"
    r"|\bapproximately\b|\blikely\b|\bdepend"
)
NEGATED = re.compile(r"\b(?:not|cannot|never|unable)\b|n't\b")
THEIR_STEP = re.compile(
    r"\byou (?:\w+ )?(?:tell|told|let|write|wrote|contact|contacted|report|reported|call|called|rang|ring"
    r"|register|registered|ask|asked|notify|notified|send|sent|bring|brought)"
    r"(?: (?:us|me|it|them|this|that|back|about|of)){0,3}(?: (?:within|in|inside|after))? $"
)
THEIR_TASK = re.compile(
    r"(?:^|[,;:] |\b(?:please|and|then|kindly) )"
    r"(?:bring|send|show|tell|let|take|post|report|write|return|contact|hand|give)\b"
    r"(?![^.!?;]*(?:\bwill\b|'ll\b|\bshall\b|\b(?:we|i) |refund|replac|deliver|arriv))"
    r"[^.!?;]{0,90}\b(?:within|in|inside) $"
)
NAMED_PERIOD = re.compile(r" (?:slots?|windows?|guarantee|warranty|trial|guide|right|cooling|late|old|ago)\b")
_OWN_WORDS = (
    "call|ring|phone|e-?mail|contact|repl(?:y|ies)|respond|response|update|write|message|touch|get back|"
    "let you know|confirm|hear|look into|investigat|tell you|answer|speak|report|check|review|chase|"
    "find out|come back to"
)
_DELIVERY_WORDS = r"deliver\w*|dispatch\w*|despatch\w*|ship\w*|parcel|courier|click and collect"
SUBJECTS = re.compile(
    rf"(?P<contact>\b(?:{_OWN_WORDS})(?:s|e|ed|ing)?\b)"
    r"|(?P<refund>\b(?:refund\w*|money back|reimburs\w+|credit(?:ed)? (?:back )?to your|your account)\b)"
    r"|(?P<replacement>\b(?:replac\w+|exchang\w+)\b)"
    rf"|(?P<delivery>\b(?:{_DELIVERY_WORDS}|leave (?:us|our)|go out to you)\b)"
    r"|(?P<arrival>\b(?:arriv\w+|reach(?:es)? you|(?:be|is|are) with you|in your hands"
    r"|you(?:'ll| will| shall) (?:have|get|receive)"
    r" (?:it|them|both|everything|your (?:order|parcel|goods)))\b)"
    r"|(?P<repair>\brepair\w*\b)|(?P<collection>\bcollect\w*\b)"
    r"|(?P<returns>\breturn\w*|\b(?:send|bring|sent|brought) (?:[\w'-]+ ){0,4}?back\b"
    r"|\bchange your mind\b|\bcancel\w*)"
)
OVERNIGHT = pattern(
    rf"{_FIRM}[^.!?\n]{{0,80}}?"
    r"\b(?P<by>by|before|no later than) (?:the end of )?(?P<when>tomorrow|tonight|today)\b"
)
AT_ONCE = pattern(
    r"(?:\bwill|'ll|\bshall)\b[^.!?\n]{0,60}?"
    r"\b(?P<when>tomorrow|today|tonight|instantly|immediately|straight away|right away)\b"
)
UNIT_HINTS = ("minute", "hour", "hr", "day", "week", "fortnight", "month")
AT_ONCE_HINTS = ("tomorrow", "today", "tonight", "instantly", "immediately", " away")

FULL_REFUND = pattern(
    r"(?:\bwill|'ll|\bshall|\bgoing to|\bhappy to|\b(?:i|we) can"
    r"|\bentitles? you to|\boffer(?:ing)?)\b[^.!?\n]{0,50}?"
    r"(?P<what>\bfull(?:y)? refund(?:ed)?\b|\brefund(?:ed)?(?: \w+){0,4} in full\b"
    r"|\brefund(?:ed)?(?: \w+){0,3} the (?:full|whole|entire) (?:amount|price|sum|order|cost)\b"
    r"|(?:\b(?:all|every penny)|\b100%)(?: of)?(?: your money| it)? back\b"
    r"|\bmoney back in full\b|\bfull money back\b"
    r"|\b100% refund\b|\bno[- ]questions?[- ]asked\b)"
)
FULL_REFUND_HINTS = ("refund", "money back", "question", "penny back")
FREE = pattern(
    r"(?:\bwill|'ll|\bshall|\boffer|\bgive|\bcan|\bget|\breceive)\b[^.!?\n]{0,50}?"
    rf"(?P<what>\bfree (?P<of>{_FREE_THINGS})\b"
    rf"|\b(?P<of>{_FREE_STEMS})\w*(?: \w+){{0,4}}? {_FOR_NOTHING}\b"
    rf"|\b(?P<of>\w+) {_FOR_NOTHING}\b"
    r"|\bcomplimentary (?P<of>\w+)"
    r"|\bwaive (?:the |your |our )?(?P<of>\w+)(?: \w+)? (?:charges?|fees?|costs?)\b)"
    rf"|\b(?P<of>{_FREE_STEMS})\w* (?P<what>(?:will|is going to) be free)\b(?! of| from| to| on)"
    r"|(?P<what>\b(?:won't|will not) pay (?:a penny|anything|a thing)"
    rf"(?: for (?:the |your )?(?P<of>{_FREE_STEMS}))?)"
)
FREE_HINTS = ("free", "at no ", "complimentary", "waive", "pay a")
GOODWILL = pattern(
    rf"(?P<what>{_AMOUNT_SOURCE}(?: goodwill| gift)? "
    r"(?:off|discount|voucher|credit|gift card|(?:as |in )?compensation|as (?:a gesture|an apology|goodwill)"
    r"|for your trouble|goodwill)\b"
    rf"|\b(?:goodwill|apology|compensation|your trouble)\b[^.!?\n]{{0,40}}{_AMOUNT_SOURCE}"
    r"|\b(?:discount|voucher|compensation|goodwill (?:gesture|payment)|credit) (?:of|worth) "
    rf"{_AMOUNT_SOURCE})"
)
GOODWILL_HINTS = ("\u00a3", "%", "percent", "per cent")
AMOUNT = re.compile(_AMOUNT_SOURCE)
BARE_REFUND = re.compile(r"\bfull refund\b|\brefund(?:ed)?(?: \w+){0,4} in full\b|\bmoney back\b")
BARE_FREE = re.compile(
    rf"\bfree ({_FREE_THINGS})|\b({_FREE_THINGS})s? (?:is|are) free\b|\b({_FREE_STEMS})(?:s|ed|d) free\b"
)
FREE_NAMES = {
    "postage": "delivery",
    "shipping": "delivery",
    "deliver": "delivery",
    "replac": "replacement",
    "collect": "collection",
}
