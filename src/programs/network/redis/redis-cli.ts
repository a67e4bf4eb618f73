import type { Duplex } from "node:stream";

import { NetworkError } from "../../../network/network.ts";
import type { Process } from "../../../runtime/process.ts";
import type { Tool } from "../../../runtime/tool.ts";
import { addressOf, connectFailure } from "../address.ts";
import { encodeCommand, RespReader, type RespValue } from "./resp.ts";
import { splitCommand } from "./words.ts";

/** Sends one command, those that stdin has, or those typed at its prompt. */
export const redisCli: Tool = { names: ["redis-cli"], bases: [], directory: "/usr/bin", run };

interface Target {
  readonly host: string;
  readonly port: number;
  readonly password: string | undefined;
  readonly database: string | undefined;
  /** Values as they are, as when the output is no terminal. */
  readonly isRaw: boolean;
  readonly command: readonly string[];
}

async function run(process: Process): Promise<number> {
  const target = parse(process);
  if (typeof target === "string") {
    await process.warn(`${target}\n`);
    return 1;
  }
  const shown = `Could not connect to Redis at ${target.host}:${target.port}`;
  const ip = await addressOf(process, target.host);
  if (ip === undefined) {
    await process.warn(`${shown}: Name or service not known\n`);
    return 1;
  }
  try {
    const session = new Session(process, await process.network.dial({ ip, port: target.port }));
    if (target.password !== undefined) await session.ask(["AUTH", target.password]);
    if (target.database !== undefined) await session.ask(["SELECT", target.database]);
    return await converse(process, session, target);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    await process.warn(
      `${error.code === "ECONNRESET" ? "Error: Server closed the connection" : `${shown}: ${connectFailure(error, process)}`}\n`,
    );
    return 1;
  }
}

/** A text says what is wrong. */
function parse({ argv, env, stdout }: Process): Target | string {
  const rest = argv.slice(1);
  const values = new Map<string, string>();
  let isRaw = !stdout.isTerminal;
  while (rest[0]?.startsWith("-") === true) {
    const option = rest.shift() ?? "";
    if (["-h", "-p", "-a", "-n", "-r", "-i", "-t", "--user", "--pass"].includes(option))
      values.set(option, rest.shift() ?? "");
    else if (option === "--raw") isRaw = true;
    else if (option === "--no-raw") isRaw = false;
    else if (!["--no-auth-warning", "-c", "-2", "-3", "--json"].includes(option)) {
      return `Unrecognized option or bad number of args for: '${option}'`;
    }
  }
  return {
    host: values.get("-h") ?? "127.0.0.1",
    port: Number(values.get("-p") ?? 6379),
    password: values.get("-a") ?? values.get("--pass") ?? env.get("REDISCLI_AUTH"),
    database: values.get("-n"),
    isRaw,
    command: rest,
  };
}

async function converse(process: Process, session: Session, target: Target): Promise<number> {
  const show = async (words: readonly string[]): Promise<boolean> => {
    const reply = await session.ask(words);
    await process.print(`${target.isRaw ? rawText(reply) : prettyText(reply)}\n`);
    return reply.kind !== "error";
  };
  if (target.command.length > 0) return (await show(target.command)) ? 0 : 1;
  const prompt = process.stdin.isTerminal ? `${target.host}:${target.port}> ` : "";
  await process.print(prompt);
  for await (const line of process.stdin.lines()) {
    const words = splitCommand(line);
    if (["quit", "exit"].includes(words[0]?.toLowerCase() ?? "")) break;
    if (words.length > 0) await show(words);
    await process.print(prompt);
  }
  return 0;
}

class Session {
  readonly #process: Process;
  readonly #connection: Duplex;
  readonly #reader = new RespReader();
  readonly #replies: RespValue[] = [];
  #tell: { resolve(value: RespValue): void; reject(error: Error): void } | undefined;
  #isClosed = false;

  constructor(process: Process, connection: Duplex) {
    this.#process = process;
    this.#connection = connection;
    connection.on("data", (chunk: Buffer) => {
      this.#replies.push(...this.#reader.add(chunk));
      this.#next();
    });
    connection.on("close", () => {
      this.#isClosed = true;
      this.#next();
    });
    connection.on("end", () => connection.destroy());
  }

  /** Rejects with NetworkError when the server has gone. */
  ask(words: readonly string[]): Promise<RespValue> {
    const answered = new Promise<RespValue>((resolve, reject) => {
      this.#tell = { resolve, reject };
    });
    this.#connection.write(encodeCommand(words));
    this.#next();
    return this.#process.waitFor(answered, () => this.#connection.destroy());
  }

  #next(): void {
    const reply = this.#tell ? this.#replies.shift() : undefined;
    if (reply) this.#tell?.resolve(reply);
    else if (this.#isClosed) this.#tell?.reject(new NetworkError("ECONNRESET", "closed"));
    if (reply) this.#tell = undefined;
  }
}

function rawText(value: RespValue): string {
  switch (value.kind) {
    case "integer":
      return String(value.value);
    case "nothing":
      return "";
    case "list":
      return value.values.map((one) => rawText(one)).join("\n");
    default:
      return value.kind === "error" ? `${value.text}\n` : value.text;
  }
}

function prettyText(value: RespValue, indent = ""): string {
  switch (value.kind) {
    case "status":
      return value.text;
    case "error":
      return `(error) ${value.text}`;
    case "integer":
      return `(integer) ${value.value}`;
    case "text":
      return JSON.stringify(value.text);
    case "nothing":
      return "(nil)";
    default: {
      if (value.values.length === 0) return "(empty array)";
      const width = String(value.values.length).length;
      const lines = value.values.map((one, index) => {
        const number = `${String(index + 1).padStart(width)}) `;
        return `${index === 0 ? "" : indent}${number}${prettyText(one, `${indent}${" ".repeat(number.length)}`)}`;
      });
      return lines.join("\n");
    }
  }
}
