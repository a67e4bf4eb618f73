import { decodeText, encodeText } from "../api/bytes.ts";
import { arrays, type Flag, lists } from "./flags.ts";
import type { Io } from "./io.ts";
import { KubectlError } from "./kubectl-error.ts";
import type { Call } from "./verb.ts";

export const keyValueFlags: readonly Flag[] = [
  ...lists("from-file"),
  ...arrays("from-literal"),
  ...lists("from-env-file"),
];

/** What `--from-file`, `--from-literal` and `--from-env-file` give, in this order. Throws KubectlError. */
export function keyValues(call: Call): Map<string, Uint8Array> {
  const { flags } = call;
  if (flags.has("from-env-file") && (flags.has("from-file") || flags.has("from-literal"))) {
    throw new KubectlError("from-env-file cannot be combined with from-file or from-literal");
  }
  const found = new Map<string, Uint8Array>();
  const add = (key: string, value: Uint8Array, where: string): void => {
    const problem = keyProblem(key);
    if (problem) throw new KubectlError(`${JSON.stringify(key)} is not a valid key name${where}: ${problem}`);
    if (found.has(key))
      throw new KubectlError(
        `cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ${kindWord(call)} ${JSON.stringify(flags.args[0])}`,
      );
    found.set(key, value);
  };
  for (const literal of flags.values("from-literal")) {
    const [key, value] = literalPair(literal);
    add(key, encodeText(value), ` for a ${kindWord(call)}`);
  }
  for (const source of flags.values("from-file")) {
    for (const [key, value] of filePairs(source, call.io)) add(key, value, ` for a ${kindWord(call)}`);
  }
  for (const path of flags.values("from-env-file")) {
    for (const [key, value] of envPairs(decodeText(readBytes(path, call.io)), path)) add(key, encodeText(value), "");
  }
  return found;
}

function kindWord({ verb }: Call): string {
  return verb.includes("secret") ? "Secret" : "ConfigMap";
}

function literalPair(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals <= 0) throw new KubectlError(`invalid literal source ${text}, expected key=value`);
  const value = text.slice(equals + 1);
  const [, quoted] = /^'(.*)'$|^"(.*)"$/su.exec(value) ? [0, value.slice(1, -1)] : [];
  return [text.slice(0, equals), quoted ?? value];
}

function filePairs(source: string, io: Io): [string, Uint8Array][] {
  const parts = source.split("=");
  if (parts.length > 2) throw new KubectlError("key names or file paths cannot contain '='");
  const [first = "", second] = parts;
  if (second !== undefined) {
    if (first === "") throw new KubectlError(`key name for file path ${second} missing`);
    if (second === "") throw new KubectlError(`file path for key name ${first} missing`);
    if (io.files?.list(second)) throw new KubectlError("cannot give a key name for a directory path");
    return [[first, readBytes(second, io)]];
  }
  const inside = io.files?.list(first);
  if (!inside) return [[baseName(first), readBytes(first, io)]];
  return inside
    .filter((path) => !io.files?.list(path) && keyProblem(baseName(path)) === undefined)
    .map((path) => [baseName(path), readBytes(path, io)]);
}

function baseName(path: string): string {
  return path.split(/[\\/]/u).at(-1) ?? path;
}

/** A file's bytes, or kubectl's word for why there are none. */
export function readBytes(path: string, io: Io): Uint8Array {
  try {
    return io.files ? io.files.readBytes(path) : encodeText(io.readFile(path));
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    throw new KubectlError(`error reading ${path}: no such file or directory`);
  }
}

/** `KEY=value` lines, `#` comments; a bare `KEY` has no value here. */
function envPairs(text: string, path: string): [string, string][] {
  return text.split(/\r?\n/u).flatMap((raw, index): [string, string][] => {
    const line = raw.trimStart();
    if (line === "" || line.startsWith("#")) return [];
    const equals = line.indexOf("=");
    const key = equals < 0 ? line : line.slice(0, equals);
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/u.test(key)) {
      throw new KubectlError(
        `${JSON.stringify(key)} is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*') (${path}:${index + 1})`,
      );
    }
    return equals < 0 ? [] : [[key, line.slice(equals + 1)]];
  });
}

function keyProblem(key: string): string | undefined {
  if (/^[-._a-zA-Z0-9]+$/u.test(key)) return undefined;
  return "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
}

/** The text, if the bytes are UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A hash that goes behind a name, as `--append-hash` and kustomize make it, is not offered. */
export function refuseAppendHash({ flags }: Call): void {
  if (flags.isTrue("append-hash")) throw new KubectlError("--append-hash is not supported by this kubectl");
}
