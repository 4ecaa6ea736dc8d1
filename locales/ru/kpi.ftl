# Показатели AI-РОП: один ключ на каждый показатель из domain/kpi.py; единицы, цели, заголовки таблиц.

kpi-pending_manager_orders = Заказы, которые ждут менеджера
kpi-time_to_next_status = Время до следующего статуса, медиана
kpi-share_over_72h = Доля заказов без движения больше 72 ч
kpi-sla_breach_rate = Доля сорванных сроков
kpi-cycle_time = От заявки до доставки, медиана
kpi-cycle_time_p90 = От заявки до доставки, 90 % не дольше
kpi-share_without_owner = Доля заказов без ответственного
kpi-share_without_next_step = Доля заказов без следующего шага
kpi-inspection_to_payment = Конверсия из проверки в оплату
kpi-payment_to_shipment = Конверсия из оплаты в отправку
kpi-reaction_time = Время реакции менеджера, медиана
kpi-repeated_escalations = Доля повторных эскалаций
kpi-sla_breach_rate_critical = Доля сорванных сроков на критических этапах
kpi-with_owner_and_next_step = Доля с ответственным и следующим шагом
kpi-escalations_complete = Полностью оформленные эскалации
kpi-delivered = Доставленные заказы

kpi-value-orders = { NUMBER($value, maximumFractionDigits: 1) }
kpi-value-hours = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) } ч
kpi-value-days = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) } дн.
kpi-value-minutes = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) } мин
kpi-value-share = { NUMBER($value, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }
kpi-value-points = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) } п. п.
kpi-rise = +{ $value }
kpi-drop = −{ $value }

kpi-target-fall = снизить на { NUMBER($bound, style: "percent", maximumFractionDigits: 0) }
kpi-target-below = меньше { NUMBER($bound, style: "percent", maximumFractionDigits: 0) }
kpi-target-at_least = не меньше { NUMBER($bound, style: "percent", maximumFractionDigits: 0) }
kpi-met-yes = да
kpi-met-no = нет
kpi-met-unclear = неясно

kpi-column-name = Показатель
kpi-column-value = сейчас
kpi-column-before = было
kpi-column-after = стало
kpi-column-change = изменение
kpi-column-of = из
kpi-column-target = цель
kpi-column-met = достигнута

kpi-period = С { $since } по { $until } (UTC)
kpi-periods = До: с { $since }. Внедрение: { $at }. После: по { $until } (UTC)
kpi-periods-open = { $periods }, ещё не закончено
