import { Failure } from "../../failure.ts";

export interface WgetUrl {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  /** With its slash. */
  readonly path: string;
  /** `user:password`. */
  readonly user: string | undefined;
}

/** Throws Failure. */
export function parseWgetUrl(text: string): WgetUrl {
  const [, scheme = "http", rest = ""] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/su.exec(text) ?? [];
  if (scheme !== "http" && scheme !== "https") throw new Failure(`not an http or ftp url: ${text}`);
  const end = rest.search(/[/?#]/u);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const path = end < 0 ? "/" : rest.slice(end).replace(/#.*$/su, "");
  const at = authority.lastIndexOf("@");
  const [, host = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/u.exec(authority.slice(at + 1)) ?? [];
  if (host === "") throw new Failure(`bad address '${authority}'`);
  const isTls = scheme === "https";
  return {
    isTls,
    host: host.replaceAll(/[[\]]/gu, ""),
    port: port ? Number(port) : isTls ? 443 : 80,
    path: path.startsWith("/") ? path : `/${path}`,
    user: at < 0 ? undefined : decodeURIComponent(authority.slice(0, at)),
  };
}

/** As the Host header has it. */
export function authorityOf({ host, port, isTls }: WgetUrl): string {
  return port === (isTls ? 443 : 80) ? host : `${host}:${port}`;
}
