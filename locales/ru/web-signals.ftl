# Страница «Сигналы» и доказательства словами.
signals-due = Срок
signals-about = О чём
signals-company = о компании в целом
signals-status-open = открыт
signals-status-acknowledged = в работе
signals-status-snoozed = отложен
signals-status-resolved = закрыт
signals-status-rejected = отклонён
signals-filters = Отбор
signals-state-open = Открытые
signals-state-settled = Закрытые
signals-state-all = Все
signals-state = Состояние
signals-code = Что случилось
signals-any-code = Любой сигнал
signals-circle = Круг
signals-any-circle = Все круги
signals-order = Номер заказа
signals-overdue = { $count ->
    [one] { $count } просрочен
    [few] { $count } просрочены
   *[many] { $count } просрочено
}
signals-title = Сигналы
signals-evidence = Доказательства
signals-evidence-none = без чисел
signals-raised = поднят { $ago } назад, { $by }
signals-empty = Таких сигналов нет.
signals-outcome = Чем закончилось
signals-resolve = Закрыть
signals-resolve-of = Закрыть сигнал №{ $number }
signals-reject = Отклонить
signals-hold = В работу
signals-hold-of = Взять в работу или отложить сигнал №{ $number }
signals-hold-taken = беру в работу
signals-hold-30m = на 30 мин
signals-hold-2h = на 2 часа
signals-hold-tomorrow = до завтра
signals-to-crisis = К кризису
signals-raise = Поднять сигнал
signals-raise-what = Что случилось
signals-raise-severity = Важность
signals-raise-usual = Как в правилах
signals-raise-order = Заказ, если сигнал о нём
signals-raise-note = Что вы видите, лучше с числами
signals-raise-number = Число, если есть

evidence-by-system = система
