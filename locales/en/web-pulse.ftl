# The page "Pulse".
pulse-kpis = Main figures
pulse-queue = Queue by status
pulse-queue-ages = by age in the status
pulse-queue-bar = under 4 h: { $fresh }, under a day: { $day }, under three days: { $three }, longer: { $old }
pulse-hot = On fire
pulse-hot-none = Nothing is on fire: every deadline is kept.
