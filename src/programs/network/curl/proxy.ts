import type { Process } from "../../../runtime/process.ts";
import { CurlError } from "./error.ts";
import type { CurlOptions } from "./options.ts";
import { parseTarget, type Target } from "./request.ts";

/** Whom to ask in place of the server. */
export interface Proxy {
  readonly place: Target;
  /** What the proxy is told of the user. */
  readonly authorization: string | undefined;
}

const usualPort = 1080;

/** Of `-x`, or of the variables that curl reads; undefined: the server itself is asked. Throws CurlError. */
export function proxyFor(target: Target, options: CurlOptions, { env }: Process): Proxy | undefined {
  const given = options.value("proxy") ?? env.get(`${target.scheme}_proxy`) ?? otherVariable(target, env);
  if (given === undefined || given === "" || isExempt(target.host, options.value("noproxy") ?? noProxy(env)))
    return undefined;
  const [, scheme = "http", rest = ""] = /^(?:([A-Za-z][\w+.-]*):\/\/)?(.*)$/su.exec(given) ?? [];
  if (/^(?:https|socks\w*)$/iu.test(scheme)) throw new CurlError(4, notBuiltIn);
  if (scheme.toLowerCase() !== "http") throw new CurlError(7, `Unsupported proxy scheme for '${given}'`);
  const place = parseTarget(`http://${rest}`);
  const hasPort = /:\d+(?:\/|$)/u.test(rest.slice(rest.lastIndexOf("@") + 1));
  const user = options.value("proxy-user") ?? place.user;
  return {
    place: hasPort ? place : { ...place, port: usualPort },
    authorization: user === undefined ? undefined : `Basic ${Buffer.from(user).toString("base64")}`,
  };
}

const notBuiltIn =
  "A requested feature, protocol or option was not found built-in in this libcurl due to a build-time decision.";

/** `http_proxy` counts in small letters only. */
function otherVariable({ scheme }: Target, env: Process["env"]): string | undefined {
  const own = scheme === "https" ? env.get("HTTPS_PROXY") : undefined;
  return own ?? env.get("all_proxy") ?? env.get("ALL_PROXY");
}

function noProxy(env: Process["env"]): string {
  return env.get("no_proxy") ?? env.get("NO_PROXY") ?? "";
}

/** `*`, or a list of hosts and domains. */
function isExempt(host: string, list: string): boolean {
  return list.split(/[\s,]+/u).some((entry) => {
    const domain = entry.replace(/^\./u, "");
    return entry === "*" || (domain !== "" && (host === domain || host.endsWith(`.${domain}`)));
  });
}
