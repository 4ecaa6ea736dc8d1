"""The doctor's question about the language model."""

from cli.findings import Examination, Finding

OFFLINE = "offline-rules/v1"
SECONDS = 30.0


async def model(examination: Examination) -> Finding:
    """Every model that the settings name answers and calls tools, when there is a key."""
    settings = examination.settings
    if settings.openai_api_key is None:
        return Finding(ok=True, detail=f"no OPENAI_API_KEY: {OFFLINE} answers")
    if settings.model is None:
        return Finding(ok=False, detail="OPENAI_API_KEY without MODEL", mend="set MODEL to the name of a model")
    # A second of imports that an installation without a model need not pay.
    from agents.models.probe import probe  # noqa: PLC0415 - heavy, needed only with a key
    from cli.models import open_models  # noqa: PLC0415 - the same

    async with open_models(settings, prices=dict) as pool:
        shown = [await probe(pool.bare(name), deadline_s=SECONDS) for name in pool.models.every()]
    detail = "; ".join(capabilities.text() for capabilities in shown)
    if all(capabilities.fit for capabilities in shown):
        return Finding(ok=True, detail=detail)
    if all(capabilities.answers for capabilities in shown):
        return Finding(ok=False, detail=detail, mend="name models that can call tools")
    mend = "look at the network, OPENAI_BASE_URL, OPENAI_API_KEY and the names of the models"
    return Finding(ok=False, detail=detail, mend=mend)
