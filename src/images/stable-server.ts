import type { Image } from "../runtime/image.ts";

const port = 8090;

/** The web server of the lesson on Services: one line that says which pod answers. */
export const stableServer: Image = {
  names: ["surjection/stable-server"],
  base: "alpine",
  entrypoint: ["/stable-server"],
  ports: [port],
  sizeMiB: 12,
  programs: {
    async "/stable-server"(process) {
      const { pod } = process.container;
      const body = `Hello from ${pod.name} (${pod.ip})\n`;
      const headers = { "content-type": "text/plain; charset=utf-8" };
      process.network.serveHttp(port, () => ({ status: 200, headers, body }));
      await process.print(`Listening on port ${port}\n`);
      await process.terminated;
      return 0;
    },
  },
};
