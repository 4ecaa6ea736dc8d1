# Связь с Telegram на страницах.
web-channel-down = ⚠️ Telegram не отвечает с { $since }. { $waiting ->
    [one] { $waiting } сообщение ждёт
    [few] { $waiting } сообщения ждут
   *[many] { $waiting } сообщений ждут
} отправки: ничего не потеряно, всё уйдёт само, когда связь вернётся.
