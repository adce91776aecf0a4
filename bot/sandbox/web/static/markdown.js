// The markdown block: the common part of Markdown as DOM nodes. Source: docs.slack.dev, markdown block.
import { el, webLink } from "./dom.js";

const TOKEN = /`(?<code>[^`\n]+)`|\*\*(?<b>[^*\n]+)\*\*|__(?<b2>[^_\n]+)__|~~(?<s>[^~\n]+)~~|\*(?<i>[^*\n]+)\*|(?<!\w)_(?<i2>[^_\n]+)_(?!\w)|\[(?<label>[^\]\n]+)\]\((?<url>[^)\s]+)\)/g;

export function markdown(text) {
  const lines = text.split("\n");
  const nodes = [];
  while (lines.length) nodes.push(part(lines));
  return nodes.filter((node) => node !== null);
}

/** Take one paragraph, list, heading, quote or code block from the front of *lines*. */
function part(lines) {
  const first = lines[0];
  if (!first.trim()) return void lines.shift() ?? null;
  if (/^\s*```/.test(first)) return fenced(lines);
  const heading = /^(#{1,6})\s+(.*)$/.exec(first);
  if (heading) {
    lines.shift();
    return el("p", { className: `heading heading-${heading[1].length}` }, inline(heading[2]));
  }
  if (/^\s*(-{3,}|\*{3,})\s*$/.test(first)) return lines.shift() && el("hr");
  if (/^>/.test(first)) return el("blockquote", {}, spoken(taken(lines, /^> ?/)));
  if (/^\s*[-*]\s/.test(first)) return el("ul", {}, items(taken(lines, /^\s*[-*]\s+/)));
  if (/^\s*\d+[.)]\s/.test(first)) return el("ol", {}, items(taken(lines, /^\s*\d+[.)]\s+/)));
  const said = [];
  while (lines.length && lines[0].trim() && !/^(#{1,6}\s|\s*```|>|\s*[-*]\s|\s*\d+[.)]\s)/.test(lines[0])) {
    said.push(lines.shift());
  }
  return el("p", {}, spoken(said.length ? said : [lines.shift()]));
}

function fenced(lines) {
  lines.shift();
  const code = [];
  while (lines.length && !/^\s*```/.test(lines[0])) code.push(lines.shift());
  lines.shift();
  return el("pre", {}, code.join("\n"));
}

function taken(lines, mark) {
  const found = [];
  while (lines.length && mark.test(lines[0])) found.push(lines.shift().replace(mark, ""));
  return found;
}

const items = (lines) => lines.map((line) => el("li", {}, inline(line)));
const spoken = (lines) => inline(lines.join("\n"));

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(TOKEN)) {
    const { code, b, b2, s, i, i2, label, url } = found.groups;
    nodes.push(text.slice(from, found.index));
    if (code !== undefined) nodes.push(el("code", {}, code));
    else if (b ?? b2) nodes.push(el("b", {}, inline(b ?? b2)));
    else if (s) nodes.push(el("s", {}, inline(s)));
    else if (i ?? i2) nodes.push(el("i", {}, inline(i ?? i2)));
    else nodes.push(webLink(url, label));
    from = found.index + found[0].length;
  }
  return [...nodes, text.slice(from)];
}
