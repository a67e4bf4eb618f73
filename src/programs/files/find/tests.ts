import { compileRegex } from "../../../regex/regex.ts";
import { accountNamed, accountOf, groupNamed, groupOf } from "../../accounts.ts";
import { Failure, reasonOf } from "../../failure.ts";
import { globMatches } from "../../glob.ts";
import { baseName } from "../../paths.ts";
import { changedMode } from "../../permissions.ts";
import type { Test, Words } from "./expression.ts";

/** The tests of find by name; undefined: no such test. */
export function compileTest(word: string, words: Words): Test | undefined {
  return tests[word]?.(words, word);
}

type Compile = (words: Words, word: string) => Test;

const kinds: Readonly<Record<string, string>> = {
  f: "file",
  d: "directory",
  l: "symlink",
  c: "device",
  b: "disk",
  p: "none",
  s: "none",
};

const tests: Readonly<Record<string, Compile>> = {
  "-true": () => () => true,
  "-false": () => () => false,
  "-name": byGlob((path) => baseName(path), false),
  "-iname": byGlob((path) => baseName(path), true),
  "-path": byGlob((path) => path, false),
  "-wholename": byGlob((path) => path, false),
  "-ipath": byGlob((path) => path, true),
  "-regex": (words, word) => {
    const regex = compileRegex(`^\\(${words.value(word)}\\)$`, { extended: false });
    return ({ path }) => regex.test(path);
  },
  "-type": (words, word) => {
    const wanted = new Set<string>();
    for (const letter of words.value(word).split(",")) {
      const kind = kinds[letter];
      if (kind === undefined)
        throw new Failure({
          busybox: `invalid argument '${letter}' to '-type'`,
          gnu: `Unknown argument to -type: ${letter}`,
        });
      wanted.add(kind);
    }
    return ({ info }) => wanted.has(info.kind);
  },
  "-size": size,
  "-empty":
    ({ call }) =>
    ({ info, absolute }) => {
      if (info.kind === "directory") return call.process.files.list(absolute).length === 0;
      return info.kind === "file" && info.size === 0;
    },
  "-mtime": age(86_400_000),
  "-atime": age(86_400_000),
  "-ctime": age(86_400_000),
  "-mmin": age(60_000),
  "-amin": age(60_000),
  "-cmin": age(60_000),
  "-newer": (words, word) => {
    const path = words.value(word);
    const at = modifiedAt(words, path);
    return ({ info }) => info.modifiedAt > at;
  },
  "-perm": permissions,
  "-user": (words, word) => {
    const name = words.value(word);
    const uid = accountNamed(words.call.process.files, name)?.uid ?? Number(name);
    if (Number.isNaN(uid))
      throw new Failure({ busybox: `unknown user ${name}`, gnu: `'${name}' is not the name of a known user` });
    return ({ info }) => info.uid === uid;
  },
  "-group": (words, word) => {
    const name = words.value(word);
    const gid = groupNamed(words.call.process.files, name)?.gid ?? Number(name);
    if (Number.isNaN(gid))
      throw new Failure({ busybox: `unknown group ${name}`, gnu: `'${name}' is not the name of an existing group` });
    return ({ info }) => info.gid === gid;
  },
  "-nouser":
    ({ call }) =>
    ({ info }) =>
      accountOf(call.process.files, info.uid) === undefined,
  "-nogroup":
    ({ call }) =>
    ({ info }) =>
      groupOf(call.process.files, info.gid) === undefined,
  "-uid": compared((info) => info.uid),
  "-gid": compared((info) => info.gid),
  "-links": compared((info) => info.links),
  "-inum": compared((info) => info.inode),
  "-executable":
    ({ call }) =>
    ({ absolute }) =>
      call.process.files.can(absolute, "execute"),
  "-readable":
    ({ call }) =>
    ({ absolute }) =>
      call.process.files.can(absolute, "read"),
  "-writable":
    ({ call }) =>
    ({ absolute }) =>
      call.process.files.can(absolute, "write"),
};

function byGlob(part: (path: string) => string, ignoreCase: boolean): Compile {
  return (words, word) => {
    const pattern = words.value(word);
    return ({ path }) => globMatches(pattern, part(path), ignoreCase);
  };
}

function modifiedAt({ call }: Words, path: string): number {
  try {
    return call.process.files.stat(call.process.resolve(path)).modifiedAt;
  } catch (error) {
    const reason = reasonOf(error);
    throw new Failure({ busybox: `${path}: ${reason}`, gnu: `'${path}': ${reason}` });
  }
}

/** `5`, `+5` (more) or `-5` (less). */
function comparison(text: string, word: string): (value: number) => boolean {
  const [, sign = "", digits = ""] = /^([-+]?)(\d+)$/u.exec(text) ?? [];
  if (digits === "")
    throw new Failure({ busybox: `invalid number '${text}'`, gnu: `invalid argument \`${text}' to \`${word}'` });
  const wanted = Number(digits);
  if (sign === "+") return (value) => value > wanted;
  return sign === "-" ? (value) => value < wanted : (value) => value === wanted;
}

function compared(number: (info: Parameters<Test>[0]["info"]) => number): Compile {
  return (words, word) => {
    const holds = comparison(words.value(word), word);
    return ({ info }) => holds(number(info));
  };
}

function age(unitMs: number): Compile {
  return (words, word) => {
    const holds = comparison(words.value(word), word);
    const now = words.call.process.clock.now();
    return ({ info }) => holds(Math.floor((now - info.modifiedAt) / unitMs));
  };
}

const sizeUnits: Readonly<Record<string, number>> = {
  c: 1,
  w: 2,
  b: 512,
  "": 512,
  k: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
};

/** In whole units, rounded up. */
function size(words: Words, word: string): Test {
  const text = words.value(word);
  const [, number = "", unit = ""] = /^([-+]?\d+)([cwbkMG]?)$/u.exec(text) ?? [];
  if (number === "")
    throw new Failure({ busybox: `invalid number '${text}'`, gnu: `Invalid argument \`${text}' to -size` });
  const holds = comparison(number, word);
  const unitBytes = sizeUnits[unit] ?? 512;
  return ({ info }) => holds(Math.ceil(info.size / unitBytes));
}

/** `644` exactly, `-644` all of them, `/644` any of them. */
function permissions(words: Words, word: string): Test {
  const text = words.value(word);
  const sign = /^[-+/](?=[0-7ugoa])/u.exec(text)?.[0] ?? "";
  const mask = changedMode(text.slice(sign.length), { kind: "file", mode: 0 });
  if (mask === undefined) throw new Failure(`invalid mode '${text}'`);
  if (sign === "-") return ({ info }) => (info.mode & mask) === mask;
  if (sign === "") return ({ info }) => (info.mode & 0o7777) === mask;
  return ({ info }) => mask === 0 || (info.mode & mask) !== 0;
}
