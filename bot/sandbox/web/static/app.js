// The page: a stream of what this person sees, drawn into three panes, of which a phone shows one at a time.
import { composer } from "./composer.js";
import { byId, el } from "./dom.js";
import { announce, drawMessages } from "./messages.js";
import { drawModal } from "./modal.js";
import { everyOne, names, open, posts, seen, take, thread } from "./state.js";
import { drawWorld, wireWorld } from "./world.js";

const wide = window.matchMedia("(min-width: 900px)");
let stream = null;
let expecting = false; // somebody asked the bot here: its answer's thread opens by itself where there is room

const notices = { channel: noticeIn("notice"), thread: noticeIn("thread-notice"), world: noticeIn("world-notice") };

function noticeIn(id) {
  return (said) => {
    byId(id).textContent = said ?? "";
    byId(id).hidden = !said;
  };
}

function connect(name) {
  stream?.close();
  let first = true;
  stream = new EventSource(`/events?as=${encodeURIComponent(name)}`);
  stream.onopen = () => notices.channel(null);
  stream.onerror = () => notices.channel("Not connected to the sandbox; trying again. Is it still running?");
  stream.onmessage = ({ data }) => {
    const before = new Set(seen.keys());
    const changed = take(JSON.parse(data));
    draw(changed);
    const fresh = [...changed].filter((key) => key.startsWith("message:") && seen.has(key) && !before.has(key)).map((key) => seen.get(key));
    if (!first) heard(fresh.filter((message) => message.by !== seen.get("you")));
    first = false;
  };
}

/** Tell of new messages, and open the thread in which the bot answers. */
function heard(fresh) {
  announce(fresh);
  const answer = fresh.find((message) => message.thread && message.channel === open.channel && seen.get(`person:${message.by}`)?.bot);
  if (!answer || !expecting) return;
  expecting = false;
  if (wide.matches && open.thread !== answer.thread) openThread(answer.thread, { focus: false });
}

function draw(changed) {
  const channels = everyOne("channel");
  if (!channels.some((each) => each.id === open.channel)) {
    open.channel = (channels.find((each) => each.name === "incidents") ?? channels[0]).id;
  }
  if (open.thread && !seen.has(`message:${open.thread}`)) closeThread();
  drawChannels(channels);
  drawWorld(changed);
  drawPosts();
  drawThread();
  drawModal(seen.get("view"), {
    names,
    user: () => seen.get("you"),
    press: () => notices.channel("Buttons inside a form cannot be pressed in the sandbox."),
  });
}

const signOf = (channel) => ({ private: "🔒 ", im: "" })[channel.kind] ?? "# ";

function drawChannels(channels) {
  const wanted = JSON.stringify([channels, open.channel]);
  if (byId("channels").dataset.drawn === wanted) return;
  byId("channels").dataset.drawn = wanted;
  byId("channels").replaceChildren(...channels.map((channel) =>
    el("li", {}, el("button", {
      type: "button",
      "aria-current": channel.id === open.channel ? "page" : undefined,
      onclick: () => openChannel(channel.id),
    }, el("span", { "aria-hidden": "true" }, signOf(channel)), channel.name))));
  const { name } = channels.find((each) => each.id === open.channel);
  byId("channel-name").textContent = `# ${name}`;
  byId("say-label").textContent = `Message in ${name}`;
  byId("say").placeholder = `Message #${name}`;
  document.title = `#${name} · Sandbox Slack`;
}

function drawPosts() {
  const list = posts(open.channel);
  if (list.length) byId("posts").querySelector(".empty")?.remove();
  drawMessages(byId("posts"), list, { onThread: openThread, notice: notices.channel });
  if (!list.length) byId("posts").replaceChildren(emptyChannel());
}

function emptyChannel() {
  const { command, problem } = seen.get("world");
  const said = `${command} ${problem}`;
  return el("div", { className: "empty" },
    el("p", {}, "Nobody has said anything here yet. Somebody sees that something is wrong, and types:"),
    el("button", { type: "button", className: "try", onclick: () => box.fill(said) }, said));
}

function drawThread() {
  if (!open.thread) return;
  const list = thread(open.thread);
  const count = list.length - 1;
  const between = el("p", { className: "between small" }, `${count} ${count === 1 ? "reply" : "replies"}`);
  const old = byId("replies").querySelector(".between");
  drawMessages(byId("replies"), list, { notice: notices.thread, between: old?.textContent === between.textContent ? old : between });
  const status = seen.get(`status:${open.thread}`)?.text;
  byId("thread-name").textContent = status ? `Thread · ${status}` : "Thread";
}

function openChannel(id) {
  open.channel = id;
  closeThread();
  byId("app").dataset.pane = "channel";
  byId("posts").replaceChildren();
  draw(new Set());
}

function openThread(ts, { focus = true } = {}) {
  if (open.thread !== ts) byId("replies").replaceChildren();
  open.thread = ts;
  byId("thread").hidden = false;
  byId("app").dataset.pane = "thread";
  drawThread();
  if (focus) byId("thread-name").focus();
}

/** Close the thread; whoever was in it is back at its message. */
function closeThread() {
  const wasInside = byId("thread").contains(document.activeElement);
  const from = byId("posts").querySelector(`[data-ts="${open.thread}"] [data-action="thread"]`);
  open.thread = null;
  byId("thread").hidden = true;
  byId("app").dataset.pane = "channel";
  if (wasInside) (from ?? byId("posts")).focus();
}

const toTheEnd = (id) => byId(id).scrollTo(0, byId(id).scrollHeight); // whoever speaks wants to see what comes

const box = composer(byId("composer"), {
  where: () => ({ channel: open.channel, thread: null }),
  notice: notices.channel,
  onSent: () => {
    expecting = true;
    toTheEnd("posts");
  },
});
composer(byId("thread-composer"), {
  where: () => ({ channel: open.channel, thread: open.thread }),
  notice: notices.thread,
  onSent: () => toTheEnd("replies"),
});
wireWorld({
  notice: notices.world,
  onPerson: (name) => connect(name),
});
byId("close-thread").onclick = closeThread;
byId("thread").addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeThread();
});
byId("to-side").onclick = () => {
  byId("app").dataset.pane = "side";
  byId("channels").querySelector("button")?.focus();
};
byId("to-channel").onclick = () => {
  byId("app").dataset.pane = "channel";
  byId("to-side").focus();
};
connect("ana");
