import { LayeredMap } from "../../api/layered-map.ts";
import type { FileSystem } from "../filesystem.ts";
import type { ContainerOptions } from "../live-container.ts";
import { defaultPath } from "./executable.ts";

/** The pod's variables and what the container runtime adds: PATH, HOSTNAME, TERM, HOME. Those of the pod win. */
export function containerEnvironment(
  { env, hostname, tty, user }: ContainerOptions,
  files: FileSystem,
): ReadonlyMap<string, string> {
  const first = [["PATH", defaultPath], ["HOSTNAME", hostname], ...(tty ? [["TERM", "xterm"]] : [])] as const;
  const given = new Map(first.map(([name = "", value = ""]) => [name, env.get(name) ?? value]));
  const home = new Map([["HOME", env.get("HOME") || homeOf(user.uid, files)]]);
  return env.get("HOME") === "" ? new LayeredMap(given, home, env) : new LayeredMap(given, env, home);
}

function homeOf(uid: number, files: FileSystem): string {
  const passwd = files.exists("/etc/passwd") ? files.readText("/etc/passwd") : "";
  for (const line of passwd.split("\n")) {
    const [, , id, , , home] = line.split(":");
    if (id === String(uid) && home) return home;
  }
  return "/";
}
