"""The crew: every role with its name, prompts, tools and the model behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agents.models.model import ChatModel
from agents.telemetry import Telemetry
from agents.toolbox import ModelTool, tools_of
from domain.errors import NotFoundError
from domain.policy import Policy
from domain.roles import charter
from prompts import Prompt, Prompts


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One role at work."""

    role: str
    name: str
    model: ChatModel
    tools: Mapping[str, ModelTool]
    prompts: Mapping[str, Prompt]
    charter: Mapping[str, str]

    def prompt(self, task: str) -> Prompt:
        """The prompt for a task. Raises NotFoundError naming the tasks that the role has."""
        if task not in self.prompts:
            raise NotFoundError(kind="prompt", name=f"{self.role}/{task}", allowed=sorted(self.prompts))
        return self.prompts[task]


class Crew:
    """All roles; `model_of` gives the model of each, `offline` answers where no model does."""

    def __init__(
        self,
        policy: Policy,
        prompts: Prompts,
        *,
        model_of: Callable[[str], ChatModel],
        offline: ChatModel,
        telemetry: Telemetry | None = None,
    ) -> None:
        self.policy = policy
        self._prompts = prompts
        self._later: Crew | None = None
        self.offline = offline
        self.telemetry = telemetry or Telemetry()
        self._agents = {
            role: Agent(
                role=role,
                name=declared.name,
                model=model_of(role),
                tools={tool.name: tool for tool in tools_of(role, policy)},
                prompts=prompts.of(role),
                charter=charter(role, policy),
            )
            for role, declared in policy.roles.roles.items()
        }

    def under(self, policy: Policy) -> "Crew":
        """The same crew under these rules: tools and charters are theirs, prompts and models stay."""
        if policy.version == self.policy.version:
            return self
        if self._later is None or self._later.policy.version != policy.version:
            models = {role: agent.model for role, agent in self._agents.items()}
            self._later = Crew(
                policy, self._prompts, model_of=models.__getitem__, offline=self.offline, telemetry=self.telemetry
            )
        return self._later

    @property
    def roles(self) -> Sequence[str]:
        """The names of all roles."""
        return tuple(self._agents)

    def agent(self, role: str) -> Agent:
        """The agent of a role. Raises NotFoundError naming the roles there are."""
        if role not in self._agents:
            raise NotFoundError(kind="role", name=role[:40], allowed=sorted(self._agents))
        return self._agents[role]
