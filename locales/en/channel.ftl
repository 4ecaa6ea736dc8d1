# The channel to Telegram, on the pages.
web-channel-down = ⚠️ Telegram has not answered since { $since }. { $waiting ->
    [one] { $waiting } message waits
   *[other] { $waiting } messages wait
}: nothing is lost, all of it goes out by itself when the connection is back.
