# Карточки бота. Здесь есть теги Telegram: подставляемые значения экранирует код.
card-repeat = <i>Возможен повтор: прежнее сообщение могло дойти.</i>
card-new-order = 🆕 <b>Новый заказ №{ $code }</b>
card-order = <b>Заказ №{ $code }</b> · { $status }
card-accept-until = Примите: { $due }
card-progress = Проверка: { $answered } из { $total }
card-verdict = Вердикт: { $verdict }
card-decision = Клиент: { $decision }
card-compliance = Комплаенс: { $compliance }
card-shipping = Отправка: { $carrier }, трек { $tracking }, дата { $date }
card-next = ➡️ { $step }
card-due = Срок: { $due }
card-reassigned = Заказ передан вам.
card-next_step = Следующий шаг по заказу
card-taken-away = Заказ №{ $code } ({ $bike }) больше не у вас.
card-because = Причина: { $reason }
card-nudge = 🔔 <b>{ $by } напоминает о заказе</b>{ $said ->
    [yes] : { $text }
   *[no] { "" }
}
card-urgent = ⚡ Первым в очереди: { $reason }
card-escalated = 📣 { $by }: { $reason }
card-clock = { $mark ->
    [reminder] ⏰
   *[breach] ❗
} <b>{ $what }</b>
card-escalation-owner = Ведёт: { $name }
card-proposal = AI-РОП предлагает: { $proposal }
card-held = Занимается { $name }, до: { $until }
card-errand = 📌 Задача: { $text }
    Срок: { $due }
card-task = 📌 Задача по заказу №{ $code }: { $text }
    Срок: { $due }
card-follow-up = ✉️ <b>Заказ №{ $code }, клиент не решил</b>
    { $step }
    Срок: { $due }
    Черновик, отправляете вы:
card-follow-up-draft = <blockquote>{ $draft }</blockquote>
card-blocker-notice = ⛔ Блокер по заказу №{ $code }: { $text }
    Срок: { $due }
card-signal = ⚠️ { $what }
card-signal-about = ⚠️ { $what }: { $about }

approval-title = ⚖️ <b>Запрос №{ $id }</b>: { $what }
approval-order = Заказ №{ $code }, { $bike }: { $status }
approval-to = Новый статус: { $status }
approval-risks = Почему решает человек: { $risks }
approval-amount = Сумма: { $amount }
approval-why = Причина: { $why }
approval-evidence = Клиент должен { $total }, поступило { $paid }
approval-votes = Голосов «за»: { $given } из { $quorum }
approval-expires = Решить: { $due }
approval-status = Итог: { $status }
approval-vote = { $vote ->
    [approve] ✅
   *[reject] ❌
} { $name }
approval-vote-because = { $vote }: { $reason }

digest-title = 📬 <b>Накопились сообщения, вот главное</b>
digest-new_order = { $count ->
    [one] { $count } новый заказ
    [few] { $count } новых заказа
   *[many] { $count } новых заказов
}
digest-reminder = { $count ->
    [one] { $count } напоминание
    [few] { $count } напоминания
   *[many] { $count } напоминаний
}
digest-breach = { $count ->
    [one] { $count } просроченный срок
    [few] { $count } просроченных срока
   *[many] { $count } просроченных сроков
}
digest-escalation = { $count ->
    [one] { $count } эскалация
    [few] { $count } эскалации
   *[many] { $count } эскалаций
}
digest-alarm = { $count ->
    [one] { $count } тревога
    [few] { $count } тревоги
   *[many] { $count } тревог
}
digest-stuck = { $count ->
    [one] { $count } заказ без движения
    [few] { $count } заказа без движения
   *[many] { $count } заказов без движения
}
digest-reassigned = { $count ->
    [one] { $count } переданный вам заказ
    [few] { $count } переданных вам заказа
   *[many] { $count } переданных вам заказов
}
digest-taken_away = { $count ->
    [one] { $count } заказ ушёл к другому
    [few] { $count } заказа ушли к другим
   *[many] { $count } заказов ушли к другим
}
digest-approval_outcome = { $count ->
    [one] { $count } решение по запросу
    [few] { $count } решения по запросам
   *[many] { $count } решений по запросам
}
digest-next_step = { $count ->
    [one] { $count } следующий шаг
    [few] { $count } следующих шага
   *[many] { $count } следующих шагов
}
digest-nudge = { $count ->
    [one] { $count } напоминание о заказе
    [few] { $count } напоминания о заказах
   *[many] { $count } напоминаний о заказах
}
digest-task = { $count ->
    [one] { $count } задача
    [few] { $count } задачи
   *[many] { $count } задач
}
digest-follow_up = { $count ->
    [one] { $count } черновик для клиента
    [few] { $count } черновика для клиентов
   *[many] { $count } черновиков для клиентов
}
digest-blocker = { $count ->
    [one] { $count } блокер
    [few] { $count } блокера
   *[many] { $count } блокеров
}
digest-ruling = { $count ->
    [one] { $count } решение арбитра
    [few] { $count } решения арбитра
   *[many] { $count } решений арбитра
}
digest-signal = { $count ->
    [one] { $count } сигнал
    [few] { $count } сигнала
   *[many] { $count } сигналов
}

notice-new_order = новый заказ
notice-reminder = напоминание
notice-breach = просроченный срок
notice-escalation = эскалация
notice-alarm = тревога
notice-stuck = нет движения
notice-reassigned = передача заказа
notice-taken_away = заказ ушёл к другому
notice-approval_request = запрос решения
notice-approval_outcome = решение по запросу
notice-next_step = следующий шаг
notice-nudge = напоминание о заказе
notice-task = задача
notice-follow_up = черновик для клиента
notice-blocker = блокер
notice-signal = сигнал
notice-digest = сводка
notice-ruling = решение арбитра
notice-agent_answer = ответ роли

card-ruling = ⚖️ Решение { $id } по заказу №{ $code }: { $stance ->
        [hold] задержать
       *[proceed] может идти дальше
    }
card-ruling-sides = { $winner } против { $losers }, { $rule ->
        [stricter-of-equals] при равном приоритете действует более строгая позиция
       *[order-of-priority] по порядку приоритетов
    }
card-ruling-reason = { $reason }
card-ruling-human = Решение может отменить руководитель или владелец.

card-answer = <b>{ $role }</b>
card-answer-part = <b>{ $role }</b> · { $part } из { $parts }
