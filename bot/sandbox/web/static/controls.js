// What can be pressed, chosen and filled in. Source: docs.slack.dev/reference/block-kit/block-elements.
import { el, webLink } from "./dom.js";
import { textNodes, unsupported } from "./text.js";

/** Draw an interactive element; `id` is set where a label points at it. */
export function control(value, block, ctx, id) {
  const draw = DRAWN[value.type];
  return draw ? draw(value, block, ctx, id) : unsupported(value.type);
}

function button(value, _block, ctx) {
  const style = ["primary", "danger"].includes(value.style) ? value.style : "";
  const shared = {
    className: `button ${style}`,
    "data-action": value.action_id,
    "aria-label": value.accessibility_label,
    onclick: () => ctx.press(value.action_id, undefined, value),
  };
  const label = textNodes(value.text, ctx.names);
  if (value.url) return webLink(value.url, label, shared);
  return el("button", { type: "button", ...shared }, label);
}

function feedback(value, _block, ctx) {
  return ["positive", "negative"].map((kind) => {
    const each = value[`${kind}_button`];
    return el("button", {
      type: "button",
      className: "button",
      "data-action": `${value.action_id}-${kind}`,
      "aria-label": each.accessibility_label,
      onclick: () => ctx.press(value.action_id, kind, value),
    }, textNodes(each.text, ctx.names));
  });
}

const optionsOf = (value) => [...(value.options ?? []), ...(value.option_groups ?? []).flatMap((group) => group.options)];
const read = (ctx, block, value, get) => ctx.fields?.push({ block: block.block_id, action: value.action_id, read: get });

function select(value, block, ctx, id) {
  const options = optionsOf(value);
  const first = value.initial_option?.value ?? "";
  const none = value.type === "overflow" ? "⋯" : textNodes(value.placeholder ?? "Choose", ctx.names);
  const drawn = el("select", {
    id: id ?? "",
    "data-action": value.action_id,
    "aria-label": id ? undefined : String(value.placeholder?.text ?? "More actions"),
    onchange: () => ctx.fields || (drawn.value && ctx.press(value.action_id, drawn.value, value)),
  }, el("option", { value: "" }, none), options.map((each) => el("option", { value: each.value }, textNodes(each.text, ctx.names))));
  drawn.value = first;
  read(ctx, block, value, () => ({
    type: value.type,
    selected_option: options.find((each) => each.value === drawn.value) ?? null,
  }));
  return drawn;
}

/** Draw radio buttons or checkboxes: each option its own line. */
function choices(value, block, ctx) {
  const one = value.type === "radio_buttons";
  const initial = [value.initial_option, ...(value.initial_options ?? [])].map((each) => each?.value);
  const boxes = value.options.map((each) =>
    el("input", {
      type: one ? "radio" : "checkbox",
      name: `${block.block_id}-${value.action_id}`,
      value: each.value,
      checked: initial.includes(each.value),
      "data-action": `${value.action_id}-${each.value}`,
      onchange: () => ctx.fields || ctx.press(value.action_id, each.value, value),
    }),
  );
  read(ctx, block, value, () => {
    const chosen = value.options.filter((_, number) => boxes[number].checked);
    return one ? { type: value.type, selected_option: chosen[0] ?? null } : { type: value.type, selected_options: chosen };
  });
  return value.options.map((each, number) =>
    el("label", { className: "check" }, boxes[number], el("span", {}, textNodes(each.text, ctx.names))));
}

function textInput(value, block, ctx, id) {
  const drawn = el(value.multiline ? "textarea" : "input", {
    id,
    value: value.initial_value ?? "",
    placeholder: value.placeholder?.text ?? "",
    required: !block.optional,
    maxLength: value.max_length ?? 3000,
  });
  read(ctx, block, value, () => ({ type: value.type, value: drawn.value || null }));
  return drawn;
}

const DRAWN = {
  button,
  feedback_buttons: feedback,
  static_select: select,
  overflow: select,
  radio_buttons: choices,
  checkboxes: choices,
  plain_text_input: textInput,
};
