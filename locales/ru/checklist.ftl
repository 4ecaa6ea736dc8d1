# 28 пунктов проверки: названия по ключам из policy/checklist.yaml.

section-identification = Что за велосипед
section-condition = Состояние
section-mechanics = Механика
section-history = История
section-result = Итог

point-brand = Марка
point-model = Модель
point-year = Год
point-frame_size = Размер рамы
point-serial_number = Серийный номер, не в розыске
point-frame = Рама
point-fork = Вилка
point-shock = Амортизатор
point-drivetrain = Трансмиссия
point-brakes = Тормоза
point-wheels = Колёса
point-tyres = Покрышки
point-headset = Рулевая колонка
point-bottom_bracket = Каретка
point-suspension_service = Обслуживание подвески
point-brake_pads = Тормозные колодки, остаток в %
point-chain_wear = Износ цепи
point-cassette_wear = Износ кассеты
point-rotors = Тормозные диски
point-bearing_play = Люфт подшипников
point-first_owner = Первый владелец
point-proof_of_purchase = Документы о покупке
point-warranty = Гарантия
point-crash_history = Аварии и падения
point-sale_reason = Причина продажи
point-upgrades = Замены и доработки
point-test_ride = Пробная поездка
point-final_verdict = Итоговый вердикт

answer-ok = в порядке
answer-problem = проблема
answer-na = неприменимо

flag-dead_battery = Батарея не работает
flag-cracked_frame = Трещина рамы
flag-cracked_fork = Трещина вилки
flag-serial_stolen = Номер в базе украденных
