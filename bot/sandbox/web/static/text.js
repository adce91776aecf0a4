// Slack's texts as DOM nodes: plain_text, mrkdwn and rich_text.
// Source: docs.slack.dev/messaging/formatting-message-text and reference/block-kit/blocks/rich-text-block.
import { el, webLink } from "./dom.js";

const TOKEN = new RegExp(
  [
    "```\\n?(?<pre>[\\s\\S]+?)\\n?```",
    "`(?<code>[^`\\n]+)`",
    "<(?<ref>[^<>\\n]+)>",
    "(?<![\\w*])\\*(?<b>[^*\\n]+)\\*(?![\\w*])",
    "(?<!\\w)_(?<i>[^_\\n]+)_(?!\\w)",
    "(?<!\\w)~(?<s>[^~\\n]+)~(?!\\w)",
    ":(?<emoji>[a-z0-9_+-]+):",
  ].join("|"),
  "g",
);

export const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export const emojied = (text, names) => text.replace(/:([a-z0-9_+-]+):/g, (all, name) => names.emoji[name] ?? all);

/** Draw a text object, or a bare string where Slack takes one. */
export function textNodes(value, names) {
  if (typeof value === "string") return [unescaped(emojied(value, names))];
  const text = String(value?.text ?? "");
  if (value?.type === "mrkdwn") return mrkdwn(text, names);
  return [unescaped(value?.emoji === false ? text : emojied(text, names))];
}

/** Draw mrkdwn; lines that begin with > stand in a quote. */
export function mrkdwn(text, names) {
  const runs = [];
  for (const line of text.split("\n")) {
    const quoted = /^(&gt;|>)/.test(line);
    const said = quoted ? line.replace(/^(&gt;|>) ?/, "") : line;
    const last = runs.at(-1);
    if (last?.quoted === quoted) last.lines.push(said);
    else runs.push({ quoted, lines: [said] });
  }
  return runs.map(({ quoted, lines }) => {
    const nodes = inline(lines.join("\n"), names);
    return quoted ? el("blockquote", {}, nodes) : nodes;
  });
}

function inline(text, names) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(TOKEN)) {
    nodes.push(unescaped(text.slice(from, found.index)), token(found, names));
    from = found.index + found[0].length;
  }
  return [...nodes, unescaped(text.slice(from))];
}

function token(found, names) {
  const { pre, code, ref, b, i, s, emoji } = found.groups;
  if (pre !== undefined) return el("pre", {}, unescaped(pre));
  if (code !== undefined) return el("code", {}, unescaped(code));
  if (ref !== undefined) return reference(ref, names);
  if (b !== undefined) return el("b", {}, inline(b, names));
  if (i !== undefined) return el("i", {}, inline(i, names));
  if (s !== undefined) return el("s", {}, inline(s, names));
  return names.emoji[emoji] ?? found[0];
}

/** Draw what stands between < and >: a person, a channel, a special mention, a date or a link. */
function reference(inside, names) {
  const [target, ...rest] = inside.split("|");
  const label = unescaped(rest.join("|"));
  if (target.startsWith("@")) return mention(`@${names.person(target.slice(1))}`);
  if (target.startsWith("#")) return mention(`#${label || names.channel(target.slice(1))}`);
  if (target.startsWith("!date^")) return label;
  if (target.startsWith("!")) return mention(`@${(label || target.slice(1)).replace(/^@/, "")}`);
  return webLink(unescaped(target), label || unescaped(target.replace(/^mailto:/, "")));
}

const mention = (text) => el("span", { className: "mention" }, text);

/** Draw a rich_text block: nothing in it is parsed; what stands there is what people read. */
export const richText = (block, names) => (block.elements ?? []).map((part) => richPart(part, names));

function richPart(part, names) {
  const inside = () => (part.elements ?? []).map((each) => word(each, names));
  if (part.type === "rich_text_section") return el("p", {}, inside());
  if (part.type === "rich_text_quote") return el("blockquote", {}, inside());
  if (part.type === "rich_text_preformatted") return el("pre", {}, inside());
  if (part.type !== "rich_text_list") return unsupported(part.type);
  const items = part.elements.map((item) => el("li", {}, (item.elements ?? []).map((each) => word(each, names))));
  const depth = Math.min(Number(part.indent ?? 0), 8);
  if (part.style !== "ordered") return el("ul", { className: `indent-${depth}` }, items);
  return el("ol", { className: `indent-${depth}`, start: 1 + Number(part.offset ?? 0) }, items);
}

const WORDS = {
  text: (value) => value.text,
  link: (value) => webLink(value.url, value.text || value.url),
  user: (value, names) => mention(`@${names.person(value.user_id)}`),
  channel: (value, names) => mention(`#${names.channel(value.channel_id)}`),
  usergroup: (value) => mention(`@${value.usergroup_id}`),
  broadcast: (value) => mention(`@${value.range}`),
  emoji: (value, names) => names.emoji[value.name] ?? `:${value.name}:`,
  date: (value) => value.fallback ?? new Date(value.timestamp * 1000).toLocaleString(),
  color: (value) => value.value,
};
const STYLES = { code: "code", strike: "s", italic: "i", bold: "b" };

function word(value, names) {
  const draw = WORDS[value.type];
  let node = draw ? draw(value, names) : unsupported(value.type);
  for (const [style, name] of Object.entries(STYLES)) if (value.style?.[style]) node = el(name, {}, node);
  return node;
}

/** Make a visible mark for what this page cannot draw, so that nothing is missing unseen. */
export const unsupported = (kind) => el("span", { className: "unsupported" }, `unsupported block: ${kind}`);
