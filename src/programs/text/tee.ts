import { applet } from "../applet.ts";
import { reasonOf } from "../failure.ts";
import { openSource } from "../input.ts";
import { openForWriting, type Sink } from "../open.ts";

export const tee = applet({
  names: ["tee"],
  usage: "[-ai] [FILE]...",
  help: `
Copy stdin to each FILE, and also to stdout

	-a	Append to the given FILEs, don't overwrite
	-i	Ignore interrupt signals (SIGINT)`,
  options: { short: "ai", long: { append: "a", "ignore-interrupts": "i" } },
  directory: "/usr/bin",
  async run(call) {
    const { process, options, operands, out } = call;
    if (options.has("i")) process.onSignal("SIGINT", "ignore");
    const sinks: Sink[] = [];
    for (const path of operands) {
      try {
        sinks.push(openForWriting(process, path, options.has("a")));
      } catch (error) {
        await call.complain(`${path}: ${reasonOf(error)}`);
      }
    }
    const source = await openSource(call, "-");
    for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
      await out.write(chunk);
      for (const sink of sinks) await sink.write(chunk);
    }
    for (const sink of sinks) sink.close();
    return sinks.length === operands.length ? 0 : 1;
  },
});
