# Time: the day, what is left, how late. The parts come ready.

time-today = today at { $clock }
time-tomorrow = tomorrow at { $clock }
time-yesterday = yesterday at { $clock }
time-date = { $day } { $month } at { $clock }
time-date-year = { $day } { $month } { $year } at { $clock }
time-day = { $day } { $month }
time-day-year = { $day } { $month } { $year }

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

span-days = { $days } d
span-days-hours = { $days } d { $hours } h
span-hours = { $hours } h
span-hours-minutes = { $hours } h { $minutes } min
span-moment = less than a minute
span-minutes = { $minutes } min

time-left = { $span } left
time-late = { $span } late
time-left-moment = less than a minute left
time-late-moment = due just now
