// Behind the scenes: what is broken, who you are, which faults there are.
import { byId, deed, el } from "./dom.js";
import { everyOne, seen } from "./state.js";

const SWITCHES = ["busy", "down", "unauthorized", "slack_limits"];

/** Wire the panel; `notice` shows what came back, `onPerson(name)` is told who the person is now. */
export function wireWorld({ notice, onPerson }) {
  byId("who").onchange = () => onPerson(byId("who").value);
  byId("scenario").onchange = async () => notice((await deed("choose", { scenario: byId("scenario").value })).said);
  byId("restart").onclick = async () => notice((await deed("restart", {})).said);
  byId("refuse").onclick = async () => notice((await deed("refuse", {})).said);
  for (const id of ["latency_s", ...SWITCHES]) byId(id).onchange = async () => notice((await deed("faults", switches())).said);
}

function switches() {
  const set = Object.fromEntries(SWITCHES.map((id) => [id, byId(id).checked]));
  return { latency_s: Number(byId("latency_s").value), ...set };
}

export function drawWorld(changed) {
  if (changed.has("scenarios")) options(byId("scenario"), seen.get("scenarios").map((name) => [name, name.replaceAll("_", " ")]));
  if ([...changed].some((key) => key.startsWith("person:") || key === "you")) {
    options(byId("who"), everyOne("person").filter((one) => !one.bot).map((one) => [one.name, one.real_name]));
    byId("who").value = seen.get(`person:${seen.get("you")}`).name;
  }
  const world = seen.get("world");
  if (!changed.has("world")) return;
  byId("scenario").value = world.scenario;
  byId("about").textContent = world.about;
  byId("state").textContent = world.state === "ready" ? "" : "The bot is starting …";
  for (const id of SWITCHES) byId(id).checked = world.faults[id];
  drawLatency(String(world.faults.latency_s));
}

/** Choose the latency; one that the list does not have, as of a scenario, is added to it. */
function drawLatency(value) {
  const list = byId("latency_s");
  if (![...list.options].some((each) => each.value === value)) list.append(el("option", { value }, `${value} s`));
  list.value = value;
}

function options(select, pairs) {
  select.replaceChildren(...pairs.map(([value, label]) => el("option", { value }, label)));
}
