# Что дальше по заказу: список по правилам, простым текстом.

todo-title = Что дальше по заказу №{ $code }
todo-step = Сейчас: { $step }
todo-missing = Для статуса «{ $status }» не хватает:
todo-ready = Для статуса «{ $status }» всё готово.
todo-line = • { $what }
todo-due = Срок: { $due }, { $left }
todo-done = По заказу №{ $code } больше ничего делать не нужно.
