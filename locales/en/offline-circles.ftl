# Answers without a language model: instants, conflicts of circles, roles.
offline-moment = { $day } { $month }, { $clock }
offline-conflict-none = The circles do not disagree about order { $order } now.
offline-conflict = The circles disagree about order { $order }: by the order of priority { $winner } prevails ({ $stance ->
        [hold] hold
       *[proceed] proceed
    }), against: { $losers }.
offline-rulings = { $count ->
        [0] The arbiter has ruled on nothing yet.
       *[other] Rulings of the arbiter:
    }
offline-ruling-line = Ruling { $number }, { $at }, order { $order }: { $winner } prevails ({ $stance ->
        [hold] hold
       *[proceed] proceed
    }){ $overruled ->
        [yes] , set aside by a person later
       *[no] { "" }
    }
offline-circle = { $name }, circle “{ $circle }”.
offline-circle-missing = The rest is not measured yet: there are data for { $with_data } KPIs.
