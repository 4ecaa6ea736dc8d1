"""What the demo company's world is made of: bikes, sellers, clients, cities, carriers, and what people write.

Data only. The prices are those of used bikes on European marketplaces, EUR; the words are Russian as the people are.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.orders import CancelReason, DeliveryMethod


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@dataclass(frozen=True, slots=True)
class Bike:
    """A model as sellers list it: its usual used price in EUR, and what kind of bike it is."""

    name: str
    usual_eur: int
    is_hardtail: bool = False
    is_ebike: bool = False


BIKES = (
    Bike("Canyon Spectral 29 CF 8", 2450),
    Bike("Canyon Neuron AL 7", 1550),
    Bike("Canyon Strive CFR", 3400),
    Bike("Canyon Torque AL 6", 2100),
    Bike("Canyon Exceed CF 7", 1650, is_hardtail=True),
    Bike("Canyon Grail CF SL 8", 1950, is_hardtail=True),
    Bike("Canyon Endurace CF 7", 1500, is_hardtail=True),
    Bike("Canyon Spectral:ON CF 8", 3900, is_ebike=True),
    Bike("Cube Stereo 150 C:62 Race", 2100),
    Bike("Cube AMS 100 C:68X", 2600),
    Bike("Cube Reaction C:62 Pro", 1150, is_hardtail=True),
    Bike("Cube Attention SL", 720, is_hardtail=True),
    Bike("Cube Nuroad C:62 SLX", 1900, is_hardtail=True),
    Bike("Cube Stereo Hybrid 140 HPC", 3300, is_ebike=True),
    Bike("Cube Reaction Hybrid Pro 625", 1900, is_hardtail=True, is_ebike=True),
    Bike("Specialized Stumpjumper Comp", 2300),
    Bike("Specialized Epic Evo Expert", 3300),
    Bike("Specialized Rockhopper Expert", 780, is_hardtail=True),
    Bike("Specialized Tarmac SL7 Comp", 3100, is_hardtail=True),
    Bike("Specialized Turbo Levo SL", 4300, is_ebike=True),
    Bike("Trek Fuel EX 8", 2250),
    Bike("Trek Slash 9.8", 3600),
    Bike("Trek Marlin 7", 620, is_hardtail=True),
    Bike("Trek Checkpoint SL 5", 2050, is_hardtail=True),
    Bike("Trek Rail 7", 3700, is_ebike=True),
    Bike("Santa Cruz Bronson C", 3300),
    Bike("Santa Cruz Hightower C", 3500),
    Bike("Santa Cruz Chameleon", 1400, is_hardtail=True),
    Bike("YT Capra Core 3", 2700),
    Bike("YT Jeffsy Core 2", 2050),
    Bike("Giant Trance X 2", 1850),
    Bike("Giant Reign Advanced 1", 2800),
    Bike("Giant Talon 1", 560, is_hardtail=True),
    Bike("Scott Spark 930", 2350),
    Bike("Scott Scale 940", 1250, is_hardtail=True),
    Bike("Scott Genius 920", 2500),
    Bike("Orbea Occam M30", 2400),
    Bike("Orbea Rallon M20", 3500),
    Bike("Orbea Rise M20", 4200, is_ebike=True),
    Bike("Propain Tyee CF", 3000),
    Bike("Rose Root Miller 2", 1900),
    Bike("Radon Slide Trail 9.0", 1750),
    Bike("Commencal Meta TR", 2300),
    Bike("Merida One-Twenty 700", 1450),
    Bike("Merida Big.Nine 500", 850, is_hardtail=True),
    Bike("Ghost Lector SF LC", 1350, is_hardtail=True),
    Bike("Focus Jam² 7.9", 3400, is_ebike=True),
    Bike("Haibike AllMtn 3", 2900, is_ebike=True),
    Bike("BMC Roadmachine 5", 1950, is_hardtail=True),
    Bike("Cervélo Caledonia 105", 2400, is_hardtail=True),
)

MEN = _words(
    "Александр Дмитрий Максим Сергей Андрей Алексей Артём Илья Кирилл Михаил Никита Роман Егор Павел Владимир Тимур "
    "Денис Антон Виктор Георгий Олег Руслан"
)
WOMEN = _words("Анна Мария Елена Ольга Наталья Екатерина Татьяна Ирина Юлия Светлана Дарья Полина Ксения Алина")
SURNAMES = _words(
    "Смирнов Иванов Кузнецов Соколов Попов Лебедев Козлов Новиков Морозов Петров Волков Соловьёв Васильев Зайцев "
    "Павлов Семёнов Голубев Виноградов Богданов Воробьёв Фёдоров Михайлов Беляев Тарасов Белов Комаров Орлов Киселёв "
    "Макаров Андреев Ковалёв Ильин Гусев Титов Кудрявцев Баранов Куликов Алексеев Степанов Сорокин Сергеев Романов"
)

# Weights: where the clients of a Moscow company live.
CITIES: Mapping[str, int] = {
    "Москва": 30,
    "Санкт-Петербург": 16,
    "Екатеринбург": 7,
    "Новосибирск": 6,
    "Казань": 6,
    "Краснодар": 5,
    "Нижний Новгород": 4,
    "Сочи": 4,
    "Самара": 3,
    "Уфа": 3,
    "Пермь": 3,
    "Красноярск": 3,
    "Челябинск": 3,
    "Ростов-на-Дону": 3,
    "Тюмень": 2,
    "Воронеж": 2,
    "Калининград": 2,
    "Иркутск": 2,
    "Владивосток": 1,
    "Петрозаводск": 1,
}

SELLERS = (
    "Thomas Müller, München",
    "Stefan Weber, Köln",
    "Lukas Schneider, Freiburg",
    "Jan de Vries, Utrecht",
    "Marco Rossi, Torino",
    "Luca Bianchi, Bolzano",
    "Pierre Dubois, Grenoble",
    "Julien Martin, Annecy",
    "Javier García, Girona",
    "Carlos Ruiz, Bilbao",
    "Peter Novák, Brno",
    "Tomáš Dvořák, Praha",
    "Andrzej Kowalski, Kraków",
    "Michael Gruber, Innsbruck",
    "Markus Huber, Salzburg",
    "Daniel Keller, Zürich",
    "Erik Johansson, Göteborg",
    "Bike-Outlet, Stuttgart",
    "RadRaum, Leipzig",
    "VeloSecond, Lyon",
)

CARRIERS: Mapping[DeliveryMethod, tuple[str, ...]] = {
    DeliveryMethod.EMS: ("EMS Почта России", "DHL + EMS"),
    DeliveryMethod.CARGO: ("Карго «Север»", "ТК «Запад-Восток»", "CargoEuro"),
    DeliveryMethod.PREMIUM_INDIVIDUAL: ("VeloExpress", "Курьер «Белый рейс»"),
    DeliveryMethod.PREMIUM_CONSOLIDATED: ("VeloExpress", "Сборный рейс Мюнхен-Москва"),
}

# Weights of the clients' choice.
DELIVERIES: Mapping[DeliveryMethod, int] = {
    DeliveryMethod.CARGO: 45,
    DeliveryMethod.EMS: 32,
    DeliveryMethod.PREMIUM_CONSOLIDATED: 15,
    DeliveryMethod.PREMIUM_INDIVIDUAL: 8,
}

# What is found on a used bike that is no reason to leave it: point of the check and the manager's words.
FLAWS: Mapping[int, tuple[str, ...]] = {
    9: ("Царапины на шатунах, на работу не влияют", "Петух переключателя чуть загнут, выправлен"),
    11: ("Небольшая восьмёрка на заднем колесе", "Скол на ободе, держит воздух"),
    12: ("Задняя покрышка изношена примерно на 60 %", "Боковой порез покрышки, менять"),
    15: ("Вилка без обслуживания больше 100 часов", "Амортизатор не обслуживался два сезона"),
    16: ("Колодок осталось около 30 %", "Передние колодки под замену"),
    17: ("Растяжение цепи 0,75 %", "Цепь под замену"),
    18: ("Кассета изношена, вторая звезда проскакивает",),
    20: ("Лёгкий люфт рулевой, подтягивается",),
    22: ("Чека нет, есть переписка с первым владельцем", "Чек утерян"),
    25: ("Продаёт из-за переезда, торопится",),
}

# What makes a bike unfit: point, finding, the manager's words.
REJECTIONS: tuple[tuple[int, str | None, str], ...] = (
    (6, "cracked_frame", "Трещина у подседельного узла, видна на фото"),
    (6, None, "Глубокая вмятина на нижней трубе, карбон хрустит"),
    (7, "cracked_fork", "Трещина на короне вилки"),
    (7, None, "Ноги вилки стёрты до металла"),
    (5, "serial_stolen", "Серийный номер найден в базе украденных"),
    (5, None, "Серийный номер спилен"),
    (24, None, "Был в аварии, рама правленая"),
)

SELLER_TALKS = (
    "Написал продавцу, жду фото и серийный номер",
    "Продавец на связи, пришлёт видео вечером",
    "Созвонились, велосипед в наличии",
    "Продавец отвечает по-немецки, прислал фото рамы",
    "Запросил фото серийного номера и чек",
)
CLIENT_TALKS = (
    "Напомнил клиенту об отчёте, обещал решить сегодня",
    "Клиент сравнивает с другим вариантом",
    "Обсудили доставку и сроки",
    "Отправил клиенту дополнительные фото",
    "Клиент просил перезвонить завтра утром",
)
NOTES = (
    "Состояние честное, торг 50 евро возможен",
    "Велосипед ухоженный, хранился дома",
    "Продавец готов держать до пятницы",
    "Расходники под замену, клиент предупреждён",
    "Комплект родной, педалей нет",
    "Продавец упакует сам, коробка есть",
)
DECLINES = (
    "Не успею сегодня, три проверки подряд",
    "Электровелосипеды не веду",
    "Уже веду переписку с этим продавцом по другому заказу",
    "Ухожу на обед с клиентом, не смогу вовремя",
)
REPORTS = ("отчёт отправлен клиенту", "проверка закончена, клиент ждёт отчёт", "все 28 пунктов закрыты")
DISPUTED = (
    "Клиент знает о дефекте и хочет брать со скидкой",
    "Дефект устранит продавец, клиент согласен",
    "Клиент настаивает, восстановит сам",
)
CANCEL_NOTES: Mapping[CancelReason, str] = {
    CancelReason.CLIENT_CHANGED_MIND: "Клиент передумал",
    CancelReason.BIKE_UNAVAILABLE: "Велосипед уже продан",
    CancelReason.SELLER_UNRESPONSIVE: "Продавец не отвечает третий день",
    CancelReason.SELLER_FRAUD_SUSPECTED: "Просит предоплату переводом, фото чужие",
    CancelReason.QUALITY_MISMATCH: "Состояние хуже, чем в объявлении",
    CancelReason.FAILED_INSPECTION: "Проверку не прошёл",
    CancelReason.PRICE_OUT_OF_COMPLIANCE: "Цена выше допустимой",
    CancelReason.COMPLIANCE_BLOCK: "Не прошёл проверку по спискам",
    CancelReason.PAYMENT_NOT_RECEIVED: "Оплата не поступила в срок",
    CancelReason.DUPLICATE_ORDER: "Повторная заявка того же клиента",
    CancelReason.CLIENT_UNREACHABLE: "Клиент не выходит на связь",
}
DISPATCH_TROUBLES = (
    "Продавец не нашёл коробку, упакует к концу недели",
    "Перевозчик не принял: неверные документы",
    "Продавец уехал, отправит после возвращения",
)
TRANSIT_TROUBLES = (
    "Застрял на таможне, нужны документы на рамный номер",
    "Перевозчик отказал на границе, ищем другой рейс",
    "Коробка повреждена на складе, переупаковка",
)
TROUBLES_OVER = ("Документы приняли, едет дальше", "Вопрос решён с перевозчиком", "Упаковали и отправили")
CLAIMS = ("Царапина на верхней трубе после перевозки", "Погнут переключатель", "Нет осевого винта переднего колеса")
CLAIMS_SETTLED = ("Согласовали компенсацию с клиентом", "Отправили недостающую деталь", "Клиент принял объяснение")

RESOLUTIONS = (
    "Позвонил менеджеру, сделает в течение часа",
    "Разобрались: продавец ответил, проверка продолжается",
    "Взял на личный контроль, договорились о сроке",
    "Клиент предупреждён, срок согласован",
    "Менеджер перегружен, помог закрыть сам",
)
SIGNALS_SETTLED = (
    "Разобрались с менеджером, заказ движется",
    "Связались с продавцом, ответ получен",
    "Клиент предупреждён о задержке",
    "Причина понятна, мер не требуется",
)
HANDOVERS = ("Менеджер не отвечает", "Менеджер перегружен", "Нужен ответ сегодня, передаю другому")
EXTENSIONS = ("Продавец просит день на фото", "Клиент в дороге до завтра", "Ждём документы от продавца")
REJECTED_VOTES = ("Платёж на счёте не вижу, проверьте", "Сначала приложите чек об оплате")
