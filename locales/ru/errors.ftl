# Ошибки: один ключ на каждый код из domain/errors.py, уточнения по виду и состоянию.

error-error = Не получилось. Мы уже разбираемся.
error-not-found = Не найдено: { $thing }.
error-invalid-input = Такое значение не подойдёт: { $field }.
error-invalid-allowed = Такое значение не подойдёт: { $field }. Подойдёт: { $allowed }
error-bound-ge = Слишком мало ({ $field }): нужно не меньше { $limit }.
error-bound-gt = Слишком мало ({ $field }): нужно больше { $limit }.
error-bound-le = Слишком много ({ $field }): можно не больше { $limit }.
error-bound-lt = Слишком много ({ $field }): нужно меньше { $limit }.
error-bound-min_length = Слишком коротко ({ $field }). Самое меньшее: { $limit }.
error-bound-max_length = Слишком длинно ({ $field }). Самое большее: { $limit }.
error-bound-max_digits = Слишком длинное число ({ $field }). Цифр может быть не больше { $limit }.
error-bound-decimal_places = Слишком точное число ({ $field }). Знаков после запятой может быть не больше { $limit }.
error-transition-refused = Из статуса «{ $source }» нельзя перейти в «{ $target }».
error-transition-allowed = Можно: { $allowed }.
error-evidence-missing = Чтобы перейти в статус «{ $target }», не хватает:
error-forbidden = На это у вас нет прав.
error-forbidden-own = Это может сделать только тот, кто ведёт заказ, или руководитель.
error-forbidden-card = Этот заказ ведёт другой менеджер: его карточку видят он и руководители.
error-forbidden-leaders = Это только для руководителей. Что доступно вам: /help
error-forbidden-voters = Голосуют по этому запросу: { $allowed }.
error-forbidden-page = Эта страница не для вашей роли. Её видят: { $allowed }.
error-too-large = Слишком много за один раз. Разделите на части.
error-forbidden-self = Свой запрос утвердить нельзя: решает кто-то другой.
error-stale = Пока карточка была открыта, всё изменилось. Вот как обстоят дела сейчас.
error-conflict = Сейчас это сделать нельзя.
error-conflict-order = Сейчас заказ в статусе «{ $status }», в нём это действие недоступно.
error-conflict-order-fits = Оно возможно в статусе: { $allowed }.
error-conflict-order-theirs = Этот человек и так ведёт заказ: выберите другого.
error-conflict-order-history = Это заказ из загруженной истории: его можно только смотреть.
error-forbidden-loosen = Остановить AI может любой администратор, а снова разрешить – руководитель или владелец.
error-conflict-order-managed = Этот заказ уже ведёт менеджер: его можно передать.
error-conflict-order-nobody-eligible = Подходящего менеджера сейчас нет. Назовите, кому отдать заказ.
error-conflict-order-unowned = У заказа пока нет ответственного: напоминать некому.
error-conflict-order-decided = Сейчас заказ не ждёт решения клиента: напоминать не о чем.
error-conflict-approval = { $state ->
    [done] Этот запрос уже утверждён.
    [rejected] Этот запрос уже отклонён.
    [expired] Срок этого запроса вышел, решать уже поздно.
    [superseded] Этот запрос заменён новым.
    [altered] Запрос изменили в обход системы: голоса по нему не считаются. Подайте новый и сообщите администратору.
    [outgrown] Обстоятельства изменились, решение нужно запросить заново.
    [needs-none] С такими данными решение людей не нужно: отклоните запрос и сделайте это сразу.
   *[other] По этому запросу решение уже не требуется.
}
error-conflict-vote = Вы уже проголосовали по этому запросу.
error-conflict-violation = { $state ->
    [not-extendable] Этот срок не продлевают: закройте вопрос, когда причина устранена.
    [no-order] Это нарушение не связано с заказом: его можно взять в работу, отложить или закрыть.
    [acknowledged] Это нарушение уже брали в работу: теперь устраните причину или попросите руководителя дать время.
   *[other] Этот вопрос уже закрыт.
}
error-conflict-held = Этим уже занимаются: { $by }.
error-conflict-claim = По этому заказу нет открытой претензии.
error-conflict-signal = { $state ->
    [no-order] Этот сигнал не связан с заказом: его можно взять в работу, отложить или закрыть.
   *[other] Этот сигнал уже закрыт.
}
error-conflict-crisis = { $state ->
    [outside] Показатель кризиса ещё не вернулся в границу. Если кризис всё же закончился, подтвердите это явно.
   *[unmeasured] Этот кризис пока не измеряется: подтвердите явно, что он закончился.
}
error-conflict-postmortem = { $state ->
    [written] Разбор этого кризиса уже записан.
   *[open] Разбор пишут, когда кризис закрыт.
}
error-conflict-telegram = Этот Telegram уже привязан к другому сотруднику.
error-conflict-task = Эта задача уже закрыта.
error-conflict-blocker = Этот блокер уже снят.
error-conflict-clock = { $state ->
    [paused] Таймер «{ $name }» уже на паузе.
   *[other] Таймер «{ $name }» не на паузе.
}
error-conflict-notification = Это сообщение уже в пути или дошло.
error-conflict-positions = По этому вопросу нет двух открытых противоположных позиций.
error-conflict-payment = { $state ->
    [paid-in-full] Этот заказ уже оплачен полностью: { $paid }. Новый платёж записать нельзя.
    [nothing-paid] По этому заказу клиент ещё ничего не оплатил, возвращать нечего.
    [nothing-left] Возвращать больше нечего: клиент оплатил { $paid }, вернуть уже решили { $returned }.
   *[confirmed] Этот платёж уже подтверждён.
}
error-conflict-discount = { $state ->
    [paid] Скидку дают до подтверждения оплаты. Теперь можно предложить возврат или компенсацию.
    [given] Вся комиссия за сервис уже ушла в скидку, больше дать нельзя.
   *[other] Сейчас заказ в статусе «{ $status }». Скидку дают, пока заказ открыт и оплата не подтверждена.
}
error-too-long = Слишком длинно: поместится { $longest } знаков, а здесь { $given }.
error-conflict-job = Это задание уже не числится неудавшимся.
error-conflict-update = Это действие уже обработано.
error-conflict-ruling = Это решение арбитра уже отменено.
error-conflict-company = Некому передать: добавьте хотя бы одного администратора.
error-policy-invalid = В правилах ошибка: { $file }, { $key }.
error-settings-invalid = В настройках ошибка: { $problems }.
error-database-server = База данных недоступна: { $problem }.
error-database-unavailable = База данных сейчас не отвечает. Попробуйте ещё раз через минуту.
error-outcome-unknown = Связь с базой оборвалась, и неясно, записалось ли действие. Проверьте и при необходимости повторите.
error-model-unavailable = Языковая модель сейчас не отвечает. Заказы, сроки и согласования работают как обычно; попробуйте через минуту.
error-model-nonsense = Языковая модель ответила бессмыслицей. Спросите ещё раз или другими словами.

thing-order = заказ №{ $name }
thing-person = сотрудник
thing-manager = менеджер
thing-approval = запрос №{ $name }
thing-violation = нарушение срока
thing-task = задача
thing-blocker = блокер
thing-clock = таймер «{ $name }»
thing-signal = сигнал №{ $name }
thing-notification = сообщение №{ $name }
thing-crisis = кризис №{ $name }
thing-ruling = решение арбитра №{ $name }
thing-role = роль { $name }
thing-turn = вопрос №{ $name }
thing-other = { $name }

# Частые причины отказа по полям; для остальных называется само поле.
invalid-order = Укажите номер заказа, например: /order 1042
invalid-due_at = Срок должен быть в будущем.
invalid-due_at-far = Срок слишком далёкий: можно не дальше чем на { $days } дней вперёд.
invalid-owner_id = Выберите сотрудника, который сейчас работает в компании.
invalid-minutes-pause = Пауза слишком длинная. Самая долгая: { $longest_minutes }
invalid-effective_from = Напишите день, например: 2026-11-25
invalid-effective_from-day = Изменение может начать действовать с любого дня от { $first } до { $last }.
invalid-value-same = Сейчас значение точно такое же. Напишите другое.
invalid-value-digits = Слишком длинное число: в нём может быть не больше { $digits } цифр.
invalid-price_eur-window = Цена не подходит: компания берёт велосипеды от { $low } до { $high }.
invalid-state-price = Велосипед за { $price } дороже порога { $high }: разрешить его отправку нельзя.
invalid-orders = Выберите заказы, у которых есть менеджер.
invalid-person_id-scope = Личный доступ выдают на имя человека, а для остальных видов доступа человека не указывают.
invalid-max_load = Предел нагрузки: число больше нуля.
invalid-person_name = Имя: от 1 до 100 знаков.
invalid-telegram_id = Номер в Telegram: целое число больше нуля.
invalid-period = Период: от одной минуты до 400 дней.
invalid-until = Конец периода не может быть в будущем.
invalid-goal = Напишите, что будет, когда план выполнен: от 3 до 500 знаков.
invalid-cause = Причина: напишите от 3 до 2000 знаков.
invalid-done = Что сделали: напишите от 3 до 2000 знаков.
invalid-effect = Что это дало: напишите от 3 до 2000 знаков.
invalid-protection = Защита на будущее: напишите от 3 до 2000 знаков.
invalid-changes = Измените хотя бы одно значение.
invalid-_key = Форма устарела. Обновите страницу и отправьте ещё раз.
invalid-cursor = Список изменился. Откройте его с начала.
invalid-after = Список изменился. Откройте его с начала.
invalid-button = Эта кнопка больше не действует. Откройте карточку заново.
invalid-comment = Здесь нужно описание словами, не длиннее 2000 знаков.
invalid-reason = Напишите причину одним сообщением: от пары слов до 2000 знаков.
invalid-resolution = Напишите, чем закончилось: от пары слов до 2000 знаков.
invalid-text = Текст пустой или слишком длинный.
invalid-note = Текст слишком длинный.
invalid-answer = Для этого пункта такой ответ не подходит.
invalid-verdict = Выберите вердикт: зелёный, жёлтый или красный.
invalid-photos = К одному пункту можно приложить не больше 20 фото.
invalid-carrier = Название перевозчика слишком длинное.
invalid-tracking_number = Не похоже на трек-номер: это от 5 до 40 латинских букв и цифр, например 1234567890.
invalid-dispatch_date = Не понимаю дату. Напишите, например, 25.11.
invalid-dispatch_day = Такая дата отправки не подходит: она не раньше самого заказа и не дальше года вперёд. Напишите, например, 25.11.
invalid-delivered_at = Такая дата доставки не подходит: она не в будущем и не раньше отправки. Напишите, например, 25.11.
invalid-manager_id = Этому человеку передать заказ нельзя.

# Чего не хватает для перехода: имена из domain/lifecycle.py.
missing-checklist = { $count ->
    [1] ответа по пункту { $points }
   *[other] ответов по пунктам { $points }
}
missing-photo = фото к { $count ->
    [1] пункту
   *[other] пунктам
} { $points }
missing-owner = ответственного
missing-verdict = итогового вердикта
missing-note = заметки по проверке
missing-client_decision = согласия клиента
missing-compliance = положительного ответа комплаенса
missing-carrier = перевозчика
missing-tracking_number = трек-номера
missing-dispatch_date = даты отправки
missing-delivery_confirmation = подтверждения доставки
missing-claim_closed = закрытой претензии
missing-cancel_reason = причины отмены
missing-cancel_note = пояснения к причине отмены
missing-reason = причины
