"""What a page costs over the wire on the first visit, with everything it needs and nothing from elsewhere."""

from typing import Any, Final

from tests.browser.conftest import Stage
from tests.integration.lived_in import live_in
from tests.integration.walk import Way, boards

MOST_BYTES: Final = 150_000


async def test_no_page_weighs_more_than_150_kb_with_all_its_files(stage: Stage) -> None:
    """The stage itself refuses requests to another host."""
    lived = await live_in(stage.company, stage.door.desk)
    page = await stage.sit(stage.company.head)
    wire: Any = await page.context.new_cdp_session(page)
    bytes_of: dict[str, int] = {}
    here = ""

    def arrived(event: dict[str, Any]) -> None:
        if here:  # what the page before still loaded is not counted
            bytes_of[here] = bytes_of.get(here, 0) + int(event["encodedDataLength"])

    wire.on("Network.loadingFinished", arrived)
    await wire.send("Network.enable")
    await wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    for path in boards():
        for address in lived.mine.addresses(Way("GET", path)):
            here = address
            await page.goto(address, wait_until="load")
            await page.evaluate("document.fonts.ready.then(() => true)")
    print({name: f"{size / 1000:.1f} KB" for name, size in bytes_of.items()})
    assert {name: size for name, size in bytes_of.items() if size > MOST_BYTES} == {}
    assert min(bytes_of.values()) > 10_000, "the measure does not measure"


async def test_the_second_visit_asks_the_server_for_no_file_again(stage: Stage) -> None:
    page = await stage.sit(stage.company.head, "/queue")
    wire: Any = await page.context.new_cdp_session(page)
    files: dict[str, str] = {}
    kept: set[str] = set()

    def asked(event: dict[str, Any]) -> None:
        if "/static/" in event["request"]["url"]:
            files[event["requestId"]] = event["request"]["url"]

    def from_cache(event: dict[str, Any]) -> None:
        if event.get("encodedDataLength", 0) == 0:  # nothing came over the wire
            kept.add(event["requestId"])

    wire.on("Network.requestWillBeSent", asked)
    wire.on("Network.requestServedFromCache", from_cache)
    wire.on("Network.loadingFinished", from_cache)
    await wire.send("Network.enable")
    await page.goto("/pulse", wait_until="load")
    await page.goto("/queue", wait_until="load")
    files.clear()
    kept.clear()
    await page.goto("/queue", wait_until="load")
    await page.evaluate("document.fonts.ready.then(() => true)")
    assert files
    assert {url for request, url in files.items() if request not in kept} == set()
