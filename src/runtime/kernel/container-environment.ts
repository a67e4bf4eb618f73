import type { FileSystem } from "../filesystem.ts";
import type { ContainerOptions } from "../live-container.ts";
import { defaultPath } from "./executable.ts";

/** The pod's variables and what the container runtime adds: PATH, HOSTNAME, TERM, HOME. Those of the pod win. */
export function containerEnvironment(options: ContainerOptions, files: FileSystem): ReadonlyMap<string, string> {
  const env = new Map([
    ["PATH", defaultPath],
    ["HOSTNAME", options.hostname],
  ]);
  if (options.tty) env.set("TERM", "xterm");
  for (const [name, value] of options.env) env.set(name, value);
  if (!env.get("HOME")) env.set("HOME", homeOf(options.user.uid, files));
  return env;
}

function homeOf(uid: number, files: FileSystem): string {
  const passwd = files.exists("/etc/passwd") ? files.readText("/etc/passwd") : "";
  for (const line of passwd.split("\n")) {
    const [, , id, , , home] = line.split(":");
    if (id === String(uid) && home) return home;
  }
  return "/";
}
