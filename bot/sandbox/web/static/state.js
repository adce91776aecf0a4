// What this person sees, as the sandbox tells it, and what is open on the page.

export const seen = new Map();
export const open = { channel: null, thread: null };

/** Take in what the sandbox sent; returns the keys that changed. */
export function take({ set, gone, all }) {
  const before = all ? [...seen.keys()] : gone;
  for (const key of before) seen.delete(key);
  for (const [key, value] of Object.entries(set)) seen.set(key, value);
  return new Set([...before, ...Object.keys(set)]);
}

export const everyOne = (kind) => [...seen].filter(([key]) => key.startsWith(`${kind}:`)).map(([, value]) => value);

export const messages = () => everyOne("message").sort((a, b) => (a.ts < b.ts ? -1 : 1));

/** List a channel as it reads: what is not inside a thread. */
export const posts = (channel) => messages().filter((each) => each.channel === channel && !each.thread);

/** List a root message and its replies. */
export const thread = (ts) => messages().filter((each) => each.ts === ts || each.thread === ts);

export const names = {
  get emoji() {
    return seen.get("emoji") ?? {};
  },
  person: (id) => seen.get(`person:${id}`)?.name ?? id,
  channel: (id) => seen.get(`channel:${id}`)?.name ?? id,
};
