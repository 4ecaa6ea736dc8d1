// A conversation with a role: words go out, steps are told as they are taken, the checked answer comes from the server.
const form = document.getElementById("say");
const POLL = 2000;
const NEAR = 48; // pixels from the end within which the reader follows

const log = () => document.getElementById("log");
let follows = true;
document.addEventListener("scroll", ({ target }) => {
  if (target === log()) follows = target.scrollHeight - target.scrollTop - target.clientHeight < NEAR;
}, true);

function toEnd() {
  if (follows && log()) log().scrollTop = log().scrollHeight;
}

// ── one turn ────────────────────────────────────────────────────────────────────────────────────────────────────────
async function refresh(id) {
  const answer = await fetch(`${form.dataset.turns}${id}`, { headers: { "HX-Request": "true" } });
  if (answer.status === 401) location.reload();
  if (!answer.ok) throw new Error(String(answer.status));
  const fresh = document.createElement("template");
  fresh.innerHTML = await answer.text();
  const article = fresh.content.querySelector("article");
  if (!article) return true;
  const present = document.getElementById(article.id);
  log().querySelector("[data-empty]")?.remove();
  if (present) present.replaceWith(article);
  else log().append(article);
  toEnd();
  return !article.hasAttribute("data-pending");
}

const polled = new Set();
async function poll(id) {
  if (polled.has(id)) return;
  polled.add(id);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL));
    if (document.hidden) continue;
    try {
      if (await refresh(id)) break;
    } catch { /* the connection is lost: tried again until it is back */ }
  }
  polled.delete(id);
}

function tell(id, step) {
  const list = document.querySelector(`#turn-${id} [data-steps]`);
  const words = document.querySelector("[data-step-words]");
  const key = step.step === "call" ? step.tool : { plain: "check" }[step.step] ?? step.step;
  const known = words.querySelector(`[data-step="${CSS.escape(key)}"]`) ?? (step.step === "call" ? words.querySelector('[data-step="act"]') : null);
  if (!list || !known || list.lastElementChild?.textContent === known.textContent) return;
  const item = document.createElement("li");
  item.textContent = known.textContent;
  list.append(item);
  toEnd();
}

// ── saying something ────────────────────────────────────────────────────────────────────────────────────────────────
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const [name, data] = block.split("\n");
      yield [name.replace("event: ", ""), JSON.parse(data.replace("data: ", ""))];
    }
  }
}

const wrong = (words) => { form.querySelector("[data-wrong]").textContent = words; };
const key = form?.elements._key.value;
let said = 0;
// Which of the form's own sentences a refusal is told by; the API's are in English.
const REFUSED = { 403: "textRefused", 413: "textUnfit", 422: "textUnfit", 429: "textOften" };

async function say(text) {
  const answer = await fetch(form.dataset.stream, {
    method: "POST",
    headers: { "Accept": "text/event-stream", "Content-Type": "application/json" },
    body: JSON.stringify({ text, locale: form.dataset.locale, message_id: `${key}-${said}` }),
  });
  if (answer.status === 401) return location.reload();
  if (!answer.ok) throw new Error(form.dataset[REFUSED[answer.status] ?? "textFault"]);
  said += 1; // a message that did not get through goes out again under its number, and is answered once
  form.elements.text.value = "";
  follows = true;
  let id = null;
  let ended = false;
  try {
    for await (const [name, data] of events(answer.body)) {
      if (name === "turn") id = data.id;
      if (name === "turn") await refresh(id);
      if (name === "step") tell(id, data);
      if (name === "later") wrong(form.dataset.textLater);
      if (name === "end") ended = await refresh(id);
    }
  } catch { /* the stream broke: the answer is fetched when it is there */ }
  if (id !== null && !ended) poll(id);
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = form.elements.text.value.trim();
  const button = form.querySelector("button");
  if (!text || button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  wrong("");
  try {
    await say(text);
  } catch (error) {
    wrong(error instanceof TypeError ? form.dataset.textFailed : error.message);
  }
  button.removeAttribute("aria-disabled");
});
form?.elements.text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

toEnd();
if (form) for (const { id } of document.querySelectorAll("article[data-pending]")) poll(Number(id.replace("turn-", "")));
