import { quantityError, quantityValue } from "../../api/quantity.ts";
import type { Base, Image } from "../../runtime/image.ts";
import { familiarName, parseReference } from "../reference.ts";
import { isMap, readerOf, type Reader } from "./reader.ts";

/** One image as a file describes it, checked. Durations are in ms. */
export interface Declaration {
  readonly names: readonly string[];
  readonly tags: readonly string[] | undefined;
  readonly base: Base;
  readonly tools: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: Image["user"];
  readonly files: Readonly<Record<string, string>>;
  readonly ports: readonly DeclaredPort[];
  readonly startupDelayMs: number;
  readonly logs: readonly string[];
  readonly logEvery: { readonly periodMs: number; readonly line: string } | undefined;
  /** Undefined: it runs until it is told to stop. */
  readonly endsAfterMs: number | undefined;
  readonly exitCode: number;
  /** Cores. */
  readonly cpu: number;
  readonly memoryBytes: number;
}

export interface DeclaredPort {
  readonly port: number;
  readonly answer: DeclaredAnswer;
  /** By path; one that ends in `*` takes all that begins so. */
  readonly routes: ReadonlyMap<string, DeclaredAnswer>;
}

export interface DeclaredAnswer {
  readonly response: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly delayMs: number;
}

const fields = [
  "name",
  "names",
  "tags",
  "base",
  "tools",
  "env",
  "user",
  "files",
  "ports",
  "startupDelay",
  "logs",
  "logEvery",
  "exitAfter",
  "crashAfter",
  "exitCode",
  "cpu",
  "memory",
];
const answerFields = ["response", "status", "headers", "contentType", "delay"];
const bases: readonly Base[] = ["busybox", "alpine", "debian", "none"];
const usualResponse = "{image} in pod {pod}, {ip}\n";

/** Throws an Error that names the image and the field. */
export function readDeclaration(value: unknown, index: number): Declaration {
  const label = isMap(value) && typeof value["name"] === "string" ? JSON.stringify(value["name"]) : String(index + 1);
  const reader = readerOf(value, `image ${label}`, fields);
  const base = reader.text("base") ?? "busybox";
  const known = bases.find((one) => one === base) ?? reader.fail("base", `must be one of ${bases.join(", ")}`);
  const ports = readPorts(reader);
  const crashAfterMs = reader.duration("crashAfter");
  const exitCode = reader.integer("exitCode", { from: 0, to: 255 });
  const endsAtOnce = exitCode !== undefined && ports.length === 0 && reader.raw("logEvery") === undefined;
  return {
    names: readNames(reader),
    tags: reader.texts("tags"),
    base: known,
    tools: reader.texts("tools") ?? [],
    env: reader.textMap("env") ?? {},
    user: readUser(reader),
    files: readFiles(reader),
    ports,
    startupDelayMs: reader.duration("startupDelay") ?? 0,
    logs: reader.texts("logs") ?? [],
    logEvery: readLogEvery(reader),
    endsAfterMs: crashAfterMs ?? reader.duration("exitAfter") ?? (endsAtOnce ? 0 : undefined),
    exitCode: exitCode ?? (crashAfterMs === undefined ? 0 : 1),
    cpu: readAmount(reader, "cpu"),
    memoryBytes: readAmount(reader, "memory"),
  };
}

/** In the short form in which images are found. */
function readNames(reader: Reader): readonly string[] {
  const names = [reader.text("name") ?? [], reader.texts("names") ?? []].flat();
  if (names.length === 0) return reader.fail("name", "is missing");
  return names.map((name) => {
    const reference = parseReference(name);
    if (!reference) return reader.fail("name", `${JSON.stringify(name)} is no image name`);
    if (reference.digest !== undefined || /:[^/]*$/u.test(name)) {
      return reader.fail("name", `${JSON.stringify(name)} must be without tag and digest (give tags as \`tags\`)`);
    }
    return familiarName(reference);
  });
}

function readUser(reader: Reader): Image["user"] {
  const given = reader.raw("user");
  if (given === undefined || given === null) return undefined;
  const numbers = { from: 0, to: 2 ** 31 - 1 };
  if (!isMap(given)) {
    const uid = reader.integer("user", numbers) ?? 0;
    return { uid, gid: uid, name: "app", home: "/home/app" };
  }
  const user = readerOf(given, `${reader.where}: user`, ["uid", "gid", "name", "home"]);
  const uid = user.integer("uid", numbers) ?? user.fail("uid", "is missing");
  const name = user.text("name") ?? "app";
  return { uid, gid: user.integer("gid", numbers) ?? uid, name, home: user.text("home") ?? `/home/${name}` };
}

function readFiles(reader: Reader): Readonly<Record<string, string>> {
  const files = reader.textMap("files") ?? {};
  const relative = Object.keys(files).find((path) => !path.startsWith("/"));
  return relative === undefined ? files : reader.fail("files", `must be absolute paths: ${JSON.stringify(relative)}`);
}

function readPorts(reader: Reader): readonly DeclaredPort[] {
  const given = reader.raw("ports") ?? [];
  if (!Array.isArray(given)) return reader.fail("ports", "must be a list");
  const ports = given.map((one, index) => readPort(one, `${reader.where}: ports[${index}]`));
  const twice = ports.find(({ port }, index) => ports.findIndex((other) => other.port === port) !== index);
  return twice ? reader.fail("ports", `has port ${twice.port} twice`) : ports;
}

function readPort(value: unknown, where: string): DeclaredPort {
  const whole = isMap(value) ? value : { port: value };
  const reader = readerOf(whole, where, ["port", "routes", ...answerFields]);
  const port = reader.integer("port", { from: 1, to: 65_535 }) ?? reader.fail("port", "is missing");
  const routes = reader.raw("routes") ?? {};
  if (!isMap(routes)) return reader.fail("routes", "must be a map from paths to answers");
  const read = Object.entries(routes).map(([path, answer]) => {
    if (!path.startsWith("/")) reader.fail("routes", `must be paths: ${JSON.stringify(path)}`);
    return [path, readRoute(answer, `${where}: routes: ${path}`)] as const;
  });
  return { port, answer: readAnswer(reader, usualResponse), routes: new Map(read) };
}

/** A text alone is the response. */
function readRoute(value: unknown, where: string): DeclaredAnswer {
  return readAnswer(readerOf(isMap(value) ? value : { response: value }, where, answerFields), "");
}

function readAnswer(reader: Reader, fallback: string): DeclaredAnswer {
  return {
    response: reader.text("response") ?? fallback,
    status: reader.integer("status", { from: 200, to: 599 }) ?? 200,
    headers: reader.textMap("headers") ?? {},
    contentType: reader.text("contentType"),
    delayMs: reader.duration("delay") ?? 0,
  };
}

function readLogEvery(reader: Reader): Declaration["logEvery"] {
  const given = reader.raw("logEvery");
  if (given === undefined || given === null) return undefined;
  const every = readerOf(given, `${reader.where}: logEvery`, ["period", "line"]);
  const periodMs = every.duration("period") ?? every.fail("period", "is missing");
  if (periodMs <= 0) every.fail("period", "must be longer than nothing");
  return { periodMs, line: every.text("line") ?? every.fail("line", "is missing") };
}

function readAmount(reader: Reader, name: string): number {
  const text = reader.text(name);
  if (text === undefined) return 0;
  const isRight = quantityError(text) === undefined && quantityValue(text) >= 0;
  return isRight ? quantityValue(text) : reader.fail(name, "must be a quantity such as 250m, 1, 64Mi or 1Gi");
}
