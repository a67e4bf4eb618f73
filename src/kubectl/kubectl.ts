import { concatBytes, encodeText } from "../api/bytes.ts";
import type { Transport } from "../client/transport.ts";
import type { Clock } from "../sim/clock.ts";
import { findCommand } from "./command-line.ts";
import { createDiscovery } from "./discovery.ts";
import { type Flags, parseFlags } from "./flags.ts";
import { globalFlags } from "./global-flags.ts";
import { helpText } from "./help.ts";
import type { Io } from "./io.ts";
import { checkNames, contextNamed, type Kubeconfig, kubeconfigInMemory, namesIn } from "./kubeconfig.ts";
import { KubectlError } from "./kubectl-error.ts";
import { createRest } from "./rest.ts";
import { dryRunWarning } from "./result.ts";
import { errorText, ManyErrors } from "./server-says.ts";
import type { Call, Verb } from "./verb.ts";

/** What a command works on: made from its flags, touched only when it is needed. */
export interface Connection {
  readonly transport: Transport;
  readonly namespace: string;
  readonly kubeconfig: Kubeconfig;
}

export interface KubectlContext {
  connect(flags: Flags): Connection;
  readonly io: Io;
  readonly clock: Clock;
}

/** Runs one kubectl command; resolves with its exit code. */
export async function kubectl(args: readonly string[], context: KubectlContext): Promise<number> {
  const { io } = context;
  try {
    const { path, words } = findCommand(args);
    const verb = path.at(-1);
    const flags = parseFlags(words, [...globalFlags, ...(verb?.flags ?? [])], nameOfCommand(path));
    for (const { name, deprecated } of flags.given)
      if (deprecated !== undefined) await io.err(`Flag --${name} has been deprecated, ${deprecated}\n`);
    if (!verb?.run || flags.isTrue("help")) {
      await io.out(helpText(path));
      return verb && !flags.isTrue("help") ? 1 : 0;
    }
    checkRequired(verb, flags);
    const warning = dryRunWarning(flags);
    if (warning !== undefined) await io.err(`W ${warning}\n`);
    return await runVerb({ verb, path, flags }, context);
  } catch (error) {
    const { text, exitCode } = errorText(error);
    if (error instanceof KubectlError && error.output !== "") await io.out(error.output);
    if (text !== "") await io.err(text);
    return exitCode;
  }
}

async function runVerb(
  { verb, path, flags }: { verb: Verb; path: readonly Verb[]; flags: Flags },
  { connect, io, clock }: KubectlContext,
): Promise<number> {
  let warnings = 0;
  const warn = async (text: string): Promise<void> => {
    warnings++;
    await io.err(`Warning: ${text}\n`);
  };
  const { transport, kubeconfig, namespace } = connect(globalOnes(flags, verb));
  checkImpersonation(flags, kubeconfig);
  const rest = createRest(transport, { flags, warn, clock, trace: (line) => io.err(line) });
  const call: Call = {
    flags,
    verb: nameOfCommand(path),
    namespace: flags.value("namespace") || namespace,
    namespaceGiven: flags.has("namespace"),
    rest,
    discovery: createDiscovery(rest),
    transport,
    io,
    clock,
    kubeconfig,
    printed: { documents: 0 },
    unread: [],
  };
  const code = await verb.run?.(call).catch((error: unknown) => {
    throw call.unread.length > 0 ? together([error, ...call.unread]) : error;
  });
  if (call.unread.length > 0) throw together(call.unread);
  if (flags.isTrue("warnings-as-errors") && warnings > 0) {
    throw new KubectlError(`${warnings} warning${warnings === 1 ? "" : "s"} received`);
  }
  return code ?? 0;
}

/** Groups and a uid are those of somebody. */
function checkImpersonation(flags: Flags, { document, context: name }: Kubeconfig): void {
  if (flags.value("as") || (flags.values("as-group").length === 0 && !flags.value("as-uid"))) return;
  const user = flags.value("user") ?? contextNamed(document, name)?.["user"];
  const who = typeof user === "string" ? user : "";
  throw new KubectlError(`requesting uid, groups or user-extra for ${who} without impersonating a user`);
}

function together(errors: readonly unknown[]): unknown {
  const all = errors.flatMap((error) => (error instanceof ManyErrors ? error.errors : [error]));
  return all.length > 1 ? new ManyErrors(all) : all[0];
}

/** A flag that the command has of its own, such as `create rolebinding --user`, says nothing about the connection. */
function globalOnes(flags: Flags, verb: Verb): Flags {
  const own = new Set(verb.flags.map(({ name }) => name));
  return { ...flags, value: (name) => (own.has(name) ? undefined : flags.value(name)) };
}

function nameOfCommand(path: readonly Verb[]): string {
  return path.map(({ names }) => names[0] ?? "").join(" ");
}

function checkRequired({ required = [] }: Verb, flags: Flags): void {
  const missing = required.filter((name) => !flags.has(name)).map((name) => JSON.stringify(name));
  if (missing.length > 0) throw new KubectlError(`required flag(s) ${missing.join(", ")} not set`);
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
  const keep =
    (stream: "out" | "err") =>
    async (bytes: string | Uint8Array): Promise<void> => {
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
  const kubeconfig = kubeconfigInMemory(namespace);
  const connect = (flags: Flags): Connection => {
    checkNames(kubeconfig.document, namesIn(flags));
    return { transport, namespace, kubeconfig };
  };
  const exitCode = await kubectl(args, { connect, io, clock });
  const text = (stream: "out" | "err"): string => Buffer.from(concatBytes(written[stream])).toString();
  return { stdout: text("out"), stderr: text("err"), exitCode };
}

function noFiles(path: string): string {
  throw new KubectlError(`the path ${JSON.stringify(path)} does not exist`);
}

async function* once(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  if (content.length > 0) yield typeof content === "string" ? encodeText(content) : content;
}
