# Работа с заказом на телефоне: карточка, шаги перехода, контакты, блокеры, оплата, решение клиента.

order-bike = 🚲 { $bike }, { $price }
order-deal = 💶 С клиента всего { $total }: доставка ({ $method }) { $delivery }, сервис { $service }
order-method = Доставка: { $method }
order-city = 📍 { $city }
order-client = 👤 Клиент: { $name }
order-reach = Связь с клиентом: { $ways }
order-seller = Продавец: { $name }
order-route = 📍 { $city }, доставка: { $method }
order-money = 💶 К оплате { $total }, поступило { $paid }
order-arrived = 📦 Доставлен: { $at }
order-claim = ❗ Открыта претензия клиента
order-contact = { $party ->
    [seller] с продавцом
   *[client] с клиентом
} { $at }{ $how ->
    [none] { "" }
   *[other] , { $how }
}
order-contacts = 📞 Контакты: { $said }
order-blocker = ⛔ { $text }
    Снимает { $owner }, срок: { $due }
order-approval = ⚖️ Запрос №{ $id } ждёт решения: { $until }
order-way = { $ready ->
    [yes] ✅ «{ $status }»: всё готово
   *[no] ▫️ «{ $status }»: не хватает { $lacks }
}{ $human ->
    [yes] . Решают люди
   *[no] { "" }
}

medium-phone = по телефону
medium-chat = в переписке

move-title = <b>Заказ №{ $code }</b>: { $source } → { $target }
move-lacks = Не хватает: { $lacks }
move-human = ⚖️ Понадобится решение людей: { $risks }
cancel-title = <b>Отменить заказ №{ $code }</b>, { $bike }?
cancel-note = Пояснение: { $note }

button-leave = ✖️ К заказу
button-confirm = ✅ Подтвердить
button-cancel-now = Да, отменить заказ
button-way = { $state ->
    [ready] ➡️ { $status }
    [back] ↩️ Вернуть: { $status }
   *[lacking] ▫️ { $status }
}
button-unblock-of = Снять блокер: { $text }
button-plan = 🗓 План и тексты для клиента
button-paid = 💶 Клиент говорит, что оплатил
button-claim = Клиент недоволен
button-claim-end = Закрыть претензию
button-supply-note = 📝 Написать заметку
button-supply-decision = Записать решение клиента
button-supply-delivered = 📦 Указать день доставки
button-supply-logistics = 🚚 Заполнить отправку
button-mend-carrier = ✏️ Перевозчик
button-mend-dispatch_date = ✏️ Дата
button-mend-tracking_number = ✏️ Трек
button-medium-phone = ☎️ По телефону
button-medium-chat = 💬 В переписке
button-no-note = Без пояснения
button-day = { $named ->
    [-1] Вчера
    [0] Сегодня
    [1] Завтра
   *[other] { $day }
}
button-other-day = Другой день

note-waits = ⏳ Запрос №{ $id } отправлен. { $quorum ->
    [1] Решает один человек
   *[other] Нужно голосов: { $quorum }
}, голосовать могут: { $voters }.
    Решение до: { $until }
    Итог придёт сюда.
voter = { $name } ({ $role })
note-shipped = 🚚 Отправка по заказу №{ $code } записана.
note-contact-how = 📞 Записано: { $how }.

ask-rework = Почему возвращаем заказ №{ $code } на проверку? Выберите или напишите.
rework-client_asks = Клиент просит проверить ещё раз
rework-photos = Не хватает фотографий
rework-point = Не ясен один из пунктов
rework-wear = Нужно уточнить износ
ask-cancel-why = Причина отмены: { $reason }. { $needed ->
    [yes] Напишите пояснение, для этой причины оно обязательно.
   *[no] Можно добавить пояснение одним сообщением.
}
ask-arrived = Когда клиент получил велосипед по заказу №{ $code }? Выберите или напишите, например: 25.11.

ask-paid-sum = Сколько, по словам клиента, оплачено по заказу №{ $code }? Выберите или напишите, например: 1500.
ask-paid-number = Сумма: { $amount }. Какой номер у платежа? Напишите его, как в чеке или переводе.
paid-title = <b>Заказ №{ $code }</b>: клиент сообщил об оплате { $amount }
paid-number = Номер платежа: { $number }
paid-human = Поступление проверит и подтвердит руководитель или владелец. Отправить запрос?
button-paid-all = Всё: { $amount }
button-paid-plain = Номера нет
button-paid-now = ✅ Отправить запрос

ask-claim = Чем недоволен клиент по заказу №{ $code }? Напишите одним сообщением.
ask-claim-end = Чем закончилась претензия по заказу №{ $code }? Напишите одним сообщением.
note-claim = ❗ Претензия записана. Пока она открыта, заказ не закрыть.
note-claim-end = ✅ Претензия закрыта.

ask-blocker-why = Что мешает заказу №{ $code }? Выберите или напишите одним сообщением.
blocker-seller_silent = Продавец не отвечает
blocker-client_silent = Клиент не отвечает
blocker-no_documents = Нет документов на велосипед
blocker-carrier_refused = Перевозчик отказал
blocker-price_changed = Продавец изменил цену
blocker-our_side = Задержка на нашей стороне
ask-blocker-who = { $text }. От кого это зависит?
blocker-who-me = От меня
blocker-who-seller = Продавец
blocker-who-client = Клиент
blocker-who-carrier = Перевозчик
blocker-awaits-seller = { $text } (ждём продавца)
blocker-awaits-client = { $text } (ждём клиента)
blocker-awaits-carrier = { $text } (ждём перевозчика)
ask-blocker-due = { $text }. До какого срока снять? Выберите или напишите, например: 25.11 или завтра 12:00.
button-until = { $name ->
    [hours] Через 4 часа
    [evening] Вечером
   *[tomorrow] Завтра днём
}: { $due }
note-unblocked-words = ✅ Блокер снят. Если важно, как это удалось, добавьте заметку.

plan-title = 🗓 <b>Заказ №{ $code }</b>, { $bike }: клиент думает
plan-step = { $mark } { $at }: { $step } ({ $state })
plan-by-hand = Тексты отправляете вы сами: откройте текст, скопируйте, отправьте клиенту и нажмите «Отправил».
draft-to-copy = <pre>{ $draft }</pre>
contact-followed-up = Клиенту отправлено: { $step }
button-draft = 📄 Показать текст
button-sent = ✉️ Отправил
button-answer-confirmed = 👍 Клиент берёт
button-answer-declined = 👎 Клиент отказался
note-followed-up = ✉️ Записано: клиенту написали.

invalid-deadline = Не понимаю срок. Напишите, например, 25.11, завтра 12:00 или 18:30.
invalid-paid_sum = Не понимаю сумму. Напишите число в евро, например: 1500 или 1500,50.
invalid-amount_eur = Такая сумма не подходит: нужно число больше нуля, в евро, не больше двух знаков после запятой.
invalid-amount_eur-window = Такая сумма не подходит: можно от { $low } до { $high }.
invalid-amount_eur-recorded = Под этим номером записан платёж на другую сумму ({ $recorded }): проверьте сумму и номер.
invalid-reference = Номер платежа: от 1 до 100 знаков.
invalid-blocker_owner = Выберите кнопкой, от кого это зависит.

mine-all = <b>Мои заказы: { $count }</b>
mine-now = <b>Срочные: { $count }</b>
mine-me = <b>Ждут меня: { $count }</b>
mine-all-empty = У вас нет открытых заказов.
mine-now-empty = Срочных заказов у вас нет.
mine-me-empty = Сейчас ни один заказ не ждёт ваших действий.
mine-page = Страница { $page } из { $pages }
mine-line = { $mark ->
    [first] ⚡
    [late] ❗
   *[none] •
} <b>№{ $code }</b> { $bike }
    { $status }, { $left }
order-code = №{ $code }
button-mine-all = Все
button-mine-now = ⚡ Срочные
button-mine-me = 👉 Ждут меня

order-decided-by = Решение: { $by }
outcome-request = { $status ->
    [done] ✅
    [rejected] ❌
    [expired] ⌛
   *[other] ⚠️
} <b>Запрос №{ $id }: { $said }</b>
    { $what }
outcome-vote = { $vote ->
    [approve] «За»
   *[reject] «Против»
}: { $name }{ $reason ->
    [none] { "" }
   *[other] . { $reason }
}
outcome-order = Заказ №{ $code }
outcome-desk = система
outcome-held = 🤝 { $by } берёт на себя просроченное: { $clock }. До: { $until }
outcome-resolved = ✅ { $by } закрывает вопрос о просрочке: { $clock }
outcome-extended = 🕒 { $by } даёт больше времени: { $clock }. Новый срок: { $until }
digest-escalation_outcome = { $count ->
    [one] { $count } решение по эскалации
    [few] { $count } решения по эскалациям
   *[many] { $count } решений по эскалациям
}
notice-escalation_outcome = решение по эскалации
button-to-list = ← К списку
clock-order = Заказ №{ $code }, { $bike } · { $status }
clock-about = О чём: { $text }
button-unblock = Снять блокер
draft-by-role = ✍️ { $role }, заказ №{ $code }: «{ $step }» для этого клиента. Прочитайте, поправьте и отправьте сами:
