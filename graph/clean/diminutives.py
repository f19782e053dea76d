"""English diminutives → the formal names they stand for: Bob → robert, Ted → edward or theodore.

The commonest are listed here, because the ``nicknames`` package also calls Bill a Robert and Mike a Miguel;
for the rest it is asked, and believed where it knows one answer only.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nicknames import NickNamer

_COMMON = """
robert: bob bobby rob robbie robby | william: bill billy will willie willy
richard: rick ricky dick rich richie | james: jim jimmy jimmie jamie | john: jack johnny jonny johnnie
jonathan: jon jonny johnathan jonathon | michael: mike mikey mick micky mickey | joseph: joe joey jo
thomas: tom tommy thom | charles: charlie chuck chas | edward: ed eddie ted ned | theodore: ted theo teddy
margaret: peggy maggie meg marge margie peg
elizabeth: liz lizzie beth betty betsy eliza libby lisbeth elisabeth
katherine: kate katie kathy cathy catherine | katherine: kathryn kitty kath | jennifer: jen jenny jenn
susan: sue susie suzy susanne suzanne | patricia: pat patty tricia trish | patrick: pat paddy
daniel: dan danny | david: dave davy | andrew: andy drew | anthony: tony | antonio: tony
steven: steve stephen stevie | christopher: chris topher kit | christine: chris chrissy christina tina
matthew: matt | nicholas: nick nicky nicolas | gregory: greg gregg | ronald: ron ronnie
donald: don donnie | kenneth: ken kenny | lawrence: larry laurence | gerald: jerry gerry | jerome: jerry
jeffrey: jeff geoff geoffrey jeffery | frederick: fred freddie freddy | benjamin: ben benny benji
samuel: sam sammy | samantha: sam sammy | deborah: deb debbie debra debby | barbara: barb babs barbie
dorothy: dot dottie dolly | victoria: vicky vicki tori | rebecca: becky becca | cynthia: cindy
judith: judy | jessica: jess jessie | theresa: teresa terri tess terry | terence: terry terrence
pamela: pam | sandra: sandy | alexander: alex alec al sandy xander | alexandra: alex sandy lexi
albert: al bert | alfred: al alfie fred | alan: al allan allen | vincent: vince vinny | walter: walt wally
timothy: tim timmy | raymond: ray | leonard: len lenny leo | harold: hal harry | henry: hank harry hal
peter: pete | philip: phil phillip | stanley: stan | zachary: zach zack | joshua: josh | jacob: jake
nathaniel: nate nathan nat | abigail: abby gail | amanda: mandy | angela: angie | eleanor: nell ellie nora
florence: flo | frances: fran frannie | francis: frank | franklin: frank | mary: molly polly
virginia: ginny | jacqueline: jackie | edwin: ed eddie | louis: lou louie lewis | louise: lou
maximilian: max | maxwell: max | valerie: val | veronica: ronnie vera | gabriel: gabe | isabella: bella
"""


@cache
def _formal() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for entry in _COMMON.replace("\n", "|").split("|"):
        formal, _, short = entry.strip().partition(": ")
        if not formal:
            continue
        table.setdefault(formal, set()).add(formal)
        for name in short.split():
            table.setdefault(name, set()).add(formal)
    return {name: frozenset(formals) for name, formals in table.items()}


@cache
def _package() -> NickNamer:
    from nicknames import NickNamer

    return NickNamer()


@cache
def formal(name: str) -> frozenset[str]:
    """Give the formal names a lower-case given name may stand for; itself when it is no diminutive."""
    listed = _formal().get(name)
    if listed is not None:
        return listed
    known = _package()
    # An answer that counts the other way round too (Andrew ~ Andrea) is a variant, not a diminutive.
    answers = {answer for answer in known.canonicals_of(name) if name not in known.canonicals_of(answer)}
    return frozenset(answers) if len(answers) == 1 else frozenset({name})
