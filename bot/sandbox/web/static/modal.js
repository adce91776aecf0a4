// Modals and "are you sure?": real dialogs, so that focus stays inside and Escape closes.
import { drawBlocks } from "./blocks.js";
import { byId, deed, el } from "./dom.js";
import { textNodes } from "./text.js";

let shown = null;

/** Show the view on top, or none. */
export function drawModal(view, { names, user, press }) {
  const dialog = byId("modal");
  const key = view ? `${view.id} ${view.hash ?? ""}` : null;
  if (key === shown) return;
  shown = key;
  if (!view) return dialog.close();
  const fields = [];
  const problem = el("p", { className: "notice", role: "alert", hidden: true });
  const ctx = { names, press, fields };
  const form = el("form", { method: "dialog", onsubmit: (event) => submit(event, fields, user(), problem) },
    el("header", { className: "bar" },
      el("h2", { id: "modal-title", tabIndex: -1, autofocus: true }, textNodes(view.title ?? "", names)),
      el("button", { type: "button", className: "plain", "aria-label": "Close", onclick: close }, "✕")),
    el("div", { className: "scroll modal-blocks", tabIndex: 0, role: "group", "aria-labelledby": "modal-title" },
      drawBlocks(view.blocks ?? [], ctx)),
    problem,
    el("footer", {},
      el("button", { type: "button", className: "button", onclick: close }, textNodes(view.close ?? "Close", names)),
      view.submit ? el("button", { type: "submit", className: "button primary" }, textNodes(view.submit, names)) : null));
  dialog.replaceChildren(form);
  dialog.oncancel = (event) => {
    event.preventDefault();
    close();
  };
  if (!dialog.open) dialog.showModal();
}

const close = () => deed("close", {});

async function submit(event, fields, user, problem) {
  event.preventDefault();
  const values = {};
  for (const { block, action, read } of fields) values[block] = { ...values[block], [action]: read() };
  const { ok, said } = await deed("submit", { user, values });
  problem.textContent = said ?? "";
  problem.hidden = ok;
}

/** Ask before a press whose element has a confirm object; resolves to whether to go on. */
export function confirmed(confirm, names) {
  if (!confirm) return Promise.resolve(true);
  const dialog = byId("confirm");
  const style = confirm.style === "danger" ? "danger" : "primary";
  return new Promise((resolve) => {
    const answer = (yes) => () => {
      dialog.onclose = null;
      dialog.close();
      resolve(yes);
    };
    dialog.replaceChildren(
      el("h2", { id: "confirm-title" }, textNodes(confirm.title, names)),
      el("p", { className: "text" }, textNodes(confirm.text, names)),
      el("footer", {},
        el("button", { type: "button", className: "button", onclick: answer(false) }, textNodes(confirm.deny, names)),
        el("button", { type: "button", className: `button ${style}`, onclick: answer(true) }, textNodes(confirm.confirm, names))));
    dialog.onclose = answer(false);
    dialog.showModal();
  });
}
