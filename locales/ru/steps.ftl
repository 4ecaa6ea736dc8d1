# Следующий шаг по заказу: один ключ на каждый StepKey.

step-resolve_blocker = { $count ->
    [1] Снимите блокер: без этого заказ не движется
    [one] Снимите { $count } блокер: без этого заказ не движется
    [few] Снимите { $count } блокера: без этого заказ не движется
   *[many] Снимите { $count } блокеров: без этого заказ не движется
}
step-await_approval = Дождитесь решения руководителя
step-await_owner = Подождите, подбираем ответственного
step-accept_order = Примите заказ
step-contact_seller = Свяжитесь с продавцом
step-fill_checklist = { $remaining ->
    [one] Проведите проверку: остался { $remaining } пункт из { $total }
    [few] Проведите проверку: осталось { $remaining } пункта из { $total }
   *[many] Проведите проверку: осталось { $remaining } пунктов из { $total }
}
step-attach_photos = { $remaining ->
    [1] Приложите фото к пункту { $points }
   *[other] Приложите фото к пунктам { $points }
}
step-set_verdict = Поставьте итоговый вердикт
step-write_note = Напишите заметку по итогам проверки
step-decide_dispute = Случай спорный: обсудите с клиентом и отправьте на утверждение
step-send_report = Отправьте отчёт клиенту и переведите заказ дальше
step-resolve_compliance = Комплаенс не пропускает сделку: решите с руководителем, как быть
step-ask_client_decision = Узнайте решение клиента
step-follow_up_client = Клиент думает: напомните о себе
step-cancel_declined = Клиент отказался: отмените заказ и укажите причину
step-clear_compliance = Дождитесь проверки комплаенса
step-await_payment = Дождитесь оплаты клиента
step-confirm_payment = Подтвердите оплату
step-arrange_dispatch = Договоритесь с продавцом об отправке и выберите перевозчика
step-set_dispatch_date = Укажите дату отправки
step-enter_tracking = Узнайте трек-номер ({ $carrier }) и внесите его
step-move_to_transit = Всё готово: переведите заказ в статус «В пути»
step-watch_delivery = Следите за доставкой: { $carrier }, { $tracking_number }
step-confirm_delivery = Срок доставки подходит: узнайте, доехал ли велосипед
step-move_to_delivered = Доставка подтверждена: переведите заказ дальше
step-resolve_claim = Разберите претензию клиента
step-close_order = Убедитесь, что клиент доволен, и закройте заказ
