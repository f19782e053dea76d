"""English names for fictional people: common ones first (order from memory), then a long tail."""

from __future__ import annotations

from tests.benchmarks.matching.errors import Weighted, words, zipf

_MEN = """
james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark
donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob
gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander
raymond patrick jack dennis jerry tyler aaron jose adam henry nathan douglas zachary peter kyle walter ethan
jeremy harold keith christian roger noah gerald carl terry sean austin arthur lawrence jesse dylan bryan joe
jordan billy bruce albert willie gabriel logan alan juan wayne roy ralph randy eugene vincent russell elijah
louis bobby philip johnny frederick herbert ernest alfred percy cecil reginald leonard stanley
"""
_WOMEN = """
mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret sandra
ashley kimberly emily donna michelle dorothy carol amanda melissa deborah stephanie rebecca sharon laura
cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha katherine christine debra
rachel carolyn janet catherine maria heather diane ruth julie olivia joyce virginia victoria kelly lauren
christina joan evelyn judith megan andrea cheryl hannah jacqueline martha gloria teresa ann sara madison
frances kathryn janice jean abigail alice julia judy sophia grace denise amber doris marilyn danielle
beverly isabella theresa diana natalie brittany charlotte marie kayla alexis lori florence edith ethel agnes
annie ellen harriet eliza
"""
_LAST = """
smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson
anderson thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis
robinson walker young allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera
campbell mitchell carter roberts gomez phillips evans turner diaz parker cruz edwards collins reyes stewart
morris morales murphy cook rogers gutierrez ortiz morgan cooper peterson bailey reed kelly howard ramos kim
cox ward richardson watson brooks chavez wood james bennett gray mendoza ruiz hughes price alvarez castillo
sanders patel myers long ross foster jimenez powell jenkins perry russell sullivan bell coleman butler
henderson barnes fisher simmons graham reynolds hamilton wallace west jordan cole griffin hayes gibson ford
ellis mcdonald cruz marshall owens harrison woods
"""
_STEMS = """
ash black brad brom bur cal chad crom dal den dun ed el fair farn gar glad had hal har hart hay hazel hep hol
hor kings lang law lin long mar mel mid mil mor nor oak pem pres rad rams red ring rock row rush sax shel sher
stan sut thorn wad wal war wend wes whit wil win wood wor yar
"""
_ENDS = """
bury by combe cott croft dale den don field ford ham hill hurst ley low man mere more ridge shaw ston ton wall
well wick wood worth
"""
_NICKS = """ robert=bob,rob,bobby william=bill,will,billy
richard=dick,rick michael=mike,mick elizabeth=liz,beth,betty,eliza margaret=peggy,maggie,meg
katherine=kate,kathy,katie catherine=kate,cathy jennifer=jen,jenny thomas=tom,tommy edward=ted,ed,ned
deborah=debbie,deb susan=sue,susie james=jim,jimmy,jamie john=jack,johnny charles=charlie,chuck
joseph=joe,joey daniel=dan,danny matthew=matt anthony=tony steven=steve stephen=steve andrew=andy,drew
joshua=josh kenneth=ken,kenny ronald=ron timothy=tim jeffrey=jeff nicholas=nick jonathan=jon benjamin=ben
samuel=sam gregory=greg alexander=alex patrick=pat,paddy frederick=fred lawrence=larry albert=bert
alfred=alf,fred herbert=bert leonard=len stanley=stan patricia=pat,patty,tricia barbara=barb jessica=jess
sarah=sally sandra=sandy kimberly=kim melissa=mel stephanie=steph rebecca=becky,becca cynthia=cindy
kathleen=kathy pamela=pam christine=chris,tina samantha=sam dorothy=dot,dolly victoria=vicky
theresa=tess,terry teresa=terry florence=flo frances=fanny harriet=hattie martha=patty ann=annie,nancy
mary=polly,molly ellen=nell helen=nell virginia=ginny
"""

MEN, WOMEN = tuple(_MEN.split()), tuple(_WOMEN.split())
COMMON_LAST = tuple(dict.fromkeys(_LAST.split()))
# Some 1,800 names that are made up of parts of English place-names; a few exist.
RARE_LAST = tuple(dict.fromkeys(stem + end for end in _ENDS.split() for stem in _STEMS.split()))
NICKS = {formal: tuple(short.split(",")) for formal, short in (pair.split("=") for pair in _NICKS.split())}

GIVEN = {"M": Weighted(zipf(MEN, 0.8)), "F": Weighted(zipf(WOMEN, 0.8))}
_LAST_WEIGHTS = zipf(COMMON_LAST, 0.75)
# The 162 commonest US surnames are borne by near a quarter of people; here half, for RARE_LAST has only
# some 1,800.
_RARE = sum(_LAST_WEIGHTS.values()) / len(RARE_LAST)
FAMILY = Weighted(_LAST_WEIGHTS | dict.fromkeys(RARE_LAST, _RARE))

STREETS = words(
    """
    maple oak willow harbor mill juniper cedar pine elm washington lake hill walnut spring north ridge
    church willowbrook park sunset lincoln jackson meadow forest highland river railroad jefferson center
    franklin chestnut dogwood laurel locust poplar spruce sycamore magnolia hickory birch aspen prospect
    college school market bridge canal quarry orchard
    """
)
STREET_KINDS = {"street": "st", "avenue": "ave", "road": "rd", "lane": "ln", "drive": "dr", "court": "ct"}
CITIES = (
    ("port alder", "or"), ("fernhaven", "oh"), ("graywater", "tx"), ("bluff mills", "pa"), ("eastmere", "ga"),
    ("copper falls", "mi"), ("willow bend", "in"), ("lake harrow", "wi"), ("north ellery", "ny"),
    ("pinegate", "nc"), ("stonebrook", "va"), ("cedar hollow", "ky"),
)  # fmt: skip
OCCUPATIONS = words(
    """
    teacher nurse carpenter clerk driver electrician farmer cook cashier mechanic plumber accountant
    salesman engineer waiter painter welder secretary machinist janitor barber guard librarian butcher
    mason
    """
)
EMPLOYER_KINDS = (
    "hardware",
    "foods",
    "textiles",
    "motors",
    "logistics",
    "health services",
    "printing",
    "stores",
)
EMPLOYER_NAMES = words(
    """
    alder bluffton copperline drayton eastmere fernhill graywater harrow ivory kestrel lathrop marlow
    """
)
LEGAL = ("inc", "llc", "corp", "co", "")
