/** A key as the editor knows it: text typed, or a name. */
export type Key = { readonly text: string } | { readonly name: string };

const controls: Readonly<Record<number, string>> = {
  1: "home",
  2: "left",
  3: "interrupt",
  4: "delete-or-end",
  5: "end",
  6: "right",
  8: "backspace",
  9: "tab",
  10: "enter",
  11: "kill-to-end",
  12: "clear-screen",
  13: "enter",
  14: "down",
  16: "up",
  18: "search",
  20: "transpose",
  21: "kill-to-start",
  23: "kill-word",
  25: "yank",
  127: "backspace",
};

const sequences: Readonly<Record<string, string>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "[H": "home",
  "[F": "end",
  "[1~": "home",
  "[3~": "delete",
  "[4~": "end",
  "[7~": "home",
  "[8~": "end",
  "[1;3C": "next-word",
  "[1;3D": "previous-word",
  "[1;5C": "next-word",
  "[1;5D": "previous-word",
  OA: "up",
  OB: "down",
  OC: "right",
  OD: "left",
  OH: "home",
  OF: "end",
  b: "previous-word",
  f: "next-word",
  d: "kill-next-word",
  "\x7f": "kill-word",
};

/** Reads the next key, byte by byte, so that what comes after it stays in the terminal. Undefined at the end. */
export async function readKey(nextByte: () => Promise<number | undefined>): Promise<Key | undefined> {
  const byte = await nextByte();
  if (byte === undefined) return undefined;
  if (byte === 27) return readSequence(nextByte);
  if (byte < 32 || byte === 127) return { name: controls[byte] ?? "nothing" };
  if (byte < 128) return { text: String.fromCharCode(byte) };
  const bytes = [byte];
  const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
  while (bytes.length < length) {
    const next = await nextByte();
    if (next === undefined) break;
    bytes.push(next);
  }
  return { text: new TextDecoder().decode(Uint8Array.from(bytes)) };
}

async function readSequence(nextByte: () => Promise<number | undefined>): Promise<Key> {
  let sequence = "";
  for (;;) {
    const byte = await nextByte();
    if (byte === undefined) return { name: "nothing" };
    sequence += String.fromCharCode(byte);
    const isOpen = sequence === "[" || sequence === "O" || (sequence.startsWith("[") && /[\d;]$/.test(sequence));
    if (!isOpen) return { name: sequences[sequence] ?? "nothing" };
  }
}
