"""Names that are the same name in another language or romanisation, where their letters do not show it."""

from functools import cache

_FAMILIES = """
cho jo chou zhao chiu chao
kim gim
li ri yi lee rhee lei
pak park bak
choe choi chui cui
chong jong jung chung jeong zheng cheng
kang gang jiang
chang jang zhang cheung
no ro roh lu loh
yu ryu yoo liu lau
im rim lim lam lin
chan chen tan
wong wang huang hwang
ng wu
leung liang
tsang zeng
yeung yang
kwok guo kuo
tse hsieh xie
hsu xu hui
ho he
"""
_GIVEN = """
alexander aleksandr alexandr alexandre alejandro oleksandr aliaksandr alyaksandr iskandar eskandar aleksander alessandro
aleksei alexei alexey aleksey alexis oleksiy oleksii aliaksei
andrei andrey andriy andrii andreas andres andrew andrzej andrej
dmitry dmitriy dmitri dmitrii dmytro dzmitry dmitrij dimitri
vladimir volodymyr volodimir uladzimir vladimer wladimir
sergei sergey serhiy serhii siarhei sergej serguei serge sergio
nikolai nikolay mykola mikalai nicholas nicolas nikolaj nikola
mikhail mykhailo mikhailo michael miguel michel mihail mihailo mixail
yevgeny yevgeniy evgeny evgeniy evgenii yauhen yevhen eugene eugenio evgeni
ekaterina yekaterina kateryna katsiaryna katerina catherine katherine
yelena elena olena alena helen helena
irina iryna irene
pavel pavlo paul pablo paulo pavol
petr pyotr petro piotr peter pedro pierre pyotr
ivan ioann john juan jean joao giovanni
yuri yury yuriy yurii iurii yuryi
vasily vasiliy vasyl vasil basil vasilii
viktor victor wiktor
viacheslav vyacheslav viacheslau viachaslau vacheslav
konstantin kostiantyn kanstantsin constantine konstantyn kostyantyn
gennady gennadiy hennadiy henadz gennadii
grigory grigoriy hryhoriy gregory ryhor
igor ihor ihar
oleg oleh aleh
denis denys dzianis dionisio
maksim maxim maksym
kirill kyrylo kiryl cyril
artem artyom artsiom artiom
roman raman
ruslan rustam
natalia nataliya natallia natalya natalie
muhammad mohammed mohammad mohamed muhammed mohamad muhamad mohamet maxamed mehmet mohd md mahamat mamadou
ahmed ahmad axmed ahmet akhmed akhmad
hassan hasan xasan khasan
hussein husayn hossein hussain husain husein xuseen khusein huseyin hosein hoseyn
ali cali
omar umar cumar omer
ibrahim ebrahim ibraahim abraham abrahim ibragim brahim
yusuf yousef yousuf youssef joseph yosef yusef jose giuseppe josef iosif yuusuf
ismail ismael esmail esmaeil ismaaciil
yaqub yaqoob jacob yakub yacoub yaghoub jakob
musa moussa moses mousa muse moisei
isa issa eisa
dawud daud dawood david daoud davood
suleiman sulayman soleiman solomon suleyman soleyman sulaiman
qasim qassem ghasem kassim qasem gasem casim
yahya yehia yahia
jamal gamal djamal jamaal djamel
rajab ragab recep
said saeed saeid sayed saiid
haj hajj hadj
zulfiqar zulfikar zolfaghar dhulfiqar
jorge george giorgi georgy georges yuriy
luis louis ludwig luiz
carlos charles karl carlo
francisco francis francois franz francesco
guillermo william guilherme
enrique henry henri heinrich
eduardo edward edouard
felipe philip philippe phillip
tomas thomas
mateo matthew matthieu mateus matias
santiago james jacques jaime diego
juana jeanne joan jane
maria marie mary mariya mariam maryam miriam maryan
isabel elizabeth elisabeth isabelle
rosa rose
"""
_OTHERS = """
abubakr abubakar aboubacar aboubakar abubaker abobaker aboubakr boubacar boubakar abubakari
"""
_NICKNAMES = """
bob rob robert roberto beto bobby
bill will william billy willy
ted theodore teddy teodoro fyodor feodor
ben benjamin benny
barry barack
ned ed eddie edward edgar
dick richard rick ricardo ricky
jim james jimmy jamie
jack john johnny
joe joseph joey
tom thomas tommy
tony anthony antonio antoine anton
mike michael mick misha
nick nicholas nikolai kolya
alex alexander alejandro aleksandr sasha alexandra
andy andrew andre
chuck charles charlie
dan daniel danny
dave david
fred frederick alfred freddy federico friedrich
greg gregory grigory
harry henry harold
larry lawrence lorenzo
matt matthew
pat patrick patricia patricio
pete peter
phil philip
ron ronald ronny
sam samuel samantha
steve steven stephen esteban stefan
tim timothy timur
vlad vladimir volodya vova
dima dmitry dmitri
zhenya yevgeny evgeny
kostya konstantin
slava vyacheslav
borya boris
lyosha alexei aleksei
vanya ivan
pasha pavel
lena elena yelena
katya ekaterina kate katherine catherine cathy
natasha natalia
liz beth betty elizabeth lisa
maggie meg peggy margaret margarita
meche mercedes
pepe jose
paco pancho francisco
lalo eduardo
memo guillermo
nacho ignacio
chucho jesus
quique kike enrique
beto alberto humberto roberto gilberto
tono antonio
lupe guadalupe
concha concepcion
lola dolores
chelo consuelo
manolo manuel manny
chema jose
rafa rafael
santi santiago
gabo gabriel gabi
nando fernando
moncho ramon
"""


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in (_FAMILIES + _GIVEN + _OTHERS + _NICKNAMES).split("\n"):
        members = tuple(dict.fromkeys(line.split()))
        for member in members:
            found[member] = tuple(dict.fromkeys((*found.get(member, ()), *members)))
    return found


def equivalents(text: str) -> tuple[str, ...]:
    """Other spellings of the same name, the text itself not among them."""
    return tuple(other for other in _groups().get(text, ()) if other != text)


@cache
def equivalent(one: str, two: str) -> bool:
    """Whether two different spellings are in use for one name."""
    return two in _groups().get(one, ())
