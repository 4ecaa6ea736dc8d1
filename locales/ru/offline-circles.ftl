# Ответы без языковой модели: моменты, споры кругов, роли.
offline-moment = { $day } { $month }, { $clock }
offline-conflict-none = По заказу { $order } круги сейчас не спорят.
offline-conflict = По заказу { $order } круги спорят: по порядку приоритетов прав { $winner } ({ $stance ->
        [hold] задержать
       *[proceed] продолжать
    }), против: { $losers }.
offline-rulings = { $count ->
        [0] Решений арбитра пока нет.
       *[other] Решения арбитра:
    }
offline-ruling-line = Решение { $number }, { $at }, заказ { $order }: прав { $winner } ({ $stance ->
        [hold] задержать
       *[proceed] продолжать
    }){ $overruled ->
        [yes] , позже отменено человеком
       *[no] { "" }
    }
offline-circle = { $name }, круг «{ $circle }».
offline-circle-missing = Остальное пока не измеряется: данные есть по { $with_data } показателей.
