import { isIP } from "node:net";
import type { Duplex } from "node:stream";

import { decodeText, encodeText, readAll } from "../../api/bytes.ts";
import type { WebhookClientConfig } from "../../api/types.gen.ts";
import type { NodeAgents } from "../../client/node-agents.ts";
import { httpExchange } from "../../network/http-client.ts";
import type { Clock } from "../../sim/clock.ts";
import { RealClock } from "../../sim/real-clock.ts";
import type { Registry } from "../registry.ts";
import { CallError, LateError } from "./call-error.ts";
import { dialProblem } from "./dial-problem.ts";
import { keptExchange, type OutsidePost, type WebhookAnswer } from "./kept-exchange.ts";
import { secureConnection } from "./secure-connection.ts";
import { serviceEndpoint } from "./service-endpoint.ts";
import { within } from "./within.ts";

/** A POST of JSON to whoever is configured. */
export interface WebhookCall {
  readonly clientConfig: WebhookClientConfig;
  readonly timeoutMs: number;
  readonly body: unknown;
}

/** Resolves with what a 200 says. Rejects with CallError. */
export type WebhookCaller = (call: WebhookCall) => Promise<string>;

/**
 * Calls Services of the cluster at one of their ready pods, and URLs where this machine finds them: those take time
 * of this machine, and the cluster's stands still meanwhile.
 */
export function webhookCaller(agents: NodeAgents, registry: Registry): WebhookCaller {
  return async (call) => {
    const target = targetOf(call, agents, registry);
    try {
      return await target.wait((signal) => exchange(target, call, signal));
    } catch (error) {
      if (error instanceof AnswerError) throw new CallError(error.message);
      const why = `Post "${target.url}": ${dialProblem(error, target.address())}`;
      throw error instanceof LateError ? new LateError(why) : new CallError(why);
    }
  };
}

interface Target {
  readonly url: string;
  /** Where it was looked for, as errors name it. */
  address(): string;
  exchange(post: Post, signal: AbortSignal): Promise<WebhookAnswer>;
  /** Runs work for as long as the call may take. */
  wait<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

type Post = Omit<OutsidePost, "url">;

/** It was reached, and its answer is none that could be used. */
class AnswerError extends Error {}

function targetOf(call: WebhookCall, agents: NodeAgents, registry: Registry): Target {
  const { service, url: outside = "" } = call.clientConfig;
  const query = `?timeout=${Math.ceil(call.timeoutMs / 1000)}s`;
  if (!service) return outsideTarget(new URL(outside), { query, clock: registry.clock, timeoutMs: call.timeoutMs });
  const { name, namespace, port = 443, path = "" } = service;
  const host = `${name}.${namespace}.svc`;
  const url = `https://${host}:${port}/${path.replace(/^\//u, "")}${query}`;
  let asked = "";
  return {
    url,
    address: () => asked,
    async exchange(post, signal) {
      const endpoint = serviceEndpoint(registry, service);
      ({ asked } = endpoint);
      const connection = await agents.portForward(endpoint.pod, endpoint.port);
      return exchangeOver(connection, { ...post, url: new URL(url) }, signal);
    },
    wait: (work) => within(registry.clock, call.timeoutMs, work),
  };
}

function outsideTarget(
  { hostname: host, port, host: authority, pathname }: URL,
  { query, clock, timeoutMs }: { query: string; clock: Clock; timeoutMs: number },
): Target {
  const hostname = host.replace(/^\[|\]$/gu, "");
  const url = `https://${authority}${pathname.replace(/(?<=.)\/$/u, "")}${query}`;
  return {
    url,
    address: () => `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port || 443}`,
    exchange: (post, signal) => keptExchange({ ...post, url: new URL(url) }, signal),
    async wait(work) {
      const release = clock.hold();
      try {
        return await within(new RealClock(), timeoutMs, work);
      } finally {
        release();
      }
    },
  };
}

async function exchange(target: Target, { clientConfig, body }: WebhookCall, signal: AbortSignal): Promise<string> {
  const authorities = Buffer.from(clientConfig.caBundle ?? "", "base64").toString();
  const bytes = encodeText(JSON.stringify(body));
  const headers = {
    "user-agent": "kube-apiserver-admission",
    accept: "application/json, */*",
    "content-type": "application/json",
    "content-length": String(bytes.length),
  };
  const { status, text } = await target.exchange({ authorities, headers, body: bytes }, signal);
  return checked(status, text);
}

/** To a pod. */
async function exchangeOver(connection: Duplex, post: OutsidePost, signal: AbortSignal): Promise<WebhookAnswer> {
  const { url, authorities, headers, body } = post;
  const { hostname, host, pathname, search } = url;
  if (signal.aborted) connection.destroy();
  signal.addEventListener("abort", () => connection.destroy());
  try {
    const socket = await secureConnection(connection, { host: hostname, authorities });
    const sent = { ...headers, host, connection: "close" };
    const request = { method: "POST", url: `${pathname}${search}`, headers: sent, body };
    const answer = await httpExchange(socket, request, signal);
    return { status: answer.status, text: await textOf(answer.body) };
  } finally {
    connection.destroy();
  }
}

async function textOf(body: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<string> {
  if (typeof body === "string") return body;
  return decodeText(body instanceof Uint8Array ? body : await readAll(body));
}

function checked(status: number, text: string): string {
  if (status >= 200 && status <= 206) return text;
  if (status === 404) throw new AnswerError("the server could not find the requested resource");
  if (status >= 500)
    throw new AnswerError(`an error on the server (${JSON.stringify(text)}) has prevented the request from succeeding`);
  throw new AnswerError(refusals[status] ?? "the server rejected our request for an unknown reason");
}

/** As Go's client words what a Status does not explain. */
const refusals: Readonly<Record<number, string>> = {
  400: "the server rejected our request for an unknown reason",
  401: "the server has asked for the client to provide credentials",
  403: "the server does not allow access to the requested resource",
  405: "the server does not allow this method on the requested resource",
  415: "the body of the request was in an unknown format - accepted media types include: application/json",
  429: "the server has received too many requests and has asked us to try again later",
};
