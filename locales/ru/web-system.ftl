# Страница «Система».
system-workers = Рабочие процессы
system-what = Кто
system-last-sign = Последний признак жизни
system-silent = молчит
system-no-workers = Ни один процесс ещё не работал.
system-seconds-ago = { $seconds } с назад
system-seconds = { $seconds } с
system-release = Версия программы
system-policy = Версия правил
system-migration = Миграция базы
system-behind = нужна { $newest }
system-queues = Очереди заданий
system-queue = Очередь
system-due = Ждут
system-doing = В работе
system-later = Позже
system-oldest = Старейшее ждёт
system-queues-empty = Заданий нет.
system-channel = Telegram
system-channel-up = работает
system-channel-down = не работает
system-outage = с { $since }, ждут сообщений: { $waiting }. { $problem }
system-outbox-queued = Сообщений в очереди
system-outbox-sending = Отправляются
system-outbox-failed = Будут повторены
system-outbox-unknown = Неизвестно, дошли ли
system-outbox-dead = Не дошли
system-clocks-due = Сроков ждут обработки
system-unsealed = Ещё не запечатанных записей журнала
system-dead = Не дошло: { $count }
system-dead-none = Все сообщения дошли.
system-crowd = Одинаковых: { $count }
system-message = Сообщение
system-reason = Причина
system-unknown = Неизвестно, дошло ли.
system-resend = Отправить снова
system-resend-one = Отправить снова сообщение { $id }
system-resend-alike = Отправить все { $count }
system-resent = { $count ->
    [one] Снова в пути: { $count } сообщение.
    [few] Снова в пути: { $count } сообщения.
   *[many] Снова в пути: { $count } сообщений.
}
system-updates = Не обработано из Telegram
system-rehandle = Обработать снова
system-rehandle-one = Обработать снова действие { $id }
system-quarantine = Карантин событий CRM
system-quarantine-none = Карантин пуст.
system-event = Событие
system-why = Почему не принято
system-held-waiting = ждёт
system-held-rejected = отказано
system-attempts = { $count ->
    [one] { $count } попытка
    [few] { $count } попытки
   *[many] { $count } попыток
}
system-raw = Как прислали
system-replay = Повторить
system-replay-one = Повторить событие { $id }
system-replay-all = Повторить все
system-replayed = Повторено: { $tried }, принято: { $applied }.
system-discard = Отклонить
system-discard-one = Отклонить событие { $id }
system-discard-why = Почему его не нужно принимать
system-discarded = Отклонено. Событие останется видно в журнале.
system-next = Дальше
system-ai = Роли AI: свобода и расход за сегодня
system-all = Все роли
system-role = Роль
system-mode = Режим
system-mode-of = Сменить режим: { $role }
system-mode-note = Действует сразу, и для того, что уже выполняется. Строже из двух: общий режим или режим роли.
system-mode-why = Причина
system-set-act = Разрешить действовать
system-set-shadow = Только записывать
system-set-off = Остановить
system-switched = { $who }, { $at }: { $reason }
system-calls = Вызовы
system-tokens = Токены
system-cost = Стоимость
system-fallbacks = Запасная модель
system-of = { NUMBER($used) } / { NUMBER($limit) }
system-percent = { NUMBER($value, maximumFractionDigits: 1) } %
system-people = Сотрудники и доступ
system-add = Добавить
system-name = Имя
system-capacity = Сколько заказов ведёт (для менеджера)
system-linked = подключён
system-not-linked = нет
system-sessions = Входы
system-signed-in = Кто сейчас вошёл
system-end-session = Завершить вход: { $name }, { $device }
system-invite = Пригласить
system-invite-one = Ссылка-приглашение в бот: { $name }
system-sign-out = Завершить входы
system-sign-out-one = Завершить все входы: { $name }
system-keys = Ключи программ
system-keys-none = Действующих ключей нет.
system-key = Новый ключ
system-key-name = Для чего
system-key-scope = Что открывает
system-scope-crm = события CRM: токен
system-scope-webhook = события CRM: подпись
system-scope-person = API от своего имени
system-used = Последний раз
system-never = ни разу
system-create = Создать
system-revoke = Отозвать
system-revoke-one = Отозвать ключ: { $name }
system-once = Сохраните сейчас: больше это не покажут.
system-checks = Проверка данных
system-check = Проверить
system-holds = верно
system-invariant-1 = У открытых заказов есть ответственный, срок и следующий шаг
system-invariant-2 = У открытых заказов идут таймеры
system-invariant-3 = За каждым идущим таймером следят
system-invariant-4 = У открытых заказов есть действующее назначение
system-invariant-5 = За закрытыми заказами не осталось открытых дел
system-invariant-6 = Счётчики нагрузки сходятся с пересчётом
system-invariant-7 = У эскалаций есть ответственный и срок
system-invariant-8 = Журнал запечатан без пропусков
system-models = Языковые модели
system-model = Модель
system-model-state = Состояние
system-model-ready = готова отвечать
system-model-failing = { $count ->
    [one] { $count } сбой подряд
    [few] { $count } сбоя подряд
   *[many] { $count } сбоев подряд
}
system-model-rests = отдыхает после сбоев, ещё { $seconds } с
system-price-in = Вопрос, за млн токенов
system-price-out = Ответ, за млн токенов
system-price-unknown = цена неизвестна
system-prices = Цены – в правилах
system-models-none = Модель не подключена: за роли отвечают правила.
system-models-unknown = Нет данных: рабочий процесс не подаёт признаков жизни.
system-models-note = По словам рабочего процесса, который отозвался последним.
system-jobs = Не выполнено заданий: { $count }
system-jobs-none = Все задания выполнены.
system-jobs-note = Чем закончилась каждая попытка, записано в журнале рабочего процесса.
system-jobs-retry-all = Повторить все
system-jobs-retried = { $count ->
    [one] Снова в очереди: { $count } задание.
    [few] Снова в очереди: { $count } задания.
   *[many] Снова в очереди: { $count } заданий.
}
system-job = Задание
system-job-failed = Когда
system-job-retry = Повторить
system-job-retry-one = Повторить задание { $id }
system-job-periodic = повторится само
system-about-notification_id = сообщение { $id }
system-about-update_id = действие { $id }
system-about-turn_id = вопрос { $id }
system-about-message_id = карточка { $id }
system-about-chat_id = чат { $id }
system-beat-auditor = Проверка заказов
system-beat-sealer = Запечатывание журнала
system-beat-sweep = Сроки и эскалации
system-beat-telegram-in = Приём из Telegram
system-beat-worker = Рабочий процесс
system-queue-agents = роли AI
system-queue-delivery = отправка
system-queue-feed = события CRM
system-queue-inbox = приём из Telegram
system-queue-watch = по расписанию
system-task-deliver = Отправить сообщение
system-task-follow = Продолжить события CRM
system-task-handle_update = Обработать действие
system-task-menu = Настроить меню бота
system-task-refresh_card = Обновить карточку
system-task-run_turn = Ответить от имени роли
system-task-watch-audit = Проверка заказов
system-task-watch-seal = Запечатывание журнала
system-task-watch-sweep = Сроки и эскалации
