"""Jobs of the queue that were given up."""

from typing import ClassVar

from domain.commands.base import Command, Id
from domain.policy import Action


class RetryJob(Command):
    """Run a job again that failed in all its attempts."""

    action: ClassVar[Action] = Action.RETRY_JOB
    job_id: Id
