# Обзор для руководителей: очередь, горящее, менеджеры, показатели, журнал, переключатель AI.

queue-title = <b>{ $hot ->
    [yes] Горящие заказы: { $count }
   *[no] Открытые заказы: { $count }
}, просрочено: { $late }</b>
queue-status = { $status }: { $count }, просрочено { $late }, дольше всех стоит { $oldest }
list-queue-empty = Открытых заказов нет.
list-hot-empty = Горящих заказов нет.
list-line = { $mark ->
    [first] ⚡
   *[none] •
} <b>№{ $code }</b> { $bike }
    { $status }, { $left }, { $owner }
ask-status = Какие заказы показать?
ask-owner = Чьи заказы показать?
button-by-status = По статусу
button-by-owner = По менеджеру
button-status = { $status }: { $count }
button-every-status = Все статусы
button-every-owner = Все менеджеры
button-owner = { $name }: { $count }

crisis-title = 🚨 <b>Горит: { $count }, из них критических: { $critical }</b>
crisis-empty = Сейчас ничего не горит.
crisis-approvals = Ждут решения: { $count } (/approvals)
crisis-undelivered = Не доставлено сообщений: { $count } (/dead)
crisis-line = { $number }. { $severity ->
    [critical] 🔴
   *[other] 🟠
} { $about ->
    [order] №{ $order }: { $what }
   *[none] { $what }
} · { $left }{ $taken ->
    [yes] {" "}· занимается { $name }
   *[no] { "" }
}

managers-title = <b>Менеджеры: { $count }, на смене: { $on_shift }, нарушений сегодня: { $breaches }</b>
managers-empty = Менеджеров пока нет.
managers-line = • { $name }: { $load } из { $capacity }, { $presence }, нарушений сегодня: { $breaches }
presence-on = на смене
presence-off = смена { $opens }
presence-away = в отъезде, до: { $until }
presence-away-open = в отъезде
presence-unreachable = нет связи в Telegram
manager-title = <b>{ $name }</b>, { $presence }
manager-load = Загрузка { $load } из { $capacity }, открытых заказов: { $count }
manager-limit = Предел загрузки: { $load }, сверх него новые заказы не поступают
ask-load-limit = До какой загрузки давать новые заказы: { $name }? Общая норма: { $capacity }. Открытые заказы останутся.
ask-load-limit-why = Почему меняем предел загрузки: { $name }? Напишите одним сообщением.
note-load-limit = Предел загрузки записан: { $name }, до { $load }.
note-load-limit-off = Предел загрузки снят: { $name }. Действует общая норма.
button-load-limit = Предел загрузки
button-at-most = До { $load }
button-no-limit = Снять предел
manager-stage = • { $status }: { $count }
manager-today = Сегодня: нарушений { $breaches }, принято { $accepted }, доставлено { $delivered }
away-day = В отъезде: 1 день
away-three = 3 дня
away-week = Неделю
note-away-marked = Отмечено отсутствие, до: { $until }. Новые заказы не поступают.
note-back-marked = Отмечено: снова на месте.
button-mark-back = На месте
button-their-orders = Все заказы

kpi-title = <b>{ $period ->
    [today] Сегодня
    [week] За 7 дней
   *[month] За 30 дней
}: хуже стало { $worse }, лучше { $better }</b>
kpi-empty = За это время данных нет.
kpi-line = { $trend ->
    [bad] 🔴
    [good] 🟢
   *[other] ⚪
} { $name }: { $value }{ $known ->
    [yes] , было { $before }
   *[no] { "" }
}
button-kpi-period = { $chosen ->
    [yes] ✓ { "" }
   *[no] { "" }
}{ $period ->
    [today] Сегодня
    [week] 7 дней
   *[month] 30 дней
}

journal-title = <b>Последние решения</b>
journal-empty = Решений пока нет.
journal-line = { $number }. { $at }, { $who }: { $what }{ $about ->
    [order] , заказ №{ $order }
   *[none] { "" }
}{ $done ->
    [yes] { "" }
   *[no] {" "}({ $outcome })
}
journal-row = <b>Запись №{ $id }: { $what }</b>
journal-who = { $who }, { $at }
journal-order = Заказ №{ $order }
journal-verdict = Решение: { $verdict }, правило <code>{ $rule }</code>
journal-outcome = Итог: { $outcome }
journal-asked = <b>Что просили</b>
journal-facts = <b>На каких фактах</b>
journal-result = <b>Что вышло</b>
journal-fact = • { $name }: { $value }
judged-allow = разрешено
judged-needs_approval = нужно решение человека
judged-refuse = отказано
judged-shadow = только запись
thing-decision = запись журнала №{ $name }
button-by-author = Решения этого автора

ai-whom = { $command ->
    [pause] Кого остановить?
    [shadow] Кому только записывать, ничего не делая?
   *[resume] Кому снова действовать?
}
ai-everybody = Всех
