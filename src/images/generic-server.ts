import type { Image } from "../runtime/image.ts";

/**
 * What stands in for an image that nobody has described: it answers HTTP on every port its container declares, naming
 * its pod, so that any manifest comes alive.
 */
export const genericServer: Image = {
  names: [],
  base: "busybox",
  entrypoint: ["/picokube-stand-in"],
  programs: {
    async "/picokube-stand-in"(process) {
      const { pod, imageName, ports } = process.container;
      const body = `${imageName} (simulated) in pod ${pod.name}, ${pod.ip}\n`;
      for (const port of ports) {
        process.network.serveHttp(port, () => ({ status: 200, headers: { "content-type": "text/plain" }, body }));
        await process.print(`listening on port ${port}\n`);
      }
      await process.terminated;
      return 0;
    },
  },
};
