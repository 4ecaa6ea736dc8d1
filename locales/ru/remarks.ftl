# Причины и итоги, которые записывает сама система: один ключ на каждый RemarkKey.

remark-moved = Статус изменился: { $source } → { $target }
remark-movement = Работа по заказу продолжилась
remark-order-ended = Работа по заказу завершена: { $status }
remark-order-cancelled = Заказ отменён. { $reason }
remark-cancel-reason = { $reason }
remark-contact = Контакт записан
remark-client-decided = Клиент { $decision }
remark-followed-up = Клиенту напомнили
remark-paid-in-full = Клиент оплатил полностью
remark-not-accepted = Заказ не приняли вовремя
remark-handed-over = Заказ передан другому менеджеру
remark-new-owner = У заказа новый ответственный
remark-task-done = Задача выполнена
remark-extended = Срок продлён
remark-approval-ended = Решение по запросу: { $outcome }
remark-signal-settled = Сигнал разобран
remark-event-taken-in = Событие из CRM принято
remark-reachable = Сотрудник снова на связи
remark-history = Известно из загруженной истории
remark-ruled = Арбитр решил спор кругов

# Замечание системы и слова человека при нём.
remark-with-words = { $remark }: { $words }
