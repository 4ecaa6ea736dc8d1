// What pages do by themselves: hear of changes, say when the connection is lost, tidy up after forms.
// Panels fetch themselves (htmx); here is only what tells them when.
const { live, textLive, textLost } = document.body.dataset;
const state = document.querySelector("[data-live-state]");
let source = null;

function say(alive) {
  if (!state) return;
  state.textContent = alive ? textLive : textLost;
  state.classList.toggle("lost", !alive);
}

const tell = (topic) => document.body.dispatchEvent(new CustomEvent(`live:${topic}`));

function listen() {
  if (source || !live || document.hidden) return;
  let lost = false;
  source = new EventSource(live);
  source.addEventListener("hello", () => {
    say(true);
    if (lost) tell("all"); // what happened meanwhile was not told
    lost = false;
  });
  for (const topic of new Set([...topics(), "all"])) source.addEventListener(topic, () => tell(topic));
  source.onerror = () => {
    lost = true;
    say(false);
    if (source.readyState === EventSource.CLOSED) {
      source = null;
      setTimeout(listen, 3000);
    }
  };
}

// The topics that the panels of this page hear of.
function topics() {
  const found = [];
  for (const panel of document.querySelectorAll("[hx-trigger]")) {
    for (const [, topic] of panel.getAttribute("hx-trigger").matchAll(/live:([\w-]+)/g)) found.push(topic);
  }
  return found;
}

// Browsers grant six connections to a site: a hidden tab gives its own back, and looks anew when it is shown.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    source?.close();
    source = null;
    return;
  }
  listen();
  tell("all");
});
addEventListener("pagehide", () => source?.close());
listen();

// Notes go away by themselves, unless somebody reads them.
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const note of addedNodes) {
      if (note.nodeType === Node.ELEMENT_NODE) setTimeout(() => note.matches(":hover") || note.remove(), 7000);
    }
  }
}).observe(document.getElementById("notes") ?? document.createElement("div"), { childList: true });

// What is fetched into a window opens it.
document.body.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const { target } = ctx; // the event itself comes from the link that asked
  if (target?.matches?.("dialog[data-opens]") && !target.open) target.showModal();
});

// After a lever has worked, its little window closes.
document.body.addEventListener("acted", () => {
  for (const open of document.querySelectorAll("[popover]:popover-open")) open.hidePopover();
  for (const open of document.querySelectorAll("dialog[open]")) open.close();
});

// A choice that sends its form at once.
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-submits]")) target.form.requestSubmit();
});
