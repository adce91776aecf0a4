// Elements out of names and texts. Texts become text nodes: nothing that somebody wrote is ever read as HTML.

/** Make an element; `props` are properties (className, onclick), or attributes where they hold a dash or are `role`. */
export function el(name, props = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (key.includes("-") || key === "role") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Make a link to a web address, or only its label where the address is none. */
export function webLink(url, label, props = {}) {
  let parsed = null;
  try {
    parsed = new URL(url);
  } catch {
    return el("span", {}, label);
  }
  if (!["http:", "https:"].includes(parsed.protocol)) return el("span", {}, label);
  return el("a", { href: parsed.href, target: "_blank", rel: "noopener noreferrer", ...props }, label);
}

/** Send a deed; resolves to {ok, said}. */
export async function deed(name, told) {
  try {
    const answer = await fetch(`/do/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(told),
    });
    return await answer.json();
  } catch {
    return { ok: false, said: "The sandbox does not answer. Is it still running?" };
  }
}
