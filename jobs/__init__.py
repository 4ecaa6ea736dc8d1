"""What runs unattended: the watchdog, delivery, the inbox, the auditor, the sealer, recovery after crashes.

`jobs/queue.py` has the table of tasks and their rhythm, `jobs/watch.py` what the periodic ones do, `jobs/worker.py`
runs them. Scaling out is starting more workers on more machines against the same PostgreSQL.
"""
