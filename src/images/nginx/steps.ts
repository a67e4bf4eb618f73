import type { Exchange } from "./exchange.ts";
import { type Reply, statusReply } from "./reply.ts";
import type { Settings } from "./settings.ts";
import { interpolate } from "./variables.ts";

/** Runs `set`, `rewrite` and `return` in order: an answer, or whether the changed path is to be looked for again. */
export function runSteps(
  exchange: Exchange,
  settings: Settings,
): Reply | { readonly searchesAgain: boolean } | undefined {
  let isRewritten = false;
  for (const { name, args } of settings.steps) {
    if (name === "set")
      exchange.variables.set((args[0] ?? "").replace(/^\$/u, ""), interpolate(args[1] ?? "", exchange));
    else if (name === "return") return returned(exchange, settings, args);
    else {
      const outcome = rewrite(exchange, settings, args);
      if (outcome === "break") return { searchesAgain: false };
      if (typeof outcome === "object") return outcome;
      isRewritten ||= outcome === "last" || outcome === "rewritten";
      if (outcome === "last") break;
    }
  }
  return isRewritten ? { searchesAgain: true } : undefined;
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function returned(exchange: Exchange, settings: Settings, [first = "", second]: readonly string[]): Reply {
  const isUrl = second === undefined && !/^\d{3}$/u.test(first);
  const status = isUrl ? 302 : Number(first);
  const text = isUrl ? first : second;
  if (redirects.has(status) && text !== undefined)
    return redirectTo(exchange, settings, status, interpolate(text, exchange));
  if (text === undefined) return statusReply(exchange, settings, status);
  return { status, contentType: settings.types.get("") ?? settings.defaultType, body: interpolate(text, exchange) };
}

function redirectTo(exchange: Exchange, settings: Settings, status: number, target: string): Reply {
  const host = exchange.request.headers["host"] ?? "";
  const location = target.startsWith("/") ? `${exchange.scheme}://${host}${target}` : target;
  return statusReply(exchange, settings, status, { location });
}

function rewrite(
  exchange: Exchange,
  settings: Settings,
  [source = "", replacement = "", flag = ""]: readonly string[],
): "none" | "rewritten" | "last" | "break" | Reply {
  const match = new RegExp(source, "u").exec(exchange.uri);
  if (!match) return "none";
  const filled = replacement.replaceAll(/\$(\d)/gu, (_, digit: string) => match[Number(digit)] ?? "");
  const target = interpolate(filled, exchange);
  if (flag === "redirect" || flag === "permanent" || /^https?:\/\//u.test(target)) {
    return redirectTo(exchange, settings, flag === "permanent" ? 301 : 302, target);
  }
  const [path = "", query] = target.split("?");
  exchange.uri = path;
  if (query !== undefined) exchange.query = [query, exchange.query].filter((part) => part !== "").join("&");
  return flag === "last" || flag === "break" ? flag : "rewritten";
}
