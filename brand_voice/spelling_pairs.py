"""Words that are spelt one way in Britain and another in America, spun out of their stems."""

from __future__ import annotations

from functools import cache
from typing import Literal

Variety = Literal["british", "american"]

_ISE = """
anonym apolog author capital categor central character civil critic crystall custom digital dramat
econom emphas energ equal familiar fantas fertil final formal general global harmon hospital hypnot
ideal immun incentiv individual industrial initial international item jeopard legal local material
maxim mechan memor mesmer miniatur minim mobil modern modular monopol moral national natural neutral
normal optim organ pasteur patron penal personal polar popular pressur prior pulver random rational
real recogn reorgan revolution scrutin sensational serial social special specul stabil standard
steril stigmat subsid summar symbol sympath synchron tantal terror trivial union urban util verbal
victim visual vocal weather
"""
_ISE_ENDINGS = ("e", "es", "ed", "ing", "er", "ers", "ation", "ations", "ational")
_YSE = "anal paral catal electrol"
_YSE_ENDINGS = ("e", "es", "ed", "ing", "er", "ers")
_OUR = """
col flav hon lab neighb fav hum rum behavi harb od vap arm endeav parl sav rig cand splend tum val
vig dem
"""
_OUR_ENDINGS = """
s ed ing er ers ful less able ably ite ites hood hoods al ally y
"""
_RE = "cent fib lit theat calib somb lust spect meag sab scept"
_DOUBLED = """
cancel travel label model signal counsel marvel jewel fuel dial tunnel quarrel channel bevel chisel
duel equal fuel grovel gravel level libel pencil pedal rival shovel shrivel spiral swivel total
towel trowel unravel panel parcel enamel tinsel stencil
"""
_DOUBLED_ENDINGS = ("ed", "ing", "er", "ers", "ings", "or", "ors", "ous", "ously")
_SINGLES = """
defense=defence defenses=defences offense=offence offenses=offences pretense=pretence
catalog=catalogue catalogs=catalogues cataloged=catalogued dialog=dialogue dialogs=dialogues
analog=analogue gray=grey grays=greys grayish=greyish aluminum=aluminium plow=plough pajamas=pyjamas
pajama=pyjama mustache=moustache cozy=cosy cozier=cosier coziest=cosiest skeptical=sceptical
skeptic=sceptic artifact=artefact artifacts=artefacts mold=mould molds=moulds moldy=mouldy
molded=moulded molding=moulding smolder=smoulder maneuver=manoeuvre pediatric=paediatric
airplane=aeroplane airplanes=aeroplanes aging=ageing donut=doughnut donuts=doughnuts
licorice=liquorice sulfur=sulphur mom=mum moms=mums mommy=mummy jewelry=jewellery woolen=woollen
woolens=woollens enroll=enrol enrolls=enrols enrollment=enrolment fulfill=fulfil fulfills=fulfils
fulfillment=fulfilment skillful=skilful skillfully=skilfully willful=wilful installment=instalment
installments=instalments distill=distil instill=instil program=programme programs=programmes
kilometer=kilometre kilometers=kilometres centimeter=centimetre centimeters=centimetres
millimeter=millimetre millimeters=millimetres milliliter=millilitre milliliters=millilitres
anemia=anaemia encyclopedia=encyclopaedia esthetic=aesthetic fetus=foetus hemorrhage=haemorrhage
orthopedic=orthopaedic estrogen=oestrogen diarrhea=diarrhoea leukemia=leukaemia tidbit=titbit
center=centre centers=centres centered=centred centering=centring theaters=theatres
"""
_SAME_IN_BRITAIN = frozenset(("program", "programs"))  # of a computer


def _spun() -> dict[str, str]:
    pairs: dict[str, str] = {}
    for stem in _ISE.split():
        pairs |= {f"{stem}iz{end}": f"{stem}is{end}" for end in _ISE_ENDINGS}
    for stem in _YSE.split():
        pairs |= {f"{stem}yz{end}": f"{stem}ys{end}" for end in _YSE_ENDINGS}
    for stem in _OUR.split():
        pairs |= {f"{stem}or{end}": f"{stem}our{end}" for end in ("", *_OUR_ENDINGS.split())}
    for stem in _RE.split():
        pairs |= {f"{stem}er": f"{stem}re", f"{stem}ers": f"{stem}res"}
    for stem in _DOUBLED.split():
        pairs |= {f"{stem}{end}": f"{stem}l{end}" for end in _DOUBLED_ENDINGS}
    for single in _SINGLES.split():
        american, _, british = single.partition("=")
        pairs[american] = british
    return {american: british for american, british in pairs.items() if american not in _SAME_IN_BRITAIN}


@cache
def respelt(variety: Variety) -> dict[str, str]:
    """Return the words of the other variety with how `variety` spells them, all in small letters."""
    if variety == "british":
        return _spun()
    return {british: american for american, british in _spun().items()} | {"programme": "program"}
