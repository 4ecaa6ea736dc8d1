# Поручения: что человек делает руками после утверждённого решения.

errand-money_refund = вернуть клиенту { $amount_eur } € ({ $reason })
errand-money_compensation = выплатить клиенту компенсацию { $amount_eur } € ({ $reason })
errand-money_discount = учесть скидку { $amount_eur } € и сообщить клиенту новую сумму ({ $reason })
