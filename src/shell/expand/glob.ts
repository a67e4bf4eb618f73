import { spendOrThrow } from "../../regex/effort.ts";

/** A piece of a shell pattern: one character of some kind, any run of characters, or bash's `@(a|b)` and its kin. */
export type GlobItem =
  | { readonly kind: "one"; accepts(character: string): boolean }
  | { readonly kind: "run" }
  | { readonly kind: "group"; readonly operator: string; readonly choices: readonly (readonly GlobItem[])[] };

/** Where in a text something may be: a flag for each place, the end included. */
type Places = Uint8Array;

/** A pattern in one text, in time proportional to text times pattern: all places are followed at once. */
export class GlobSearch {
  readonly #items: readonly GlobItem[];
  readonly #characters: readonly string[];

  constructor(items: readonly GlobItem[], characters: readonly string[]) {
    this.#items = items;
    this.#characters = characters;
  }

  /** The ends of what matches from `start` on. */
  endsFrom(start: number): Places {
    const from = new Uint8Array(this.#characters.length + 1);
    from[start] = 1;
    return advance(this.#items, this.#characters, from);
  }

  /** Where a match may begin. */
  starts(): Places {
    const anywhere = new Uint8Array(this.#characters.length + 1).fill(1);
    return advance(reversed(this.#items), this.#characters.toReversed(), anywhere).toReversed();
  }
}

/** The same pattern for the text read backwards. */
export function reversed(items: readonly GlobItem[]): readonly GlobItem[] {
  return items
    .map((item): GlobItem => (item.kind === "group" ? { ...item, choices: item.choices.map(reversed) } : item))
    .toReversed();
}

function advance(items: readonly GlobItem[], characters: readonly string[], from: Places): Places {
  let places = from;
  for (const item of items) {
    spendOrThrow(characters.length);
    if (item.kind === "one") places = afterOne(item, characters, places);
    else if (item.kind === "run") places = fromFirst(places);
    else places = afterGroup(item, characters, places);
  }
  return places;
}

function afterOne({ accepts }: GlobItem & { kind: "one" }, characters: readonly string[], from: Places): Places {
  const places = new Uint8Array(from.length);
  characters.forEach((character, at) => {
    if (from[at] === 1 && accepts(character)) places[at + 1] = 1;
  });
  return places;
}

function fromFirst(from: Places): Places {
  const first = from.indexOf(1);
  return first < 0 ? from : new Uint8Array(from.length).fill(1, first);
}

function afterGroup({ operator, choices }: GlobItem & { kind: "group" }, characters: readonly string[], from: Places) {
  const once = (places: Places) =>
    choices.map((choice) => advance(choice, characters, places)).reduce((all, more) => union(all, more));
  if (operator === "@") return once(from);
  if (operator === "?") return union(from, once(from));
  if (operator === "!") return afterOther(once, from);
  let reached = operator === "*" ? from : once(from);
  for (let edge = reached; edge.includes(1);) {
    const next = once(edge);
    edge = next.map((place, at) => (reached[at] === 1 ? 0 : place));
    reached = union(reached, edge);
  }
  return reached;
}

/** `!(a|b)`: whatever is neither. */
function afterOther(once: (places: Places) => Places, from: Places): Places {
  const places = new Uint8Array(from.length);
  for (let start = from.indexOf(1); start >= 0; start = from.indexOf(1, start + 1)) {
    const only = new Uint8Array(from.length);
    only[start] = 1;
    const refused = once(only);
    for (let end = start; end < places.length; end++) if (refused[end] === 0) places[end] = 1;
  }
  return places;
}

function union(a: Places, b: Places): Places {
  return a.map((place, at) => place | (b[at] ?? 0));
}
