import { concatBytes, encodeText } from "../api/bytes.ts";
import { ApiError } from "../api/status.ts";
import type { Transport } from "../client/transport.ts";
import type { Clock } from "../sim/clock.ts";
import { createDiscovery } from "./discovery.ts";
import { type Flag, KubectlError, parseFlags } from "./flags.ts";
import { helpText } from "./help.ts";
import type { Io } from "./io.ts";
import { createRest } from "./rest.ts";
import { serverSays } from "./server-says.ts";
import type { Verb } from "./verb.ts";
import { verbs } from "./verbs/index.ts";

/** Flags that every command takes. */
export const globalFlags: readonly Flag[] = [
  { name: "namespace", short: "n", kind: "value" },
  { name: "context", kind: "value" },
  { name: "kubeconfig", kind: "value" },
  { name: "request-timeout", kind: "value" },
  { name: "v", short: "v", kind: "value" },
  { name: "cache-dir", kind: "value" },
  { name: "help", short: "h", kind: "boolean" },
];

export interface KubectlContext {
  readonly transport: Transport;
  readonly io: Io;
  readonly clock: Clock;
  /** `default` unless the kubeconfig's context says otherwise. */
  readonly namespace?: string;
  readonly context?: { readonly name: string; readonly server: string };
}

/** Runs one kubectl command; resolves with its exit code. */
export async function kubectl(args: readonly string[], { transport, io, clock, ...options }: KubectlContext): Promise<number> {
  const warn = (text: string): Promise<void> => io.err(`Warning: ${text}\n`);
  try {
    const { verb, words } = verbIn(args);
    if (!verb || words.includes("--help") || words.includes("-h")) {
      await io.out(helpText(verb));
      return 0;
    }
    const flags = parseFlags(words, [...globalFlags, ...verb.flags], verb.names[0] ?? "");
    const rest = createRest(transport, warn);
    const asked = flags.value("namespace");
    const code = await verb.run({
      flags,
      namespace: asked ?? options.namespace ?? "default",
      namespaceGiven: asked !== undefined,
      rest,
      discovery: createDiscovery(rest),
      transport,
      io,
      clock,
      context: options.context ?? { name: "picokube", server: "" },
    });
    return code ?? 0;
  } catch (error) {
    return report(error, io);
  }
}

/** The verb is the first word that is no flag; what is before it belongs to it too. */
function verbIn(args: readonly string[]): { verb: Verb | undefined; words: readonly string[] } {
  let at = 0;
  while (at < args.length && (args[at] ?? "").startsWith("-")) {
    const word = args[at] ?? "";
    const flag = globalFlags.find(({ name, short }) => word === `--${name}` || word === `-${short ?? ""}`);
    at += flag && flag.kind !== "boolean" ? 2 : 1;
  }
  const name = args[at];
  if (name === undefined) return { verb: undefined, words: args };
  const verb = verbs.find(({ names }) => names.includes(name));
  if (!verb) throw new KubectlError(`unknown command ${JSON.stringify(name)} for "kubectl"`);
  return { verb, words: [...args.slice(0, at), ...args.slice(at + 1)] };
}

async function report(error: unknown, io: Io): Promise<number> {
  if (error instanceof KubectlError) {
    await io.err(error.message === "" ? "" : `${error.message.startsWith("Error") ? "" : "error: "}${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof ApiError) {
    await io.err(`${serverSays(error)}\n`);
    return 1;
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENOTFOUND"].includes(code)) {
    await io.err(`Unable to connect to the server: ${error instanceof Error ? error.message : code}\n`);
    return 1;
  }
  throw error;
}

export interface RunOptions {
  readonly transport: Transport;
  readonly stdin?: string | Uint8Array;
  readonly namespace?: string;
  readonly clock: Clock;
  readFile?(path: string): string;
}

/** The same with what it prints in memory: for tests and scripts. */
export async function runKubectl(
  args: readonly string[],
  { transport, stdin = "", namespace = "default", clock, readFile }: RunOptions,
): Promise<{ stdout: string; stderr: string; exitCode: number }> {
  const written: Record<"out" | "err", Uint8Array[]> = { out: [], err: [] };
  const keep = (stream: "out" | "err") => async (bytes: string | Uint8Array): Promise<void> => {
    written[stream].push(typeof bytes === "string" ? encodeText(bytes) : bytes);
  };
  const io: Io = {
    stdin: once(stdin),
    out: keep("out"),
    err: keep("err"),
    interrupt: new AbortController().signal,
    terminal: undefined,
    readFile: readFile ?? noFiles,
  };
  const exitCode = await kubectl(args, { transport, io, namespace, clock });
  const text = (stream: "out" | "err"): string => Buffer.from(concatBytes(written[stream])).toString();
  return { stdout: text("out"), stderr: text("err"), exitCode };
}

function noFiles(path: string): string {
  throw new KubectlError(`the path ${JSON.stringify(path)} does not exist`);
}

async function* once(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  if (content.length > 0) yield typeof content === "string" ? encodeText(content) : content;
}
