# Страница «Пульс».
pulse-kpis = Главные показатели
pulse-queue = Очередь по статусам
pulse-queue-ages = по возрасту в статусе
pulse-queue-bar = до 4 ч: { $fresh }, до суток: { $day }, до трёх суток: { $three }, дольше: { $old }
pulse-hot = Горит
pulse-hot-none = Ничего не горит: все сроки соблюдаются.
