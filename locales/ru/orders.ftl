# Заказ: статусы, вердикты, решения, способы доставки, причины отмены.

status-pending_manager = Ждёт менеджера
status-under_inspection = Проверка
status-awaiting_payment = Решение и оплата клиента
status-ready_for_shipment = Готов к отправке
status-in_transit = В пути
status-delivered = Доставлен
status-closed = Закрыт
status-cancelled = Отменён

verdict-green = зелёный
verdict-yellow = жёлтый
verdict-red = красный

decision-confirmed = подтвердил покупку
decision-declined = отказался
decision-thinking = думает

compliance-unknown = ещё не проверено
compliance-clear = замечаний нет
compliance-blocked = заблокировано

delivery-ems = EMS
delivery-cargo = карго
delivery-premium_individual = премиум, отдельной отправкой
delivery-premium_consolidated = премиум, сборной отправкой

reason-client_changed_mind = Клиент передумал
reason-bike_unavailable = Велосипед уже продан
reason-seller_unresponsive = Продавец не отвечает
reason-seller_fraud_suspected = Похоже на мошенничество
reason-quality_mismatch = Состояние хуже заявленного
reason-failed_inspection = Не прошёл проверку
reason-price_out_of_compliance = Цена вне допустимых границ
reason-compliance_block = Запрет комплаенса
reason-payment_not_received = Оплата не поступила
reason-duplicate_order = Повторная заявка
reason-internal_failure = Наша внутренняя ошибка
reason-logistics_impossible = Доставить невозможно
reason-client_unreachable = Клиент не выходит на связь
reason-other = Другая причина

severity-low = низкая
severity-medium = средняя
severity-high = высокая
severity-critical = критическая

role-owner = владелец
role-head = руководитель
role-admin = администратор
role-manager = менеджер
role-viewer = наблюдатель

money = { $amount }{ "\u00A0" }€

quoted = «{ $words }»
