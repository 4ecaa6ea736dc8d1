# Страница «Менеджеры»: команда, один менеджер, календарь, ограничения.
managers-all = Все менеджеры
managers-team = { $count ->
    [one] { $count } менеджер
    [few] { $count } менеджера
   *[many] { $count } менеджеров
}
managers-own = Мои показатели
managers-none = Менеджеров пока нет.
managers-load = Нагрузка
managers-load-of = { NUMBER($load, maximumFractionDigits: 1) } из { $capacity }
managers-presence = Смена
managers-presence-on = на смене
managers-presence-off = не на смене
managers-presence-away = нет на месте
managers-until = до: { $at }
managers-opens = начало: { $at }
managers-stage-pending_manager = Приём
managers-stage-under_inspection = Проверка
managers-stage-awaiting_payment = Оплата
managers-stage-ready_for_shipment = К отправке
managers-stage-in_transit = В пути
managers-stage-delivered = Доставлен
managers-breaches = Сорвано сроков
managers-accepted = Принято
managers-declined = Отказов
managers-not-accepted = не ответил: { $count }
managers-telegram-linked = подключён
managers-telegram-blocked = бот заблокирован
managers-telegram-none = не подключён
managers-invite = пригласить
managers-numbers = Показатели
managers-card = за период и за предыдущий
managers-card-mine = за период и за предыдущий; их видите вы и руководители
managers-card-none = За это время показывать пока нечего: заказов и сроков не было.
managers-broken = Сорвано сроков
managers-orders = { $count ->
    [0] Открытых заказов нет
    [one] { $count } открытый заказ
    [few] { $count } открытых заказа
   *[many] { $count } открытых заказов
}
managers-orders-all = В очереди
managers-orders-none = Сейчас всё сделано.
managers-today = Сегодня
managers-day-off = выходной
managers-back = Снова на месте
managers-away = Отметить отсутствие
managers-away-until = До какого времени нет на месте
managers-away-about = Новые заказы пойдут коллегам. Заказы, которые не успеть принять в срок, передадутся сразу.
managers-limits = Ограничения
managers-capacity = Вместимость
managers-max-load = Предел нагрузки
managers-unlimited = без предела
managers-ebikes = Электровелосипеды
managers-ebikes-yes = получает
managers-ebikes-no = не получает
managers-no-ebikes = Не давать электровелосипеды
managers-limits-set = Изменено
managers-limits-approved = согласовано: { $names }
managers-limit = Изменить ограничения
managers-limit-why = Почему
managers-limit-about = Новые ограничения заменят прежние и касаются только новых заказов.
managers-calendar = Ближайшие две недели
managers-calendar-team = календарь команды
managers-calendar-own = личный календарь
managers-day = День
managers-hours = Часы
managers-day-note = Примечание
managers-day-away = нет на месте
