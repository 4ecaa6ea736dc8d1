# Photos that people send to the bot: where they were put, where to put them, what is taken.

photo-put = { $count ->
    [one] 📷 { $count } photo saved at point { $number }
   *[other] 📷 { $count } photos saved at point { $number }
}
photo-place = <b>{ $name }</b>, order №{ $code }
    { $bike }
photo-known = Of these, here already: { $count }
photo-where = { $count ->
    [one] 📷 { $count } photo has come. For which order and point?
   *[other] 📷 { $count } photos have come. For which order and point?
}
photo-no-orders = { $count ->
    [one] 📷 { $count } photo has come, but you have no orders under inspection. It is kept here.
   *[other] 📷 { $count } photos have come, but you have no orders under inspection. They are kept here.
}
photo-which-point = 📷 Photos that have come: { $count }. For which point?
    Order №{ $code }, { $bike }
photo-away = Photos taken away: { $count }. They belong to no point.
photo-not-yours = Somebody else sent these photos.
photo-caption = Order №{ $code }, point { $point } “{ $name }”, photo { $number }
photo-refused-kind = This cannot be attached to the check.
photo-refused-type = A file of this type cannot be attached.
photo-refused-size = The file is too large.
photo-allowed = A photo or a picture file will do: JPEG, PNG, WebP or HEIC, up to 20 MB.

button-not-here = ↩️ Not here
button-open-point = Open the point
button-photo-point = 📷 { $number }. { $name }
button-photo-section = { $name }
button-other-order = Another order
button-where-again = Choose an order
button-stay = ← Leave them there
button-photo-away = 🗑 Take them away
