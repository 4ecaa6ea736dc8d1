# Digests of the role agents: titles, slots with their meaning, and the rows that fill them.

card-report = 📊 <b>{ $role }</b>
thing-digest = сводка { $name }
notice-report = сводка роли

report-title-shift = Сводка смены
report-title-daily = Сводка дня по операциям
report-title-crisis = Сводка кризиса
report-title-brief = Сводка дня для руководства
report-title-weekly = Недельная ретроспектива: сигнал, действие, эффект

report-slot-period = Период
report-slot-open_orders = Открытых заказов
report-slot-overdue_orders = Просрочено заказов
report-slot-hot_orders = Заказов в горячем списке
report-slot-hot_list = Что горит
report-slot-approvals_open = Запросов ждут решения людей
report-slot-approvals = Запросы, которые ждут решения
report-slot-people = Люди: перегрузка и отсутствие
report-slot-signals_open = Открытых сигналов
report-slot-signals = Самые важные сигналы
report-slot-nearest = Передать следующей смене, ближайшие сроки
report-slot-kpis = Показатели за период (в скобках предыдущий)
report-slot-forecast = Прогноз новых заказов и загрузки
report-slot-crisis = Признаки кризиса
report-slot-pulse = Пульс компании (в скобках предыдущий период)
report-slot-decisions = Главные решения
report-slot-rulings = Решения по спорам кругов
report-slot-missing = Неясно: у кого нет части данных (о ней ничего не утверждаем)
report-slot-chains_shown = Показано сигналов
report-slot-chains = Сигнал, действие, эффект
report-slot-chains_more = Ещё сигналов за период, не показанных здесь

report-mark-required = обязателен
report-mark-block = своя строка
report-count = { $value }
report-nothing = нет
report-unknown = нет данных
report-number-percent = { NUMBER($value, maximumFractionDigits: 1) } %
report-number-hours = { NUMBER($value, maximumFractionDigits: 1) } ч
report-number-minutes = { NUMBER($value, maximumFractionDigits: 1) } мин
report-number-orders = { NUMBER($value, maximumFractionDigits: 1) }

report-row-period = { $since } – { $until }
report-row-hot = №{ $order }: { $status }, ответственный: { $owner }, срок: { $due }
report-row-nearest = №{ $order }: { $status }, ответственный: { $owner }, срок: { $due }
report-row-approval = Запрос { $approval }: { $action }, заказ { $order }, решают: { $voters }, до { $due }
report-row-person = { $name }: { $state ->
        [away] отсутствует
       *[full] перегрузка
    }, загрузка { $load_percent }, открытых заказов { $orders }
report-row-signal = { $signal } ({ $severity }), заказ { $order }, { $circle_name } ({ $roles }), срок { $due }
report-row-kpi = { $kpi }: { $value } ({ $before }){ $trend ->
        [good] , лучше
        [bad] , хуже
       *[other] { "" }
    }
report-row-day = { $date }: ожидается заказов { $expected }, загрузка { $load_percent }{ $over ->
        [yes] , людей не хватает
       *[no] { "" }
    }{ $thin ->
        [yes] , данных мало
       *[no] { "" }
    }
report-row-ruling = Решение { $number } от { $ruled }: заказ { $order }, действует позиция { $circle_name }
report-row-missing = { $role_name } ({ $circle_name }): показателей с данными { $known } из { $total }
report-row-chain = { $signal }, заказ { $order }, { $raised }. Действия: { $actions }. Эффект: { $effect ->
        [measured] измерен и записан
        [settled] сигнал закрыт { $settled }, измерения нет
       *[open] ещё не виден, сигнал открыт
    }
report-row-decide_approval = { $number }. Решить запрос { $approval } ({ $action }, заказ { $order }). Решает человек: { $voters }. Срок: { $due }. Ожидаемый эффект: заказ перестаёт ждать. { $uncertain ->
        [yes] Круг без данных, эффект не подтвердить.
       *[no] { "" }
    }
report-row-decide_signal = { $number }. Разобрать сигнал «{ $signal }» (заказ { $order }). Ответственный: { $roles }, { $circle_name }. Срок: { $due }. Ожидаемый эффект: причина снята, сигнал закрыт. { $uncertain ->
        [yes] У круга нет данных, эффект не подтвердить.
       *[no] { "" }
    }
report-row-decide_order = { $number }. Вернуть в срок заказ { $order } ({ $status }). Ответственный: { $owner }, { $circle_name }. Срок: { $due }. Ожидаемый эффект: меньше сорванных сроков. { $uncertain ->
        [yes] У круга нет данных, эффект не подтвердить.
       *[no] { "" }
    }
report-row-decide_load = { $number }. Добавить людей на { $due }: прогноз загрузки { $load_percent }. Ответственный: { $roles }, { $circle_name }. Решает руководитель. Ожидаемый эффект: очередь не растёт. { $uncertain ->
        [yes] У круга нет данных, эффект не подтвердить.
       *[no] { "" }
    }

report-words = Напишите сводку по этим фактам.
report-preview = Без отправки: { $role }, { $kind }, { $verdict } ({ $model })
