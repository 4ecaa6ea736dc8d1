# Requests for a decision: the card's facts, another amount, the list.

action-hold_signal = Take a signal or put it away

approval-asked-by = Asked by: { $name }
approval-asked-for = Asked by: { $role } on behalf of { $name }
approval-before = Decided before: { $amount }
approval-margin = Planned margin of the deal: { $amount }
approval-reference = Payment { $reference }: { $reported ->
    [yes] reported as received
   *[no] not reported as received yet
}
approval-orders = { $count ->
    [one] { $count } order: { $codes }
   *[other] { $count } orders: { $codes }
}
approval-rule = The rule now: { $old }. It would be: { $new }
approval-contradicts = Contradicts the rules: { $what }
approval-fact = • { $fact }
approval-foreign = ⚠️ The role has read foreign text (a client's, a seller's): check the facts yourself.
approval-voters = Voters: { $voters }
approval-replaced = Request #{ $id } has taken its place
approval-replaces = Takes the place of request #{ $id }
approval-line = <b>#{ $id }</b> { $what }{ $about ->
    [order] , order #{ $order }
   *[none] { "" }
}{ $money ->
    [yes] , { $amount }
   *[no] { "" }
} · { $left } · votes { $given } of { $quorum }
ask-amount = Request #{ $id } says { $amount } now. Write the new amount in euro, such as 250 or 99.50. The old request ends, people vote on the new one.
note-edited = Request #{ $new } with the new amount has taken the place of request #{ $old }. The voters' cards will follow.
button-edit-amount = ✏️ Another amount
button-approval = Request #{ $id }
list-approvals = ⚖️ <b>Waiting for a decision: { $count }</b>
list-approvals-empty = Nothing waits for a decision.
