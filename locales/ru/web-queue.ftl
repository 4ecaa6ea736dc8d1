# Страница «Очередь».
queue-filters = Отбор
queue-search = Номер, клиент, велосипед
queue-all-open = Все открытые
queue-all-owners = Все менеджеры
queue-age = Сколько стоит в статусе
queue-any-age = Любой возраст
queue-age-4h = дольше 4 часов
queue-age-24h = дольше суток
queue-age-72h = дольше трёх суток
queue-age-7d = дольше недели
queue-severity = Важность
queue-any-severity = Любая важность
queue-severity-of = важность: { $severity }
queue-sort = Порядок
queue-sort-urgency = Сначала срочные
queue-sort-oldest = Дольше всех стоят
queue-sort-newest = Сначала новые
queue-sort-price = Сначала дорогие
queue-overdue = Просроченные
queue-find = Найти
queue-reset = Сбросить
queue-found = { $more ->
    [yes] { $count } заказов и больше
   *[no] { $count ->
        [one] { $count } заказ
        [few] { $count } заказа
       *[many] { $count } заказов
    }
}
queue-due = Срок
queue-price = Цена
queue-levers = Действия
queue-act = Решить
queue-act-on = Решить по заказу { $code }
queue-urgent = срочно
queue-hot = горит
queue-held = этим занимается { $name }
queue-choose = Выбор
queue-choose-one = Выбрать заказ { $code }
queue-bulk = Раздать выбранные
queue-bulk-reason = Почему раздаём
queue-bulk-limit = Больше { $limit } сразу – через согласование
queue-handed-out = Роздано заказов: { $orders }.
queue-left = Осталось на месте: { $orders }. Пока вы выбирали, их закрыли или отдали другим.
queue-step = Следующий шаг
queue-broken = сорван: { $clock }
queue-broken-since = Сорван срок: { $clock }
queue-give = Кому отдать
queue-least-loaded = Наименее загруженному
queue-manager-load = { $name } ({ NUMBER($load, maximumFractionDigits: 1) } из { $capacity })
queue-reason = Причина
queue-give-button = Отдать
queue-task = Задача ответственному
queue-task-due = Сделать до
queue-task-button = Поставить
queue-snooze = Отложить:
queue-resolve = Чем закончилось
queue-resolve-button = Закрыть нарушение
queue-pages = Страницы
queue-first = К началу
queue-next = Дальше
queue-empty = Таких заказов нет.
