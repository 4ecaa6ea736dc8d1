# Демонстрационная компания: что печатает ./run demo.

demo-founding = Компания основана, проживаем её историю: { $start } – { $end }
demo-founded = История готова за { $seconds } с: { $orders } { $orders ->
    [one] заявка
    [few] заявки
   *[many] заявок
}
demo-resumed = Компания продолжает с того места, где остановилась: { $when }
demo-title = Компания BikeWerk работает. Скорость { $speed } к 1, время компании: { $when }
demo-admin = Рабочее место      { $url }
demo-login = Войти одним нажатием  { $url }
demo-login-note = ({ $name }, ссылка одноразовая, действует 10 минут)
demo-sandbox = Локальный Telegram { $url }
demo-docs = Описание API       { $url }
demo-stop = Остановить: Ctrl-C. Следующий запуск продолжит отсюда, ./run demo --fresh начнёт заново.
demo-now = { $when }: в работе { $open }, просрочено { $overdue }, эскалаций { $cards }, ждут решения { $approvals }
demo-stopped = Остановлено: { $when }
demo-when = { $weekday }, { $date }, { $clock }
demo-weekday-0 = пн
demo-weekday-1 = вт
demo-weekday-2 = ср
demo-weekday-3 = чт
demo-weekday-4 = пт
demo-weekday-5 = сб
demo-weekday-6 = вс
