import { subcommand } from "./subcommand.ts";

export const pause = subcommand({
  name: "pause",
  short: "Pauses the execution",
  defaults: {},
  async run(process) {
    await process.print("Paused\n");
    const signal = await process.waitFor(
      new Promise<number>((resolve) => {
        process.onSignal("SIGINT", () => {
          resolve(1);
        });
        process.onSignal("SIGTERM", () => {
          resolve(2);
        });
      }),
    );
    return signal;
  },
});
