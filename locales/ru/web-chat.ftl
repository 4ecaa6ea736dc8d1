# Страница «Чат с ролями».
chat-roles = Роли
chat-talk = Разговор
chat-checked = ответы проверены: числа из фактов, обещаний нет
chat-log = Разговор: { $role }
chat-empty = Здесь пока ничего не говорили. Спросите, например: «что горит?», «что с 1042?», «кто срывает сроки?»
chat-you = Вы
chat-words = Ваш вопрос или поручение
chat-send = Отправить
chat-keys = Enter – отправить, Shift+Enter – новая строка
chat-waiting = Вопрос принят…
chat-viewer = Наблюдатели смотрят, но не спрашивают.
chat-failed = Нет связи. Вопрос остался в поле: отправьте ещё раз.
chat-often = Слишком часто. Подождите минуту.
chat-refused = Задать этот вопрос вам нельзя.
chat-unfit = Вопрос пустой или слишком длинный.
chat-fault = Не получилось. Вопрос остался в поле: попробуйте ещё раз позже.
chat-later = Ответ задерживается. Он появится здесь, как только будет готов.
chat-orders = Заказы:
chat-approval = Запрос №{ $id }
chat-evidence = На чём основан ответ: { $steps ->
    [one] { $steps } шаг
    [few] { $steps } шага
   *[many] { $steps } шагов
}
chat-facts = Факты
chat-left-out = Ещё строк: { $count }
chat-columns-left-out = Ещё столбцов: { $count }
chat-no-steps = Ничего не смотрели: ответ из самого разговора.
chat-by-rules = По правилам, без языковой модели ({ $model }, указания { $version })
chat-by-model = Модель { $model }, указания { $version }
chat-trace = решения по этому ответу
chat-note-limit = Достигнут предел расхода: ответ дан по правилам.
chat-note-ai-is-off = Роль сейчас остановлена администратором.
chat-note-gave-up = Обработка несколько раз прервалась.
chat-note-rejected = Текст модели не прошёл проверку: ответ дан по правилам.
chat-note-model-unavailable = Модель не отвечала: ответ дан по правилам.
chat-step-gather = Собирает данные
chat-step-think = Думает
chat-step-consult = Советуется с коллегой
chat-step-check = Проверяет ответ
chat-step-act = Выполняет поручение
chat-step-refused = Отказано
chat-step-look_at_queue = Смотрит очередь
chat-step-look_at_order = Открывает заказ
chat-step-hot_list = Смотрит, что горит
chat-step-look_at_kpis = Считает показатели
chat-step-look_at_managers = Проверяет нагрузку менеджеров
chat-step-load_forecast = Строит прогноз
chat-step-look_at_circles = Смотрит показатели кругов
chat-step-look_at_signals = Проверяет сигналы
chat-step-look_at_decisions = Читает журнал решений
chat-step-look_at_approvals = Смотрит, что ждёт решения
chat-step-look_at_calendar = Смотрит, кто на смене
chat-step-precedents = Ищет похожие решения
