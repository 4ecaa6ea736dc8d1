# Разговор с ролями: что видно, пока роль работает.
progress-gather = <b>{ $role }</b>: собираю данные…
progress-think = <b>{ $role }</b>: думаю…
progress-consult = <b>{ $role }</b>: советуюсь с коллегой…
progress-check = <b>{ $role }</b>: проверяю ответ…
progress-act = <b>{ $role }</b>: выполняю поручение…
progress-look_at_queue = <b>{ $role }</b>: смотрю очередь…
progress-look_at_order = <b>{ $role }</b>: открываю заказ…
progress-hot_list = <b>{ $role }</b>: смотрю, что горит…
progress-look_at_kpis = <b>{ $role }</b>: считаю показатели…
progress-look_at_managers = <b>{ $role }</b>: проверяю нагрузку менеджеров…
progress-load_forecast = <b>{ $role }</b>: строю прогноз…
progress-look_at_circles = <b>{ $role }</b>: смотрю показатели кругов…
progress-look_at_signals = <b>{ $role }</b>: проверяю сигналы…
progress-look_at_decisions = <b>{ $role }</b>: читаю журнал решений…
progress-look_at_approvals = <b>{ $role }</b>: смотрю, что ждёт решения…
progress-look_at_calendar = <b>{ $role }</b>: смотрю, кто на смене…
progress-precedents = <b>{ $role }</b>: ищу похожие решения…

# Группы: комнаты руководителей.
room-leaders-only = В группе я отвечаю только руководителям. Напишите мне в личный чат, там я помогу с вашими заказами.
room-setup-in-group = Команду /setup отправьте в группе с темами, где бот – администратор.
room-needs-topics = В этой группе нет тем. Включите темы в настройках группы, сделайте бота администратором с правом управлять темами и отправьте /setup ещё раз.
room-only-words = Здесь роли читают только текст. Фото для проверки пришлите мне в личный чат.
room-not-set-up = Эта группа не подключена, рабочих данных я здесь не показываю. Напишите мне в личный чат или подключите группу с темами: /setup
room-strangers = { $count ->
    [one] В группе { $count } участник, которого
    [few] В группе { $count } участника, которых
   *[many] В группе { $count } участников, которых
} я не знаю (люди без доступа к боту или другие боты). Всё, что я здесь напишу, увидят и они. Уберите лишних или пригласите в бот тех, кто работает у нас, и отправьте /setup ещё раз.
room-stranger = 🔒 Здесь есть участник, которого я не знаю: { $name }. Я отвечаю только сотрудникам, поэтому рабочих данных в этой группе больше не показываю. Когда в ней снова останутся только свои, руководитель отправит /setup.
room-no-rights = Не получается создать темы: { $reason }. Дайте боту право управлять темами и отправьте /setup ещё раз.
room-ready = ✅ Готово: у каждой роли AI своя тема. Пишите в тему, роль ответит там же. Здесь отвечаю только руководителям.
room-soon = ✅ Группа подключена. Telegram просит не спешить, осталось создать тем: { $count }. Они появятся сами.

# Кнопки под ответом роли.
talk-approval = Запрос №{ $id }
talk-chosen = Ваш ответ: { $choice }
talk-chosen-already = На этот вопрос вы уже ответили.
notice-room_post = сообщение в теме группы

# Сводки по запросу.
digest-head = 📊 <b>Сводки</b>
digest-line = • { $title } – { $last }
digest-not-yet = ещё не выходила
digest-none = «{ $kind }»: такой сводки ещё не было. Её можно попросить сейчас: /digest
digest-now = { $kind }: на сейчас
digest-asked = «{ $kind }»: уже пишется, придёт сюда.
report-name-shift = Смена
report-name-daily = День
report-name-crisis = Кризис
report-name-brief = Руководству
report-name-weekly = Неделя
talk-no-words = Напишите вопрос сразу после команды, например: { $command } что горит?
talk-role = { $code } – { $name }
talk-que = Очередь
talk-hot = Что горит
talk-req = Запросы
talk-no-requests = Решения людей ничего не ждёт.

# Тема кризиса в группе.
crisis-topic = 🚨 { $number }: { $code }
crisis-open = 🚨 <b>Кризис №{ $number }: { $code }</b>, важность { $severity }
crisis-metric = { $name }: <b>{ $value }</b>
crisis-owner = Ответственные: { $owner }
crisis-due = Разобрать до: { $due }
crisis-acknowledged = 👀 { $code }: взято в работу.
crisis-snoozed = 💤 { $code }: отложено.
crisis-resolved = ✅ { $code }: закрыто. Тема закрывается.
crisis-rejected = { $code }: признано ложной тревогой. Тема закрывается.
crisis-because = Итог: { $reason }
