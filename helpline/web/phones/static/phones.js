// The phones on screen. What they show is what the simulated network carried; it is asked for once a second.
"use strict";

const words = JSON.parse(document.body.dataset.words);
const code = document.body.dataset.code;
const phones = new Map();
const added = [];
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const notice = document.getElementById("notice");

const say = (key, facts) => words[key].replace(/\{(\w+)\}/g, (_, name) => facts[name]);

async function ask(path, content) {
  const options = content === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  };
  const response = await fetch(`/phones/${path}`, options);
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function tell(text) {
  if (notice.textContent !== text) notice.textContent = text;
}

// --- one phone ----------------------------------------------------------------------------------------------

class Phone {
  constructor(about) {
    this.number = about.number;
    this.seen = new Map();
    this.day = "";
    this.call = null;
    this.element = document.getElementById("phone").content.firstElementChild.cloneNode(true);
    const part = (selector) => this.element.querySelector(selector);
    Object.assign(this, {
      texts: part(".texts"), ussd: part(".ussd"), screen: part(".ussd p"), input: part("input"),
      hang: part(".hang"), dialKey: part(".dial"),
    });
    this.label(about);
    this.element.dataset.number = about.number;
    part(".number").textContent = about.shown;
    part(".send").addEventListener("click", () => this.send());
    part(".clear").addEventListener("click", () => this.clear());
    part(".write").addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.hang.addEventListener("click", () => this.hangUp());
    this.dialKey?.addEventListener("click", () => this.dial());
    this.addKeys(part(".keypad"));
    this.empty();
  }

  label(about) {
    const name = about.name || about.shown;
    if (this.name === name && this.role === about.role) return;
    Object.assign(this, { name, role: about.role });
    this.element.dataset.kind = about.kind;
    this.element.setAttribute("aria-label", `${name}, ${about.role}`);
    this.element.querySelector(".name").textContent = name;
    this.element.querySelector(".role").textContent = about.role;
    this.texts.setAttribute("aria-label", say("texts_of", { name }));
    this.ussd.setAttribute("aria-label", say("ussd", { name }));
    this.input.setAttribute("aria-label", say("write", { name }));
    this.element.querySelector(".keypad").setAttribute("aria-label", say("keypad", { name }));
  }

  addKeys(keypad) {
    for (const key of KEYS) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = key;
      button.addEventListener("click", () => { this.input.value += key; });
      keypad.append(button);
    }
  }

  empty() {
    const line = document.createElement("li");
    line.className = "empty";
    line.textContent = words.empty;
    this.texts.append(line);
  }

  clear() {
    this.input.value = this.input.value.slice(0, -1);
    this.input.focus();
  }

  async send() {
    const body = this.input.value.trim();
    if (!body) { this.input.focus(); return; }
    this.input.value = "";
    if (this.call) { await this.hop(body); return; }
    if (!this.ussd.hidden) await this.hangUp();
    if (body === code && this.dialKey) { await this.dial(); return; }
    try {
      const { status } = await ask("text", { number: this.number, body });
      tell(status === 200 ? "" : say("not_taken", { status }));
    } catch { tell(words.offline); }
    await refresh();
  }

  // A bubble for each text that is new here; known ones only change their state.
  show(texts) {
    const fresh = texts.filter((text) => !this.seen.has(text.id));
    for (const text of texts) this.seen.get(text.id)?.update(text);
    if (!fresh.length) return;
    this.texts.querySelector(".empty")?.remove();
    for (const text of fresh) this.add(text);
    this.texts.scrollTop = this.texts.scrollHeight;
  }

  add(text) {
    if (text.day !== this.day) {
      const day = document.createElement("li");
      day.className = "date";
      day.textContent = this.day = text.day;
      this.texts.append(day);
    }
    const bubble = new Bubble(text);
    this.seen.set(text.id, bubble);
    this.texts.append(bubble.element);
  }

  // --- USSD: what is typed is everything since dialling, joined by stars -------------------------------------

  async dial() {
    this.call = { session: crypto.getRandomValues(new Uint32Array(4)).join("-"), typed: [] };
    this.ussd.hidden = false;
    this.element.classList.add("in-call");
    this.hang.disabled = false;
    await this.ring();
  }

  async hop(body) {
    this.call.typed.push(body);
    await this.ring();
  }

  async ring() {
    this.screen.textContent = "…";
    const { session, typed } = this.call;
    try {
      const answer = await ask("dial", { number: this.number, session, typed: typed.join("*") });
      if (this.call?.session !== session) return;
      this.screen.textContent = answer.screen || words.ussd_done;
      if (answer.ended) { this.call = null; this.element.classList.add("call-over"); } else this.input.focus();
    } catch {
      this.screen.textContent = words.offline;
      this.call = null;
    }
    await refresh();
  }

  async hangUp() {
    const call = this.call;
    this.call = null;
    this.ussd.hidden = true;
    this.hang.disabled = true;
    this.element.classList.remove("in-call", "call-over");
    this.input.focus();
    if (call) await ask("dial", { number: this.number, session: call.session, hang_up: true }).catch(() => {});
  }
}

class Bubble {
  constructor(text) {
    this.element = document.createElement("li");
    this.element.className = text.mine ? "bubble mine" : "bubble";
    const body = document.createElement("p");
    body.dir = "auto";
    body.textContent = text.body;
    this.foot = document.createElement("small");
    this.element.append(body, this.foot);
    this.update(text);
  }

  update(text) {
    if (text.status === this.status) return;
    this.status = text.status;
    const failed = ["failed", "undelivered"].includes(text.status);
    const parts = [text.at];
    if (text.segments > 1) parts.push(say("segments", { n: text.segments }));
    if (failed) parts.push(words.failed);
    this.foot.textContent = parts.join(" · ");
    this.element.classList.toggle("failed", failed);
  }
}

// --- the town -------------------------------------------------------------------------------------------------

let asking = null;

function refresh() {
  asking ??= read().finally(() => { asking = null; });
  return asking;
}

async function read() {
  let state;
  try {
    state = await ask(`state?${new URLSearchParams(added.map((number) => ["also", number]))}`);
  } catch {
    tell(words.offline);
    return;
  }
  if (notice.textContent === words.offline) tell("");
  document.getElementById("day").textContent = state.day;
  document.getElementById("time").textContent = state.clock;
  for (const about of state.phones) {
    if (!phones.has(about.number)) {
      const phone = new Phone(about);
      phones.set(about.number, phone);
      document.getElementById("phones").append(phone.element);
    }
    const phone = phones.get(about.number);
    phone.label(about);
    phone.show(about.texts);
  }
}

async function putOn(minutes) {
  const hands = document.querySelectorAll("[data-minutes]");
  for (const hand of hands) hand.disabled = true;
  tell(words.passing);
  try {
    await ask("clock", { minutes });
    tell("");
  } catch { tell(words.offline); }
  for (const hand of hands) hand.disabled = false;
  await refresh();
}

for (const hand of document.querySelectorAll("[data-minutes]")) {
  hand.addEventListener("click", () => putOn(Number(hand.dataset.minutes)));
}

document.getElementById("another").addEventListener("submit", async (event) => {
  event.preventDefault();
  const before = new Set(phones.keys());
  added.push(document.getElementById("another-number").value);
  await read();
  const found = [...phones.keys()].find((number) => !before.has(number));
  tell(found ? "" : words.no_number);
  const phone = phones.get(found);
  phone?.element.scrollIntoView({ block: "center" });
  phone?.input.focus({ preventScroll: true });
});

refresh();
setInterval(refresh, 1000);
