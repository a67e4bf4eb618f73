import type { Call } from "./applet.ts";

/** Asks on stderr, as -i does; anything but an answer that begins with y is no. */
export async function confirmed(call: Call, question: string): Promise<boolean> {
  await call.out.flush();
  await call.process.warn(`${call.name}: ${question}? `);
  const answer = await call.process.stdin.read();
  return answer !== undefined && /^\s*y/iu.test(Buffer.from(answer).toString());
}
