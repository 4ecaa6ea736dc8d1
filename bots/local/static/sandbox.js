// The sandbox page: listens to event names, re-fetches what they show, and sends what people do.
const { base, ...texts } = document.body.dataset;
const board = document.querySelector(".board");
const say = { 400: texts.textInvalid, 422: texts.textInvalid, 404: texts.textMissing, 409: texts.textConflict };

function toast(text) {
  const note = Object.assign(document.createElement("p"), { className: "toast", textContent: text });
  document.querySelector("[data-toasts]").append(note);
  setTimeout(() => note.remove(), 4500);
}

async function call(path, body, method = "POST") {
  const isForm = body instanceof FormData;
  const headers = body && !isForm ? { "Content-Type": "application/json" } : {};
  try {
    const answer = await fetch(`${base}/api${path}`, { method, headers, body: isForm ? body : body && JSON.stringify(body) });
    if (!answer.ok) {
      toast(say[answer.status] ?? texts.textFailed);
      return null;
    }
    return answer.status === 204 ? {} : await answer.json();
  } catch {
    toast(texts.textOffline);
    return null;
  }
}

// Refreshing: only what differs is touched, so that focus, scroll and an open form stay.
function morph(list, fresh) {
  const known = new Map([...list.children].map((node) => [node.id, node]));
  let cursor = list.firstElementChild;
  for (const node of [...fresh.children]) {
    const old = known.get(node.id);
    known.delete(node.id);
    let kept = old;
    if (!old?.isEqualNode(node)) {
      kept = node;
      if (old === cursor && old) cursor = node;
      old?.replaceWith(node);
    }
    if (kept === cursor) cursor = cursor.nextElementSibling;
    else list.insertBefore(kept, cursor);
  }
  known.forEach((node) => node.remove());
}

function swap(old, fresh) {
  for (const select of old.querySelectorAll("select")) {
    const same = fresh.querySelector(`select[name="${select.name}"]`);
    if (same?.querySelector(`option[value="${select.value}"]`)) same.value = select.value;
  }
  old.replaceWith(fresh);
}

function refresh(chat, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const old = chat.querySelector(`[data-part="${part.dataset.part}"]`);
    if (part.dataset.part !== "log") {
      if (!old.isEqualNode(part)) swap(old, part);
      continue;
    }
    const atEnd = old.scrollHeight - old.scrollTop - old.clientHeight < 80;
    morph(old, part);
    if (atEnd) old.scrollTop = old.scrollHeight;
  }
  clearTimeout(chat.passing);
  if (chat.querySelector(".passing")) chat.passing = setTimeout(() => load(chat), 3000);
}

const busy = new Map();
async function load(chat) {
  // One request at a time for each chat; what happens meanwhile asks for one more.
  if (busy.has(chat)) return busy.set(chat, true);
  busy.set(chat, false);
  try {
    const answer = await fetch(`${base}/chats/${chat.dataset.chat}`);
    if (answer.ok) refresh(chat, await answer.text());
  } catch {
    // The event stream shows that the connection is lost.
  }
  const again = busy.get(chat);
  busy.delete(chat);
  return again && load(chat);
}

async function loadNav() {
  const answer = await fetch(`${base}/nav${location.search}`).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-part=nav]");
  const old = document.querySelector("[data-part=nav]");
  for (const tool of old.querySelectorAll("details[open]")) fresh.querySelector(`#${tool.id}`).open = true;
  countUnread(fresh);
  const typing = old.contains(document.activeElement) && document.activeElement.matches("input, select");
  if (!typing) swap(old, fresh);
  hearAll();
}

// What has come into a chat since it last stood open, in this tab.
function countUnread(nav) {
  for (const link of nav.querySelectorAll("a[data-chat]")) {
    const { chat, last } = link.dataset;
    const isOpen = link.hasAttribute("aria-current");
    if (isOpen || sessionStorage.getItem(`read ${chat}`) === null) sessionStorage.setItem(`read ${chat}`, last);
    const count = Number(last) - Number(sessionStorage.getItem(`read ${chat}`));
    link.querySelector(".unread").hidden = count <= 0;
    link.querySelector("[data-unread]").textContent = count > 99 ? "99+" : count;
  }
}

let counting = 0;
function navSoon() {
  clearTimeout(counting);
  counting = setTimeout(loadNav, 250);
}

// Events: names only. A hidden tab gives its connection back.
let events = null;
const heard = new Set();
function listen() {
  if (document.hidden || events) return;
  events = new EventSource(`${base}/events`);
  const live = document.querySelector("[data-live]");
  events.onopen = () => {
    live.hidden = true;
    loadNav();
    document.querySelectorAll(".chat").forEach(load);
  };
  events.onerror = () => Object.assign(live, { hidden: false, textContent: texts.textLost });
  events.addEventListener("chats", loadNav);
  events.addEventListener("faults", loadNav);
  heard.clear();
  hearAll();
}
function hearAll() {
  for (const { dataset } of document.querySelectorAll(".nav [data-chat]")) {
    if (!events || heard.has(dataset.chat)) continue;
    heard.add(dataset.chat);
    events.addEventListener(`chat:${dataset.chat}`, () => changed(dataset.chat));
  }
}
function changed(id) {
  const chat = document.querySelector(`.chat[data-chat="${id}"]`);
  if (chat) load(chat);
  navSoon();
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return listen();
  events?.close();
  events = null;
});

// What people do.
async function press(key, chat) {
  key.setAttribute("aria-busy", "true");
  const message = Number(key.closest("[data-message]").dataset.message);
  const from = Number(chat.querySelector("form").elements.from.value);
  const done = await call(`/chats/${chat.dataset.chat}/callbacks`, { from, message_id: message, data: key.dataset.press });
  key.removeAttribute("aria-busy");
  if (!done) return;
  if (!done.answer) return toast(texts.textSilent);
  if (done.answer.show_alert) {
    const alert = document.querySelector("[data-alert]");
    alert.querySelector("p").textContent = done.answer.text ?? "";
    alert.showModal();
  } else if (done.answer.text) toast(done.answer.text);
}

function replyTo(chat, id) {
  const strip = chat.querySelector("[data-replying]");
  const row = chat.querySelector(`[data-message="${id}"]`);
  strip.dataset.replying = id ?? "";
  delete strip.dataset.editing;
  strip.hidden = !id;
  strip.querySelector("span").textContent = row?.querySelector(".text, .file")?.textContent ?? row?.querySelector("img")?.alt ?? "";
  if (id) chat.querySelector("textarea").focus();
}

// One's own message is changed where it stands; the field holds its text until then.
function startEdit(chat, button) {
  replyTo(chat, button.dataset.edit);
  const strip = chat.querySelector("[data-replying]");
  Object.assign(strip.dataset, { replying: "", editing: button.dataset.edit, from: button.dataset.from });
  chat.querySelector("textarea").value = strip.querySelector("span").textContent;
}

async function finishEdit(chat, text) {
  const { editing, from } = chat.querySelector("[data-replying]").dataset;
  if (!(await call(`/chats/${chat.dataset.chat}/messages/${editing}`, { from: Number(from), text }, "PUT"))) return;
  chat.querySelector("textarea").value = "";
  replyTo(chat, null);
}

async function send(chat, text) {
  const form = chat.querySelector("form");
  const photos = [...form.photo.files];
  const reply = chat.querySelector("[data-replying]").dataset.replying;
  const facts = { from: Number(form.elements.from.value) };
  if (reply) facts.reply_to = Number(reply);
  if (form.elements.topic?.value) facts.topic = Number(form.elements.topic.value);
  if (!photos.length && !text.trim()) return;
  const album = photos.length > 1;
  let body = { ...facts, text };
  if (photos.length) {
    body = new FormData();
    Object.entries({ ...facts, caption: text }).forEach(([name, value]) => body.set(name, value));
    photos.forEach((photo) => body.append(album ? "photos" : "photo", photo));
  }
  const kind = album ? "albums" : photos.length ? "photos" : "messages";
  if (!(await call(`/chats/${chat.dataset.chat}/${kind}`, body))) return;
  form.elements.text.value = "";
  form.photo.value = "";
  form.querySelector(".clip").removeAttribute("data-chosen");
  replyTo(chat, null);
  const log = chat.querySelector(".log");
  log.scrollTop = log.scrollHeight;
}

// On a narrow screen the list is a row of tabs: an open chat is shown, not closed.
const narrow = matchMedia("(max-width: 760px)");
document.addEventListener("click", async (event) => {
  const { target } = event;
  const on = (name) => target.closest(`[data-${name}]`);
  const chat = target.closest(".chat");
  if (on("press")) await press(on("press"), chat);
  else if (on("say")) await send(chat, on("say").dataset.say);
  else if (on("reply")) replyTo(chat, on("reply").dataset.reply);
  else if (on("edit")) startEdit(chat, on("edit"));
  else if (on("unreply")) {
    if (chat.querySelector("[data-replying]").dataset.editing) chat.querySelector("textarea").value = "";
    replyTo(chat, null);
  }
  else if (on("stand")) await call(`/chats/${chat.dataset.chat}/${on("stand").dataset.stand}`);
  else if (on("close")) location.href = document.querySelector(`.nav [data-chat="${chat.dataset.chat}"]`).href;
  else if (on("chat")?.hasAttribute("aria-current") && narrow.matches) {
    event.preventDefault();
    document.querySelector(`.chat[data-chat="${on("chat").dataset.chat}"]`).scrollIntoView({ inline: "start" });
  } else if (on("heal")) await call("/faults", null, "DELETE");
  else if (on("copy")) {
    await navigator.clipboard.writeText(on("copy").dataset.copy);
    toast(texts.textCopied);
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.form) return;
  event.preventDefault();
  const given = Object.fromEntries(new FormData(form));
  if (form.dataset.form === "message") {
    const chat = form.closest(".chat");
    await (chat.querySelector("[data-replying]").dataset.editing ? finishEdit(chat, given.text) : send(chat, given.text));
  } else if (form.dataset.form === "group") {
    const members = [...form.elements.members.selectedOptions].map((option) => Number(option.value));
    const made = await call("/groups", { title: given.title, members });
    if (made) location.search = `?open=${made.id}`;
  } else if (form.dataset.form === "fault") {
    if (await call("/faults", { kind: given.kind, calls: Number(given.calls) })) toast(texts.textBroken);
  } else if (await call("/users", { id: Number(given.id), first_name: given.first_name })) location.reload();
});

document.addEventListener("change", ({ target }) => {
  if (target.name !== "photo") return;
  if (target.files.length) target.closest(".clip").dataset.chosen = target.files.length;
  else target.closest(".clip").removeAttribute("data-chosen");
});

board.addEventListener("keydown", (event) => {
  if (event.target.name !== "text") return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    event.target.form.requestSubmit();
  } else if (event.key === "Escape") replyTo(event.target.closest(".chat"), null);
});

document.querySelectorAll(".log").forEach((log) => { log.scrollTop = log.scrollHeight; });
countUnread(document);
listen();
