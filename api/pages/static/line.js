// A metric over time against its bound: data-line holds [seconds, values, bounds], data-names what the two are called.
const drawn = new WeakMap();

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// light-dark() is resolved by the browser only where it is used as a colour.
function resolved(name) {
  const probe = document.createElement("span");
  probe.style.color = color(name);
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function draw(place) {
  const data = JSON.parse(place.dataset.line);
  const [value, bound] = JSON.parse(place.dataset.names);
  const quiet = resolved("--quiet");
  const axis = { stroke: quiet, grid: { stroke: resolved("--line"), width: 1 }, ticks: { show: false }, font: "12px Inter" };
  const hours = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", timeZone: place.dataset.zone });
  const days = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "short", timeZone: place.dataset.zone });
  const long = data[0].at(-1) - data[0][0] > 2 * 86400;
  const plot = new uPlot(
    {
      width: Math.max(place.clientWidth, 200),
      height: 220,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: true }, y: { range: (_, low, high) => [0, Math.max(high, 1) * 1.15] } },
      axes: [
        { ...axis, values: (_, ticks) => ticks.map((at) => (long ? days : hours).format(at * 1000)), space: 70 },
        { ...axis, size: 46, incrs: place.dataset.share ? [0.05, 0.1, 0.2, 0.25, 0.5] : [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000], values: (_, ticks) => ticks.map((at) => (place.dataset.share ? `${Math.round(at * 100)} %` : at)) },
      ],
      series: [
        {},
        { label: value, stroke: resolved("--accent"), width: 2, points: { show: false }, spanGaps: false },
        { label: bound, stroke: resolved("--bad"), width: 1.5, dash: [6, 4], points: { show: false } },
      ],
    },
    data,
    place,
  );
  drawn.set(place, plot);
}

// A panel that was fetched anew comes without its picture.
function drawAll() {
  for (const place of document.querySelectorAll("[data-line]")) {
    if (!place.querySelector("canvas") && place.clientWidth) draw(place);
  }
}

document.body.addEventListener("htmx:after:swap", drawAll);
addEventListener("resize", () => {
  for (const place of document.querySelectorAll("[data-line]")) drawn.get(place)?.setSize({ width: place.clientWidth, height: 220 });
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const place of document.querySelectorAll("[data-line]")) place.replaceChildren();
  drawAll();
});
drawAll();
