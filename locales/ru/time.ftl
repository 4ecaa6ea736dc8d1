# Время: день, остаток, просрочка. Подставляются готовые части.

time-today = сегодня в { $clock }
time-tomorrow = завтра в { $clock }
time-yesterday = вчера в { $clock }
time-date = { $day } { $month } в { $clock }
time-date-year = { $day } { $month } { $year } года в { $clock }
time-day = { $day } { $month }
time-day-year = { $day } { $month } { $year } года

month-1 = января
month-2 = февраля
month-3 = марта
month-4 = апреля
month-5 = мая
month-6 = июня
month-7 = июля
month-8 = августа
month-9 = сентября
month-10 = октября
month-11 = ноября
month-12 = декабря

span-days = { $days } дн.
span-days-hours = { $days } дн. { $hours } ч
span-hours = { $hours } ч
span-hours-minutes = { $hours } ч { $minutes } мин
span-moment = меньше минуты
span-minutes = { $minutes } мин

time-left = осталось { $span }
time-late = просрочено на { $span }
time-left-moment = осталось меньше минуты
time-late-moment = срок только что вышел
