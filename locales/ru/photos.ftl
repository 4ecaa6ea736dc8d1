# Фото, которые присылают в бот: куда положены, куда положить, что принимаем.

photo-put = { $count ->
    [one] 📷 Фото к пункту { $number } сохранено: { $count }
    [few] 📷 Фото к пункту { $number } сохранены: { $count }
   *[many] 📷 Фото к пункту { $number } сохранены: { $count }
}
photo-place = <b>{ $name }</b>, заказ №{ $code }
    { $bike }
photo-known = Из них уже были здесь: { $count }
photo-where = { $count ->
    [one] 📷 Получено { $count } фото. К какому заказу и пункту?
    [few] 📷 Получено { $count } фото. К какому заказу и пункту?
   *[many] 📷 Получено { $count } фото. К какому заказу и пункту?
}
photo-no-orders = { $count ->
    [one] 📷 Получено { $count } фото, но заказов на проверке у вас сейчас нет. Фото сохранено здесь.
    [few] 📷 Получено { $count } фото, но заказов на проверке у вас сейчас нет. Фото сохранены здесь.
   *[many] 📷 Получено { $count } фото, но заказов на проверке у вас сейчас нет. Фото сохранены здесь.
}
photo-which-point = 📷 Получено фото: { $count }. К какому пункту?
    Заказ №{ $code }, { $bike }
photo-away = Фото убраны: { $count }. Ни к какому пункту они не относятся.
photo-not-yours = Эти фото прислали не вы.
photo-caption = Заказ №{ $code }, пункт { $point } «{ $name }», фото { $number }
photo-refused-kind = Это приложить к проверке не получится.
photo-refused-type = Файл такого типа приложить не получится.
photo-refused-size = Файл слишком большой.
photo-allowed = Подойдут фото или файл с картинкой: JPEG, PNG, WebP или HEIC, до 20 МБ.

button-not-here = ↩️ Не сюда
button-open-point = Открыть пункт
button-photo-point = 📷 { $number }. { $name }
button-photo-section = { $name }
button-other-order = Другой заказ
button-where-again = Выбрать заказ
button-stay = ← Оставить, где есть
button-photo-away = 🗑 Убрать эти фото
