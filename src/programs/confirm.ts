import type { Call } from "./applet.ts";
import { type Flavoured, inFlavour } from "./flavour.ts";

/** Asks on stderr, as -i does; anything but an answer that begins with y is no. */
export async function confirmed(call: Call, question: Flavoured<string>): Promise<boolean> {
  await call.out.flush();
  await call.process.warn(`${call.name}: ${inFlavour(call.flavour, question)}? `);
  const answer = await call.process.stdin.read();
  return answer !== undefined && /^\s*y/iu.test(Buffer.from(answer).toString());
}
