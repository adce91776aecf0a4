// The message box: Enter sends, Shift+Enter breaks the line, ↑ in an empty box brings back what was said last.
import { deed } from "./dom.js";
import { seen } from "./state.js";

/** Wire a form; `where()` says channel and thread, `notice` shows what came back, `onSent(text)` is told of a success. */
export function composer(form, { where, notice, onSent }) {
  const box = form.querySelector("textarea");
  let last = "";

  async function send(event) {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    last = text;
    fill("");
    onSent(text);
    const { ok, said } = await deed("say", { user: seen.get("you"), text, ...where() });
    notice(said);
    if (!ok && !box.value) fill(text);
  }

  function fill(text) {
    box.value = text;
    fit();
  }

  function fit() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, 200)}px`;
  }

  form.addEventListener("submit", send);
  box.addEventListener("input", fit);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) form.requestSubmit(event.preventDefault());
    if (event.key === "ArrowUp" && !box.value && last) {
      event.preventDefault();
      fill(last);
    }
  });
  return {
    fill(text) {
      fill(text);
      box.focus();
    },
  };
}
