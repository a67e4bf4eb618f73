import { applet } from "../applet.ts";

/** Nobody logs in to a container: there is nothing to list. */
export const who = applet({
  names: ["who", "w", "users"],
  usage: "[-aH]",
  help: "Show who is logged on",
  options: "aH",
  directory: "/usr/bin",
  async run({ name, options, out }) {
    if (name === "w") await out.print("USER     TTY      IDLE  TIME              HOST\n");
    else if (name === "who" && options.has("H")) await out.print("USER\t\tTTY\t\tIDLE\tTIME\t\t HOST\n");
  },
});

export const last = applet({
  names: ["last"],
  usage: "[-W] [-f FILE]",
  help: "Show listing of the last users that logged into the system",
  options: "Wf:n:",
  directory: "/usr/bin",
  async run({ process, out }) {
    const started = new Date(process.container.startedAt)
      .toUTCString()
      .replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+).*/u, "$1 $3 $2 $5 $4");
    await out.print(`\nwtmp begins ${started}\n`);
  },
});
