"""What keeps the KPIs of roles from being counted: the data that nobody sends or keeps yet (docs/DOMAIN.md 7)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.policy.agents import RoleKpi


class Lack(StrEnum):
    """What is missing; the catalogue entry `kpi-lacks-<value>` says it."""

    EFFECTS = "effects"
    CIRCLES = "circles"
    ERRORS = "errors"
    TEAM = "team"
    FUNNEL = "funnel"
    EXPERIMENTS = "experiments"
    CHANNELS = "channels"
    COSTS = "costs"
    CLAIMS = "claims"
    LATENCY = "latency"
    DOCUMENTS = "documents"


_K = RoleKpi
LACKING: Final[Mapping[RoleKpi, Lack]] = {
    _K.CONFIRMED_EFFECT_SHARE: Lack.EFFECTS,
    _K.BUSINESS_PULSE: Lack.CIRCLES,
    **dict.fromkeys((_K.ERROR_RATE, _K.REPEAT_ERROR_SHARE, _K.TIME_TO_STABLE_SLA), Lack.ERRORS),
    _K.FULLY_DOCUMENTED_SHARE: Lack.TEAM,
    **dict.fromkeys((_K.LEAD_TO_ORDER, _K.CHECKOUT_TO_BOOKING, _K.FUNNEL_DROP_OFF), Lack.FUNNEL),
    _K.EXPERIMENT_UPLIFT: Lack.EXPERIMENTS,
    **dict.fromkeys(
        (_K.CHANNEL_QUALITY, _K.CONVERSION_BY_SOURCE, _K.MARGIN_BY_CHANNEL, _K.UNATTRIBUTED_SHARE, _K.NOISE_RATE),
        Lack.CHANNELS,
    ),
    **dict.fromkeys(
        (_K.NET_MARGIN_EUR, _K.MARGIN_SHARE, _K.LEAK_COUNT, _K.LEAK_EUR, _K.REALIZED_TO_BOOKED, _K.FORECAST_ACCURACY),
        Lack.COSTS,
    ),
    **dict.fromkeys(
        (
            _K.COMPENSATION_COUNT,
            _K.COMPENSATION_EUR,
            _K.DISPUTE_RATE,
            _K.SEVERE_DEFECT_SHARE,
            _K.REPEAT_INCIDENTS,
            _K.GATE_PASS_RATE,
        ),
        Lack.CLAIMS,
    ),
    **dict.fromkeys((_K.API_P95, _K.CRITICAL_PATH_HEALTH), Lack.LATENCY),
    **dict.fromkeys((_K.DOC_TO_PROCESS_DRIFT, _K.POLICY_UPDATE_LEAD_TIME), Lack.DOCUMENTS),
}
