import type { Image } from "../../runtime/image.ts";
import type { Process } from "../../runtime/process.ts";
import { nginxLocalTime } from "../nginx/time.ts";
import { tell } from "../tell.ts";
import { apacheResponse } from "./respond.ts";
import { apacheVersion } from "./version.ts";

const port = 80;

/** Apache's server over /usr/local/apache2/htdocs. https://hub.docker.com/_/httpd */
export const httpd: Image = {
  names: ["httpd", "registry.k8s.io/e2e-test-images/httpd"],
  base: "debian",
  command: ["httpd-foreground"],
  workingDirectory: "/usr/local/apache2",
  env: { HTTPD_PREFIX: "/usr/local/apache2", HTTPD_VERSION: "2.4.62" },
  ports: [port],
  stopSignal: "SIGWINCH",
  sizeMiB: 56,
  files: {
    "/usr/local/apache2/htdocs/index.html": "<html><body><h1>It works!</h1></body></html>\n",
    "/usr/local/apache2/conf/httpd.conf":
      'ServerRoot "/usr/local/apache2"\nListen 80\nDocumentRoot "/usr/local/apache2/htdocs"\n',
  },
  programs: { "/usr/local/bin/httpd-foreground": serveForeground, "/usr/local/apache2/bin/httpd": control },
};

async function serveForeground(process: Process): Promise<number> {
  const name = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${process.network.ip}. Set the 'ServerName' directive globally to suppress this message\n`;
  if (process.user.uid !== 0) {
    await process.warn(
      `(13)Permission denied: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
    );
    return 1;
  }
  await process.warn(name + name);
  process.network.serveHttp(listenPort(process), (request) => {
    const response = apacheResponse(process, request);
    const time = nginxLocalTime(process.clock.now());
    const bytes = response.headers["content-length"] ?? "-";
    tell(
      process.stdout,
      `${request.remote?.ip ?? "-"} - - [${time}] "${request.method} ${request.url} HTTP/1.1" ${response.status} ${bytes}\n`,
    );
    return response;
  });
  await process.warn(
    notice(process, "mpm_event", `AH00489: ${apacheVersion} configured -- resuming normal operations`),
  );
  await process.warn(notice(process, "core", "AH00094: Command line: 'httpd -D FOREGROUND'"));
  const signal = await process.waitFor(
    new Promise<string>((resolve) => {
      for (const one of ["SIGTERM", "SIGINT", "SIGWINCH"] as const) {
        process.onSignal(one, () => {
          resolve(one);
        });
      }
    }),
  );
  const words =
    signal === "SIGWINCH"
      ? "AH00492: caught SIGWINCH, shutting down gracefully"
      : "AH00491: caught SIGTERM, shutting down";
  await process.warn(notice(process, "mpm_event", words));
  return 0;
}

/** The last `Listen` of httpd.conf. */
function listenPort({ files }: Process): number {
  const path = "/usr/local/apache2/conf/httpd.conf";
  const text = files.exists(path) ? files.readText(path) : "";
  const listens = [...text.matchAll(/^\s*Listen\s+(?:[\d.]+:)?(\d+)/gmu)];
  return Number(listens.at(-1)?.[1] ?? port);
}

/** `[Fri Jan 31 12:00:00.000000 2025] [core:notice] [pid 1:tid 1] text`. */
function notice({ clock, pid }: Process, module: string, text: string): string {
  const time = new Date(clock.now());
  const [weekday = "", day = "", month = "", year = ""] = time.toUTCString().replace(",", "").split(" ");
  return `[${weekday} ${month} ${day} ${time.toISOString().slice(11, 23)}000 ${year}] [${module}:notice] [pid ${pid}:tid ${pid}] ${text}\n`;
}

async function control(process: Process): Promise<number> {
  const args = new Set(process.argv.slice(1));
  if (args.has("-t")) {
    await process.warn("Syntax OK\n");
    return 0;
  }
  if (args.has("-v")) {
    await process.print(`Server version: ${apacheVersion}\nServer built:   Jul 23 2024 00:00:00\n`);
    return 0;
  }
  return process.become(["httpd-foreground"]);
}
