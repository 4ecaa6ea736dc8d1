# Эскалации и сигналы: карточки руководителей, их кнопки, вопросы и короткая история.

card-escalation = 🚨 <b>{ $about ->
    [order] Заказ №{ $code }: { $what }
   *[none] { $what }
}</b>
card-escalation-over = ✅ <b>Закрыто. { $about ->
    [order] Заказ №{ $code }: { $what }
   *[none] { $what }
}</b>
card-escalation-step = Ступень { $level } из 3, важность { $severity }
card-escalation-order = { $bike }: { $status }
card-resolution = Итог: { $resolution }
card-resolved-by = Закрыто: { $by }, { $at }
card-by-itself = система
card-signal-open = ⚠️ <b>{ $about ->
    [order] Заказ №{ $name }: { $what }
    [person] { $what }: { $name }
   *[none] { $what }
}</b>
card-signal-over = ✅ <b>Закрыто. { $about ->
    [order] Заказ №{ $name }: { $what }
    [person] { $what }: { $name }
   *[none] { $what }
}</b>
card-signal-said = Подробности: { $said }
card-signal-severity = Важность: { $severity }
card-signal-due = Разобрать: { $due }

history-title = <b>Что уже сделано</b>
history-line = • { $at }, { $who }: { $what }
history-taken = в работе, до: { $until }
history-snoozed = отложено, до: { $until }
history-given = заказ передан, теперь ведёт { $to }
history-task = задача «{ $text }», срок { $due }
history-extended = срок продлён, новый: { $until } ({ $reason })
history-resolved = закрыто: { $resolution }
history-rejected = отклонено: { $resolution }

note-task = 📌 Задача поставлена: { $name }, заказ №{ $code }, срок { $due }.
note-extended = ⏳ Срок по заказу №{ $code } продлён, новый: { $until }.
note-signal-rejected = Сигнал отклонён. { $by }: { $resolution }

ask-task-due = К какому сроку нужна задача? Считаются рабочие часы исполнителя.
ask-task = Что сделать по заказу №{ $code }? Исполнитель: { $name }, срок { $due }. Напишите одним сообщением.
ask-extend = На сколько продлить срок?
ask-extend-reason = Продлеваем на { $hours } ч, заказ №{ $code }. Напишите причину одним сообщением.
ask-reject-signal = Почему это не проблема? Напишите одним сообщением.
ask-crisis-over = Кризис кончается по показателю или по слову руководителя. Показатель смотрит система: он должен вернуться в границу и продержаться там.
button-crisis-calm = Показатель снова в границе
button-crisis-insist = Закончен: подтверждаю сам

task-due-2h = Через 2 часа
task-due-4h = Через 4 часа
task-due-day = Рабочий день
task-due-three_days = 3 рабочих дня

give-title = Кому передать заказ №{ $code } ({ $bike })?
give-nobody = Сейчас передать некому.
give-unfit = Не могут взять:
give-unfit-line = • { $name }: { $why }, загрузка { $load } из { $capacity }
give-manager = { $best ->
    [yes] ⭐ { $name }: { $load } из { $capacity }, загрузка меньше всех
   *[no] { $name }: { $load } из { $capacity }
}{ $shift ->
    [on] , на смене
   *[off] , смена { $opens }
}
barrier-refused = уже не взял этот заказ
barrier-unreachable = нет связи в Telegram
barrier-away = в отъезде
barrier-full = нет места
barrier-constraint = такие заказы ограничены
barrier-no_shift = нет смен в календаре

button-task = 📌 Задача
button-extend = Продлить срок
button-extend-by = +{ $hours } ч
button-assign = Назначить менеджера
button-reject-signal = Это не проблема
button-open-approval = Открыть запрос
button-open-signal = Открыть сигнал
