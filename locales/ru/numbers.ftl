# Мои показатели: только свои, без сравнения с коллегами.
numbers-title = 📈 <b>Мои показатели за { $days } { $days ->
    [one] день
    [few] дня
   *[many] дней
}</b>
numbers-period = С { $since } до этой минуты, в скобках { $days ->
    [one] предыдущий { $days } день
    [few] предыдущие { $days } дня
   *[many] предыдущие { $days } дней
}
numbers-open = { $count ->
    [0] Открытых заказов сейчас нет
   *[other] Открыто сейчас: { $count }
}
numbers-none = За это время показывать пока нечего: заказов и сроков у вас не было.
numbers-line = { $name }: { $value }
numbers-line-before = { $name }: { $value } ({ $before })
numbers-taken = Получено заказов
numbers-closed = Закрыто заказов
numbers-accepted = Принято вовремя
numbers-documented = Оформлено полностью
numbers-stay = В одном статусе обычно
numbers-of = { $hits } из { $of }
numbers-nothing = нет данных
numbers-moment = меньше минуты
numbers-kind = { $kind } – { $count }
numbers-before = { " " }({ $count })
numbers-broken = Сорванные сроки: { $kinds }{ $before }
numbers-broken-none = Сорванных сроков нет{ $before }
numbers-praise = 👍 { $what }
numbers-tip = 💡 { $what }
numbers-too-little = Данных пока мало, выводы предварительные.
button-period = За { $days } { $days ->
    [one] день
    [few] дня
   *[many] дней
}

praise-all-kept = Все сроки выдержаны: { $of } из { $of }. Отлично!
praise-fewer-broken = В срок вы успеваете чаще, чем раньше: { NUMBER($share, style: "percent", maximumFractionDigits: 0) } вместо { NUMBER($former_share, style: "percent", maximumFractionDigits: 0) }.
praise-accepted-in-time = Заказы вы принимаете вовремя: { $accepted }.
praise-all-documented = Все заказы оформлены полностью, коллегам ничего не приходится искать.
praise-faster = Заказы у вас движутся быстрее: { $stay } в одном статусе вместо { $former_stay }.
praise-more-closed = Закрыто больше, чем в прошлый раз: { $closed } вместо { $former_closed }.
praise-some-kept = Есть успехи: в срок выполнено { $kept } из { $of }.
praise-closed = { $closed ->
    [one] До конца доведён { $closed } заказ, спасибо!
    [few] До конца доведены { $closed } заказа, спасибо!
   *[many] До конца доведено { $closed } заказов, спасибо!
}

tip-accept = Больше всего поможет быстрый ответ на новые заказы. Не успеваете – откажитесь сразу или отметьте в /shift, что отошли: заказ получит коллега.
tip-contact = Больше всего поможет звонок продавцу сразу после приёма заказа. Отмечайте его кнопкой «Продавец».
tip-client = Больше всего поможет быстрый ответ клиенту, пусть и короткий. Отмечайте разговор кнопкой «Клиент».
tip-follow-through = Больше всего поможет начинать день с /orders: сверху те заказы, у которых меньше всего времени.
tip-tasks = Больше всего поможет закрывать задачи и блокеры в тот же день, когда они сделаны.
tip-document = Перед следующим шагом загляните в карточку: все ли пункты, заметка и контакт с продавцом на месте.
tip-slower = Заказы стоят в статусе дольше, чем раньше: { $stay } вместо { $former_stay }. Кнопка «Что дальше?» в карточке подскажет следующий шаг.
tip-keep-on = Менять ничего не нужно, продолжайте так же.
