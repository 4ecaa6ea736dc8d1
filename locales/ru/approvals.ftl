# Действия, риски и состояния запросов на утверждение.

action-intake_order = Принять заявку
action-accept_order = Принять заказ
action-decline_order = Отказаться от заказа
action-advance_order = Перевести заказ в другой статус
action-cancel_order = Отменить заказ
action-answer_checklist = Ответить на пункты проверки
action-add_note = Добавить заметку
action-record_contact = Отметить контакт
action-record_client_decision = Записать решение клиента
action-record_payment = Записать оплату
action-record_delivery = Подтвердить доставку
action-record_compliance = Записать ответ комплаенса
action-set_logistics = Указать логистику
action-open_claim = Открыть претензию
action-close_claim = Закрыть претензию
action-assign_order = Назначить менеджера
action-reassign_order = Передать заказ
action-create_task = Поставить задачу
action-complete_task = Закрыть задачу
action-open_blocker = Поставить блокер
action-close_blocker = Снять блокер
action-acknowledge = Взять в работу
action-snooze = Отложить
action-resolve = Закрыть вопрос
action-extend_clock = Продлить срок
action-pause_clock = Поставить таймер на паузу
action-resume_clock = Снять таймер с паузы
action-remind = Напомнить
action-escalate = Эскалировать
action-raise_signal = Поднять сигнал
action-resolve_signal = Закрыть сигнал
action-set_availability = Отметить отсутствие или возвращение
action-set_constraint = Ограничить нагрузку менеджера
action-add_person = Добавить сотрудника
action-send_digest = Отправить сводку
action-vote_approval = Проголосовать
action-edit_approval = Изменить запрос
action-expire_approval = Закрыть запрос по сроку
action-mass_reassign = Передать сразу много заказов
action-audit_orders = Проверить заказы без ответственного
action-watch_signals = Поставить сигналы на контроль
action-resend_notification = Отправить сообщение снова
action-replay_event = Повторить событие
action-import_history = Загрузить историю

# Чем закончилось действие по журналу.
outcome-done = выполнено
outcome-waiting = ждёт решения
outcome-refused = отказано
outcome-failed = не получилось
outcome-unchanged = без изменений
outcome-shadow = только в журнале

risk-money = деньги клиента
risk-legal = юридический риск
risk-disputed = спорный переход
risk-mass = массовое изменение
risk-policy = изменение правил

approval-pending = ждёт решения
approval-done = утверждено
approval-rejected = отклонено
approval-expired = истекло без решения
approval-superseded = заменено новым запросом
approval-failed = утверждено, но выполнить не удалось
approval-unknown = утверждено, результат выясняется
