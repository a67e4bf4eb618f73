import type { Process } from "../../runtime/process.ts";
import { checkDirectives } from "./check.ts";
import { matchesGlob } from "./glob.ts";
import { ConfigError, type Directive, parseConfig, placeOf } from "./parse.ts";

/** A configuration as nginx reads it: the tree of its directives, files included. */
export interface NginxConfig {
  readonly main: readonly Directive[];
  readonly http: Directive | undefined;
  readonly servers: readonly Directive[];
  /** What is said of it that does not stop it. */
  readonly warnings: readonly string[];
  /** Texts by path, for `nginx -T`. */
  readonly files: ReadonlyMap<string, string>;
}

export const configPath = "/etc/nginx/nginx.conf";

/** Reads and checks. Throws ConfigError. */
export function loadConfig({ files }: Pick<Process, "files">, path: string = configPath): NginxConfig {
  const texts = new Map<string, string>();
  const read = (file: string, place?: string): string => {
    if (!files.exists(file)) {
      throw new ConfigError(`open() "${file}" failed (2: No such file or directory)${place ? ` in ${place}` : ""}`);
    }
    const text = files.readText(file);
    texts.set(file, text);
    return text;
  };
  const include = (pattern: string, directive: Directive): readonly { path: string; text: string }[] => {
    const absolute = pattern.startsWith("/") ? pattern : `/etc/nginx/${pattern}`;
    const isPattern = /[*?[]/u.test(absolute);
    const paths = isPattern ? expand(files, absolute) : [absolute];
    return paths.map((file) => ({ path: file, text: read(file, placeOf(directive)) }));
  };
  const main = parseConfig(path, read(path), include);
  const warnings = checkDirectives(main);
  if (!main.some(({ name }) => name === "events")) throw new ConfigError('no "events" section in configuration');
  const http = main.find(({ name }) => name === "http");
  const servers = http?.block?.filter(({ name }) => name === "server") ?? [];
  return { main, http, servers, warnings, files: texts };
}

function expand(files: Process["files"], pattern: string): readonly string[] {
  const slash = pattern.lastIndexOf("/");
  const directory = pattern.slice(0, slash) || "/";
  if (!files.exists(directory)) return [];
  const matching = files.list(directory).filter((name) => matchesGlob(name, pattern.slice(slash + 1)));
  return matching.map((name) => `${directory}/${name}`);
}

/** The arguments of the last directive of a name in a block. */
export function argsOf(block: readonly Directive[] | undefined, name: string): readonly string[] | undefined {
  return block?.findLast((directive) => directive.name === name)?.args;
}
