# Запросы решения: факты карточки, правка суммы, список.

action-hold_signal = Взять сигнал в работу или отложить

approval-asked-by = Просит: { $name }
approval-asked-for = Просит: { $role } по просьбе { $name }
approval-before = Раньше уже решено: { $amount }
approval-margin = Плановая маржа сделки: { $amount }
approval-reference = Платёж { $reference }: { $reported ->
    [yes] поступление отмечено
   *[no] поступление ещё не отмечено
}
approval-orders = { $count ->
    [one] { $count } заказ: { $codes }
    [few] { $count } заказа: { $codes }
   *[many] { $count } заказов: { $codes }
}
approval-rule = Правило сейчас: { $old }. Станет: { $new }
approval-contradicts = Противоречие с правилами: { $what }
approval-fact = • { $fact }
approval-foreign = ⚠️ Роль читала чужой текст (клиента, продавца): проверьте факты сами.
approval-voters = Голосуют: { $voters }
approval-replaced = Вместо него теперь запрос №{ $id }
approval-replaces = Заменяет запрос №{ $id }
approval-line = <b>№{ $id }</b> { $what }{ $about ->
    [order] , заказ №{ $order }
   *[none] { "" }
}{ $money ->
    [yes] , { $amount }
   *[no] { "" }
} · { $left } · голосов { $given } из { $quorum }
ask-amount = Сейчас в запросе №{ $id }: { $amount }. Напишите новую сумму в евро, например 250 или 99,50. Старый запрос закроется, голосовать будут по новому.
note-edited = Вместо запроса №{ $old } создан запрос №{ $new } с новой суммой. Карточки голосующих обновятся.
button-edit-amount = ✏️ Другая сумма
button-approval = Запрос №{ $id }
list-approvals = ⚖️ <b>Ждут решения: { $count }</b>
list-approvals-empty = Ничего не ждёт решения.
