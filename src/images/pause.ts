import type { Image } from "../runtime/image.ts";

/** Does nothing until it is killed. */
export const pause: Image = {
  names: ["registry.k8s.io/pause", "registry.k8s.io/e2e-test-images/pause", "rancher/mirrored-pause"],
  base: "none",
  entrypoint: ["/pause"],
  sizeMiB: 0.3,
  programs: {
    async "/pause"(process) {
      const signal = await process.terminated;
      const shown = signal === "SIGINT" ? "Interrupt" : "Terminated";
      await process.warn(`Shutting down, got signal: ${shown}\n`);
      return 0;
    },
  },
};
