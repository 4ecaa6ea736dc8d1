# Страницы входа и описания API.

web-title = BikeWerk: стол заказов
web-link-docs = Описание API
web-link-sandbox = Песочница: локальный Telegram
web-sign-out = Выйти
web-sign-in-title = Вход
web-sign-in-text = Нажмите кнопку, чтобы войти. Ссылка сработает один раз.
web-sign-in = Войти
web-link-used-title = Ссылка не действует
web-link-used-text = Она уже использована, или прошло больше десяти минут. Попросите новую.
web-docs-body = Тело запроса:
web-docs-parameter = Параметр
web-docs-place = Где
web-docs-meaning = Что означает
