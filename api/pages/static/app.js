// What pages do by themselves: hear of changes, say when the connection is lost, tidy up after forms.
// Panels fetch themselves (htmx); here is only what tells them when.
const { live, textLive, textLost } = document.body.dataset;
const state = document.querySelector("[data-live-state]");
let source = null;

function say(alive) {
  if (!state) return;
  state.textContent = alive ? textLive : textLost;
  state.classList.toggle("lost", !alive);
  state.dataset.liveState = alive ? "live" : "lost";
}

const tell = (topic) => document.body.dispatchEvent(new CustomEvent(`live:${topic}`));

// Browsers grant six connections to a site, so the visible tabs share one: whoever holds the lock hears the server and
// passes on what it hears. Where there are no locks (plain http to another machine) each tab has a connection of its own.
const others = new BroadcastChannel("live");
const pass = (heard) => {
  others.postMessage(heard);
  hear(heard);
};

function hear({ topic, alive, gone }) {
  if (gone) location.reload(); // the session has ended: nothing stays on screen
  if (document.hidden) return;
  if (alive !== undefined) say(alive);
  if (topic) tell(topic);
}
others.onmessage = ({ data }) => {
  if (data.asks) {
    if (source) others.postMessage({ alive: source.readyState === EventSource.OPEN });
  } else hear(data);
};

let refused = false; // since the server was heard last

function connect() {
  let lost = false;
  source = new EventSource(live);
  source.addEventListener("hello", () => {
    pass({ alive: true, topic: lost ? "all" : null }); // what happened meanwhile was not told
    lost = refused = false;
  });
  source.addEventListener("gone", () => pass({ gone: true }));
  source.addEventListener("told", ({ data }) => pass({ topic: data }));
  source.onerror = () => {
    lost = true;
    pass({ alive: false });
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    if (!refused) pass({ topic: "all" }); // the panels lead to the sign-in, if it is the session that has ended
    refused = true;
    again = setTimeout(connect, 3000);
  };
}

// A menu that is wider than the screen begins at the page that is open.
document.querySelector("#menu [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

let again = 0;
let leave = null; // gives up the lock, or the wait for it

function listen() {
  if (leave || !live || document.hidden) return;
  if (!navigator.locks) {
    leave = () => {};
    connect();
    return;
  }
  const waiting = new AbortController();
  leave = () => waiting.abort();
  others.postMessage({ asks: true });
  const held = () => new Promise((release) => {
    leave = release;
    connect();
  });
  navigator.locks.request("live", { signal: waiting.signal }, held).catch(() => {}); // no longer waited for
}

function quit() {
  clearTimeout(again);
  source?.close();
  source = null;
  leave?.();
  leave = null;
}

// A hidden tab hears nothing, and looks anew when it is shown.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    quit();
    return;
  }
  listen();
  tell("all");
});
addEventListener("pagehide", quit);
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  listen();
  tell("all");
});
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

// What somebody has typed stays, although the page has a newer suggestion.
htmx.registerExtension("typed", {
  htmx_before_morph_attr: (field, { attrName }) =>
    attrName !== "value" || !field.matches("input:not([type=hidden])") || field.value === field.defaultValue,
});

// After a lever has worked, its little window closes, and is empty when it is opened again.
document.body.addEventListener("acted", ({ target }) => {
  target.closest?.("form")?.reset();
  for (const open of document.querySelectorAll("[popover]:popover-open")) open.hidePopover();
  for (const open of document.querySelectorAll("dialog[open]")) open.close();
});

// A choice that sends its form at once.
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-submits]")) target.form.requestSubmit();
});
