# Страница «Пульс».
pulse-now = Сейчас
pulse-kpis = Главные показатели
pulse-open = В работе
pulse-open-note = открытых заказов
pulse-overdue = Просрочено
pulse-overdue-note = срок заказа прошёл
pulse-approvals = Ждут решения
pulse-approvals-none = Решения людей никто не ждёт.
pulse-oldest = старший: { $span }
pulse-crises = Кризисы
pulse-crises-none = Открытых кризисов нет.
pulse-crises-overdue = { $overdue ->
    [0] сроки не нарушены
   *[other] не разобрано в срок: { $overdue }
}
pulse-trend-good = лучше
pulse-trend-bad = хуже
pulse-trend-same = было столько же
pulse-trend-none = не с чем сравнить
pulse-target = Цель: { $target }
pulse-met-yes = выполнена
pulse-met-no = не выполнена
pulse-trends = Динамика
pulse-hourly = по часам
pulse-daily = по дням
pulse-chart-open = Заказы в работе
pulse-chart-broken = Сорванные сроки
pulse-chart-delivered = Доставленные заказы
pulse-chart-words-lines = { $name }: было { $first }, стало { $last }, больше всего { $most }
pulse-chart-words-bars = { $name }: всего { $total }, больше всего за раз { $most }, сначала { $first }, в конце { $last }
pulse-line-open = открыто
pulse-line-pending = ждут менеджера
pulse-line-broken = сорвано сроков
pulse-line-delivered = доставлено
pulse-as-table = Те же числа таблицей
pulse-until = На момент
pulse-queue = Очередь по статусам
pulse-queue-ages = по возрасту в статусе
pulse-age-under_4h = до 4 часов
pulse-age-from_4h_to_24h = от 4 часов до суток
pulse-age-from_24h_to_72h = от суток до трёх
pulse-age-over_72h = дольше трёх суток
pulse-age-all = любой возраст
pulse-hot = Горит
pulse-hot-none = Ничего не горит: все сроки соблюдаются.
pulse-expires = на решение { $left }
pulse-decide = Решить
pulse-decide-on = Решить запрос { $id }
pulse-decisions = Последние решения AI и правил
pulse-decisions-none = Решений ещё не было.
pulse-all = Все
pulse-behind = Что за этим числом
pulse-back = ← К пульсу
pulse-found = { $count ->
    [one] { $count } строка
    [few] { $count } строки
   *[many] { $count } строк
}
pulse-show = Какая часть
pulse-show-hits = Посчитанные: { $count }
pulse-show-rest = Остальные: { $count }
pulse-show-all = Все: { $count }
pulse-when = Когда
pulse-lasted = Сколько длится или длилось
pulse-move = Переход
pulse-status-now = Статус сейчас

desk-rules = Правила
desk-escalated = { $step ->
    [1] сообщили ответственному о сорванном сроке
    [2] подняли сорванный срок до дежурного администратора
   *[3] подняли сорванный срок до всех администраторов
}
desk-reminded = напомнили о сроке
desk-reassigned = передан: { $given } → { $taken }
desk-advanced = перевод в статус «{ $status }»
desk-digest = { $title }
desk-limit = Срок «{ $clock }»: { $due }
