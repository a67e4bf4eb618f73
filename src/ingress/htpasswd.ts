import { createHash, timingSafeEqual } from "node:crypto";

/** Hashes that need a cipher that Node has not: bcrypt, and what crypt() of old made. */
export function isUnreadableHash(hash: string): boolean {
  return !hash.startsWith("$apr1$") && !hash.startsWith("{SHA}") && !hash.startsWith("{PLAIN}");
}

/** Whether a password is the one behind a hash of `htpasswd`: `$apr1$…` (its own), `{SHA}…` or `{PLAIN}…`. */
export function isPasswordOf(hash: string, password: string): boolean {
  if (hash.startsWith("{PLAIN}")) return isSame(hash, `{PLAIN}${password}`);
  if (hash.startsWith("{SHA}")) return isSame(hash, `{SHA}${createHash("sha1").update(password).digest("base64")}`);
  const [, salt] = /^\$apr1\$([^$]{0,8})\$/u.exec(hash) ?? [];
  return salt !== undefined && isSame(hash, apr1(password, salt));
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const prefix = "$apr1$";
const rounds = 1000;

/** Apache's MD5, as `htpasswd` and `openssl passwd -apr1` make it. */
function apr1(password: string, salt: string): string {
  const inner = md5(password, salt, password);
  let length = password.length;
  const start: (string | Buffer)[] = [password, prefix, salt];
  for (; length > 0; length -= inner.length) start.push(inner.subarray(0, length));
  for (let bits = password.length; bits > 0; bits >>= 1) start.push(bits & 1 ? Buffer.of(0) : password.slice(0, 1));
  let digest = md5(...start);
  for (let round = 0; round < rounds; round++) {
    const parts: (string | Buffer)[] = [round & 1 ? password : digest];
    if (round % 3 !== 0) parts.push(salt);
    if (round % 7 !== 0) parts.push(password);
    parts.push(round & 1 ? digest : password);
    digest = md5(...parts);
  }
  return `${prefix}${salt}$${inOwnBase64(digest)}`;
}

function md5(...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash("md5");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

const letters = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** Which bytes make which group of letters. */
const groups: readonly (readonly [number, number, number])[] = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
];

function inOwnBase64(digest: Buffer): string {
  const byte = (at: number): number => digest[at] ?? 0;
  const whole = groups.map(([a, b, c]) => encoded((byte(a) << 16) | (byte(b) << 8) | byte(c), 4));
  return whole.join("") + encoded(byte(11), 2);
}

/** The lowest six bits first. */
function encoded(value: number, count: number): string {
  return Array.from({ length: count }, (_, index) => letters[(value >> (6 * index)) & 63]).join("");
}
