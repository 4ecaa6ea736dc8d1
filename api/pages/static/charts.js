// Draws the figures of a page that carry numbers (data-chart), in the page's own colours, language and time zone.
const locale = document.documentElement.lang;
const drawn = new Map(); // figure -> its chart

const DAY = 86400;
const INCREMENTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 50000];

function draw(figure) {
  drawn.get(figure)?.destroy();
  const given = JSON.parse(figure.dataset.chart);
  const plot = figure.querySelector(".plot");
  const inks = [...figure.querySelectorAll("[data-ink]")].map((swatch) => getComputedStyle(swatch).backgroundColor);
  const { color, borderTopColor } = getComputedStyle(plot);
  const day = new Intl.DateTimeFormat(locale, { timeZone: given.zone, day: "numeric", month: "short" });
  const clock = new Intl.DateTimeFormat(locale, { timeZone: given.zone, hour: "2-digit", minute: "2-digit" });
  const named = (at) => (given.hourly ? clock : day).format(new Date(at * 1000));
  const bars = given.kind === "bars";
  const half = given.hourly ? DAY / 48 : DAY / 2;
  const axis = { stroke: color, font: "11px Inter, system-ui, sans-serif", ticks: { show: false } };
  const chart = new uPlot(
    {
      width: Math.max(plot.clientWidth, 120),
      height: 150,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      padding: [8, 22, 0, 0],
      scales: {
        x: { range: (_, least, most) => (bars ? [least - half, most + half] : [least, most]) },
        y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] },
      },
      axes: [
        { ...axis, grid: { show: false }, space: 52, size: 26, splits: () => spread(given.at), values: (_, at) => at.map(named) },
        { ...axis, grid: { stroke: borderTopColor, width: 1 }, space: 28, size: 34, incrs: INCREMENTS },
      ],
      series: [
        {},
        ...given.lines.map((_, i) => ({
          stroke: inks[i],
          width: 2,
          points: { show: false },
          ...(bars ? { fill: inks[i], width: 0, paths: uPlot.paths.bars({ size: [0.7, 28] }) } : {}),
        })),
      ],
      hooks: { setCursor: [(it) => tell(it, given, named)] },
    },
    [given.at, ...given.lines.map((line) => line.values)],
    plot,
  );
  const told = document.createElement("p");
  told.className = "told";
  chart.over.append(told);
  drawn.set(figure, chart);
}

// At most six dates under a chart, evenly.
function spread(at) {
  const every = Math.ceil(at.length / 6);
  return at.filter((_, i) => (at.length - 1 - i) % every === 0);
}

// What stands under the pointer.
function tell(chart, given, named) {
  const told = chart.over.querySelector(".told");
  if (!told) return;
  const at = chart.cursor.idx;
  told.hidden = at == null;
  if (at == null) return;
  told.textContent = `${named(given.at[at])}: ${given.lines.map((line) => `${line.name} ${line.values[at]}`).join(", ")}`;
}

function drawAll() {
  for (const figure of drawn.keys()) {
    if (!figure.isConnected) {
      drawn.get(figure).destroy();
      drawn.delete(figure);
    }
  }
  for (const figure of document.querySelectorAll("[data-chart]")) draw(figure);
}

const widths = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const chart = drawn.get(target.closest("[data-chart]"));
    if (chart && Math.abs(chart.width - contentRect.width) > 1) chart.setSize({ width: contentRect.width, height: 150 });
  }
});

drawAll();
for (const plot of document.querySelectorAll("[data-chart] .plot")) widths.observe(plot);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);

// A panel that has fetched itself brings new numbers in its attributes.
new MutationObserver((changes) => {
  for (const { target } of changes) draw(target);
}).observe(document.body, { subtree: true, attributeFilter: ["data-chart"] });
