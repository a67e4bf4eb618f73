import type { Image } from "../runtime/image.ts";

/** Does nothing until it is killed. */
export const pause: Image = {
  names: ["registry.k8s.io/pause", "k8s.gcr.io/pause", "gcr.io/google_containers/pause"],
  base: "none",
  entrypoint: ["/pause"],
  sizeMiB: 0.3,
  programs: {
    async "/pause"(process) {
      const signal = await process.terminated;
      await process.warn("Shutting down, got signal: Terminated\n");
      return signal === "SIGTERM" || signal === "SIGINT" ? 0 : 1;
    },
  },
};
