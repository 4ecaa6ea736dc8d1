# Разговор с ботом: вопросы, подтверждения, кнопки.
bot-stranger = Здравствуйте! Это рабочий бот BikeWerk. Чтобы войти, попросите у администратора приглашение и пришлите его так: /start КОД
bot-bad-code = Этот код не подходит: он уже использован или устарел. Попросите у администратора новый.
bot-welcome = Здравствуйте, { $name }! Вы в BikeWerk, роль: { $role }.
bot-help = { $role ->
    [manager] Вот что здесь есть:
        /orders – мои заказы по срочности
        /order 1042 – карточка заказа
        /rop что делать по 1042? – спросить AI-РОП; /rom, /ceo – других; любую роль: /ask ai-cfo
        Можно просто написать: ответит AI-РОП. Ответ на карточку заказа станет заметкой.
        /help – эта подсказка
   *[other] Вот что здесь есть:
        /queue – все заказы по срочности
        /hot – горящие заказы
        /orders – мои заказы
        /order 1042 – карточка заказа
        /dead – недоставленные сообщения
        /ai – насколько свободны роли AI
        /pause, /shadow, /resume – остановить, только записывать, разрешить; для одной роли: /pause ai-rop
        /rop что горит? – спросить AI-РОП; /rom, /ceo – других; любую роль: /ask ai-cfo
        Можно просто написать: ответит AI-РОП. Ответ на карточку заказа станет заметкой.
        /help – эта подсказка
}

note-accepted = ✅ Заказ принят, удачной проверки!
note-declined = Вы отказались от заказа №{ $code }: { $reason }. Передаём его другому менеджеру.
note-noted = 📝 Заметка сохранена.
note-contact-seller = 📞 Контакт с продавцом записан.
note-contact-client = 📞 Контакт с клиентом записан.
note-decision = Записано: клиент { $decision }.
note-delivered = 📦 Доставка подтверждена.
note-moved = ✅ Новый статус: { $status }
note-waiting = ⏳ Запрос №{ $id } ждёт решения. Голосуют: { $voters }. Нужно голосов: { $quorum }. Решение до: { $until }.
note-cancelled = Заказ отменён.
note-carrier = Перевозчик: { $carrier }
note-dispatch-date = Дата отправки: { $date }
note-tracking = Трек-номер: { $tracking }
note-blocked = ⛔ Блокер записан, снять до: { $due }.
note-unblocked = Блокер снят.
note-resolved = ✅ Закрыто. { $by }: { $resolution }
note-resolved-already = Этот вопрос уже закрыт: { $resolution }
note-given = Заказ №{ $code } передан: { $name }. Решение: { $by }
note-resent = Сообщение №{ $id } отправлено снова.
note-resent-alike = Отправлено снова: { $count }.
note-rehandled = Действие №{ $id } будет обработано снова.

ask-decline = Почему отказываетесь от заказа №{ $code }?
ask-decline-reason = Напишите причину отказа одним сообщением.
ask-note = Напишите заметку к заказу №{ $code }.
ask-decision = Что решил клиент по заказу №{ $code }?
ask-carrier = Кто повезёт заказ №{ $code }? Напишите перевозчика.
ask-dispatch_date = Когда отправка? Например: 25.11, сегодня или завтра.
ask-tracking_number = Какой трек-номер?
ask-cancel = Почему отменяем заказ №{ $code }?
ask-cancel-note = Причина: { $reason }. Напишите пояснение или «-», если оно не нужно.
ask-blocker = Что мешает заказу №{ $code }? Напишите одним сообщением.
ask-resolution = Чем закончилось? Напишите одним сообщением.
ask-snooze = На сколько отложить?
ask-manager = Кому передать заказ?
ask-reject = Почему отклоняете запрос №{ $id }? Напишите одним сообщением.

decline-busy = Не успеваю, много работы
decline-away = Не на месте
decline-language = Не знаю языка продавца
decline-bike = Не разбираюсь в таких велосипедах
decline-other = Другая причина

reason-rework = Нужна дополнительная проверка
reason-escalation = Передано по эскалации
resolution-unblocked = Препятствие устранено

snooze-30m = 30 мин
snooze-2h = 2 часа
snooze-tomorrow = До завтра

button-next = 💡 Что дальше?
button-accept = ✅ Принять
button-decline = Отказаться
button-check = 📋 Проверка, 28 пунктов
button-seller = 📞 Продавец
button-client = 📞 Клиент
button-decision = Решение клиента
button-decision-confirmed = Подтвердил покупку
button-decision-thinking = Думает
button-decision-declined = Отказался
button-logistics = 🚚 Логистика
button-delivered = 📦 Доставлен клиенту
button-move = ➡️ { $status }
button-note = 📝 Заметка
button-blocker = ⛔ Блокер
button-unblock = Снять блокер
button-cancel = Отменить заказ
button-back = ← Назад
button-section = { $left ->
    [0] ✅ { $name }
   *[other] { $name }: осталось { $left } из { $total }
}
button-point = { $state ->
    [ok] ✅
    [problem] ⚠️
    [na] ➖
   *[none] ▫️
} { $number }. { $name }{ $photo ->
    [need] {" "}📷
   *[no] {""}
}
button-ok = ✅ В порядке
button-problem = ⚠️ Проблема
button-na = ➖ Неприменимо
button-verdict-green = 🟢 Зелёный
button-verdict-yellow = 🟡 Жёлтый
button-verdict-red = 🔴 Красный
button-acknowledge = Беру в работу
button-snooze = Отложить
button-resolve = Закрыть вопрос
button-give = Передать
button-manager = { $name }: { $load } из { $capacity }
button-least-loaded = Самому свободному
button-approve = ✅ Утвердить
button-reject = ❌ Отклонить
button-open = Открыть заказ
button-order = №{ $code } { $bike }
button-mine = Мои заказы
button-resend = Отправить №{ $id } снова
button-resend-alike = Снова все { $count }: { $reason }
button-rehandle = Обработать №{ $id } снова

ai-all = <b>Все роли: { $mode }</b>{ $why }
ai-role = { $name }: { $mode }{ $why }
ai-why = { " " }({ $by }: { $reason })
ai-operator = оператор
ai-by-hand = Решение в Telegram
mode-act = действуют
mode-shadow = только записывают
mode-off = остановлены

list-mine = <b>Мои заказы: { $count }</b>
list-mine-empty = У вас нет открытых заказов.
list-queue = <b>Открытые заказы: { $count }</b>
list-queue-empty = Открытых заказов нет.
list-hot = <b>Горящие заказы: { $count }</b>
list-hot-empty = Горящих заказов нет.
list-line = { $mark ->
    [first] ⚡
   *[none] •
} <b>№{ $code }</b> { $bike } · { $status } · { $left } · { $owner }
list-more = …и ещё { $count }
list-dead = <b>Недоставленные сообщения: { $count }</b>
list-dead-empty = Недоставленных сообщений и необработанных действий нет.
dead-line = №{ $id }, { $kind }: { $reason }
dead-no-telegram = у сотрудника не подключён Telegram
dead-blocked = сотрудник заблокировал бота
dead-unknown = неизвестно, дошло ли
dead-refused = Telegram не принял ({ $answer })
list-dead-updates = <b>Необработанные нажатия и слова: { $count }</b>
dead-update-line = №{ $id }: { $who }, { $reason }
