const whole = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u;
const alphabet = /[A-Za-z0-9+/]/u;

/** Where Go's decoder stops at text that is no base64; undefined when it is. Line breaks are skipped. */
export function base64ErrorOffset(text: string): number | undefined {
  const plain = text.replaceAll(/[\r\n]/gu, "");
  if (whole.test(plain)) return undefined;
  return plain.length === text.length ? offsetIn(plain) : originalOffset(text, offsetIn(plain));
}

/** The text without what may be left out of it: how it is stored. */
export function canonicalBase64(text: string): string {
  return Buffer.from(text, "base64").toString("base64");
}

function offsetIn(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (alphabet.test(character)) continue;
    const place = at % 4;
    if (character !== "=" || place < 2) return at;
    if (place === 3) return at + 1;
    if (at + 1 === text.length) return text.length;
    return text[at + 1] === "=" ? at + 2 : at;
  }
  return text.length - (text.length % 4);
}

function originalOffset(text: string, offset: number): number {
  let seen = 0;
  for (let at = 0; at < text.length; at++) {
    if (/[\r\n]/u.test(text[at] ?? "")) continue;
    if (seen === offset) return at;
    seen++;
  }
  return text.length;
}
