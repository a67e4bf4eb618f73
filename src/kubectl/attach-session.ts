import type { Pod } from "../api/types.gen.ts";
import { podPath } from "./pods-behind.ts";
import { checkEnd, runSession } from "./session.ts";
import type { Call } from "./verb.ts";

/** Attaches to a container until it ends, or until the user leaves it. Throws for an exit code other than 0. */
export async function attachTo(
  { pod, container, stdin, tty }: { pod: Pod; container: string; stdin: boolean; tty: boolean },
  call: Call,
): Promise<void> {
  const { io, flags } = call;
  if (!flags.isTrue("quiet")) await io.err("If you don't see a command prompt, try pressing enter.\n");
  const query = new URLSearchParams({ container });
  if (stdin) query.set("stdin", "true");
  query.set("stdout", "true");
  if (tty) query.set("tty", "true");
  else query.set("stderr", "true");
  checkEnd(await runSession(`${await podPath(pod, "attach", call)}?${query.toString()}`, { stdin, tty }, call));
  if (stdin && tty && pod.spec.restartPolicy === "Always" && !flags.isTrue("quiet")) {
    const name = pod.metadata.name;
    await io.out(
      `Session ended, resume using 'kubectl attach ${name} -c ${container} -i -t' command when the pod is running\n`,
    );
  }
}
