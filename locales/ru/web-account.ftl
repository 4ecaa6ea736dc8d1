# Вход по паролю и страница «Мой вход».
place-account = Мой вход
entry-login = Логин
entry-password = Пароль
entry-wrong = Логин или пароль не подходит.
entry-other-way = Нет пароля? Напишите боту /web: он пришлёт одноразовую ссылку. Или её напечатает команда
account-password = Логин и пароль
account-present = Нынешний пароль
account-new = Новый пароль
account-again = Новый пароль ещё раз
account-rule = Не короче 10 знаков, не имя, не логин и не то, что пробуют первым. Остальные входы закроются.
account-save = Сохранить
account-password-set = Сохранено. Остальные входы закрыты.
account-sessions = Где вы вошли
account-device = Устройство
account-seen = Последний раз
account-ago = { $span } назад
account-here = здесь
account-end = Завершить
account-end-on = Завершить вход: { $device }
account-end-others = Завершить все, кроме этого
account-ended = { $count ->
    [one] Завершён { $count } вход.
    [few] Завершены { $count } входа.
   *[many] Завершено { $count } входов.
}
invalid-login = Логин: от 3 до 40 букв, цифр и знаков . _ @ -
invalid-password = Пароль слишком простой. Нужно не меньше 10 знаков, и не то, что пробуют первым.
invalid-again = Пароли не совпадают.
invalid-present = Нынешний пароль не подходит.
error-conflict-login = Логин «{ $name }» уже занят.
error-conflict-person = { $name } здесь больше не работает.
error-too-many-requests = Слишком много попыток. Попробуйте через { $retry_after } с.
thing-session = вход

web-link-say = Ссылка для входа в пульт. Сработает один раз в течение десяти минут:
    { $link }
web-link-nowhere = Адрес пульта не настроен. Спросите у администратора.
web-link-private = Ссылку для входа пришлю только в личном чате: напишите мне там /web
web-link-again = Ссылка уже отправлена. Нужна новая – напишите /web ещё раз.
menu-web = войти в пульт на компьютере

action-invite_person = Пригласить сотрудника
action-set_password = Сменить пароль
action-give_login_link = Дать ссылку для входа
action-open_session = Войти
action-end_sessions = Завершить входы
action-create_key = Создать ключ
action-revoke_key = Отозвать ключ
