import type { Environment } from "@marcbachmann/cel-js";

/** An absolute URL or a path, as Go's url.ParseRequestURI reads it. */
class Url {
  readonly #url: URL;
  readonly scheme: string;
  /** As it was written: a port stays, be it the scheme's own. */
  readonly host: string;

  constructor(text: string) {
    const base = text.startsWith("/") ? "http://none" : undefined;
    if (!URL.canParse(text, base)) throw new RangeError(`URL parse error during conversion from string: ${text}`);
    this.#url = new URL(text, base);
    const [, scheme = "", host = ""] = /^([^/:]+):\/\/(?:[^@/]*@)?([^/?#]*)/u.exec(text) ?? [];
    this.scheme = scheme;
    this.host = host;
  }

  get hostname(): string {
    return this.host.replace(/:\d*$/u, "").replace(/^\[(.*)\]$/u, "$1");
  }

  get port(): string {
    return /:(\d+)$/u.exec(this.host)?.[1] ?? "";
  }

  get escapedPath(): string {
    return this.#url.pathname;
  }

  get query(): Record<string, string[]> {
    const { searchParams } = this.#url;
    return Object.fromEntries([...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key)]));
  }
}

/** https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-url-library */
export function registerUrls(environment: Environment): void {
  environment
    .registerType("kubernetes.URL", Url)
    .registerFunction("url(string): kubernetes.URL", (text: string) => new Url(text))
    .registerFunction("isURL(string): bool", (text: string) => text.startsWith("/") || URL.canParse(text))
    .registerFunction("kubernetes.URL.getScheme(): string", (url: Url) => url.scheme)
    .registerFunction("kubernetes.URL.getHost(): string", (url: Url) => url.host)
    .registerFunction("kubernetes.URL.getHostname(): string", (url: Url) => url.hostname)
    .registerFunction("kubernetes.URL.getPort(): string", (url: Url) => url.port)
    .registerFunction("kubernetes.URL.getEscapedPath(): string", (url: Url) => url.escapedPath)
    .registerFunction("kubernetes.URL.getQuery(): map", (url: Url) => url.query);
}
