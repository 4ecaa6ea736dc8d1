# Проверка по 28 пунктам в боте. Теги Telegram: подставляемые значения экранирует код.

check-title = <b>Проверка, заказ №{ $code }</b>
    { $bike }
check-bar = { $bar } { $answered } из { $total }
check-section = <b>{ $name }</b>, заказ №{ $code }
check-point = <b>{ $number }. { $name }</b>, заказ №{ $code }
check-bike = { $bike }
check-answered = { $state ->
    [ok] ✅
    [problem] ⚠️
   *[na] ➖
} <b>{ $answer }</b> ({ $by }, { $at })
check-flag = ❗ { $flag }: вердикт красный
check-comment = 💬 { $comment }
check-photo-count = { $count ->
    [0] Фото пока нет
   *[other] 📷 Фото: { $count }
}
check-artefact = 📷 Нужно фото
check-photo-hint = Фото пришлите сюда сообщением: одно или сразу несколько.
check-unanswered = Без ответа: { $points }
check-photos = 📷 Нет фото к пунктам: { $points }
check-photos-elsewhere = Ещё { $count } из других систем, здесь их не показать.
check-red-comment = Вердикт красный
check-complete = Все ответы и фото на месте.
check-finding = ⚠️ { $number }. { $name }: { $comment }
check-move-lacks = Перед переходом в «{ $status }» не хватает: { $what }
check-move-approval = Переход в «{ $status }» решает руководитель: запрос уйдёт ему.
check-section-answered = { $count ->
    [one] ✅ В порядке: { $count } пункт ({ $points }). Остальные ответы не изменились.
    [few] ✅ В порядке: { $count } пункта ({ $points }). Остальные ответы не изменились.
   *[many] ✅ В порядке: { $count } пунктов ({ $points }). Остальные ответы не изменились.
}
check-section-done = Здесь уже на всё есть ответ, ничего не изменилось.
check-stale = Пункт { $number } уже ответили иначе, пока карточка была открыта. Вот ответ, который записан.

note-problem = ⚠️ Пункт { $number }: проблема записана.
note-comment = 💬 Пункт { $number }: комментарий записан.
note-comment-corrected = ✏️ Заказ №{ $code }, пункт { $number }: комментарий исправлен.
note-of-point = Пункт { $number }: { $text }
note-check-over = Проверка уже закончена: слова о пункте { $number } записаны заметкой к заказу.
note-noted-on = 📝 Заметка к заказу №{ $code } сохранена.
note-correction = Исправление: { $text }
note-corrected = ✏️ Исправление записано новой заметкой к заказу №{ $code }.
note-photo-dropped = Фото убрано из пункта { $number }.

ask-problem = Заказ №{ $code }, пункт { $number } «{ $name }»: опишите проблему одним сообщением. Можно прислать фото с подписью.
ask-comment = Заказ №{ $code }, пункт { $number } «{ $name }»: напишите комментарий одним сообщением.

button-section-ok = ✅ Всё остальное в порядке
button-go-on = ▶️ Продолжить: { $number }. { $name }
button-check-on = ▶️ Продолжить проверку
button-onward = ➡️ Дальше: { $number }. { $name }
button-what-lacks = Чего не хватает?
button-finish = 🏁 Завершить проверку
button-to-section = ← { $name }
button-answer = { $stands ->
    [yes] ● { $label }
   *[no] { $label }
}
button-flag-dead_battery = ❗ Батарея не работает
button-flag-cracked_frame = ❗ Трещина рамы
button-flag-cracked_fork = ❗ Трещина вилки
button-flag-serial_stolen = ❗ Номер в базе украденных
button-comment = 💬 Комментарий
button-photos = 📷 Фото: { $count }
button-drop = Убрать фото { $number }
