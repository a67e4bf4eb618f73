import { applet } from "../applet.ts";
import { forEachSource } from "../input.ts";
import { lineReader } from "../line-reader.ts";

export const tac = applet({
  names: ["tac"],
  usage: "[FILE]...",
  help: "Concatenate FILEs and print them in reverse",
  options: "",
  directory: "/usr/bin",
  unreadable: { open: { busybox: "%", gnu: "failed to open '%' for reading" } },
  run: (call) =>
    forEachSource(call, call.operands, async (source) => {
      const reader = lineReader(source);
      const lines: string[] = [];
      for (let line = await reader.next(); line !== undefined; line = await reader.next()) {
        source.hold(64 + line.length);
        lines.push(reader.terminated ? `${line}\n` : line);
      }
      for (const line of lines.toReversed()) await call.out.print(line);
    }),
});
