# Таймеры: название, напоминание и срыв срока по каждому виду.

clock-accept = приём заказа
clock-first_contact = первый контакт с продавцом
clock-client_reply = ответ клиенту
clock-stage = срок этапа
clock-client_decision = решение клиента
clock-payment = оплата клиента
clock-follow_up = напоминание клиенту
clock-task = задача
clock-blocker = блокер
clock-signal = разбор сигнала
clock-approval = решение по запросу
clock-movement = движение по заказу

reminder-accept = Пора принять заказ
reminder-first_contact = Пора связаться с продавцом
reminder-client_reply = Клиент ждёт ответа
reminder-stage = Срок этапа подходит к концу
reminder-client_decision = Пора узнать решение клиента
reminder-payment = Пора проверить оплату клиента
reminder-follow_up = Пора напомнить клиенту о себе
reminder-task = Подходит срок задачи
reminder-blocker = Пора снять блокер
reminder-signal = Подходит срок разбора сигнала
reminder-approval = Запрос скоро истечёт без решения
reminder-movement = По заказу нет движения

breach-accept = Заказ не принят вовремя
breach-first_contact = С продавцом не связались вовремя
breach-client_reply = Клиент не дождался ответа
breach-stage = Срок этапа вышел
breach-client_decision = Решения клиента всё ещё нет
breach-payment = Оплата не подтверждена в срок
breach-follow_up = Клиенту не напомнили вовремя
breach-task = Задача просрочена
breach-blocker = Блокер не снят в срок
breach-signal = Сигнал не разобран в срок
breach-approval = Запрос истёк без решения
breach-movement = Заказ стоит без движения

proposal-extend = продлить срок, если есть причина
proposal-reassign = передать заказ другому менеджеру
proposal-task = поставить менеджеру задачу
