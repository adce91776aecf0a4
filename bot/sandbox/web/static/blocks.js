// Block Kit as DOM nodes. Source: docs.slack.dev/reference/block-kit/blocks.
import { control } from "./controls.js";
import { el, webLink } from "./dom.js";
import { markdown } from "./markdown.js";
import { richText, textNodes, unsupported } from "./text.js";

const TASK_SIGNS = { pending: "○", in_progress: "◐", complete: "✓", error: "✕" };
const TASK_WORDS = { pending: "waiting", in_progress: "running", complete: "done", error: "failed" };

/**
 * Draw blocks. `ctx` has `names` (person, channel, emoji), `press(actionId, selected, element)`, and in a modal
 * `fields`, where each input leaves how it is read.
 */
export const drawBlocks = (blocks, ctx) => blocks.map((block) => drawBlock(block, ctx));

function drawBlock(block, ctx) {
  const draw = DRAWN[block.type];
  const inside = draw ? draw(block, ctx) : unsupported(block.type);
  return el("div", { className: `block block-${draw ? block.type : "unknown"}` }, inside);
}

function section(block, ctx) {
  const said = [];
  if (block.text) said.push(el("div", { className: "text" }, textNodes(block.text, ctx.names)));
  if (block.fields) {
    const fields = block.fields.map((field) => el("div", { className: "text" }, textNodes(field, ctx.names)));
    said.push(el("div", { className: "fields" }, fields));
  }
  const beside = block.accessory ? el("div", { className: "accessory" }, element(block.accessory, block, ctx)) : null;
  return [el("div", { className: "said" }, said), beside];
}

/** Draw what stands in a row: a text, an image, a control. */
function element(value, block, ctx) {
  if (value.type === "mrkdwn" || value.type === "plain_text") {
    return el("span", { className: "text" }, textNodes(value, ctx.names));
  }
  if (value.type === "image") return picture(value);
  return control(value, block, ctx);
}

const row = (block, ctx) => (block.elements ?? []).map((each) => element(each, block, ctx));

/** Name the picture instead of loading it: this page asks nobody but the sandbox. */
const picture = (value) => el("span", { className: "picture" }, `image: ${value.alt_text ?? ""}`);

function image(block, ctx) {
  return [block.title ? el("p", {}, textNodes(block.title, ctx.names)) : null, picture(block)];
}

function table(block, ctx) {
  const settings = block.column_settings ?? [];
  const rows = block.rows.map((cells, number) =>
    el("tr", {}, cells.map((cell, column) => {
      const heads = number === 0 ? { scope: "col" } : {};
      const align = { right: "right", center: "center" }[settings[column]?.align] ?? "left";
      return el(number === 0 ? "th" : "td", { className: align, ...heads }, cellNodes(cell, ctx));
    })),
  );
  const caption = block.caption ? el("caption", {}, textNodes(block.caption, ctx.names)) : null;
  const name = block.caption ? String(block.caption.text ?? block.caption) : "Table";
  const drawn = el("table", {}, caption, el("thead", {}, rows.slice(0, 1)), el("tbody", {}, rows.slice(1)));
  return el("div", { className: "wide", tabIndex: 0, role: "region", "aria-label": name }, drawn);
}

function cellNodes(cell, ctx) {
  if (cell.type === "rich_text") return richText(cell, ctx.names);
  return String(cell.text ?? cell.value ?? "");
}

function task(value, ctx) {
  const status = value.status ?? "pending";
  const sources = (value.sources ?? []).map((each) => el("li", {}, webLink(each.url, each.text)));
  return el("div", { className: `task task-${status}` },
    el("span", { className: "sign", "aria-hidden": "true" }, TASK_SIGNS[status] ?? "○"),
    el("div", { className: "said" },
      el("b", {}, textNodes(value.title, ctx.names)),
      el("span", { className: "unseen" }, `, ${TASK_WORDS[status] ?? status}`),
      value.details ? richText(value.details, ctx.names) : null,
      value.output ? richText(value.output, ctx.names) : null,
      sources.length ? el("ul", { className: "sources" }, sources) : null));
}

function plan(block, ctx) {
  const tasks = (block.tasks ?? []).map((each) => el("li", {}, task(each, ctx)));
  return [el("p", { className: "plan-title" }, textNodes(block.title, ctx.names)), el("ul", { className: "tasks" }, tasks)];
}

function card(block, ctx) {
  const parts = ["title", "subtitle", "body"].filter((name) => block[name]);
  const said = parts.map((name) => el("div", { className: `text card-${name}` }, textNodes(block[name], ctx.names)));
  return [said, el("div", { className: "block-actions" }, (block.actions ?? []).map((each) => element(each, block, ctx)))];
}

function container(block, ctx) {
  const title = block.rich_text_title
    ? richText(block.rich_text_title, ctx.names)
    : el("b", {}, textNodes(block.title ?? "", ctx.names));
  const subtitle = block.subtitle ? el("span", { className: "small" }, " ", textNodes(block.subtitle, ctx.names)) : null;
  const inside = drawBlocks(block.child_blocks ?? [], ctx);
  if (!block.is_collapsible) return [title, subtitle, inside];
  return el("details", { open: !block.default_collapsed }, el("summary", {}, title, subtitle), inside);
}

let inputs = 0;

function input(block, ctx) {
  const id = `input-${(inputs += 1)}`;
  const many = ["radio_buttons", "checkboxes"].includes(block.element.type);
  const label = [textNodes(block.label, ctx.names), block.optional ? " (optional)" : ""];
  const hint = block.hint ? el("p", { className: "small" }, textNodes(block.hint, ctx.names)) : null;
  const drawn = control(block.element, block, ctx, id);
  if (many) return [el("fieldset", {}, el("legend", {}, label), drawn), hint];
  return [el("label", { htmlFor: id }, label), drawn, hint];
}

const DRAWN = {
  section,
  image,
  table,
  plan,
  card,
  container,
  input,
  data_table: table,
  actions: row,
  context: row,
  context_actions: row,
  alert: (block, ctx) => textNodes(block.text, ctx.names),
  divider: () => el("hr"),
  header: (block, ctx) => el("h3", {}, textNodes(block.text, ctx.names)),
  markdown: (block) => markdown(String(block.text)),
  rich_text: (block, ctx) => richText(block, ctx.names),
  task_card: (block, ctx) => task(block, ctx),
};
