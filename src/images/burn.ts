import type { Process } from "../runtime/process.ts";

const sliceMs = 250;

/** Keeps processors busy for as long as the process lives: 0.25 is a quarter of one, 3 are three. */
export function burn(process: Process, cores: number): void {
  for (let left = cores; left > 0; left--) {
    const share = Math.min(left, 1);
    process.fork(async (worker) => {
      for (;;) {
        await worker.compute(share * sliceMs);
        if (share < 1) await worker.sleep((1 - share) * sliceMs);
      }
    });
  }
}
