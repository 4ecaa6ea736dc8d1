# Разговор с ботом: вопросы, подтверждения, кнопки.
note-accepted = ✅ Заказ принят, удачной проверки!
note-declined = Вы отказались от заказа №{ $code }: { $reason }. Передаём его другому менеджеру.
note-noted = 📝 Заметка сохранена.
note-contact-seller = 📞 Контакт с продавцом записан.
note-contact-client = 📞 Контакт с клиентом записан.
note-decision = Записано: клиент { $decision }.
note-delivered = 📦 Доставка подтверждена.
note-moved = ✅ Новый статус: { $status }
note-cancelled = Заказ отменён.
note-blocked = ⛔ Блокер записан. Снять до: { $due }
note-resolved = ✅ Закрыто. { $by }: { $resolution }
note-given = Заказ №{ $code } передан: { $name }. Решение: { $by }
note-resent = Сообщение №{ $id } отправлено снова.
note-resent-alike = Отправлено снова: { $count }.
note-rehandled = Действие №{ $id } будет обработано снова.

question-forgotten = Вопрос уже не актуален: за это время бот обновился. Откройте карточку ещё раз, например через /orders.
question-expired = Раньше я задал вам вопрос{ $code ->
    [none] { "" }
   *[other] { " " }по заказу №{ $code }
}, но с тех пор прошло больше { $span }. Поэтому сообщение никуда не записано, и вопрос снят. Если это был ответ, откройте карточку{ $code ->
    [none] { "" }
   *[other] { " " }(/order { $code })
} и ответьте ещё раз. Если это новый вопрос, просто отправьте его ещё раз.
tap-forgotten = Эта кнопка больше не работает: бот обновился. Откройте карточку заново, команды показывает /help.

ask-decline = Почему отказываетесь от заказа №{ $code }?
ask-decline-reason = Напишите причину отказа одним сообщением.
ask-note = Напишите заметку к заказу №{ $code }.
ask-decision = Что решил клиент по заказу №{ $code }?
ask-carrier = Кто повезёт заказ №{ $code }? Выберите или напишите перевозчика.
ask-dispatch_date = Когда отправка заказа №{ $code }? Выберите или напишите, например: 25.11, сегодня или завтра.
ask-tracking_number = Какой трек-номер у заказа №{ $code }? Напишите его одним сообщением.
ask-cancel = Почему отменяем заказ №{ $code }?
ask-resolution = Чем закончилось? Напишите одним сообщением.
ask-snooze = На сколько отложить?
ask-reject = Почему отклоняете запрос №{ $id }? Напишите одним сообщением.

decline-busy = Не успеваю, много работы
decline-away = Не на месте
decline-language = Не знаю языка продавца
decline-bike = Не разбираюсь в таких велосипедах
decline-other = Другая причина

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
button-note = 📝 Заметка
button-blocker = ⛔ Блокер
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
button-least-loaded = Наименее загруженному
button-approve = ✅ Утвердить
button-reject = ❌ Отклонить
button-open = Открыть заказ
button-order = №{ $code } { $bike }
button-mine = Мои заказы
button-resend = Отправить №{ $id } снова
button-resend-alike = Снова все { $count }: { $reason }
button-rehandle = Обработать №{ $id } снова

ai-all = <b>Общий режим: роли { $mode }</b>{ $why }
ai-role = { $name }: { $mode }{ $why }
ai-why = { " " }({ $by }: { $reason })
ai-operator = оператор
ai-by-hand = Решение в Telegram
mode-act = действуют
mode-shadow = только записывают
role-mode-act = действует
role-mode-shadow = только записывает
role-mode-off = не работает
mode-off = остановлены

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
