"""A digest as Telegram shows it: bold headings and figures, folded lists, cut between rows only."""

from bots.local.entities import formatted
from bots.rich import pages
from domain.splitting import units

TEXT = """Сводка смены

Период: 18.11 03:00 – 12:00
Открытых заказов: 8

Что горит:
• 1042: проверка, <Анна> & Борис
• 1043: проверка

Самые важные сигналы:
• Сорван срок (критическая)
• Второй
• Третий
• Четвёртый
• Пятый
• Шестой"""


def test_headings_and_figures_are_bold_and_typed_text_stays_text() -> None:
    (page,) = pages(TEXT, urgent=("критическая",))
    assert page.startswith("<b>Сводка смены</b>")
    assert "Период: <b>18.11 03:00 – 12:00</b>\nОткрытых заказов: <b>8</b>" in page
    assert "<b>Что горит</b>\n• 1042: проверка, &lt;Анна&gt; &amp; Борис" in page


def test_what_is_critical_is_marked_and_the_rest_of_a_long_list_is_folded() -> None:
    (page,) = pages(TEXT, urgent=("критическая",))
    assert "🔴 Сорван срок" in page
    assert "<blockquote expandable>• Пятый\n• Шестой</blockquote>" in page
    assert page.count("🔴") == 1


def test_a_long_digest_is_cut_between_rows_and_loses_nothing() -> None:
    rows = [f"• Строка номер {number}: " + "слово " * 12 for number in range(120)]
    told = pages("Сводка\n\nСписок:\n" + "\n".join(rows))
    assert len(told) > 1
    shown = [formatted(page, "HTML", None) for page in told]
    assert all(units(each.text) <= 4096 for each in shown)
    said = "\n".join(each.text for each in shown)
    assert [row.strip() in said for row in rows] == [True] * len(rows)


def test_prose_of_a_model_stays_prose() -> None:
    (page,) = pages("Всё спокойно.\n\nОдин заказ горит, им занята Анна.\nЗавтра людей хватит.")
    assert "Один заказ горит, им занята Анна.\nЗавтра людей хватит." in page
