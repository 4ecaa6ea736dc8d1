# Страница «Заказ».
sheet-page-title = Заказ №{ $code }
sheet-to-queue = К очереди
sheet-claim-open = открыта претензия
sheet-of-history = из истории
sheet-next-step = Следующий шаг:
sheet-no-step = По заказу ничего делать не нужно.
sheet-urgent-because = Первым в очереди: { $reason }
sheet-client-name = Клиент
sheet-client-hidden = контакты видит тот, кто ведёт заказ
sheet-city-name = Город
sheet-delivery = Доставка
sheet-seller-name = Продавец
sheet-in-status = В статусе
sheet-created = Заявка
sheet-crm = CRM { $number }
sheet-listing = Объявление
sheet-approval-number = Запрос №{ $id }
sheet-approval-waits = { $quorum ->
    [1] Решает:
   *[other] Решают двое из них:
}
sheet-approval-open = Открыть запрос
sheet-because = Причина: { $reason }
sheet-approve = Утвердить
sheet-reject = Отклонить
sheet-voted = Голос учтён: { $given } из { $quorum }. Запрос: { $status }.
sheet-remind-of = О чём напомнить (необязательно)
sheet-hurry = Поставить первым
sheet-unhurry = Вернуть на место по сроку
sheet-do = Сделать

sheet-moves = Куда дальше
sheet-moves-none = Заказ завершён, действий больше нет.
sheet-kind-money = деньги клиента
sheet-kind-legal = юридический риск
sheet-kind-disputed = спорный переход
sheet-kind-rework = доработка
sheet-lacks = Не хватает:
sheet-ready = Всё готово
sheet-move = Перевести
sheet-ask-move = Запросить
sheet-cancel = Отменить
sheet-confirm = Подтвердить
sheet-not-yours = не вам
sheet-to-check = К проверке
sheet-to-deal = К сделке
sheet-move-waits = { $quorum ->
    [1] Решает:
   *[other] Решают двое из них:
}
sheet-move-asked = Уже запрошено:
sheet-move-waits-after = Переход произойдёт, когда запрос утвердят.
sheet-choose = Выберите
sheet-cancel-note = Примечание (для причин со звёздочкой обязательно)
sheet-carrier = Перевозчик
sheet-tracking = Трек-номер
sheet-dispatch-date = Дата отправки
sheet-arrival = Доставлен
sheet-client-confirmed = Клиент подтвердил покупку
sheet-delivery-confirmed = Доставка подтверждена
sheet-delivered-at = Когда доставлен (пусто: сейчас)
sheet-note-of-check = Заметка по итогам проверки
sheet-move-word = Комментарий (необязательно)

sheet-check = Проверка, 28 пунктов
sheet-check-progress = отвечено { $answered } из { $total }
sheet-verdict = вердикт: { $verdict }
sheet-photos-missing = нет фото к пунктам: { $points }
sheet-section-left = { $left ->
    [0] готово, пунктов: { $total }
   *[other] осталось { $left } из { $total }
}
sheet-unanswered = нет ответа
sheet-critical = критичный
sheet-photo-needed = нужно фото
sheet-photo-of = Фото { $number } к пункту { $point }
sheet-photos-unseen = { $count ->
    [one] Есть { $count } фото, показать нельзя: бот не подключён.
    [few] Есть { $count } фото, показать нельзя: бот не подключён.
   *[many] Есть { $count } фото, показать нельзя: бот не подключён.
}
sheet-photo-none-1 = фото
sheet-photo-none-2 = недоступно
sheet-photos-by-bot = Фото приложите в Telegram, через карточку заказа. Уже приложенные останутся.
sheet-answer = Ответить
sheet-mend = Исправить
sheet-answer-point = Ответить на пункт { $number }
sheet-flags = Опасные находки (вердикт станет красным)
sheet-comment = Комментарий
sheet-save = Сохранить
sheet-leave = Не менять
sheet-rest-fine = { $count ->
    [one] Ещё { $count } пункт без фото в порядке
    [few] Ещё { $count } пункта без фото в порядке
   *[many] Ещё { $count } пунктов без фото в порядке
}

sheet-limits = Сроки и нарушения
sheet-limits-none = Сроков и нарушений нет.
sheet-broken = нарушение
sheet-severity = важность { $severity }
sheet-held-by = занимается { $name } до { $until }
sheet-clocks = Сроки, которые идут сейчас
sheet-clock = Таймер
sheet-vote-approve = за
sheet-vote-reject = против
sheet-paused = на паузе до { $until }
sheet-resume = Снять с паузы
sheet-extend = Продлить
sheet-pause = Пауза
sheet-minutes = На сколько минут
sheet-pause-most = Не дольше, минут

sheet-work = Задачи и блокеры
sheet-work-none = Открытых задач и блокеров нет.
sheet-blocker-tag = блокер
sheet-blocker-new = Блокер
sheet-blocker-what = Что мешает
sheet-blocker-who = Кто снимает
sheet-blocker-due = Снять до
sheet-task = Задача
sheet-task-step = Следующий шаг: { $step }
sheet-whose = Чья задача
sheet-of-owner = Того, кто ведёт заказ
sheet-done = Сделано
sheet-follow-up = Черновик напоминания клиенту
sheet-note = Заметка
sheet-contact_client = Контакт с клиентом
sheet-contact_seller = Контакт с продавцом
sheet-contact-new = Контакт
sheet-contact-with = С кем
sheet-contact-way = Кто начал
sheet-contact-medium = Как
sheet-contact-text = О чём говорили (необязательно)
sheet-party-client = с клиентом
sheet-party-seller = с продавцом
sheet-direction-out = мы
sheet-direction-in = нам написали
sheet-medium-phone = звонок
sheet-medium-chat = переписка

sheet-deal-title = Сделка
sheet-client-decision = Решение клиента
sheet-compliance = Комплаенс
sheet-claim-text = На что жалуется клиент
sheet-money-title = Деньги по тарифу
sheet-money-caption = Из чего складывается сделка: с клиента, наши затраты, наше
sheet-component = Часть
sheet-of-client = С клиента
sheet-our-cost = Затраты
sheet-ours = Наше
sheet-actual = Факт
sheet-component-bike = Велосипед
sheet-component-service = Сервис
sheet-component-delivery = Доставка
sheet-component-repacking = Переупаковка
sheet-component-insurance = Страховка
sheet-component-payment = Платёжная система
sheet-total = Итого (факт: поступило)
sheet-margin-share = Маржа по плану: { NUMBER($share, maximumFractionDigits: 1) } % от суммы клиента{ $low ->
    [yes] , ниже границы { NUMBER($bound, maximumFractionDigits: 1) } %
   *[no] { "" }
}
sheet-margin-actual = Фактические затраты пока ниоткуда не приходят, поэтому факт не считаем.
sheet-no-tariff = Цена вне тарифа: сумму и маржу посчитать нельзя.
sheet-decided-discount = Скидка: { $amount }
sheet-decided-refund = Возврат: { $amount }
sheet-decided-compensation = Компенсация: { $amount }
sheet-payment-confirmed = оплата подтверждена
sheet-payment-reference = Номер платежа
sheet-payment-reported = Сообщили об оплате { $amount }, платёж { $reference }
sheet-payment-settled = Оплата подтверждена: { $amount }
sheet-ask-confirm = Запросить подтверждение
sheet-amount = Сумма, €
sheet-propose_discount = Скидка
sheet-propose_refund = Возврат
sheet-propose_compensation = Компенсация
sheet-compensation-for = За что
sheet-ground-scratch = царапина
sheet-ground-saddle_grips_wear = износ седла или грипс
sheet-ground-pads = колодки
sheet-ground-chain = цепь
sheet-ground-tyre = покрышка
sheet-ground-fork_service = обслуживание вилки
sheet-ground-minor_transport_damage = мелкое повреждение в пути
sheet-ground-delay_over_two_weeks = задержка больше двух недель
sheet-ground-severe_defect = серьёзный дефект
sheet-ground-wrong_bike = не тот велосипед
sheet-ground-loss = пропажа
sheet-people-decide = Это только запрос: решают люди.
sheet-ask = Запросить
sheet-refuse-legally = Отказ по закону

sheet-rights = Кто что может
sheet-rights-note = По действующим правилам, для заказа в его нынешнем состоянии. Больше { $bound } решают двое; пока сумма не названа, считаем её большой.
sheet-deed = Действие
sheet-somebody-owner = Владелец
sheet-somebody-head = Руководитель
sheet-somebody-admin = Администратор
sheet-somebody-manager_own = Менеджер заказа
sheet-somebody-manager_other = Другой менеджер
sheet-somebody-viewer = Наблюдатель
sheet-may = да
sheet-may-not = нет
sheet-may-ask = { $quorum ->
    [1] запрос, решает:
   *[other] запрос, решают двое:
}

sheet-life = Всё по порядку
sheet-life-kinds = Что показывать
sheet-life-all = Всё
sheet-life-status = статус
sheet-life-decision = решение
sheet-life-message = сообщение
sheet-life-clock = срок
sheet-life-note = заметка
sheet-life-payment = деньги
sheet-life-none = Такого по заказу ещё не было.
sheet-life-newest = К последнему
sheet-life-older = Раньше
sheet-by-rule = по правилу { $rule }
sheet-verdict-allow = Разрешено
sheet-verdict-needs_approval = Нужно согласие людей
sheet-verdict-refuse = Отказано
sheet-verdict-shadow = Только записано
sheet-message-queued = в очереди
sheet-message-sending = отправляется
sheet-message-sent = отправлено
sheet-message-failed = не отправлено, повторим
sheet-message-dead = не доставлено
sheet-message-unknown = неизвестно, дошло ли
sheet-message-merged = вошло в сводку
sheet-clock-opened = срок пошёл
sheet-clock-reminded = напоминание
sheet-clock-breached = срок сорван
sheet-clock-escalated = эскалация
sheet-clock-held = взято в работу
sheet-clock-resolved = нарушение закрыто
sheet-clock-closed = срок остановлен
sheet-in-time = вовремя
sheet-late = с опозданием
sheet-until = до: { $until }
sheet-actor-watchdog = таймер
sheet-actor-dispatcher = диспетчер
sheet-actor-postman = доставка сообщений
sheet-actor-crm = CRM
sheet-actor-operator = командная строка
sheet-actor-system = система

web-stale-now = Сейчас заказ в статусе «{ $status }», страница обновлена.
thing-photo = фото { $name }
