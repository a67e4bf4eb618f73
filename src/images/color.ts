import type { Image } from "../runtime/image.ts";
import { goResponse, remoteAddress } from "./go/http.ts";
import { serveUntilKilled } from "./go/serve-until-killed.ts";

const colors: Readonly<Record<string, string>> = {
  red: "🔴",
  blue: "🔵",
  green: "🟢",
  yellow: "🟡",
  orange: "🟠",
  purple: "🟣",
  brown: "🟤",
  black: "⚫",
  white: "⚪",
};

/** Its colour is the first word of the pod's name. https://github.com/jpetazzo/color */
export const color: Image = {
  names: ["jpetazzo/color"],
  base: "none",
  entrypoint: ["/color"],
  ports: [80],
  sizeMiB: 4,
  programs: {
    "/color"(process) {
      const { hostname, pod } = process.container;
      const dot = colors[hostname.split("-")[0] ?? ""] ?? "⚪";
      process.network.serveHttp(80, (request) =>
        goResponse(
          process,
          `${dot}This is pod ${pod.namespace}/${hostname} on linux/amd64, serving ${request.url} for ${remoteAddress(request)}.\n`,
        ),
      );
      return serveUntilKilled(process);
    },
  },
};
