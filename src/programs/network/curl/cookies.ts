import type { HttpResponse } from "../../../network/http.ts";
import type { Process } from "../../../runtime/process.ts";
import { CurlError } from "./error.ts";
import type { CurlOptions } from "./options.ts";
import type { Target } from "./request.ts";

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  /** Hosts below it get it too. */
  readonly withSubdomains: boolean;
  readonly path: string;
  readonly isSecure: boolean;
  readonly isHttpOnly: boolean;
  /** In seconds; 0: with the session. */
  readonly expires: number;
}

/** The cookies of one run: what `-b` gives, and with `-c` or `-b FILE` also what servers set. https://curl.se/docs/http-cookies.html */
export class CookieJar {
  readonly #clock: Process["clock"];
  readonly #given: readonly string[];
  readonly #isOn: boolean;
  #cookies: Cookie[] = [];

  constructor(options: CurlOptions, process: Process) {
    const { files } = process;
    this.#clock = process.clock;
    const values = options.values("cookie");
    this.#given = values.filter((value) => value.includes("="));
    const paths = values.filter((value) => !value.includes("="));
    this.#isOn = paths.length > 0 || options.has("cookie-jar");
    for (const path of paths.map((given) => process.resolve(given)))
      if (path !== "" && files.exists(path)) this.#load(files.readText(path));
    if (options.has("junk-session-cookies")) this.#cookies = this.#cookies.filter(({ expires }) => expires > 0);
  }

  /** The Cookie header of a request; undefined: none. */
  headerFor(target: Target): string | undefined {
    const sent = this.#cookies.filter((cookie) => isMeant(cookie, target) && !this.#isOver(cookie));
    const longestFirst = sent.toSorted((a, b) => b.path.length - a.path.length);
    const texts = [...longestFirst.map(({ name, value }) => `${name}=${value}`), ...this.#given];
    return texts.length > 0 ? texts.join("; ") : undefined;
  }

  take({ headers }: HttpResponse, target: Target): void {
    if (!this.#isOn) return;
    const set = headers["set-cookie"];
    // Several were put together into one: no date looks like the beginning of the next.
    for (const line of set?.split(/, (?=[^;,=]+=)/u) ?? []) this.#set(line, target);
  }

  /** The Netscape format of `-c`, newest first. */
  text(): string {
    const lines = this.#cookies.filter((cookie) => !this.#isOver(cookie)).map(lineOf);
    return `${heading}${lines.toReversed().join("")}`;
  }

  #isOver({ expires }: Cookie): boolean {
    return expires > 0 && expires * 1000 <= this.#clock.now();
  }

  #set(line: string, target: Target): void {
    const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
    const [, name = "", value = ""] = /^([^=]+)=(.*)$/su.exec(pair) ?? [];
    if (name === "") return;
    const found = new Map(
      attributes.map((text) => {
        const [key = "", ...rest] = text.split("=");
        return [key.toLowerCase(), rest.join("=")];
      }),
    );
    const domain = found.get("domain")?.replace(/^\./u, "").toLowerCase();
    if (domain !== undefined && !isWithin(target.host, domain)) return;
    this.#put({
      name,
      value,
      host: domain ?? target.host,
      withSubdomains: domain !== undefined,
      path: found.get("path")?.startsWith("/") === true ? (found.get("path") ?? "/") : defaultPath(target.path),
      isSecure: found.has("secure"),
      isHttpOnly: found.has("httponly"),
      expires: this.#expiryOf(found),
    });
  }

  #expiryOf(attributes: ReadonlyMap<string, string>): number {
    const age = attributes.get("max-age");
    const now = Math.floor(this.#clock.now() / 1000);
    if (age !== undefined && /^-?\d+$/u.test(age)) return Math.max(1, Number(age) <= 0 ? 1 : now + Number(age));
    const at = Date.parse(attributes.get("expires") ?? "");
    return Number.isNaN(at) ? 0 : Math.max(1, Math.floor(at / 1000));
  }

  #put(cookie: Cookie): void {
    const isSame = ({ name, host, path }: Cookie): boolean =>
      name === cookie.name && host === cookie.host && path === cookie.path;
    this.#cookies = [...this.#cookies.filter((other) => !isSame(other)), cookie];
  }

  #load(text: string): void {
    for (const line of text.split("\n").toReversed()) {
      const isHttpOnly = line.startsWith("#HttpOnly_");
      const fields = line.replace(/^#HttpOnly_/u, "").split("\t");
      const [host = "", tail, path = "/", secure, expires, name = "", value = ""] = fields;
      if ((line.startsWith("#") && !isHttpOnly) || fields.length < 6) continue;
      const flags = { withSubdomains: tail === "TRUE", isSecure: secure === "TRUE", isHttpOnly };
      this.#put({ name, value, host: host.replace(/^\./u, ""), path, expires: Number(expires) || 0, ...flags });
    }
  }
}

/** `-c`: written when all is done. Throws CurlError 23. */
export async function saveCookies(jar: CookieJar, options: CurlOptions, process: Process): Promise<void> {
  const path = options.value("cookie-jar");
  if (path === undefined) return;
  if (path === "-") return process.print(jar.text());
  try {
    process.files.write(process.resolve(path), jar.text());
  } catch {
    throw new CurlError(
      23,
      `WARNING: failed to save cookies in ${path}: Failed to open/read local data from file/application`,
    );
  }
}

const heading =
  "# Netscape HTTP Cookie File\n# https://curl.se/docs/http-cookies.html\n" +
  "# This file was generated by libcurl! Edit at your own risk.\n\n";

function lineOf(cookie: Cookie): string {
  const flag = (is: boolean): string => (is ? "TRUE" : "FALSE");
  const { host, withSubdomains, path, isSecure, isHttpOnly, expires, name, value } = cookie;
  const domain = `${isHttpOnly ? "#HttpOnly_" : ""}${withSubdomains ? "." : ""}${host}`;
  return `${[domain, flag(withSubdomains), path, flag(isSecure), expires, name, value].join("\t")}\n`;
}

function isMeant({ host, withSubdomains, path, isSecure }: Cookie, target: Target): boolean {
  if (isSecure && target.scheme !== "https") return false;
  if (target.host !== host && !(withSubdomains && isWithin(target.host, host))) return false;
  const [asked = "/"] = target.path.split("?");
  return asked === path || (asked.startsWith(path) && (path.endsWith("/") || asked[path.length] === "/"));
}

function isWithin(host: string, domain: string): boolean {
  return host.toLowerCase() === domain || host.toLowerCase().endsWith(`.${domain}`);
}

/** All but the last name of the path. */
function defaultPath(path: string): string {
  const [names = "/"] = path.split("?");
  return names.slice(0, names.lastIndexOf("/")) || "/";
}
