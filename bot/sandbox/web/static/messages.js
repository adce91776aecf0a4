// A list of messages, drawn anew only where something changed, without taking the focus or the place away.
import { drawBlocks } from "./blocks.js";
import { byId, deed, el } from "./dom.js";
import { confirmed } from "./modal.js";
import { names, seen, thread } from "./state.js";
import { mrkdwn, richText, textNodes } from "./text.js";

const AT_THE_END_PX = 60;
const drawn = new WeakMap(); // a list's elements by message: what each was drawn from

/** Draw *list* into *container*; `onThread(ts)` opens a thread, `notice` says what went wrong. */
export function drawMessages(container, list, { onThread, notice, between }) {
  const known = drawn.get(container) ?? new Map();
  const atTheEnd = container.scrollHeight - container.scrollTop - container.clientHeight < AT_THE_END_PX;
  const anchor = atTheEnd ? null : firstInView(container);
  const fresh = [];
  const wanted = list.map((message) => {
    const source = JSON.stringify([message, onThread ? replies(message) : 0, names.person(message.by)]);
    const before = known.get(message.ts);
    if (before?.source === source) return before.node;
    const node = el("article", { className: message.private ? "message private" : "message" });
    node.append(...draw(message, onThread, notice));
    node.dataset.ts = message.ts;
    if (!before) fresh.push(node);
    known.set(message.ts, { source, node });
    return node;
  });
  for (const ts of [...known.keys()]) if (!list.some((message) => message.ts === ts)) known.delete(ts);
  drawn.set(container, known);
  if (between && wanted.length > 1) wanted.splice(1, 0, between);
  replaceKeepingFocus(container, wanted);
  if (atTheEnd) follow(container, fresh);
  else keepInPlace(container, anchor);
}

/** Put the nodes in place; a control that had the focus and was drawn anew gets it again. */
function replaceKeepingFocus(container, wanted) {
  const focused = container.contains(document.activeElement) ? document.activeElement : null;
  const ts = focused?.closest("[data-ts]")?.dataset.ts;
  const action = focused?.dataset.action;
  const now = [...container.children];
  if (now.length === wanted.length && now.every((node, number) => node === wanted[number])) return;
  wanted.forEach((node, number) => {
    if (container.children[number] !== node) container.insertBefore(node, container.children[number] ?? null);
  });
  while (container.children.length > wanted.length) container.lastElementChild.remove();
  if (!focused || document.contains(focused)) return;
  const again = action && container.querySelector(`[data-ts="${ts}"] [data-action="${CSS.escape(action)}"]`);
  (again || container).focus({ preventScroll: true });
}

const topOf = (container, node) => node.getBoundingClientRect().top - container.getBoundingClientRect().top;

/** Find what somebody is reading: the last message that begins in the upper half of the window, and where it stands. */
function firstInView(container) {
  const found = [...container.querySelectorAll("[data-ts]")].filter((node) => topOf(container, node) <= container.clientHeight / 2).at(-1);
  return found ? { ts: found.dataset.ts, top: topOf(container, found) } : null;
}

/** Let a message that was edited above push nothing away from under the reader's eyes. */
function keepInPlace(container, anchor) {
  const node = anchor && container.querySelector(`[data-ts="${anchor.ts}"]`);
  if (node) container.scrollTop += topOf(container, node) - anchor.top;
}

/** Stay at the end; what is longer than the window is shown from its beginning. */
function follow(container, fresh) {
  const last = fresh.at(-1);
  if (last && last === container.lastElementChild && last.offsetHeight > container.clientHeight) {
    container.scrollTop = last.offsetTop - container.offsetTop;
  } else {
    container.scrollTop = container.scrollHeight;
  }
}

function draw(message, onThread, notice) {
  const person = seen.get(`person:${message.by}`) ?? { real_name: message.by };
  const said = message.blocks.length
    ? drawBlocks(message.blocks, context(message, notice))
    : [el("div", { className: "text" }, mrkdwn(message.text, names))];
  return [
    el("div", { className: person.bot ? "avatar bot" : "avatar", "aria-hidden": "true" }, person.real_name.slice(0, 1)),
    el("div", { className: "body" },
      message.private ? el("p", { className: "small only-you" }, "👁 Only visible to you") : null,
      el("p", { className: "by" },
        el("b", {}, person.real_name), person.bot ? el("span", { className: "app-badge" }, "APP") : null, time(message.ts)),
      said,
      message.attachments.map((each) => attachment(each, message, notice)),
      message.files.map(file),
      message.edited ? el("span", { className: "small" }, "(edited)") : null,
      reactions(message),
      onThread ? threadLink(message, onThread) : null),
  ];
}

/** What blocks need to know of where they stand. */
function context(message, notice) {
  async function press(action, selected, element) {
    if (!(await confirmed(element?.confirm, names))) return;
    const told = { user: seen.get("you"), message: message.ts, action, selected: selected ?? null };
    notice((await deed("press", told)).said);
  }
  return { names, press };
}

function attachment(value, message, notice) {
  const inside = value.blocks ? drawBlocks(value.blocks, context(message, notice)) : mrkdwn(String(value.text ?? value.fallback ?? ""), names);
  return el("div", { className: "attachment text" }, inside);
}

const file = ({ id, name, size }) =>
  el("p", {}, el("a", { className: "file", href: `/files/${encodeURIComponent(id)}`, download: name }, `📎 ${name} (${size.toLocaleString("en")} bytes)`));

function time(ts) {
  const at = new Date(Number(ts) * 1000);
  const shown = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  return el("time", { dateTime: at.toISOString() }, shown);
}

function reactions(message) {
  const all = Object.entries(message.reactions);
  return all.length ? el("p", {}, all.map(([name, count]) => el("span", { className: "reaction" }, `${names.emoji[name] ?? name} ${count}`))) : null;
}

const replies = (message) => thread(message.ts).length - 1;

function threadLink(message, onThread) {
  if (message.private) return null;
  const count = replies(message);
  const said = count === 0 ? "Reply in thread" : `${count} ${count === 1 ? "reply" : "replies"}`;
  return el("button", { type: "button", className: count ? "thread-link" : "thread-link quiet", "data-action": "thread", onclick: () => onThread(message.ts) }, said);
}

/** Tell a screen reader what is new: the message's text, which says the same as its blocks. */
export function announce(fresh) {
  const said = fresh.map((message) => `${seen.get(`person:${message.by}`)?.real_name ?? ""}: ${plain(message)}`);
  if (said.length) byId("news").textContent = said.join(". ").slice(0, 600);
}

function plain(message) {
  const holder = el("div", {}, message.text ? mrkdwn(message.text, names) : message.blocks.map((block) => (block.type === "rich_text" ? richText(block, names) : textNodes(block.text ?? "", names))));
  return holder.textContent;
}
